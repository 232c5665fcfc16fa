/**
 * The last events, kept for clients that come back (spec 6: at least 10,000). It is filled from
 * the log at start, so that a restart is no reason to resynchronise.
 */
import type { Event, Seq } from "../domain/event.ts";
import { messageOf } from "../domain/message.ts";
import type { Floor } from "../floor/floor.ts";
import { encodeFrame } from "./frame.ts";

/** Spec 6 asks for 10,000; a tablet that slept through more reloads its page. */
export const REPLAY_MAX = 10_000;

interface Kept {
  readonly event: Event;
  /** The JSON stream's frame, encoded once when first asked for. */
  bytes: Uint8Array | null;
}

/**
 * Keeps what a floor shows. To be called before anything is applied to it, and before a hub
 * subscribes: streams are told of an event when it can be replayed too.
 */
export const keepReplay = (floor: Pick<Floor, "subscribe">, replay: Replay): (() => void) =>
  floor.subscribe((changes) => {
    for (const { event } of changes) replay.add(event);
  });

export class Replay {
  readonly #zone: string;
  #kept: Kept[] = [];
  #last: Seq;
  #filling = Promise.withResolvers<void>();

  /** @param last the seq at which it begins: events after it will come, in order */
  constructor(zone: string, last: Seq) {
    this.#zone = zone;
    this.#last = last;
    this.settle();
  }

  /** Resolves once all is there that will be of what was before its beginning. */
  get filled(): Promise<void> {
    return this.#filling.promise;
  }

  /** Begins anew at another place; what was before it comes by `prepend`, or not, then `settle`. */
  restart(last: Seq): void {
    this.#kept = [];
    this.#last = last;
    // Whoever waits for the place before would wait for ever.
    this.settle();
    this.#filling = Promise.withResolvers<void>();
  }

  /** Puts what was before all that is here, in order; nothing where that leaves a hole. */
  prepend(older: readonly Event[]): void {
    const first = this.#kept[0]?.event.seq ?? this.#last + 1;
    if (older.at(-1)?.seq !== first - 1) return;
    this.#kept = [...older.map((event): Kept => ({ event, bytes: null })), ...this.#kept];
  }

  /** Nothing more will be prepended: clients that waited may join. */
  settle(): void {
    this.#filling.resolve();
  }

  /** @throws when it is not the next one: a hole would be told to clients as if it were whole */
  add(event: Event): void {
    if (event.seq !== this.#last + 1) {
      throw new Error(`a hole in the replay: ${event.seq} after ${this.#last}`);
    }
    this.#kept.push({ event, bytes: null });
    this.#last = event.seq;
    // Dropping in halves costs one copy per REPLAY_MAX events instead of one per event.
    if (this.#kept.length >= 2 * REPLAY_MAX) this.#kept = this.#kept.slice(-REPLAY_MAX);
  }

  #since(seq: number): readonly Kept[] | null {
    const missing = this.#last - seq;
    if (missing < 0 || missing > this.#kept.length) return null;
    return missing === 0 ? [] : this.#kept.slice(-missing);
  }

  /** Events after `seq`, oldest first; null when they are no longer, or not yet, known. */
  since(seq: number): readonly Event[] | null {
    return this.#since(seq)?.map((kept) => kept.event) ?? null;
  }

  /** The same as JSON frames; events that are not a spool's have none. */
  framesSince(seq: number): readonly Uint8Array[] | null {
    return this.#since(seq)?.flatMap((kept) => this.#encode(kept) ?? []) ?? null;
  }

  #encode(kept: Kept): Uint8Array | null {
    const { event } = kept;
    if (event.kind !== "spool") return null;
    kept.bytes ??= encodeFrame({
      event: "spool_update",
      id: event.seq,
      data: JSON.stringify(messageOf(event, this.#zone)),
    });
    return kept.bytes;
  }
}
