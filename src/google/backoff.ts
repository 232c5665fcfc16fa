/**
 * How long Google is left alone after it could not answer: truncated exponential backoff with full
 * jitter (spec 7). One for all calls of a process, not one a call: what refused the last call
 * refuses the next as well. The jitter keeps the shops of one Google project apart.
 */
import type { Clock } from "./clock.ts";
import type { Fault } from "./failure.ts";

export const BACKOFF_BASE_MS = 1_000;
/** A minute's bucket has refilled by then (field notes); nobody waits longer after an outage. */
export const BACKOFF_MAX_MS = 64_000;
/** 2^6 s reaches the maximum; more doublings only overflow. */
const DOUBLINGS_MAX = 6;

export interface BackoffDeps {
  readonly clock: Pick<Clock, "now">;
  /** 0 to 1. */
  readonly random: () => number;
}

export class Backoff {
  readonly #deps: BackoffDeps;
  #failures = 0;
  #untilMs = Number.NEGATIVE_INFINITY;

  constructor(deps: BackoffDeps) {
    this.#deps = deps;
  }

  /** Calls in a row that got no use out of Google. */
  get failures(): number {
    return this.#failures;
  }

  /** Milliseconds until the next call may be sent; 0 = now. */
  waitMs(): number {
    return Math.max(0, Math.ceil(this.#untilMs - this.#deps.clock.now()));
  }

  /** A call was answered, be it by a refusal for good: the line works. */
  answered(): void {
    this.#failures = 0;
    this.#untilMs = Number.NEGATIVE_INFINITY;
  }

  /** A call was refused for now, or its answer was lost. */
  failed(fault: Fault): void {
    const { clock, random } = this.#deps;
    const ceilingMs = Math.min(
      BACKOFF_MAX_MS,
      BACKOFF_BASE_MS * 2 ** Math.min(this.#failures, DOUBLINGS_MAX),
    );
    const askedMs = "retryAfterMs" in fault ? Math.min(fault.retryAfterMs, BACKOFF_MAX_MS) : 0;
    this.#failures += 1;
    this.#untilMs = clock.now() + Math.max(askedMs, random() * ceilingMs);
  }
}
