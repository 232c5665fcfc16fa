/**
 * The SQLite ledger's tables, by numbered steps (`PRAGMA user_version`).
 *
 * M1: a step is done in one transaction with its number: after a crash it is done or not begun.
 * M2: a published step is never edited; a change is a new step at the end.
 * M3: a file that is not ours, or of a newer program, is refused and not touched.
 * M4: before a step runs on a file with events, a sealed copy of it is kept beside. That is the way
 *     back; a step that can be undone without losing anything says how (`undo`, `zeues migrate
 *     formato`).
 * M5: a new kind of event, or a state that an older ZEUES would misread, is a step too, be it an
 *     empty one: M3 then keeps the older one out. Each step brings a sample of the format before it
 *     (test/samples).
 */
import type { Database } from "bun:sqlite";
import { LedgerUnavailable } from "./ledger.ts";
import { rowOf } from "./sqlite-seal.ts";

/** Marks a file as ours (`PRAGMA application_id`): "ZEUE" in ASCII. */
const APPLICATION_ID = 0x5a455545;

interface Step {
  readonly run: string;
  /** How to go back, where nothing is lost by it. */
  readonly undo?: {
    /** Counts, as `unfit`, what the format before can't hold; with any of it there is no way. */
    readonly unfit: string;
    readonly run: string;
  };
}

/**
 * Step n stands at index n - 1. `event` has the log's place as its rowid, so reading on from a
 * place is a range scan, and an index on `key` alone already lists a spool's events in seq order.
 * An outcome's events are neighbours in the log: two places stand for all of them.
 */
const STEPS: readonly Step[] = [
  {
    run: `
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
  },
  {
    // Spools got remarks and a completion that can be undone (issue 3).
    run: `
  UPDATE record
  SET state = json_set(state, '$.notas', json('[]'), '$.completada', NULL)
  WHERE key LIKE 'spool:%' AND json_type(state, '$.notas') IS NULL;
  `,
    undo: {
      // What the ZEUES of format 1 can't read: it knew these kinds of events and records only.
      unfit: `
  SELECT count(*) AS unfit FROM event
  WHERE json_extract(body, '$.kind') NOT IN ('spool', 'trabajador', 'planilla')
    OR json_extract(body, '$.cambio.accion') IN
      ('ANOTAR', 'DESHACER', 'CORREGIR', 'SUPERVISOR_OVERRIDE')
    OR json_type(body, '$.planilla.cambios') IS NOT NULL`,
      run: `
  UPDATE record SET state = json_remove(state, '$.notas', '$.completada')
  WHERE key LIKE 'spool:%';
  `,
    },
  },
];

/** The format that this ZEUES writes. */
export const FORMAT = STEPS.length;

const pragma = (db: Database, name: "user_version" | "application_id"): number =>
  Number(rowOf(db, `PRAGMA ${name}`)[name]);

const isEmpty = (db: Database): boolean =>
  rowOf(db, "SELECT 1 AS one FROM sqlite_schema LIMIT 1").one === undefined;

/**
 * @param kept where a copy of before the newer program's upgrade is, null for none
 * @throws LedgerUnavailable for a file of another program or of a newer ZEUES (M3)
 */
export function refuseForeign(db: Database, kept: string | null = null): void {
  const version = pragma(db, "user_version");
  const applicationId = pragma(db, "application_id");
  const fresh = applicationId === 0 && version === 0 && isEmpty(db);
  if (applicationId !== APPLICATION_ID && !fresh) {
    throw new LedgerUnavailable("es la base de datos de otro programa");
  }
  if (version <= FORMAT) return;
  const back = kept === null ? "" : `, o vuelve a la copia de antes con zeues restore ${kept}`;
  throw new LedgerUnavailable(
    `lo escribió un ZEUES más nuevo (formato ${version}; este conoce ${FORMAT}): actualiza${back}`,
  );
}

/** Runs a step and writes its number, all or nothing (M1). */
function runStep(db: Database, sql: string, format: number): void {
  db.transaction(() => {
    db.run(sql);
    db.run(`PRAGMA application_id = ${APPLICATION_ID}`);
    db.run(`PRAGMA user_version = ${format}`);
  }).immediate();
}

/** The format of a file that has events and is older than this ZEUES, null for all others. */
export function olderFormat(db: Database): number | null {
  const format = pragma(db, "user_version");
  if (format === 0 || format >= FORMAT) return null;
  return rowOf(db, "SELECT 1 AS one FROM event LIMIT 1").one === undefined ? null : format;
}

/**
 * Brings a database to the newest schema.
 * @param onStep told of each step that is done
 * @throws LedgerUnavailable when the file is of another program or of a newer ZEUES (M3); SQLite's
 * own error when it is no database at all.
 */
export function migrate(db: Database, onStep: (format: number) => void = () => {}): void {
  refuseForeign(db);
  const version = pragma(db, "user_version");
  for (const [index, { run }] of STEPS.slice(version).entries()) {
    runStep(db, run, version + index + 1);
    onStep(version + index + 1);
  }
}

/**
 * Takes a database back to an older format, step by step, without losing anything.
 * @throws LedgerUnavailable when a step can't be undone, or what was done since does not fit; the
 * file then stays as it was
 */
export function stepBack(db: Database, format: number): void {
  db.transaction(() => {
    for (let at = pragma(db, "user_version"); at > format; at--) {
      const { undo } = STEPS[at - 1] ?? {};
      if (!undo) throw new LedgerUnavailable(`del formato ${at} no se puede volver al ${at - 1}`);
      const unfit = Number(rowOf(db, undo.unfit).unfit);
      if (unfit > 0) {
        const what = unfit === 1 ? "hay 1 suceso" : `hay ${unfit.toLocaleString("es-CL")} sucesos`;
        throw new LedgerUnavailable(`${what} que el formato ${at - 1} no sabe guardar`);
      }
      db.run(undo.run);
      db.run(`PRAGMA user_version = ${at - 1}`);
    }
  }).immediate();
}
