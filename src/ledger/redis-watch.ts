/**
 * Whether Redis can be worked with, found out once a second and by what goes wrong in between, so
 * that an action knows at once (issue 4: 503 at once, no pile-up).
 *
 * W1: a break shorter than GRACE_MS is waited for and not told: Redis restarts, a failover.
 * W2: away ends only by a look that did all that a commit needs: read, and write where writing was
 *     refused.
 */

import { AnswerLost } from "./answer-lost.ts";
import { type Availability, LedgerUnavailable } from "./ledger.ts";
import { faultOf, refusalOf, wasSent } from "./redis-faults.ts";

/** A look at the store is due this often. */
export const LOOK_MS = 1_000;
/** A look without an answer for so long means that there is no Redis to work with. */
const LOOK_MAX_MS = 1_500;
/** A connection that is lost and back within this time is nobody's business. */
export const GRACE_MS = 1_000;

export interface WatchDeps {
  /** Reads on to the log's end; `write` asks to try a write too. */
  readonly look: (write: boolean) => Promise<void>;
  readonly connected: () => boolean;
  /** Told once when it changes; for the log. */
  readonly onChange: (availability: Availability) => void;
}

const READY: Availability = { kind: "ready" };

/** What a page says, by what is wrong. */
function awayBy(error: unknown): Availability {
  const { message: detail } = faultOf(error);
  const refusal = refusalOf(error) ?? refusalOf((error as { cause?: unknown } | null)?.cause);
  const refused = refusal || (error instanceof LedgerUnavailable && !isTimeout(error));
  const aviso = refused ? "Redis no acepta cambios" : "Sin conexión con Redis";
  return { kind: "away", aviso, detail };
}

const isTimeout = (error: Error): boolean => error.cause instanceof AnswerLost;

/** @throws AnswerLost after LOOK_MAX_MS */
async function inTime(work: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = () => reject(new AnswerLost("Redis no contesta"));
  const timer = setTimeout(late, LOOK_MAX_MS);
  try {
    await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

export class Watch {
  readonly #deps: WatchDeps;
  readonly #listeners = new Set<(availability: Availability) => void>();
  readonly #waiting = new Set<() => void>();
  #availability: Availability = READY;
  #looking = false;
  #refused = false;
  #stopped = false;
  #graceTimer: ReturnType<typeof setTimeout> | undefined;
  #roundTripMs: number | null = null;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(deps: WatchDeps) {
    this.#deps = deps;
    this.#timer = setInterval(() => void this.look(), LOOK_MS);
  }

  get availability(): Availability {
    return this.#availability;
  }

  /** How long the last look that succeeded took; null before it. */
  get roundTripMs(): number | null {
    return this.#roundTripMs;
  }

  onAvailability(listener: (availability: Availability) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The connection is lost; told after GRACE_MS unless it is back by then (W1). */
  lost(error: Error): void {
    if (this.#graceTimer || this.#stopped) return;
    this.#graceTimer = setTimeout(() => {
      this.#graceTimer = undefined;
      if (!this.#deps.connected()) this.#set(awayBy(error));
    }, GRACE_MS);
  }

  /** A write was refused by Redis: until one succeeds, there is nothing to try (W2). */
  refused(error: unknown): void {
    this.#refused = true;
    this.#set(awayBy(error));
  }

  /** One look, now; those who wait for a connection go on after it. */
  async look(): Promise<void> {
    if (this.#looking || !this.#deps.connected()) return;
    this.#looking = true;
    const beganMs = performance.now();
    try {
      await inTime(this.#deps.look(this.#refused));
      this.#roundTripMs = performance.now() - beganMs;
      this.#refused = false;
      this.#set(READY);
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#looking = false;
    }
  }

  #failed(error: unknown): void {
    const fault = faultOf(error);
    const unsent = fault instanceof AnswerLost && !wasSent(fault);
    // What could not even be asked is no better reason than the one that is known.
    if (this.#availability.kind === "away" && unsent) return;
    // A connection lost in the middle of it has its grace.
    if (this.#deps.connected() || this.#availability.kind === "away") this.#set(awayBy(error));
  }

  /**
   * Resolves when a command can be sent. @throws LedgerUnavailable at once while Redis is known to
   * be away, and after the grace of a break that turns out to be longer.
   */
  async ready(): Promise<void> {
    for (;;) {
      if (this.#availability.kind === "away") {
        throw new LedgerUnavailable(this.#availability.detail);
      }
      if (this.#deps.connected()) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.add(resolve);
      await promise;
      this.#waiting.delete(resolve);
    }
  }

  /** The connection is there again. */
  back(): void {
    clearTimeout(this.#graceTimer);
    this.#graceTimer = undefined;
    for (const go of this.#waiting) go();
    void this.look();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    clearTimeout(this.#graceTimer);
    for (const go of this.#waiting) go();
  }

  #set(next: Availability): void {
    const before = this.#availability;
    const same =
      before.kind === next.kind && (next.kind === "ready" || awayText(before) === awayText(next));
    this.#availability = next;
    if (next.kind === "away") for (const go of this.#waiting) go();
    if (same) return;
    this.#deps.onChange(next);
    for (const listener of this.#listeners) listener(next);
  }
}

const awayText = (availability: Availability): string =>
  availability.kind === "away" ? `${availability.aviso}: ${availability.detail}` : "";
