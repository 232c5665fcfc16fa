/**
 * A rolling restart of three processes on one Redis under 300 streams and 30 workers, behind each
 * proxy that ships: no failed action, no missed event, reconnects spread over 3 s at least. Exit
 * code 1 when not. `bun bench/rolling.ts [--workers 30] [--streams 300]`, about 90 s.
 */
import { PROXIES } from "../test/support/proxies.ts";
import { rolling } from "./rolling/rolling.ts";
import { readNumbers } from "./support/args.ts";
import { figure, quantile } from "./support/stats.ts";

const { workers, streams } = readNumbers({ workers: 30, streams: 300 });
const MS_PER_S = 1_000;
const SPREAD_MIN_MS = 3_000;
const STEP_MS = 500;
const THINK_MS = [200, 300] as const;

const listed = (counts: ReadonlyMap<string, number>): string =>
  [...counts].map(([why, count]) => `${count} x ${why}`).join("; ") || "none";

/** How many were back in each half second. */
function histogram(backMs: readonly number[]): string {
  const steps = Array<number>(Math.ceil((Math.max(0, ...backMs) + 1) / STEP_MS)).fill(0);
  for (const ms of backMs) {
    const at = Math.floor(ms / STEP_MS);
    steps[at] = (steps[at] ?? 0) + 1;
  }
  return steps.join(" ");
}

let good = true;
for (const proxy of PROXIES) {
  const thinkMs = (): number => THINK_MS[0] + Math.random() * THINK_MS[1];
  const result = await rolling({ proxy, workers, streams, thinkMs });
  const { done, failed, raw, violations, backMs, broken, answersMs, tookMs } = result;
  console.log(`${proxy}: ${workers} workers, ${streams} streams, ${figure(tookMs / MS_PER_S)} s`);
  console.log(`  actions done ${done.size}, failed ${failed.length}`);
  console.log(`  requests that failed and were sent again: ${listed(raw)}`);
  console.log(`  streams that ended without a word or met nobody: ${listed(broken)}`);
  console.log(
    `  tap to answer: p50 ${figure(quantile(answersMs, 0.5))} ms, ` +
      `p99 ${figure(quantile(answersMs, 0.99))} ms, most ${figure(Math.max(...answersMs))} ms`,
  );
  for (const [nth, all] of backMs.entries()) {
    const spread = Math.max(...all);
    console.log(
      `  stop ${nth + 1}: ${all.length} streams back within ${figure(spread)} ms, ` +
        `each ${STEP_MS} ms: ${histogram(all)}`,
    );
  }
  for (const text of [...violations.slice(0, 10), ...failed.slice(0, 10)]) {
    console.log(`  VIOLATION ${text}`);
  }
  const spreads = backMs.every((all) => Math.max(...all) >= SPREAD_MIN_MS);
  good &&= violations.length + failed.length === 0 && done.size > 0 && spreads;
}
console.log(good ? "no violations" : "violations");
process.exitCode = good ? 0 : 1;
