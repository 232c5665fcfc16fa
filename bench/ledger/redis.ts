/**
 * The Redis ledger beside the bare round trip: a plain `SET` of the same bytes, and the same rows
 * by bare commands in one MULTI, told to one subscriber as a commit is. One connection each.
 */
import { Redis } from "ioredis";
import type { Write } from "../../src/ledger/ledger.ts";
import { importar, store, upTo } from "../../test/support/ledger-writes.ts";
import { startRedis } from "../../test/support/redis-server.ts";
import { openLedgerAt } from "../redis/open.ts";
import { usageOf } from "../support/process.ts";
import { undisturbed } from "../support/quiet.ts";
import { ratio, table } from "../support/stats.ts";
import { cellsOf, HEAD, type Measured, movingSpools, p50s, round, throughLedger } from "./round.ts";

const COMMITTERS = [1, 64];
const REMEMBER_S = 86_400;

/** The rows of a commit, by as many commands: no checks, no answers, all of them or none. */
const bareOn = (client: Redis) => async (write: Write, key: string) => {
  const body = JSON.stringify(write.event);
  const state = `${write.expectedVersion + 1} ${JSON.stringify(write.state)}`;
  const answers = await client
    .multi()
    .xadd("{bare}:log", "*", "1", body)
    .hset("{bare}:record", write.key, state)
    .rpush(`{bare}:history:${write.key}`, write.expectedVersion)
    .hset("{bare}:meta", "head", write.expectedVersion)
    .set(`{bare}:outcome:${key}`, "f", "EX", REMEMBER_S)
    .publish("{bare}:bell", body)
    .exec();
  if (!answers || answers.some(([error]) => error)) throw new Error("MULTI was refused");
};

/** @param appendfsync how often Redis's file reaches the disk */
async function measure(appendfsync: "everysec" | "always", rounds: number, roundMs: number) {
  await using redis = await startRedis({ args: ["--appendfsync", appendfsync] });
  const ledger = await openLedgerAt(redis.url);
  const [client, subscriber] = [new Redis(redis.url), new Redis(redis.url)];
  await subscriber.subscribe("{bare}:bell");
  const imports = upTo(Math.max(...COMMITTERS)).map((n) => importar(`MK-1923-TW-${n}`));
  await store(ledger, ...imports);
  const states = imports.map(({ state }) => state);
  const value = JSON.stringify(imports[0]);
  const kinds = {
    commit: movingSpools(states, throughLedger(ledger)),
    set: (at: number) => client.set(`plain:${at}`, value),
    multi: movingSpools(states, bareOn(client)),
  };
  const server = usageOf(redis.pid);
  const rows: string[][] = [];
  for (const committers of COMMITTERS) {
    const one = (kind: keyof typeof kinds): Promise<Measured> =>
      round(kinds[kind], committers, roundMs, () => server.cpuNs());
    const measured: Record<keyof typeof kinds, Measured[]> = { commit: [], set: [], multi: [] };
    for (let nth = 0; nth < rounds; nth++) {
      const { commit, set, multi } = await undisturbed([server], async () => ({
        commit: await one("commit"),
        set: await one("set"),
        multi: await one("multi"),
      }));
      measured.commit.push(commit);
      measured.set.push(set);
      measured.multi.push(multi);
    }
    const name = (what: string): string => `${appendfsync}, ${committers} at once: ${what}`;
    const beside = (rounds: Measured[]) => ratio(p50s(measured.commit), p50s(rounds));
    rows.push([name("commit"), ...cellsOf(measured.commit), "", ""]);
    for (const kind of ["set", "multi"] as const) {
      const bare = measured[kind];
      rows.push([name(kind.toUpperCase()), ...cellsOf(bare), beside(bare), "<= 1.50"]);
    }
  }
  client.disconnect();
  subscriber.disconnect();
  await ledger.close();
  return rows;
}

/** Prints the table. */
export async function tellRedis(rounds: number, roundMs: number): Promise<void> {
  const rows = [
    ...(await measure("everysec", rounds, roundMs)),
    ...(await measure("always", rounds, roundMs)),
  ];
  table(["Redis, appendfsync", ...HEAD, "commit's p50 / this", "budget"], rows);
}
