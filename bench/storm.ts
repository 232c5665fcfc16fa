/**
 * 30 workers act at random for a minute through the API while 50 JSON streams and 10 pages watch.
 * Then: every stream saw every event exactly once and in order, the final state equals the log
 * replayed (also after `kill -9`), no spool ever had two occupants. Exit code 1 when not.
 * `bun bench/storm.ts [--seconds 60] [--workers 30] [--streams 50] [--screens 10] [--seed N]`
 */
import { storm } from "./storm/storm.ts";
import { readNumbers } from "./support/args.ts";
import { figure, quantile } from "./support/stats.ts";
import { pause } from "./support/until.ts";
import { openZeues } from "./support/zeues.ts";

const MS_PER_S = 1_000;
/** On a tablet it is seconds; here thirty must make a storm. */
const THINK_MAX_MS = 100;
const SHOWN_MAX = 20;
/** A minute's storm finishes some hundreds. */
const SPOOLS = 2_000;

const { seconds, workers, streams, screens, seed } = readNumbers({
  seconds: 60,
  workers: 30,
  streams: 50,
  screens: 10,
  seed: Date.now() % 1_000_000,
});

const zeues = await openZeues({ spools: SPOOLS, workers: Math.max(workers, screens) });
let last = zeues;
const beganAt = performance.now();
const result = await storm({
  api: zeues.api,
  seed,
  workers,
  streams,
  screens,
  more: () => performance.now() - beganAt < seconds * MS_PER_S,
  think: (random) => pause(random() * THINK_MAX_MS),
  restart: async () => {
    last = await zeues.restart();
    return last.api;
  },
});
await last[Symbol.asyncDispose]();

const { acked, refused, repeats, latenciesMs, violations, events, htmlFrames } = result;
const sum = (counts: ReadonlyMap<unknown, number>): number =>
  [...counts.values()].reduce((total, count) => total + count, 0);
const list = (counts: ReadonlyMap<string, number>): string =>
  [...counts].map(([name, count]) => `${name} ${count}`).join(", ");

console.log(`seed ${seed}: ${workers} workers, ${seconds} s, ${result.spools} spools`);
console.log(`accepted ${acked.size}, refused ${sum(refused)} (${list(refused)})`);
console.log(`sent again on purpose: ${list(repeats)}`);
console.log(`${streams} JSON streams: ${events} events each, ${result.reconnects} reconnects`);
console.log(`${screens} pages: ${htmlFrames} frames, each page at the end as a fresh one`);
console.log(
  `POST to answer: p50 ${figure(quantile(latenciesMs, 0.5))} ms, ` +
    `p99 ${figure(quantile(latenciesMs, 0.99))} ms`,
);
if (events === 0) violations.push("nothing happened");
for (const violation of violations.slice(0, SHOWN_MAX)) console.log(`VIOLATION ${violation}`);
console.log(violations.length === 0 ? "no violations" : `${violations.length} violations`);
process.exitCode = violations.length === 0 ? 0 : 1;
