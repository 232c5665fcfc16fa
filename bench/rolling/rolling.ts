/**
 * Three processes on one Redis behind a proxy, restarted one after the other by the script that
 * ships (docs/deploy/rolling.sh), while workers act and streams watch.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../test/support/free-port.ts";
import { type ProxyName, startProxy } from "../../test/support/proxies.ts";
import { startRedis } from "../../test/support/redis-server.ts";
import { type Api, openApi } from "../support/api.ts";
import { ROOT, runZeues, type Server, startServer } from "../support/process.ts";
import { pause, until } from "../support/until.ts";
import { writeWorkbook } from "../support/workbook.ts";
import { type Watched, watch } from "./watch.ts";
import { createWorkerTally, type WorkerTally, work } from "./worker.ts";

const TOKEN = "a-token-for-benchmarks-of-32-characters";
const PROCESSES = 3;
const OPEN_AT_ONCE = 25;

export interface RollingOptions {
  readonly proxy: ProxyName;
  readonly workers: number;
  readonly streams: number;
  readonly thinkMs: () => number;
}

export interface RollingResult extends WorkerTally {
  readonly violations: readonly string[];
  /** When each stream was back, in milliseconds from the first after each stop. */
  readonly backMs: readonly (readonly number[])[];
  /** Streams that ended without a word, or could not be opened, by reason. */
  readonly broken: ReadonlyMap<string, number>;
  readonly seq: number;
  readonly tookMs: number;
}

/** Three processes that can be restarted by name. */
async function startProcesses(folder: string, redisUrl: string) {
  const ports = await Promise.all(Array.from({ length: PROCESSES }, freePort));
  const env = {
    HOST: "127.0.0.1",
    REDIS_URL: redisUrl,
    ZEUES_DEMO: "off",
    ZEUES_API_TOKEN: TOKEN,
    ZEUES_TRUSTED_PROXY: "127.0.0.1",
  };
  await runZeues(["import", join(folder, "workbook")], env);
  const start = (port: number): Promise<Server> =>
    startServer(
      ["src/main.ts", "serve"],
      { ...env, PORT: String(port) },
      join(folder, `log-${port}-${performance.now()}`),
    );
  const servers = new Map<number, Server>();
  for (const port of ports) servers.set(port, await start(port));
  return {
    ports,
    urls: ports.map((port) => ({ url: `http://127.0.0.1:${port}` })),
    async restart(port: number): Promise<void> {
      await servers.get(port)?.[Symbol.asyncDispose]();
      servers.set(port, await start(port));
    },
    async [Symbol.asyncDispose]() {
      for (const server of servers.values()) await server.kill();
    },
  };
}

type Processes = Awaited<ReturnType<typeof startProcesses>>;

/** Runs the script that ships; it restarts by asking us. */
async function roll(processes: Processes, onStop: () => void): Promise<void> {
  await using control = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 60,
    async fetch(request) {
      onStop();
      await processes.restart(Number(await request.text()));
      return new Response();
    },
  });
  const restart = `curl -fsS http://127.0.0.1:${control.port}/ -d`;
  const names = processes.ports.map((port) => `${port}=127.0.0.1:${port}`);
  const script = Bun.spawn(["sh", join(ROOT, "docs/deploy/rolling.sh"), restart, ...names], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const said = await new Response(script.stderr).text();
  if ((await script.exited) !== 0) throw new Error(said);
}

async function openWatches(
  api: Api,
  count: number,
  on: Omit<Parameters<typeof watch>[0], "url" | "auth">,
) {
  const watches: Watched[] = [];
  while (watches.length < count) {
    const many = Math.min(OPEN_AT_ONCE, count - watches.length);
    const opened = Array.from({ length: many }, () =>
      watch({ url: api.url, auth: api.auth, ...on }),
    );
    watches.push(...(await Promise.all(opened)));
  }
  return watches;
}

/** Lets it happen. Nobody else may act on the shop meanwhile. */
export async function rolling(options: RollingOptions): Promise<RollingResult> {
  const folder = await mkdtemp(join(tmpdir(), "zeues-rolling-"));
  try {
    await using redis = await startRedis();
    const size = { spools: 3 * options.workers, workers: options.workers };
    await writeWorkbook(join(folder, "workbook"), size);
    await using processes = await startProcesses(folder, redis.url);
    await using proxy = await startProxy(options.proxy, processes.urls, { tls: false });
    // By its address, which the streams' bare sockets need not look up.
    const api = openApi(proxy.url.replace("localhost", "127.0.0.1"), TOKEN);
    return await observe(options, api, processes);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function observe(options: RollingOptions, api: Api, processes: Processes) {
  const tally = createWorkerTally();
  const violations: string[] = [];
  const backMs: number[][] = [];
  const broken = new Map<string, number>();
  const seen = new Map<number, number>();
  const watches = await openWatches(api, options.streams, {
    violations,
    seen,
    onBack: (atMs) => backMs.at(-1)?.push(atMs),
    onBroken: (why) => broken.set(why, (broken.get(why) ?? 0) + 1),
  });
  const beganAt = performance.now();
  let going = true;
  const think = (): Promise<void> => pause(options.thinkMs());
  const workers = Array.from({ length: options.workers }, (_, at) =>
    work(api, tally, at, () => going, think),
  );
  await roll(processes, () => void backMs.push([]));
  going = false;
  await Promise.all(workers);
  const last = Math.max(0, ...tally.done);
  await until(() => watches.every(({ seq }) => seq >= last));
  for (const seq of tally.done) {
    const missed = options.streams - (seen.get(seq) ?? 0);
    if (missed !== 0) violations.push(`seq ${seq} was missed by ${missed} streams`);
  }
  for (const one of watches) one[Symbol.dispose]();
  const spread = backMs.map((all) => all.map((atMs) => atMs - Math.min(...all)));
  const tookMs = performance.now() - beganAt;
  return { ...tally, violations, backMs: spread, broken, seq: last, tookMs };
}
