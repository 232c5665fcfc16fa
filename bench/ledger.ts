/**
 * What a commit costs: the SQLite ledger beside bare bun:sqlite transactions that store the same
 * rows, one transaction each (`synchronous=FULL`, WAL), for 1, 30 and 64 concurrent committers, in
 * alternating rounds of one run (spec 10). `bun bench/ledger.ts`, about 15 s.
 */
import { Database } from "bun:sqlite";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Spool } from "../src/domain/spool.ts";
import type { Ledger, Write } from "../src/ledger/ledger.ts";
import { openSqliteLedger } from "../src/ledger/sqlite.ts";
import { advance, importar, store, upTo } from "../test/support/ledger-writes.ts";

const COMMITTERS = [1, 30, 64];
const ROUNDS = 3;
const ROUND_MS = 800;
const SPOOLS = 2_000;

type CommitOne = (write: Write, key: string) => Promise<unknown>;

interface Measured {
  readonly perSecond: number;
  readonly latenciesMs: readonly number[];
}

/** The same rows by the shortest way there is: no checks, no answers, no followers. */
function openBare(path: string, spools: readonly Spool[]): CommitOne {
  const db = new Database(path, { create: true, strict: true });
  db.run("PRAGMA journal_mode = WAL");
  db.run("PRAGMA synchronous = FULL");
  db.run(`
    CREATE TABLE record (key TEXT PRIMARY KEY, version INTEGER, state TEXT) STRICT;
    CREATE TABLE event (seq INTEGER PRIMARY KEY, at_ms INTEGER, key TEXT, body TEXT) STRICT;
    CREATE INDEX event_of_key ON event (key);
    CREATE TABLE outcome (key TEXT PRIMARY KEY, fingerprint TEXT, seq INTEGER) STRICT`);
  const record = db.prepare("INSERT OR REPLACE INTO record VALUES (?, ?, ?)");
  const event = db.prepare("INSERT INTO event VALUES (NULL, ?, ?, ?)");
  const outcome = db.prepare("INSERT INTO outcome VALUES (?, ?, 0)");
  for (const { tag } of spools) record.run(`spool:${tag}`, 1, "{}");
  const insert = db.transaction((write: Write, key: string) => {
    record.run(write.key, write.expectedVersion + 1, JSON.stringify(write.state));
    event.run(write.event.atMs, write.key, JSON.stringify(write.event));
    outcome.run(key, "f");
  });
  return async (write, key) => insert.immediate(write, key);
}

const throughLedger =
  (ledger: Ledger): CommitOne =>
  async (write, key) => {
    const remember = { key, fingerprint: "f" };
    const { kind } = await ledger.commit({ writes: [write], remember });
    if (kind !== "committed") throw new Error(`unexpected ${kind}`);
  };

/** Each committer moves its own spool, one commit after another, until the round is over. */
async function round(commitOne: CommitOne, spools: Spool[], committers: number): Promise<Measured> {
  const latenciesMs: number[] = [];
  const start = performance.now();
  const committer = async (at: number): Promise<void> => {
    for (;;) {
      const before = performance.now();
      if (before - start > ROUND_MS) return;
      // As a request that comes in with others: each waits for those before it, and is timed so.
      await new Promise((resolve) => setImmediate(resolve));
      const write = advance(spools[at] as Spool);
      await commitOne(write, `${at}/${write.expectedVersion}`);
      spools[at] = write.state;
      latenciesMs.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: committers }, (_, at) => committer(at)));
  const perSecond = (latenciesMs.length * 1_000) / (performance.now() - start);
  return { perSecond, latenciesMs };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

function quantile(rounds: readonly Measured[], q: number): string {
  const all = rounds.flatMap(({ latenciesMs }) => latenciesMs).sort((a, b) => a - b);
  return (all[Math.floor(all.length * q)] ?? 0).toFixed(2).padStart(8);
}

const line = (name: string, rounds: readonly Measured[]): string => {
  const perSecond = median(rounds.map((measured) => measured.perSecond));
  const rate = perSecond.toFixed(0).padStart(8);
  return `${name} ${rate}/s  p50 ${quantile(rounds, 0.5)} ms  p99 ${quantile(rounds, 0.99)} ms`;
};

const folder = await mkdtemp(join(tmpdir(), "zeues-bench-"));
const imports = upTo(SPOOLS).map((n) => importar(`MK-1923-TW-${n}`));
const ledger = openSqliteLedger({ path: join(folder, "zeues.db"), onFault: console.error });
await store(ledger, ...imports);
const spools = { ours: imports.map(({ state }) => state), bare: imports.map(({ state }) => state) };
const ours = throughLedger(ledger);
const bare = openBare(join(folder, "bare.db"), spools.bare);

for (const committers of COMMITTERS) {
  const measured: Record<"ours" | "bare", Measured[]> = { ours: [], bare: [] };
  const ratios: number[] = [];
  for (let n = 0; n < ROUNDS; n++) {
    const mine = await round(ours, spools.ours, committers);
    const theirs = await round(bare, spools.bare, committers);
    measured.ours.push(mine);
    measured.bare.push(theirs);
    ratios.push(mine.perSecond / theirs.perSecond);
  }
  console.log(`${committers} committers: ledger/bare = ${median(ratios).toFixed(2)}`);
  console.log(line("  ledger", measured.ours));
  console.log(line("  bare  ", measured.bare));
}
await ledger.close();
await rm(folder, { recursive: true });
