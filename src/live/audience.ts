/**
 * Those who get the same bytes: one vista's streams and the changes that wait for its window.
 *
 * C1: the first change goes at once; what comes within the window after it goes together at its
 *     end, the last fragment of an id standing for all (spec 6).
 * C2: a frame's id is the seq of everything in it; whoever joins or pings flushes first, so that
 *     no id is ever ahead of what was sent.
 */

import { addTo, frameOf, type Pending, type Swaps } from "./batch.ts";
import type { Delivery, HubObserver, StreamKind } from "./delivery.ts";
import type { Stream } from "./stream.ts";
import type { Vista } from "./vista.ts";

/** Spec 6: later changes go in windows of at most 500 ms. */
export const WINDOW_MS = 500;

export class Audience {
  readonly vista: Vista;
  readonly streams = new Set<Stream>();
  readonly kind: StreamKind;
  readonly #windowMs: number;
  readonly #observer: HubObserver;
  /** What waits: fragments by their id, and the deliveries that they are of. */
  #deliveries: Delivery[] = [];
  readonly #pending: Pending = new Map();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #windowEndMs = 0;

  constructor(vista: Vista, windowMs: number, observer: HubObserver) {
    this.vista = vista;
    this.kind = vista.kind === "json" ? "json" : "html";
    this.#windowMs = windowMs;
    this.#observer = observer;
  }

  /** Takes what a batch puts on its pages; it goes now or at the end of the window. */
  offer(swaps: Swaps, seq: () => number, nowMs: number, delivery: Delivery): void {
    if (swaps.fragments.length === 0) return;
    delivery.wait();
    const waitMs = this.#windowEndMs - nowMs;
    if (!this.#timer && waitMs <= 0) {
      this.#windowEndMs = nowMs + this.#windowMs;
      // Nothing else waits where no window is open: others may share its bytes (C1).
      this.send(swaps.frame(seq()), 1);
      delivery.reached(this.streams.size);
      return;
    }
    this.#deliveries.push(delivery);
    addTo(this.#pending, swaps.fragments);
    this.#timer ??= setTimeout(() => {
      this.#windowEndMs += this.#windowMs;
      this.flush(seq());
    }, waitMs);
  }

  /** Sends what waits, as one frame. */
  flush(seq: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#pending.size === 0) return;
    const bytes = frameOf(this.#pending, seq);
    this.#pending.clear();
    this.send(bytes, 1);
    const had = this.#deliveries;
    this.#deliveries = [];
    for (const delivery of had) delivery.reached(this.streams.size);
  }

  /** The same bytes to every stream. @param messages how many updates are in it */
  send(bytes: Uint8Array, messages = 0): void {
    for (const stream of this.streams) stream.write(bytes);
    this.#observer.wrote(this.kind, this.streams.size, messages, bytes.length);
  }

  /** Forgets what waits: nobody is left to get it. */
  drop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#pending.clear();
    for (const delivery of this.#deliveries) delivery.close();
    this.#deliveries = [];
  }
}
