/** Time as an argument, so that tests live through an hour in a millisecond. */
import { stopped } from "./failure.ts";

export interface Clock {
  /** Milliseconds of a clock that never jumps. */
  readonly now: () => number;
  /** Throws SheetsError `stopped` when the signal fires first. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(stopped());
    const stop = () => {
      clearTimeout(timer);
      reject(stopped());
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

export const realClock: Clock = { now: () => performance.now(), sleep };

/** A promise, or SheetsError `stopped` when the signal is first; what it began goes on unheard. */
export function untilStopped<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(stopped()), { once: true });
    promise.then(resolve, reject);
  });
}
