/**
 * `zeues serve` whose shop's clock runs SPEED times as fast, and which tells what lives inside it:
 * `bun bench/soak/server.ts SPEED FILE`, the rest from the environment. FILE gets `Inside`, anew at
 * every SIGUSR2. Nothing is collected for it: it tells what an undisturbed server has.
 */
import { heapSize } from "bun:jsc";
import { writeFileSync } from "node:fs";

/** What the operating system can't tell of a process. */
export interface Inside {
  /** Timers that are set now. */
  readonly timers: number;
  readonly heapBytes: number;
  /** By the shop's clock. */
  readonly nowMs: number;
}

/** Counts timers from now on; for those set by code that is loaded after it. */
function countTimers(): () => number {
  const live = new Set<unknown>();
  const {
    setTimeout: once,
    setInterval: often,
    clearTimeout: endOnce,
    clearInterval: endOften,
  } = globalThis;
  const setOnce = (run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
    const timer = once(() => {
      live.delete(timer);
      run(...args);
    }, ms);
    live.add(timer);
    return timer;
  };
  const setOften = (run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
    const timer = often(run, ms, ...args);
    live.add(timer);
    return timer;
  };
  const end = (clear: (timer: never) => void) => (timer: unknown) => {
    live.delete(timer);
    clear(timer as never);
  };
  Object.assign(globalThis, {
    setTimeout: setOnce,
    setInterval: setOften,
    clearTimeout: end(endOnce),
    clearInterval: end(endOften),
  });
  return () => live.size;
}

const timers = countTimers();
const [speed, file = ""] = [Number(process.argv[2]), process.argv[3]];
const { serve } = await import("../../src/cli/serve.ts");
const { readConfig } = await import("../../src/config.ts");
const { createLimits, UNLIMITED } = await import("../../src/http/middleware/limits.ts");
const { createLog } = await import("../../src/log.ts");

const beganMs = Date.now();
const now = (): number => beganMs + (Date.now() - beganMs) * speed;
// Who lives a day in minutes asks as often in a minute as others in hours.
const limits = speed > 1 ? UNLIMITED : createLimits();
const config = readConfig(process.env);
const served = await serve(config, createLog(config.logLevel), { traffic: false, now, limits });
process.on("SIGUSR2", () => {
  const inside: Inside = { timers: timers(), heapBytes: heapSize(), nowMs: now() };
  writeFileSync(file, JSON.stringify(inside));
});
console.log(`http://127.0.0.1:${served.server.port}`);
process.once("SIGTERM", () => void served.stop().then(() => process.exit(0)));
