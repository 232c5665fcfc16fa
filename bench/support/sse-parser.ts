/**
 * An event stream as it comes over a bare socket: HTTP/1.1 head, chunks, frames. Written to be
 * cheap, so that one process can hold thousands of streams and still not be what is measured.
 */

/** One frame; `bytes` is only good during the call. */
export interface SseFrame {
  readonly event: string;
  /** The frame's `id` as a number; NaN when it has none. */
  readonly id: number;
  readonly bytes: Buffer;
}

const HEAD_END = Buffer.from("\r\n\r\n");
const LINE_END = Buffer.from("\r\n");
const FRAME_END = Buffer.from("\n\n");
const CRLF = 2;
const EVENT = "event: ".length;
const NEWLINE = 10;
const HEX = 16;
const EMPTY: Buffer = Buffer.alloc(0);

const joined = (rest: Buffer, bytes: Buffer): Buffer =>
  rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);

function idOf(bytes: Buffer, after: number): number {
  // ZEUES writes the id second, Hono's streamSSE last.
  const second = bytes.toString("latin1", after, after + "id: ".length) === "id: ";
  const at = second ? after : bytes.lastIndexOf("\nid: ") + 1;
  if (!second && at === 0) return Number.NaN;
  const end = bytes.indexOf(NEWLINE, at);
  return Number(bytes.toString("latin1", at + "id: ".length, end < 0 ? bytes.length : end));
}

function frameOf(bytes: Buffer): SseFrame {
  const end = bytes.indexOf(NEWLINE);
  return { event: bytes.toString("latin1", EVENT, end), id: idOf(bytes, end + 1), bytes };
}

/** The frame's `data`, its lines joined (HTML Living Standard, 9.2.6). */
export const dataOf = ({ bytes }: SseFrame): string =>
  bytes
    .toString()
    .split("\n")
    .filter((line) => line.startsWith("data: "))
    .map((line) => line.slice("data: ".length))
    .join("\n");

/** Takes bytes as they come, however they are cut; calls `onFrame` for each whole frame. */
export class SseParser {
  readonly #onFrame: (frame: SseFrame) => void;
  #headDone = false;
  /** Bytes that are not enough yet for a head or a chunk's size line. */
  #rest = EMPTY;
  /** Bytes of this chunk still to come, its closing CRLF included. */
  #chunkLeft = 0;
  /** The beginning of a frame whose end has not come yet. */
  #frameRest = EMPTY;

  constructor(onFrame: (frame: SseFrame) => void) {
    this.#onFrame = onFrame;
  }

  feed(bytes: Buffer): void {
    const all = joined(this.#rest, bytes);
    this.#rest = EMPTY;
    let at = this.#headDone ? 0 : this.#head(all);
    while (at >= 0 && at < all.length) at = this.#chunk(all, at);
    if (at < 0) this.#rest = Buffer.from(all.subarray(~at));
  }

  /** @returns where the body begins, ~0 when the head is not whole yet. */
  #head(all: Buffer): number {
    const end = all.indexOf(HEAD_END);
    if (end < 0) return ~0;
    const head = all.toString("latin1", 0, end);
    if (!head.startsWith("HTTP/1.1 200") || !/transfer-encoding: *chunked/i.test(head)) {
      throw new Error(`no chunked stream: ${all.toString("latin1", 0, end + 200)}`);
    }
    this.#headDone = true;
    return end + HEAD_END.length;
  }

  /** Takes one chunk's part. @returns where the next begins, ~at when more bytes are needed. */
  #chunk(all: Buffer, at: number): number {
    let start = at;
    if (this.#chunkLeft === 0) {
      const end = all.indexOf(LINE_END, at);
      if (end < 0) return ~at;
      this.#chunkLeft = Number.parseInt(all.toString("latin1", at, end), HEX) + CRLF;
      start = end + CRLF;
    }
    const stop = Math.min(all.length, start + this.#chunkLeft);
    const left = this.#chunkLeft - (stop - start);
    // The last two bytes of a chunk are its CRLF, which may be cut as well.
    const dataStop = Math.min(stop, start + this.#chunkLeft - CRLF);
    if (dataStop > start) this.#body(all.subarray(start, dataStop));
    this.#chunkLeft = left;
    return stop;
  }

  #body(bytes: Buffer): void {
    const all = joined(this.#frameRest, bytes);
    let at = 0;
    for (;;) {
      const end = all.indexOf(FRAME_END, at);
      if (end < 0) break;
      this.#onFrame(frameOf(all.subarray(at, end)));
      at = end + FRAME_END.length;
    }
    this.#frameRest = at < all.length ? Buffer.from(all.subarray(at)) : EMPTY;
  }
}
