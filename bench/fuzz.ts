/**
 * Sends the JSON API everything that its own OpenAPI document allows and a great deal that it does
 * not, over real HTTP: nothing may be answered 5xx, nothing otherwise than documented, nothing may
 * change that is not answered as done. Exit code 1, with the request, when something is.
 * `bun bench/fuzz.ts [--requests 100000] [--seed N] [--spools 3000]`
 *
 * No fuzzer that reads OpenAPI 3.1 is kept on npm; this is fast-check with values of the document's
 * schemas.
 */
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { openShop, TOKEN, tempFolder } from "../test/support/shop.ts";
import { fuzz } from "./fuzz/fuzz.ts";
import { readNumbers } from "./support/args.ts";
import { runZeues } from "./support/process.ts";
import { figure, table } from "./support/stats.ts";
import { FIRST_WORKER, writeWorkbook } from "./support/workbook.ts";

const BYTES_PER_MIB = 2 ** 20;
const MS_PER_S = 1_000;
/** In 100,000 requests some 25,000 actions are accepted, a spool's life has five or more. */
const SPOOLS = 3_000;
const WORKERS = 20;

/** Of the fuzzer's own leavings nothing counts. */
const rssMib = (): string => {
  Bun.gc(true);
  return figure(process.memoryUsage().rss / BYTES_PER_MIB);
};

const { requests, seed, spools } = readNumbers({
  requests: 100_000,
  seed: Date.now() % 1_000_000,
  spools: SPOOLS,
});

/** A made-up workbook large enough that there is something to do to the end. */
async function shopOf(folder: string) {
  const workbook = join(folder, "workbook");
  const data = join(folder, "data");
  await writeWorkbook(workbook, { spools, workers: WORKERS });
  await appendFile(join(workbook, "Roles.csv"), `${FIRST_WORKER},Supervisor,TRUE\n`);
  const env = { ZEUES_DEMO: "off" };
  await runZeues(["import", workbook], { ...env, ZEUES_DATA: data });
  return await openShop({ folder: data, env });
}

using folder = tempFolder();
await using shop = await shopOf(folder.path);
const { floor } = shop.running;
const before = rssMib();
const beganAt = performance.now();
const outcome = await fuzz(
  { port: Number(shop.server.port), token: TOKEN, floor },
  { requests, seed },
);
const seconds = (performance.now() - beganAt) / MS_PER_S;

const statuses = [
  ...new Set([...outcome.counts.values()].flatMap((one) => [...one.keys()])),
].sort();
table(
  ["", ...statuses.map((status) => (status === 0 ? "closed" : String(status)))],
  [...outcome.counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, counts]) => [name, ...statuses.map((status) => String(counts.get(status) ?? ""))]),
);
const share = figure((100 * outcome.accepted) / outcome.requests);
console.log(`seed ${seed}, ${figure(seconds)} s, ${figure(outcome.requests / seconds)} requests/s`);
console.log(`accepted ${outcome.accepted} (${share} %), answered as before ${outcome.repeated}`);
console.log(`memory of server and fuzzer in one: ${before} MiB before, ${rssMib()} MiB after`);
if (outcome.violation !== null) console.log(`VIOLATION, ${outcome.violation}`);
console.log(
  `${outcome.requests} requests, ${outcome.fives} answered 5xx, ` +
    `${outcome.unclaimed} state changes that no answer tells of, ` +
    `slowest answer ${figure(outcome.slowest.ms)} ms (${outcome.slowest.what})`,
);
process.exitCode = outcome.violation === null ? 0 : 1;
