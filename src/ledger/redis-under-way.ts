/** What was asked to be stored and is not answered yet: bounded, and waited for before closing. */
import { LedgerUnavailable } from "./ledger.ts";

/** Most under way at once: the SQLite ledger's bound (group-commit), for the same reason. */
const UNDER_WAY_MAX = 5_000;

export function createUnderWay() {
  const asked = new Set<Promise<unknown>>();
  return {
    /** @throws LedgerUnavailable, and asks nothing, when too many wait */
    async hold<T>(ask: () => Promise<T>): Promise<T> {
      if (asked.size >= UNDER_WAY_MAX) {
        throw new LedgerUnavailable(`${UNDER_WAY_MAX} commits are waiting`);
      }
      const answer = ask();
      asked.add(answer);
      try {
        return await answer;
      } finally {
        asked.delete(answer);
      }
    },
    /** Resolves when all that was asked is answered, well or not. */
    settled: (): Promise<unknown> => Promise.allSettled(asked),
  };
}
