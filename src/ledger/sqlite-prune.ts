/** Forgets outcomes that no longer hold (ledger.REMEMBER_MS), a few at a time, beside commits. */
import type { Applied, GroupCommit } from "./group-commit.ts";
import { REMEMBER_MS } from "./ledger.ts";
import type { Statements } from "./sqlite-statements.ts";

/** Forgetting is checked this often, with a commit: an outcome lives a day, a minute is nothing. */
const PRUNE_EVERY_MS = 60_000;
/** Most outcomes forgotten at once, about 2 ms; where there are more, the next commit goes on. */
const PRUNE_MAX = 1_000;

/** @returns what is to be called with each commit; what fails in it goes to `onFault` */
export function createPruning(
  sql: Pick<Statements, "pruneOutcomes">,
  group: Pick<GroupCommit, "submit">,
  onFault: (error: unknown) => void,
): (nowMs: number) => void {
  let dueMs = 0;
  return (nowMs) => {
    if (nowMs < dueMs) return;
    dueMs = nowMs + PRUNE_EVERY_MS;
    const step = (): Applied<null> => {
      const { changes } = sql.pruneOutcomes.run(nowMs - REMEMBER_MS, PRUNE_MAX);
      if (changes >= PRUNE_MAX) dueMs = nowMs;
      return { answer: null, events: [] };
    };
    group.submit(step).catch(onFault);
  };
}
