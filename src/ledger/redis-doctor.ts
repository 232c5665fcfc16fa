/**
 * What `zeues doctor` looks at in Redis. It changes nothing, and asks little at a time: servers may
 * be at work.
 */
import { Cluster } from "ioredis";
import { bien, type Finding, judgeClock, mal } from "./finding.ts";
import { LedgerUnavailable } from "./ledger.ts";
import { judgeServer } from "./redis-checks.ts";
import { type Client, connect, createClient } from "./redis-connections.ts";
import { examineKeys } from "./redis-doctor-keys.ts";
import { examineLog } from "./redis-doctor-log.ts";
import { faultOf } from "./redis-faults.ts";
import { PREFIX, redisKeys } from "./redis-keys.ts";
import { processesOn } from "./redis-scan.ts";
import { describeTarget, type RedisTarget } from "./redis-url.ts";

/** A Redis that has not let us in by then: loading, paused, not there. */
const CONNECT_MAX_MS = 5_000;

const CONNECT_FIX = "revisa REDIS_URL y que Redis esté andando";

export interface RedisExamined {
  readonly target: RedisTarget;
  /** Default `{zeues}`. */
  readonly prefix?: string;
  readonly nowMs: () => number;
}

/** @throws when there is no answer in time */
async function inTime(work: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = () => reject(new Error(`no contesta en ${CONNECT_MAX_MS / 1_000} s`));
  const timer = setTimeout(late, CONNECT_MAX_MS);
  try {
    await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function examineServer(client: Client): Promise<readonly Finding[]> {
  const nodes = client instanceof Cluster ? client.nodes("master") : [client];
  const all = await Promise.all(nodes.map(async (node) => judgeServer(await node.info())));
  // Nodes that are set alike are told once.
  const lines = new Map(all.flat().map((finding) => [finding.what, finding]));
  return [...lines.values()];
}

async function examineClock(client: Client, nowMs: () => number): Promise<readonly Finding[]> {
  const before = nowMs();
  const [seconds, micros] = await client.time();
  const here = (before + nowMs()) / 2;
  return [judgeClock(here - (Number(seconds) * 1_000 + Number(micros) / 1_000), "Redis")];
}

async function examineProcesses(client: Client): Promise<readonly Finding[]> {
  const { length } = await processesOn(client);
  return length === 0 ? [] : [bien(`procesos de ZEUES conectados: ${length}`)];
}

/** Everything, one check after the other; one that fails is a line, and the others go on. */
export async function* examineRedis(examined: RedisExamined): AsyncGenerator<Finding> {
  const { target, prefix = PREFIX, nowMs } = examined;
  const keys = redisKeys(prefix);
  const client = createClient(target, `zeues-doctor-${process.pid}`);
  try {
    await inTime(connect(client, target));
  } catch (error) {
    client.disconnect();
    // A refusal of Redis's own says what to do already (redis-faults).
    const fix = error instanceof LedgerUnavailable ? undefined : CONNECT_FIX;
    yield mal(`Redis: ${(error as Error).message}`, fix);
    return;
  }
  // Without a listener ioredis prints them; each question that fails tells.
  client.on("error", () => {});
  yield bien(`Redis: conectado a ${describeTarget(target)}`);
  const checks = [
    () => examineServer(client),
    () => examineClock(client, nowMs),
    () => examineProcesses(client),
    () => examineKeys(client, prefix),
    () => examineLog(client, keys, nowMs),
  ];
  try {
    for (const check of checks) {
      try {
        yield* await check();
      } catch (error) {
        yield mal(faultOf(error).message);
      }
    }
  } finally {
    client.disconnect();
  }
}
