/** The figures of a chaos run. */
import { figure, quantile } from "../support/stats.ts";
import type { ChaosResult } from "./chaos.ts";
import { FAULT_NAMES } from "./faults.ts";
import { type Call, doneOf, isIndefinite, isUnavailable, refusalOf } from "./history.ts";

const SHOWN_MAX = 20;

function counts(values: Iterable<string>): string {
  const all = new Map<string, number>();
  for (const value of values) all.set(value, (all.get(value) ?? 0) + 1);
  return [...all].map(([name, count]) => `${name} ${count}`).join(", ") || "none";
}

/** The requests of each key, in the order in which they were sent. */
function byKey(calls: readonly Call[]): readonly (readonly Call[])[] {
  const all = new Map<string, Call[]>();
  for (const call of calls) {
    const same = all.get(call.key) ?? [];
    same.push(call);
    all.set(call.key, same);
  }
  return [...all.values()];
}

/** From the first request of an action to its first definite answer, where some had none. */
const outagesMs = (calls: readonly Call[]): number[] =>
  byKey(calls).flatMap((same) => {
    const [first] = same;
    const answered = same.find((call) => !isIndefinite(call));
    return first && answered && isIndefinite(first) ? [answered.endedMs - first.invokedMs] : [];
  });

function tellFaults({ broken }: ChaosResult): void {
  for (const name of FAULT_NAMES) {
    const times = broken.filter((one) => one.name === name);
    const longest = Math.max(0, ...times.map(({ beganMs, healedMs }) => healedMs - beganMs));
    console.log(`  ${name}: ${times.length} times, all ready after at most ${figure(longest)} ms`);
  }
}

/** Latencies of requests that ran while nothing was broken. */
function calmMs({ calls, broken }: ChaosResult): number[] {
  const calm = calls.filter(
    ({ invokedMs, endedMs }) =>
      !broken.some(({ beganMs, healedMs }) => invokedMs < healedMs && endedMs > beganMs),
  );
  return calm.filter((call) => !isIndefinite(call)).map((call) => call.endedMs - call.invokedMs);
}

function tellStreams({ watches, events }: ChaosResult): void {
  const reconnects = watches.reduce((sum, watch) => sum + watch.reconnects, 0);
  const others = new Map<string, number>();
  for (const watch of watches) {
    for (const [name, count] of watch.others) others.set(name, (others.get(name) ?? 0) + count);
  }
  const told = [...others].map(([name, count]) => `${name} ${count}`).join(", ") || "none";
  console.log(`${watches.length} streams, ${events} events in the log, ${reconnects} reconnects`);
  console.log(`  other events on streams: ${told}`);
}

/** Prints a run's figures and its verdict. */
export function tellChaos(result: ChaosResult): void {
  const { calls, violations } = result;
  const keys = byKey(calls);
  const accepted = keys.filter((same) => same.some(doneOf)).length;
  const lost = keys.filter((same) => same.every(isIndefinite)).length;
  const refusals = calls.flatMap((call) => refusalOf(call)?.error ?? []);
  const away = calls.filter(isUnavailable);
  const broken = calls.filter(({ answer }) => !answer);
  const ms = (some: readonly Call[]) => some.map(({ invokedMs, endedMs }) => endedMs - invokedMs);
  const untold = result.events - accepted;
  console.log(`${calls.length} requests for ${keys.length} actions: accepted ${accepted},`);
  console.log(`  done and nobody was told ${untold} (given up, or refused when asked again),`);
  console.log(`  refused ${refusals.length} (${counts(refusals)}), never answered ${lost}`);
  const [half, slowest] = [0.5, 1].map((q) => figure(quantile(ms(away), q)));
  console.log(`  503: ${away.length}, p50 ${half} ms, slowest ${slowest} ms`);
  console.log(
    `  without answer: ${broken.length}, slowest ${figure(Math.max(0, ...ms(broken)))} ms`,
  );
  console.log(`longest outage for a worker: ${figure(Math.max(0, ...outagesMs(calls)))} ms`);
  tellFaults(result);
  tellStreams(result);
  console.log(`connections to Redis: at most ${result.connectionsMax} per process`);
  const calm = calmMs(result);
  console.log(
    `POST in calm times: p50 ${figure(quantile(calm, 0.5))} ms, ` +
      `p99 ${figure(quantile(calm, 0.99))} ms of ${calm.length}`,
  );
  for (const violation of violations.slice(0, SHOWN_MAX)) console.log(`VIOLATION ${violation}`);
  console.log(violations.length === 0 ? "no violations" : `${violations.length} violations`);
}
