/** A clock that tests move: sleepers wake in order, and an hour takes no time. */
import type { Clock } from "../../src/google/clock.ts";
import { stopped } from "../../src/google/failure.ts";

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** Lets everything run that waits for no time. */
export const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

export class VirtualClock implements Clock {
  #nowMs = 1_000_000;
  #sleepers: Sleeper[] = [];
  readonly sleeps: number[] = [];

  readonly now = (): number => this.#nowMs;

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(stopped());
      this.sleeps.push(ms);
      const sleeper = { atMs: this.#nowMs + ms, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener("abort", () => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
        reject(stopped());
      });
    });

  get sleeping(): number {
    return this.#sleepers.length;
  }

  /** Moves on by `ms`, waking who is due on the way. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await settle();
    for (let next = this.#due(untilMs); next; next = this.#due(untilMs)) {
      const { atMs, wake } = next;
      this.#sleepers = this.#sleepers.filter((one) => one !== next);
      this.#nowMs = Math.max(this.#nowMs, atMs);
      wake();
      await settle();
    }
    this.#nowMs = untilMs;
  }

  /** Moves on as far as a promise needs. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let open = true;
    const close = () => {
      open = false;
    };
    promise.then(close, close);
    for (await settle(); open; await settle()) {
      const next = this.#due(Number.POSITIVE_INFINITY);
      if (next) await this.advance(next.atMs - this.#nowMs);
    }
    return promise;
  }

  #due(untilMs: number): Sleeper | undefined {
    const [first] = this.#sleepers.toSorted((a, b) => a.atMs - b.atMs);
    return first && first.atMs <= untilMs ? first : undefined;
  }
}
