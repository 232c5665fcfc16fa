/**
 * A copy that stops where it is told, for somebody to kill it there. Run with: direction, path,
 * Redis URL, prefix, stage, how far. Prints `stopped` and waits, or `done`.
 */
import { openRedisTarget } from "../../src/ledger/redis-copy.ts";
import { openRedisSource } from "../../src/ledger/redis-transfer.ts";
import { parseRedisUrl } from "../../src/ledger/redis-url.ts";
import { openSqliteTarget } from "../../src/ledger/sqlite-copy.ts";
import { openSqliteSource } from "../../src/ledger/sqlite-transfer.ts";
import { transfer } from "../../src/ledger/transfer.ts";
import { AT_MS } from "./ledger-writes.ts";

const [, , direction, path = "", url = "", prefix = "", stage, far] = process.argv;
const target = parseRedisUrl(url);
if (!target) throw new Error(`no Redis URL: ${url}`);
const redis = { target, prefix, nowMs: AT_MS };
const sqlite = { path, nowMs: AT_MS };
const [from, to] =
  direction === "a-redis"
    ? [await openSqliteSource(sqlite), await openRedisTarget(redis)]
    : [await openRedisSource(redis), await openSqliteTarget(sqlite)];

await transfer(from, to, {
  piece: 10,
  async onProgress(now) {
    if (now.stage !== stage || now.done < Number(far)) return;
    process.stdout.write("stopped\n");
    await new Promise(() => setInterval(() => {}, 60_000));
  },
});
process.stdout.write("done\n");
