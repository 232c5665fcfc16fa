/** Counts the requests to Google (spec 9). */
import type { Metrics } from "../metrics.ts";
import { type Budget, CALL_KINDS } from "./budget.ts";
import type { Attempt } from "./retry.ts";

/** For `Policy.onAttempt`. */
export function meter(
  { googleCalls, googleBudgetLeft }: Pick<Metrics, "googleCalls" | "googleBudgetLeft">,
  budget: Budget,
): (attempt: Attempt) => void {
  const gauge = (): void => {
    for (const kind of CALL_KINDS) googleBudgetLeft.set({ kind }, budget.left(kind));
  };
  gauge();
  return ({ kind, result }) => {
    googleCalls.inc({ kind, result });
    gauge();
  };
}
