/**
 * One batch of events on its way to the streams, so that logs and metrics can tell how many had it
 * and how late. It ends when the last audience has it; one that coalesces has it at its window's
 * end.
 */
import type { Event } from "../domain/event.ts";

export type StreamKind = "html" | "json";

/** Told what a hub does, as it does it; it must be quick: it stands on the way of every event. */
export interface HubObserver {
  /** A stream began. `live`: it lacked nothing. */
  joined(kind: StreamKind, how: "live" | "replayed" | "resync"): void;
  /** The server ended a stream. */
  cut(reason: "stalled" | "session" | "stop"): void;
  /** Bytes went to so many streams; `messages` of them are updates, for each. */
  wrote(kind: StreamKind, streams: number, messages: number, bytes: number): void;
  /** An audience of at least one stream has the batch. */
  reached(delivery: Delivery): void;
  /** All audiences have it. */
  delivered(delivery: Delivery): void;
}

/** For who does not look. */
export const NOBODY: HubObserver = {
  joined: () => {},
  cut: () => {},
  wrote: () => {},
  reached: () => {},
  delivered: () => {},
};

export class Delivery {
  /** In the log's order; at least one. */
  readonly events: readonly Event[];
  readonly #observer: HubObserver;
  #streams = 0;
  /** The audiences that have it to come, and the hub itself while it asks them. */
  #open = 1;

  constructor(events: readonly Event[], observer: HubObserver) {
    this.events = events;
    this.#observer = observer;
  }

  /** To how many streams it was written. */
  get streams(): number {
    return this.#streams;
  }

  /** An audience will have it; it answers with `reached`, or `close` when nobody is left. */
  wait(): void {
    this.#open += 1;
  }

  /** So many streams of an audience that waited have it. */
  reached(streams: number): void {
    this.#streams += streams;
    if (streams > 0) this.#observer.reached(this);
    this.close();
  }

  /** Nothing more is to come from one who waited. */
  close(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#observer.delivered(this);
  }
}
