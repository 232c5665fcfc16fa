/** What a commit costs beside a plain `SET` of the same bytes, in alternating rounds of one run. */
import { Redis } from "ioredis";
import type { Spool } from "../../src/domain/spool.ts";
import { advance, importar, store, upTo } from "../../test/support/ledger-writes.ts";
import { startRedis } from "../../test/support/redis-server.ts";
import { figure, quantile, ratio, table } from "../support/stats.ts";
import { openLedgerAt } from "./open.ts";

const COMMITTERS = [1, 64];
const ROUNDS = 5;
const ROUND_MS = 1_000;

type AskOne = (at: number) => Promise<unknown>;

/** Each asks one thing after another until the round is over. @returns latencies, milliseconds */
async function round(askOne: AskOne, committers: number): Promise<number[]> {
  const latenciesMs: number[] = [];
  const beganMs = performance.now();
  const committer = async (at: number): Promise<void> => {
    for (;;) {
      const before = performance.now();
      if (before - beganMs > ROUND_MS) return;
      await askOne(at);
      latenciesMs.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: committers }, (_, at) => committer(at)));
  return latenciesMs;
}

/** @param appendfsync how often Redis's file reaches the disk */
async function measure(appendfsync: "everysec" | "always"): Promise<string[][]> {
  await using redis = await startRedis({ args: ["--appendfsync", appendfsync] });
  const ledger = await openLedgerAt(redis.url);
  const client = new Redis(redis.url);
  const imports = upTo(Math.max(...COMMITTERS)).map((n) => importar(`MK-1923-TW-${n}`));
  await store(ledger, ...imports);
  const spools: Spool[] = imports.map(({ state }) => state);
  const value = JSON.stringify(imports[0]);
  const commit: AskOne = async (at) => {
    const write = advance(spools[at] as Spool);
    const key = `${at}/${write.expectedVersion}`;
    const { kind } = await ledger.commit({ writes: [write], remember: { key, fingerprint: "f" } });
    if (kind !== "committed") throw new Error(`unexpected ${kind}`);
    spools[at] = write.state;
  };
  const set: AskOne = (at) => client.set(`plain:${at}`, value);
  const rows: string[][] = [];
  for (const committers of COMMITTERS) {
    const ours: number[][] = [];
    const plain: number[][] = [];
    for (let nth = 0; nth < ROUNDS; nth++) {
      ours.push(await round(commit, committers));
      plain.push(await round(set, committers));
    }
    const rate = (rounds: number[][]): string =>
      figure((rounds.flat().length * 1_000) / (ROUNDS * ROUND_MS));
    const row = (name: string, rounds: number[][], last: string): string[] => [
      `${appendfsync}, ${committers} at once: ${name}`,
      rate(rounds),
      figure(quantile(rounds.flat(), 0.5)),
      figure(quantile(rounds.flat(), 0.99)),
      last,
    ];
    const p50s = (rounds: number[][]): number[] => rounds.map((one) => quantile(one, 0.5));
    rows.push(row("commit", ours, ratio(p50s(ours), p50s(plain))), row("SET", plain, ""));
  }
  client.disconnect();
  await ledger.close();
  return rows;
}

/** Prints the table. */
export async function tellLatency(): Promise<void> {
  const rows = [...(await measure("everysec")), ...(await measure("always"))];
  table(["appendfsync, committers", "per second", "p50 ms", "p99 ms", "p50 commit/SET"], rows);
}
