/** A server as a process of its own, so that it and the load generator have a core each. */

import { dlopen, ptr } from "bun:ffi";
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Subprocess } from "bun";

/** The repository's root: everything is started from there. */
export const ROOT = join(import.meta.dir, "..", "..");

/**
 * What `npm start`, the unit and the image set for Bun itself (docs/operating.md); each Bun here
 * has it, the peers' too.
 */
export const RUNTIME = {
  MIMALLOC_PURGE_HOLES_MIN_INTERVAL: "60000",
  BUN_GC_TIMER_INTERVAL: "10000",
} as const;

/** A start takes 0.3 s; one that needs this long never comes. */
const START_MAX_MS = 20_000;
const NS_PER_S = 1e9;

/** What a process and those that it started have used; NaN where Linux does not tell. */
export interface Usage {
  /** CPU time so far, of its threads that have ended too, nanoseconds. */
  cpuNs(): Promise<number>;
  /** Resident memory in KiB. */
  rssKib(): Promise<number>;
}

export interface Server extends Usage, AsyncDisposable {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  readonly pid: number;
  /** From the spawn to the line that says where it listens. */
  readonly startMs: number;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
}

/** What servers are started with. */
let prefix: readonly string[] = [];

/**
 * From now on servers run on one core and this program on another: Linux likes to put two that
 * wake each other on the same one. Does nothing where there is no `taskset` or no second core.
 */
export function takeACoreEach(): void {
  if (!Bun.which("taskset") || availableParallelism() < 2) return;
  Bun.spawnSync(["taskset", "-apc", "1", String(process.pid)]);
  prefix = ["taskset", "-c", "0"];
}

const children = new Set<Subprocess>();

/** Whatever ends this program, its servers end with it. */
function endWithUs(child: Subprocess): void {
  if (children.size === 0) {
    process.once("exit", () => {
      for (const one of children) one.kill("SIGKILL");
    });
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.once(signal, () => process.exit(1));
  }
  children.add(child);
}

/** A file's text, "" when there is none. (Bun.file sees no files in /proc.) */
const read = (path: string): Promise<string> => readFile(path, "utf8").catch(() => "");

/** A process and its children: nginx works in one of those. */
async function familyOf(pid: number): Promise<readonly number[]> {
  const text = await read(`/proc/${pid}/task/${pid}/children`);
  return [pid, ...text.split(" ").filter(Boolean).map(Number)];
}

const sumOf = async (pid: number, one: (pid: number) => Promise<number>): Promise<number> =>
  (await Promise.all((await familyOf(pid)).map(one))).reduce((sum, value) => sum + value, 0);

const clocks =
  process.platform === "linux"
    ? dlopen("libc.so.6", {
        clock_getcpuclockid: { args: ["i32", "ptr"], returns: "i32" },
        clock_gettime: { args: ["i32", "ptr"], returns: "i32" },
      }).symbols
    : null;

/**
 * The clock of a whole process, clock_getcpuclockid(3). /proc has ticks of 10 ms, or the threads
 * that are still there: Bun's helpers come and go, and take with them what they have used.
 */
async function cpuNsOf(pid: number): Promise<number> {
  const clock = new Int32Array(1);
  const at = new BigInt64Array(2);
  if (clocks?.clock_getcpuclockid(pid, ptr(clock)) !== 0) return Number.NaN;
  if (clocks.clock_gettime(clock[0] ?? 0, ptr(at)) !== 0) return Number.NaN;
  return Number(at[0]) * NS_PER_S + Number(at[1]);
}

/** What a process uses. */
export const usageOf = (pid: number): Usage => ({
  cpuNs: () => sumOf(pid, cpuNsOf),
  rssKib: () =>
    sumOf(pid, async (one) =>
      Number(/VmRSS:\s+(\d+)/.exec(await read(`/proc/${one}/status`))?.[1]),
    ),
});

/** Reads standard output up to the line with the address. */
async function addressOf(output: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  const reader = output.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`the server ended without an address: ${text}`);
    text += decoder.decode(value, { stream: true });
    const url = /http:\/\/[\d.]+:\d+/.exec(text)?.[0];
    if (url) return url;
  }
}

/**
 * Starts a script of this repository with Bun and waits for its address on standard output.
 * @param errors file that takes standard error, the product's log
 * @param command what runs it, where it is not this Bun
 */
export async function startServer(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  errors: string,
  command: readonly string[] = [process.execPath],
): Promise<Server> {
  const beganAt = performance.now();
  const child = Bun.spawn([...prefix, ...command, ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? "", ...RUNTIME, ...env },
    stdio: ["ignore", "pipe", Bun.file(errors)],
  });
  endWithUs(child);
  const slow = setTimeout(() => child.kill("SIGKILL"), START_MAX_MS);
  const url = await addressOf(child.stdout).catch(async (error: Error) => {
    throw new Error(`${args.join(" ")}: ${error.message}\n${await read(errors)}`);
  });
  clearTimeout(slow);
  return {
    url,
    pid: child.pid,
    startMs: performance.now() - beganAt,
    ...usageOf(child.pid),
    async kill() {
      child.kill("SIGKILL");
      await child.exited;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.exited;
    },
  };
}

/** Runs a command of the product to its end. Throws with its output when it fails. */
export async function runZeues(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const child = Bun.spawn([process.execPath, "src/main.ts", ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [output, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`zeues ${args.join(" ")}: ${output}${errors}`);
}
