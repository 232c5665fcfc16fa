/** The Redis ledger on a server of the benchmark's own. */
import { openRedisLedger } from "../../src/ledger/redis.ts";
import { parseRedisUrl } from "../../src/ledger/redis-url.ts";

/** Opens the ledger; its faults are printed. */
export async function openLedgerAt(url: string) {
  const target = parseRedisUrl(url);
  if (!target) throw new Error(`no Redis: ${url}`);
  return await openRedisLedger({ target, onFault: console.error });
}
