/**
 * The SQLite ledger's tables, by numbered steps (`PRAGMA user_version`).
 *
 * M1: a step is done in one transaction with its number: after a crash it is done or not begun.
 * M2: a published step is never edited; a change is a new step at the end.
 * M3: a file that is not ours, or of a newer program, is refused and not touched.
 */
import type { Database } from "bun:sqlite";
import { LedgerUnavailable } from "./ledger.ts";

/** Marks a file as ours (`PRAGMA application_id`): "ZEUE" in ASCII. */
const APPLICATION_ID = 0x5a455545;

/**
 * Step n stands at index n - 1. `event` has the log's place as its rowid, so reading on from a
 * place is a range scan, and an index on `key` alone already lists a spool's events in seq order.
 * An outcome's events are neighbours in the log: two places stand for all of them.
 */
const STEPS: readonly string[] = [
  `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO meta (name, value) VALUES ('epoch', lower(hex(randomblob(16)))), ('probe', 0);

  CREATE TABLE record (
    key TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    state TEXT NOT NULL
  ) STRICT;

  CREATE TABLE event (
    seq INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    key TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX event_of_key ON event (key);

  CREATE TABLE outcome (
    key TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX outcome_by_age ON outcome (at_ms);

  CREATE TABLE document (name TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
  `,
  // Spools got remarks and a completion that can be undone (issue 3).
  `
  UPDATE record
  SET state = json_set(state, '$.notas', json('[]'), '$.completada', NULL)
  WHERE key LIKE 'spool:%' AND json_type(state, '$.notas') IS NULL;
  `,
];

const pragma = (db: Database, name: "user_version" | "application_id"): number =>
  Number(db.query<Record<string, number>, []>(`PRAGMA ${name}`).get()?.[name]);

const isEmpty = (db: Database): boolean =>
  db.query("SELECT 1 FROM sqlite_schema LIMIT 1").get() === null;

/** @throws LedgerUnavailable for a file of another program or of a newer ZEUES (M3) */
export function refuseForeign(db: Database): void {
  const version = pragma(db, "user_version");
  const applicationId = pragma(db, "application_id");
  const fresh = applicationId === 0 && version === 0 && isEmpty(db);
  if (applicationId !== APPLICATION_ID && !fresh) {
    throw new LedgerUnavailable("es la base de datos de otro programa");
  }
  if (version > STEPS.length) {
    throw new LedgerUnavailable(
      `lo escribió un ZEUES más nuevo (esquema ${version}; este conoce ${STEPS.length}): actualiza`,
    );
  }
}

/**
 * Brings a database to the newest schema.
 * @throws LedgerUnavailable when the file is of another program or of a newer ZEUES (M3); SQLite's
 * own error when it is no database at all.
 */
export function migrate(db: Database): void {
  refuseForeign(db);
  const version = pragma(db, "user_version");
  STEPS.slice(version).forEach((step, index) => {
    db.transaction(() => {
      db.run(step);
      db.run(`PRAGMA application_id = ${APPLICATION_ID}`);
      db.run(`PRAGMA user_version = ${version + index + 1}`);
    }).immediate();
  });
}
