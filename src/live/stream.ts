/**
 * One client's stream and its limits (spec 6).
 *
 * W1: what a client does not take is bounded in bytes and in time; past either it is cut.
 * W2: a stream that has ended is never written to again.
 */
import type { Vista } from "./vista.ts";

/** Where a stream's bytes go; http gives it, live knows no HTTP. */
export interface Sink {
  /**
   * Hands over bytes. A promise means that the connection takes no more for now; it settles when
   * it does again. The bytes are queued in either case.
   */
  write(bytes: Uint8Array): Promise<unknown> | undefined;
  /** Ends it in order: what was handed over is still sent. */
  end(): void;
  /** Cuts it: what was not taken yet is dropped. */
  cut(): void;
}

/** A reload is cheaper than this many bytes of rows for a tablet that stopped reading. */
export const BACKLOG_MAX_BYTES = 1_000_000;
/** Spec 6: a client that takes nothing for 30 s is closed. */
export const STALLED_MAX_MS = 30_000;

/** How far behind a client may fall (W1). */
export interface Limits {
  readonly backlogBytes: number;
  readonly stalledMs: number;
}

/** Who watches a stream: it ends with the session, tablet or token that opened it (spec 6). */
export interface Viewer {
  /** False once that is over: signed out, revoked, its time up. */
  holds(): boolean;
}

export interface Join {
  readonly vista: Vista;
  /** The seq that the page shows; null = from now. */
  readonly desde: number | null;
  /** The log that the page was made from; null = not told. */
  readonly epoch: string | null;
  readonly viewer: Viewer;
  readonly sink: Sink;
}

export class Stream {
  readonly #viewer: Viewer;
  readonly #sink: Sink;
  readonly #limits: Limits;
  readonly #now: () => number;
  #blockedSinceMs: number | null = null;
  #backlogBytes = 0;
  #open = true;

  constructor(sink: Sink, viewer: Viewer, limits: Limits, now: () => number) {
    this.#sink = sink;
    this.#viewer = viewer;
    this.#limits = limits;
    this.#now = now;
  }

  get open(): boolean {
    return this.#open;
  }

  /** Bytes that the client has not taken yet. */
  get backlogBytes(): number {
    return this.#backlogBytes;
  }

  /** True when the client is past a limit and should be cut (W1). */
  overdue(): boolean {
    if (this.#blockedSinceMs === null) return false;
    const { backlogBytes, stalledMs } = this.#limits;
    return this.#backlogBytes > backlogBytes || this.#now() - this.#blockedSinceMs > stalledMs;
  }

  /** True when what opened it is over. */
  expired(): boolean {
    return !this.#viewer.holds();
  }

  /**
   * What it begins with. It may be more than the bound (a program that was away asks for thousands
   * of events): only time bounds how slowly that is taken.
   */
  greet(bytes: Uint8Array): void {
    this.#write(bytes, 0);
  }

  write(bytes: Uint8Array): void {
    this.#write(bytes, bytes.length);
  }

  #write(bytes: Uint8Array, counted: number): void {
    if (!this.#open) return;
    const blocked = this.#sink.write(bytes);
    if (blocked && this.#blockedSinceMs === null) {
      this.#blockedSinceMs = this.#now();
      const free = (): void => {
        this.#blockedSinceMs = null;
        this.#backlogBytes = 0;
      };
      // A connection that breaks rejects; its end is told to the hub by http.
      blocked.then(free, free);
    }
    if (this.#blockedSinceMs !== null) this.#backlogBytes += counted;
  }

  end(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#sink.end();
  }

  cut(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#sink.cut();
  }

  /** The client is gone; nothing is left to close. */
  lost(): void {
    this.#open = false;
  }
}
