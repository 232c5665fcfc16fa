/**
 * The policy around each request to Google: its slot in the budget, its wait after failures, its
 * repeats (spec 7).
 *
 * R1: every request takes its slot the moment it is sent, repeats too.
 * R2: after a failure nobody sends anything until the backoff is over, whoever failed.
 * R3: only what may be asked again as it is, is repeated: reads, and calls that say so. A write of
 *     rows never: the rows that it meant may have moved during the wait, so its caller reads again
 *     first. What may have been applied (lost, or a gateway's 5xx) is never repeated here at all.
 * R4: every wait is bounded by `patienceMs`, ends when the process stops, and is known beforehand:
 *     a caller that would wait too long is told at once.
 */
import type { Backoff } from "./backoff.ts";
import type { Budget, CallKind, Grant } from "./budget.ts";
import type { Clock } from "./clock.ts";
import { type Fault, SheetsError, stopped } from "./failure.ts";

/** A read that comes later than this is another cycle's. Longer than a full backoff. */
export const READ_PATIENCE_MS = 90_000;
/** The rows that a write means were read just before; after this they may be others. */
export const WRITE_PATIENCE_MS = 2_000;
/** Then the caller decides again: it may have something better to ask. */
const ATTEMPTS_MAX = 5;

/** One request as it went, for metrics and the log. */
export interface Attempt {
  readonly kind: CallKind;
  readonly result: "ok" | Fault["kind"];
  readonly ms: number;
  /** Counts from 1. */
  readonly attempt: number;
  /** Absent when it is `ok`. */
  readonly failure?: SheetsError;
}

export interface Policy {
  readonly budget: Budget;
  readonly backoff: Backoff;
  readonly clock: Clock;
  /** The process stops, or the lease is gone: waits end with `stopped`. */
  readonly signal?: AbortSignal;
  readonly onAttempt?: (attempt: Attempt) => void;
}

export interface Call<T> {
  readonly kind: CallKind;
  /**
   * Sends one request. It may look at the lease first and throw: a process that was asleep must
   * not write.
   */
  readonly run: () => Promise<T>;
  /** Slots held before; without them, or when a repeat needs more, the budget is asked. */
  readonly grant?: Grant;
  /** Whether the same request may be sent again when it was surely not applied; default: a read. */
  readonly repeatable?: boolean;
  /** READ_PATIENCE_MS or WRITE_PATIENCE_MS. */
  readonly patienceMs?: number;
}

const patienceOf = ({ kind, patienceMs }: Call<unknown>): number =>
  patienceMs ?? (kind === "read" ? READ_PATIENCE_MS : WRITE_PATIENCE_MS);

/** Waits for the backoff. Throws `busy`, `waiting` when that would last beyond `untilMs`. */
async function rest(policy: Policy, untilMs: number): Promise<void> {
  const { backoff, clock, signal } = policy;
  // While one rests another may fail, which lengthens the rest.
  for (let waitMs = backoff.waitMs(); waitMs > 0; waitMs = backoff.waitMs()) {
    if (clock.now() + waitMs > untilMs) {
      throw new SheetsError({ kind: "busy", reason: "waiting", waitMs });
    }
    await clock.sleep(waitMs, signal);
  }
}

async function attempt<T>(call: Call<T>, policy: Policy, count: number): Promise<T> {
  const { backoff, clock, onAttempt } = policy;
  const { kind } = call;
  const beganMs = clock.now();
  const tell = (result: Attempt["result"], failure?: SheetsError) =>
    onAttempt?.({
      kind,
      result,
      ms: clock.now() - beganMs,
      attempt: count,
      ...(failure ? { failure } : {}),
    });
  try {
    const value = await call.run();
    backoff.answered();
    tell("ok");
    return value;
  } catch (error) {
    if (!(error instanceof SheetsError)) throw error;
    if (error.kind === "denied") backoff.answered();
    else if (error.kind !== "stopped") backoff.failed(error.fault);
    tell(error.kind, error);
    throw error;
  }
}

/** Whether the same request may go again as it is (R3). */
function mayRepeat({ kind, repeatable = kind === "read" }: Call<unknown>, error: unknown): boolean {
  if (!(error instanceof SheetsError) || !repeatable || error.mayBeApplied) return false;
  return error.kind === "busy" || error.kind === "lost";
}

/**
 * Sends a request when its turn has come, and again where that is safe.
 * Throws SheetsError, and what `run` threw that is none.
 */
export async function withPolicy<T>(call: Call<T>, policy: Policy): Promise<T> {
  const { budget, clock, signal } = policy;
  const untilMs = clock.now() + patienceOf(call);
  for (let count = 1; ; count++) {
    if (signal?.aborted) throw stopped();
    await rest(policy, untilMs);
    if (call.grant && count === 1) call.grant.take(call.kind);
    else {
      using slot = await budget.hold({ [call.kind]: 1 }, untilMs - clock.now(), signal);
      await rest(policy, untilMs);
      slot.take(call.kind);
    }
    try {
      return await attempt(call, policy, count);
    } catch (error) {
      if (count >= ATTEMPTS_MAX || !mayRepeat(call, error)) throw error;
    }
  }
}
