/** How many files and connections the system lets this process have (RLIMIT_NOFILE, Linux). */
import { readFileSync } from "node:fs";

/** Kept free of streams: the ledger, Redis, Google, and the requests that come in between. */
const SPARE = 128;

/** The soft limit, which Bun itself raises to the hard one; null where it can't be known. */
export function descriptorLimit(): number | null {
  try {
    const [, soft] =
      /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    return soft === undefined ? null : Number(soft);
  } catch {
    return null;
  }
}

/**
 * Most streams at once. Past the limit the system takes no connection any more: whoever comes waits
 * without a word, health checks too. A stream that is refused in time is told so, and asks again.
 */
export function streamsMax(limit = descriptorLimit()): number {
  if (limit === null) return Number.POSITIVE_INFINITY;
  return Math.max(limit - SPARE, Math.floor(limit / 2));
}
