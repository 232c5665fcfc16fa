/**
 * The SQLite ledger beside bare bun:sqlite that stores the same rows (`synchronous=FULL`, WAL): a
 * transaction for each commit, and, the best that a bare design could do, one for all that wait.
 */
import { Database } from "bun:sqlite";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Write } from "../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { importar, store, upTo } from "../../test/support/ledger-writes.ts";
import { undisturbed } from "../support/quiet.ts";
import { ratio, table } from "../support/stats.ts";
import {
  type AskOne,
  cellsOf,
  HEAD,
  type Measured,
  movingSpools,
  rates,
  round,
  throughLedger,
} from "./round.ts";

const COMMITTERS = [1, 30, 64];
const SPOOLS = 2_000;

type StoreOne = (write: Write, key: string) => void;

/** The same rows by the shortest way there is: no checks, no answers, no followers. */
function openBare(path: string, keys: readonly string[]) {
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
  for (const key of keys) record.run(key, 1, "{}");
  const insert: StoreOne = (write, key) => {
    record.run(write.key, write.expectedVersion + 1, JSON.stringify(write.state));
    event.run(write.event.atMs, write.key, JSON.stringify(write.event));
    outcome.run(key, "f");
  };
  const each = db.transaction(insert).immediate;
  return { db, insert, each: async (write: Write, key: string) => each(write, key) };
}

/** What waits at the end of a turn shares one transaction. */
function groupOn(db: Database, insert: StoreOne) {
  let waiting: { readonly write: Write; readonly key: string; readonly done: () => void }[] = [];
  const all = db.transaction(() => {
    for (const { write, key } of waiting) insert(write, key);
  }).immediate;
  const drain = (): void => {
    all();
    const stored = waiting;
    waiting = [];
    for (const { done } of stored) done();
  };
  return (write: Write, key: string): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (waiting.push({ write, key, done: resolve }) === 1) setImmediate(drain);
    return promise;
  };
}

/** As a request that comes in with others: each waits for those before it, and is timed so. */
const inTurn =
  (askOne: AskOne): AskOne =>
  async (at) => {
    await new Promise((resolve) => setImmediate(resolve));
    await askOne(at);
  };

/** Prints the table. */
export async function tellSqlite(rounds: number, roundMs: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "zeues-bench-"));
  const imports = upTo(SPOOLS).map((n) => importar(`MK-1923-TW-${n}`));
  const states = imports.map(({ state }) => state);
  const keys = imports.map(({ key }) => key);
  const ledger = openSqliteLedger({ path: join(folder, "zeues.db"), onFault: console.error });
  await store(ledger, ...imports);
  const bare = openBare(join(folder, "bare.db"), keys);
  const other = openBare(join(folder, "group.db"), keys);
  const kinds = {
    ledger: inTurn(movingSpools(states, throughLedger(ledger))),
    bare: inTurn(movingSpools(states, bare.each)),
    group: inTurn(movingSpools(states, groupOn(other.db, other.insert))),
  };
  const rows: string[][] = [];
  for (const committers of COMMITTERS) {
    const many = committers === Math.max(...COMMITTERS);
    const measured: Record<keyof typeof kinds, Measured[]> = { ledger: [], bare: [], group: [] };
    for (let nth = 0; nth < rounds; nth++) {
      const one = await undisturbed([], async () => ({
        ledger: await round(kinds.ledger, committers, roundMs),
        bare: await round(kinds.bare, committers, roundMs),
        group: many ? await round(kinds.group, committers, roundMs) : null,
      }));
      measured.ledger.push(one.ledger);
      measured.bare.push(one.bare);
      if (one.group) measured.group.push(one.group);
    }
    const beside = (rounds: Measured[]) => ratio(rates(measured.ledger), rates(rounds));
    const name = (what: string): string => `${committers} at once: ${what}`;
    const most = many ? ">= 5,000/s" : "";
    const { bare, group } = measured;
    rows.push(
      [name("ledger"), ...cellsOf(measured.ledger), "", most],
      [name("bare transactions"), ...cellsOf(bare), beside(bare), ">= 0.50"],
    );
    if (many) rows.push([name("bare group commit"), ...cellsOf(group), beside(group), ""]);
  }
  table(["SQLite, FULL", ...HEAD, "ledger's rate / this", "budget"], rows);
  await ledger.close();
  bare.db.close();
  other.db.close();
  await rm(folder, { recursive: true });
}
