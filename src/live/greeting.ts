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
  /** Written one after the other: joining them cost more than a second write does. */
  readonly parts: readonly Uint8Array[];
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

/** What a name costs beside its bytes: a stranger may ask for every seq there is. */
const NAME_BYTES = 300;
const NOTHING = new Uint8Array(0);
/**
 * How long one is kept. All that a greeting is made of comes with a change, but for the diary of
 * before a start: it is read while streams join already.
 */
export const KEPT_MS = 1_000;
/** What is kept of all greetings together: a thousand tablets' pages after an outage. */
export const KEPT_MAX_BYTES = 16_000_000;

/**
 * Greetings, each made once while nothing changes: after a restart or an outage thousands of
 * screens come back within a second, and most lack the same.
 */
export class Greetings {
  readonly #showing: Showing;
  /** By audience and the seq shown; what stands at the floor's seq. */
  readonly #kept = new Map<string, Uint8Array>();
  #bytes = 0;
  #sinceMs = 0;

  constructor(showing: Showing) {
    this.#showing = showing;
  }

  /** What was made stands no longer: the floor has changed. */
  forget(): void {
    this.#kept.clear();
    this.#bytes = 0;
  }

  /**
   * @param key the audience's name (vistaKey)
   * @param desde the seq that the page shows; null = from now
   * @param epoch the log that the page was made from; null = not told
   */
  greet(vista: Vista, key: string, desde: number | null, epoch: string | null): Greeting {
    const ping = pingFrame(this.#showing);
    const live: Greeting = { how: "live", parts: [ping] };
    if (desde === null) return live;
    const foreign = epoch !== null && epoch !== this.#showing.epoch();
    const missed = foreign ? null : this.#missed(vista, key, desde);
    if (!missed) return { how: "resync", parts: [resyncFrame(this.#showing, desde)] };
    if (missed.length === 0) return live;
    return { how: "replayed", parts: [missed, ping] };
  }

  /** What a page at `desde` lacks; null when it has to be read anew. */
  #missed(vista: Vista, key: string, desde: number): Uint8Array | null {
    const name = `${desde} ${key}`;
    const nowMs = this.#showing.now();
    if (Math.abs(nowMs - this.#sinceMs) > KEPT_MS) {
      this.forget();
      this.#sinceMs = nowMs;
    }
    const known = this.#kept.get(name);
    if (known) return known;
    const made = missedBytes(this.#showing, vista, desde);
    if (!made) return null;
    if (this.#bytes + made.length > KEPT_MAX_BYTES) this.forget();
    this.#kept.set(name, made);
    this.#bytes += made.length + NAME_BYTES;
    return made;
  }
}

function missedBytes(showing: Showing, vista: Vista, desde: number): Uint8Array | null {
  const { floor, rows, replay } = showing;
  const missed = replay.since(desde);
  if (!missed) return null;
  if (vista.kind === "json") return joinFrames(replay.framesSince(desde) ?? []);
  const fragments = replayFragments(vista, missed, floor, rows);
  if (fragments.length === 0) return NOTHING;
  const data = fragments.map(({ html }) => html).join("");
  // A page is a hundredth of such a replay, and compressed.
  if (data.length > BACKLOG_MAX_BYTES) return null;
  return encodeFrame({ event: "spool_update", id: floor.seq, data });
}
