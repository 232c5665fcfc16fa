/** Several processes of ZEUES on one Redis, each with a network of its own to it that can break. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Event, Seq } from "../../src/domain/event.ts";
import { openRedisLedger } from "../../src/ledger/redis.ts";
import { parseRedisUrl } from "../../src/ledger/redis-url.ts";
import { freePort } from "../../test/support/free-port.ts";
import { type RedisServer, startRedis } from "../../test/support/redis-server.ts";
import { type Api, openApi } from "../support/api.ts";
import { type CutProxy, openCutProxy } from "../support/cut-proxy.ts";
import { runZeues, type Server, startServer } from "../support/process.ts";
import { enrolTablet } from "../support/tablet.ts";
import { writeWorkbook } from "../support/workbook.ts";

const TOKEN = "a-token-for-chaos-of-at-least-32-characters";

/** One process; its address stays the same however often it is killed. */
export interface Member {
  readonly nth: number;
  readonly api: Api;
  readonly proxy: CutProxy;
  readonly server: Server;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** Starts it again on the same port. @returns milliseconds until it listens */
  start(): Promise<number>;
}

export interface House extends AsyncDisposable {
  readonly redis: RedisServer;
  readonly members: readonly Member[];
  /** Holds the processes' logs. */
  readonly folder: string;
  /** The whole log as the ledger reads it, past all proxies. */
  readLog(): Promise<readonly Event[]>;
  /** Leaves the folder when the house is gone. */
  keep(): void;
}

export interface HouseOptions {
  readonly processes: number;
  readonly spools: number;
  readonly workers: number;
}

const envOf = (port: number, redisPort: number, data: string): Record<string, string> => ({
  PORT: String(port),
  HOST: "127.0.0.1",
  REDIS_URL: `redis://127.0.0.1:${redisPort}`,
  ZEUES_DATA: data,
  ZEUES_DEMO: "off",
  ZEUES_API_TOKEN: TOKEN,
  ZEUES_LOG: "warn",
});

async function openMember(folder: string, nth: number, redis: RedisServer): Promise<Member> {
  const proxy = await openCutProxy(redis.port);
  const env = envOf(await freePort(), proxy.port, join(folder, `data-${nth}`));
  let starts = 0;
  const start = (): Promise<Server> =>
    startServer(["src/main.ts", "serve"], env, join(folder, `process-${nth}-${starts++}.log`));
  let server = await start();
  return {
    nth,
    api: openApi(server.url, TOKEN),
    proxy,
    get server() {
      return server;
    },
    kill: () => server.kill(),
    async start() {
      server = await start();
      return server.startMs;
    },
  };
}

async function readLog({ url }: RedisServer): Promise<readonly Event[]> {
  const target = parseRedisUrl(url);
  if (!target) throw new Error(`no Redis: ${url}`);
  const onFault = (fault: unknown): void => console.error(fault);
  const ledger = await openRedisLedger({ target, onFault });
  const events: Event[] = [];
  for (;;) {
    const more = await ledger.read((events.at(-1)?.seq ?? 0) as Seq);
    if (more.length === 0) break;
    for (const event of more) events.push(event);
  }
  await ledger.close();
  return events;
}

/** Starts Redis, imports a made-up workbook, starts the processes. */
export async function openHouse({ processes, spools, workers }: HouseOptions): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), "zeues-chaos-"));
  // What Redis has answered survives its own kill -9.
  const redis = await startRedis({ args: ["--appendfsync", "always"] });
  const workbook = join(folder, "workbook");
  await writeWorkbook(workbook, { spools, workers });
  const env = envOf(0, redis.port, join(folder, "data"));
  await runZeues(["import", workbook], env);
  await enrolTablet(env);
  const members: Member[] = [];
  for (let nth = 0; nth < processes; nth++) members.push(await openMember(folder, nth, redis));
  let kept = false;
  return {
    redis,
    members,
    folder,
    readLog: () => readLog(redis),
    keep() {
      kept = true;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(members.map((member) => member.kill()));
      for (const { proxy } of members) proxy[Symbol.dispose]();
      await redis[Symbol.asyncDispose]();
      if (!kept) await rm(folder, { recursive: true, force: true });
    },
  };
}
