/** text/event-stream bytes (HTML Living Standard, 9.2.5). */

const encoder = new TextEncoder();

export interface Frame {
  readonly event: string;
  /** The seq that a client shows once it has applied this frame. */
  readonly id?: number;
  readonly data: string;
}

/** Encodes one frame; a line break in the data becomes one more `data:` line. */
export function encodeFrame({ event, id, data }: Frame): Uint8Array {
  const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  const head = id === undefined ? "" : `id: ${id}\n`;
  return encoder.encode(`event: ${event}\n${head}${lines.join("")}\n`);
}

let last: { readonly frame: Frame; readonly bytes: Uint8Array } | null = null;

/** The same; one that is equal to the last is not encoded again: many pages lack the same rows. */
export function encodeShared(frame: Frame): Uint8Array {
  const same = last?.frame.id === frame.id && last?.frame.data === frame.data;
  if (!last || !same || last.frame.event !== frame.event) {
    last = { frame, bytes: encodeFrame(frame) };
  }
  return last.bytes;
}

/** Joins encoded frames into one buffer, so that they are one write; a single one stays itself. */
export function joinFrames(frames: readonly Uint8Array[]): Uint8Array {
  const [first] = frames;
  if (first && frames.length === 1) return first;
  const all = new Uint8Array(frames.reduce((sum, frame) => sum + frame.length, 0));
  let at = 0;
  for (const frame of frames) {
    all.set(frame, at);
    at += frame.length;
  }
  return all;
}
