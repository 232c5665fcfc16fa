/**
 * Metrics of the process itself, under the names that every Prometheus dashboard knows. Of
 * prom-client's default ones those are left out that are wrong on Bun 1.4: `process_heap_bytes` is
 * reserved address space (6 GB), active handles and resources are always 0, heap spaces are V8's,
 * and the delay of the event loop costs a hundred wake-ups a second. Timers can't be counted.
 */
import { readdirSync, readFileSync } from "node:fs";
import Counter from "prom-client/lib/counter.js";
import Gauge from "prom-client/lib/gauge.js";
import Histogram from "prom-client/lib/histogram.js";
import type Registry from "prom-client/lib/registry.js";

const US_PER_S = 1_000_000;
const MS_PER_S = 1_000;
/** Often enough that a second's standstill is met for sure, seldom enough to cost nothing. */
const LOOP_EVERY_MS = 500;

/** The files that this process has open; null where there is no /proc. */
function openFiles(): number | null {
  try {
    // The listing itself holds one.
    return readdirSync("/proc/self/fd").length - 1;
  } catch {
    return null;
  }
}

/** How many it may have open; null where that is not told. */
function maxFiles(): number | null {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    return Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? Number.NaN) || null;
  } catch {
    return null;
  }
}

/** Watches how late a timer comes. @returns a function that ends it */
export function watchLoop(delay: Pick<Histogram, "observe">): () => void {
  let dueMs = performance.now() + LOOP_EVERY_MS;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    delay.observe(Math.max(0, nowMs - dueMs) / MS_PER_S);
    dueMs = nowMs + LOOP_EVERY_MS;
  }, LOOP_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** How late timers come, by `watchLoop`. */
export const loopDelay = (registers: Registry[]): Histogram =>
  new Histogram({
    name: "zeues_event_loop_delay_seconds",
    help: "How late a timer comes that is due twice a second: nothing else ran meanwhile",
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2],
    registers,
  });

/** Makes them. @returns what sets them, to be called before they are read */
export function measureProcess(registers: Registry[]): () => void {
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const rss = gauge("process_resident_memory_bytes", "Memory that is resident");
  const heap = gauge("process_heap_used_bytes", "Of it, what JavaScript's heap holds");
  const fds = gauge("process_open_fds", "File descriptors that are open");
  const maxFds = gauge("process_max_fds", "File descriptors that may be open");
  const start = gauge("process_start_time_seconds", "When it began, in seconds since 1970");
  const cpu = new Counter({
    name: "process_cpu_seconds_total",
    help: "CPU time that it used, user and system",
    registers,
  });
  start.set(Math.round(Date.now() / MS_PER_S - process.uptime()));
  const most = maxFiles();
  if (most === null) maxFds.remove();
  else maxFds.set(most);
  return () => {
    const { rss: resident, heapUsed } = process.memoryUsage();
    rss.set(resident);
    heap.set(heapUsed);
    const open = openFiles();
    if (open === null) fds.remove();
    else fds.set(open);
    const { user, system } = process.cpuUsage();
    cpu.reset();
    cpu.inc((user + system) / US_PER_S);
  };
}
