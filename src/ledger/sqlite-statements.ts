/** The SQLite ledger's statements, prepared once and reused; every piece of its SQL is here. */
import type { Database } from "bun:sqlite";

export interface EventRow {
  readonly seq: number;
  readonly body: string;
}

export interface OutcomeRow {
  readonly fingerprint: string;
  readonly first_seq: number;
  readonly last_seq: number;
}

type Text = [text: string];

const transactions = (db: Database) => ({
  begin: db.prepare("BEGIN IMMEDIATE"),
  commit: db.prepare("COMMIT"),
  rollback: db.prepare("ROLLBACK"),
});

const writes = (db: Database) => ({
  putRecord: db.prepare<void, [key: string, version: number, state: string]>(
    `INSERT INTO record (key, version, state) VALUES (?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET version = excluded.version, state = excluded.state`,
  ),
  removeRecord: db.prepare<void, Text>("DELETE FROM record WHERE key = ?"),
  addEvent: db.prepare<void, [seq: number, atMs: number, key: string, body: string]>(
    "INSERT INTO event (seq, at_ms, key, body) VALUES (?, ?, ?, ?)",
  ),
  // REPLACE: one that is past its time may still stand there, not yet pruned.
  putOutcome: db.prepare<
    void,
    [key: string, fingerprint: string, firstSeq: number, lastSeq: number, atMs: number]
  >(
    `INSERT OR REPLACE INTO outcome (key, fingerprint, first_seq, last_seq, at_ms)
     VALUES (?, ?, ?, ?, ?)`,
  ),
  pruneOutcomes: db.prepare<void, [beforeMs: number, limit: number]>(
    `DELETE FROM outcome WHERE key IN
       (SELECT key FROM outcome WHERE at_ms < ? ORDER BY at_ms LIMIT ?)`,
  ),
  putDocument: db.prepare<void, [name: string, body: string]>(
    `INSERT INTO document (name, body) VALUES (?, ?)
     ON CONFLICT (name) DO UPDATE SET body = excluded.body`,
  ),
  probe: db.prepare<void, [nowMs: number]>("UPDATE meta SET value = ? WHERE name = 'probe'"),
});

const reads = (db: Database) => ({
  epoch: db.prepare<{ value: string }, []>("SELECT value FROM meta WHERE name = 'epoch'"),
  head: db.prepare<{ seq: number | null }, []>("SELECT max(seq) AS seq FROM event"),
  version: db.prepare<{ version: number }, Text>("SELECT version FROM record WHERE key = ?"),
  state: db.prepare<{ state: string }, Text>("SELECT state FROM record WHERE key = ?"),
  // `;` follows `:` in ASCII: all keys that begin with the kind.
  // One array of all: one parse is cheaper than thousands. (SQLite keeps the order of a subquery
  // for group_concat; its own ORDER BY sorts what the index has in order already.)
  states: db.prepare<{ states: string }, [kind: string]>(
    `SELECT '[' || coalesce(group_concat(state, ','), '') || ']' AS states FROM
       (SELECT state FROM record WHERE key >= ?1 || ':' AND key < ?1 || ';' ORDER BY key)`,
  ),
  outcome: db.prepare<OutcomeRow, [key: string, sinceMs: number]>(
    "SELECT fingerprint, first_seq, last_seq FROM outcome WHERE key = ? AND at_ms >= ?",
  ),
  after: db.prepare<EventRow, [after: number, limit: number]>(
    "SELECT seq, body FROM event WHERE seq > ? ORDER BY seq LIMIT ?",
  ),
  between: db.prepare<EventRow, [first: number, last: number]>(
    "SELECT seq, body FROM event WHERE seq BETWEEN ? AND ? ORDER BY seq",
  ),
  ofKey: db.prepare<EventRow, Text>("SELECT seq, body FROM event WHERE key = ? ORDER BY seq"),
  document: db.prepare<{ body: string }, Text>("SELECT body FROM document WHERE name = ?"),
});

/** Prepares them all. `finalize` before the database is closed: an open one keeps the file open. */
export function prepareStatements(db: Database) {
  const statements = { ...transactions(db), ...writes(db), ...reads(db) };
  const finalize = (): void => {
    for (const statement of Object.values(statements)) statement.finalize();
  };
  return { ...statements, finalize };
}

export type Statements = ReturnType<typeof prepareStatements>;
