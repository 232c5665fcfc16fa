/** One round of committers: each asks for one thing after another, until its time is over. */
import type { Spool } from "../../src/domain/spool.ts";
import type { CommitResult, Ledger, Write } from "../../src/ledger/ledger.ts";
import { advance } from "../../test/support/ledger-writes.ts";
import { figure, median, quantile } from "../support/stats.ts";

const MS_PER_S = 1_000;
const NS_PER_US = 1_000;

/** Asks for one thing on behalf of the committer of that number. */
export type AskOne = (at: number) => Promise<unknown>;

export interface Measured {
  readonly perSecond: number;
  readonly latenciesMs: readonly number[];
  /** Of this process and the server's together, a commit. */
  readonly cpuUs: number;
}

/**
 * @param roundMs how long
 * @param serverNs CPU nanoseconds that a server of the store has used so far
 */
export async function round(
  askOne: AskOne,
  committers: number,
  roundMs: number,
  serverNs: () => Promise<number> = async () => 0,
): Promise<Measured> {
  const latenciesMs: number[] = [];
  const beforeNs = await serverNs();
  const cpu = process.cpuUsage();
  const beganMs = performance.now();
  const committer = async (at: number): Promise<void> => {
    for (;;) {
      const before = performance.now();
      if (before - beganMs > roundMs) return;
      await askOne(at);
      latenciesMs.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: committers }, (_, at) => committer(at)));
  const perSecond = (latenciesMs.length * MS_PER_S) / (performance.now() - beganMs);
  const { user, system } = process.cpuUsage(cpu);
  const server = ((await serverNs()) - beforeNs) / NS_PER_US;
  return { perSecond, latenciesMs, cpuUs: (user + system + server) / latenciesMs.length };
}

/** Moves each committer's own spool on, and keeps where it stands. */
export function movingSpools(
  begin: readonly Spool[],
  store: (write: Write, key: string) => Promise<unknown>,
): AskOne {
  const spools = [...begin];
  return async (at) => {
    const write = advance(spools[at] as Spool);
    await store(write, `${at}/${write.expectedVersion}`);
    spools[at] = write.state;
  };
}

export const throughLedger =
  (ledger: Ledger) =>
  async (write: Write, key: string): Promise<void> => {
    const remember = { key, fingerprint: "f" };
    const { kind }: CommitResult = await ledger.commit({ writes: [write], remember });
    if (kind !== "committed") throw new Error(`unexpected ${kind}`);
  };

/** `per second`, `p50 ms`, `p99 ms`, `CPU us`: medians of the rounds. */
export function cellsOf(rounds: readonly Measured[]): readonly string[] {
  const of = (pick: (one: Measured) => number): string => figure(median(rounds.map(pick)));
  return [
    of(({ perSecond }) => perSecond),
    of(({ latenciesMs }) => quantile(latenciesMs, 0.5)),
    of(({ latenciesMs }) => quantile(latenciesMs, 0.99)),
    of(({ cpuUs }) => cpuUs),
  ];
}

export const HEAD = ["per second", "p50 ms", "p99 ms", "CPU us"] as const;

export const p50s = (rounds: readonly Measured[]): number[] =>
  rounds.map(({ latenciesMs }) => quantile(latenciesMs, 0.5));

export const rates = (rounds: readonly Measured[]): number[] =>
  rounds.map(({ perSecond }) => perSecond);
