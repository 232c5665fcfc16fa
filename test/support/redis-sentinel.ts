/** A Redis with one replica and three Sentinels that put the replica in its place. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { launch, type Program } from "./program.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

export interface RedisSentinels extends AsyncDisposable {
  /** `redis+sentinel://127.0.0.1:P1,127.0.0.1:P2,127.0.0.1:P3/zeues` */
  readonly url: string;
  /** The master at the start. */
  readonly master: RedisServer;
  readonly replica: RedisServer;
  /** Resolves once every Sentinel has switched to another master than the first. */
  failedOver(): Promise<void>;
}

const NAME = "zeues";
const SENTINELS = 3;
const QUORUM = 2;
const DOWN_AFTER_MS = 1_000;
const FAILOVER_TIMEOUT_MS = 3_000;

interface Sentinel {
  readonly port: number;
  readonly program: Program;
}

async function startSentinel(folder: string, master: number): Promise<Sentinel> {
  const port = await freePort();
  const path = join(folder, `${port}.conf`);
  // Sentinels write what they learn into this file.
  const lines = [
    `port ${port}`,
    "bind 127.0.0.1",
    `dir "${folder}"`,
    `sentinel monitor ${NAME} 127.0.0.1 ${master} ${QUORUM}`,
    `sentinel down-after-milliseconds ${NAME} ${DOWN_AFTER_MS}`,
    `sentinel failover-timeout ${NAME} ${FAILOVER_TIMEOUT_MS}`,
  ];
  await writeFile(path, `${lines.join("\n")}\n`);
  return { port, program: launch(["redis-server", path, "--sentinel"]) };
}

/** Starts all; resolves once every Sentinel knows the replica and the other two. */
export async function startSentinels(): Promise<RedisSentinels> {
  const folder = await mkdtemp(join(tmpdir(), "zeues-sentinel-"));
  const master = await startRedis();
  const replica = await startRedis({
    args: ["--replicaof", `127.0.0.1 ${master.port}`, "--repl-diskless-sync-delay", "0"],
  });
  // A Sentinel asks the master for its replicas when it comes, and then only every 10 s.
  await replica.said(/sync: Finished with success/);
  const sentinels = await Promise.all(
    Array.from({ length: SENTINELS }, () => startSentinel(folder, master.port)),
  );
  const all = (words: RegExp) => Promise.all(sentinels.map(({ program }) => program.said(words)));
  await all(/\+slave slave/);
  await all(/\+sentinel sentinel(.|\n)*\+sentinel sentinel/);
  return {
    url: `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(",")}/${NAME}`,
    master,
    replica,
    async failedOver() {
      await all(/\+switch-master/);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(sentinels.map(({ program }) => program.kill("SIGKILL")));
      await Promise.all([master, replica].map((redis) => redis[Symbol.asyncDispose]()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
