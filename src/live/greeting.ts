/** What a new stream gets at once: what its page lacks, and a ping that says "live" (spec 6). */
import type { Floor } from "../floor/floor.ts";
import type { HubObserver } from "./delivery.ts";
import { replayFragments } from "./fragments.ts";
import { encodeFrame, joinFrames } from "./frame.ts";
import type { Replay } from "./replay.ts";
import type { Rows } from "./rows.ts";
import { BACKLOG_MAX_BYTES } from "./stream.ts";
import type { Vista } from "./vista.ts";

/** What streams show. */
export interface Showing {
  readonly floor: Floor;
  readonly rows: Rows;
  readonly replay: Replay;
  /** Names the log; a page of another log must start anew. */
  readonly epoch: () => string;
  readonly now: () => number;
}

export interface Greeting {
  readonly how: Parameters<HubObserver["joined"]>[1];
  readonly bytes: Uint8Array;
}

/** Spec 6: the stream is there, and its screen shows this seq. */
export const pingFrame = ({ floor, now }: Showing): Uint8Array =>
  encodeFrame({ event: "ping", id: floor.seq, data: String(now()) });

/** Tells a client to read all anew (spec 6). */
export function resyncFrame(showing: Showing, desde: number): Uint8Array {
  const { seq } = showing.floor;
  const data = JSON.stringify({ desde, seq });
  return joinFrames([encodeFrame({ event: "resincronizar", id: seq, data }), pingFrame(showing)]);
}

/**
 * @param desde the seq that the page shows; null = from now
 * @param epoch the log that the page was made from; null = not told
 */
export function greet(
  showing: Showing,
  vista: Vista,
  desde: number | null,
  epoch: string | null,
): Greeting {
  const { floor, rows, replay } = showing;
  const ping = pingFrame(showing);
  const live: Greeting = { how: "live", bytes: ping };
  if (desde === null) return live;
  const resync = (): Greeting => ({ how: "resync", bytes: resyncFrame(showing, desde) });
  const foreign = epoch !== null && epoch !== showing.epoch();
  const missed = foreign ? null : replay.since(desde);
  if (!missed) return resync();
  if (vista.kind === "json") {
    const frames = replay.framesSince(desde) ?? [];
    return { how: frames.length > 0 ? "replayed" : "live", bytes: joinFrames([...frames, ping]) };
  }
  const fragments = replayFragments(vista, missed, floor, rows);
  if (fragments.length === 0) return live;
  const data = fragments.map(({ html }) => html).join("");
  // A page is a hundredth of such a replay, and compressed.
  if (data.length > BACKLOG_MAX_BYTES) return resync();
  const frame = encodeFrame({ event: "spool_update", id: floor.seq, data });
  return { how: "replayed", bytes: joinFrames([frame, ping]) };
}
