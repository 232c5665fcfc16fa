/**
 * A copy of a ledger that says what it is: one SQLite file with a seal inside, by which whoever
 * has it years later can tell that nothing of it was lost or changed.
 *
 * Y1: a file gets its seal only when it was read whole and found sound: SQLite's own check, a log
 *     without a gap, each record of the version that its last event led to.
 * Y2: the seal has a SHA-256 of all rows as they are stored, so any format's copy can be checked.
 * Y3: a sealed file that is opened as a ledger (somebody put it there by hand) loses the seal and
 *     gets an epoch of its own: it is another log than the one that went on (ledger L6).
 */
import { constants, Database } from "bun:sqlite";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { LedgerUnavailable } from "./ledger.ts";
import { syncFile } from "./sqlite-place.ts";

/** What a sound file holds. */
export interface Contents {
  /** Its `user_version` (migrations). */
  readonly format: number;
  readonly epoch: string;
  /** The last event's seq and instant (epoch ms); 0 and null for an empty log. */
  readonly head: number;
  readonly lastMs: number | null;
  readonly events: number;
  readonly spools: number;
  /** SHA-256 of all rows, hex. */
  readonly digest: string;
}

export interface Seal extends Contents {
  /** When it was made, epoch milliseconds. */
  readonly madeMs: number;
  /** The version of the ZEUES that made it. */
  readonly by: string;
}

const SEAL = "respaldo";

type Row = Readonly<Record<string, unknown>>;

/** What a query tells first, `{}` for nothing. */
export function rowOf(db: Database, sql: string): Row {
  const statement = db.prepare<Row, []>(sql);
  try {
    return statement.get() ?? {};
  } finally {
    statement.finalize();
  }
}

/**
 * Opens a file to read it, and makes nothing beside it: `immutable`, unless a log of writes stands
 * there, which is part of it. @throws SQLite's own error
 */
export function openToRead(path: string): Database {
  if (existsSync(`${path}-wal`)) return new Database(path, { readonly: true });
  const address = `file:${encodeURI(path).replace(/[?#]/g, encodeURIComponent)}?immutable=1`;
  return new Database(address, constants.SQLITE_OPEN_READONLY | constants.SQLITE_OPEN_URI);
}

/** Every row that stays, each table in its key's order. */
const TABLES = [
  "SELECT seq, at_ms, key, body FROM event ORDER BY seq",
  "SELECT key, version, state FROM record ORDER BY key",
  "SELECT name, body FROM document ORDER BY name",
  "SELECT key, fingerprint, first_seq, last_seq, at_ms FROM outcome ORDER BY key",
];

function digestOf(db: Database): string {
  const hash = createHash("sha256");
  for (const sql of TABLES) {
    const statement = db.prepare<Row, []>(sql);
    for (const row of statement.iterate()) hash.update(`${JSON.stringify(row)}\n`);
    hash.update("\n");
    statement.finalize();
  }
  return hash.digest("hex");
}

/** Where the log stands, without a look at all of it. */
export function standOf(db: Database): Pick<Contents, "events" | "head" | "lastMs"> {
  const { events, head } = rowOf(db, "SELECT count(*) AS events, max(seq) AS head FROM event");
  const { at } = rowOf(db, "SELECT at_ms AS at FROM event ORDER BY seq DESC LIMIT 1");
  return {
    events: Number(events),
    head: Number(head ?? 0),
    lastMs: at == null ? null : Number(at),
  };
}

/**
 * Reads all of a ledger's file, of any format (Y1).
 * @throws LedgerUnavailable saying what is wrong with it
 */
export function contentsOf(db: Database): Contents {
  const [verdict] = Object.values(rowOf(db, "PRAGMA integrity_check(1)"));
  if (verdict !== "ok") throw new LedgerUnavailable(`está dañado (${verdict})`);
  const { missing } = rowOf(db, "SELECT max(seq) - min(seq) + 1 - count(*) AS missing FROM event");
  if (Number(missing ?? 0) > 0) {
    throw new LedgerUnavailable(`está dañado: a su registro le faltan ${missing} sucesos`);
  }
  const { key } = rowOf(
    db,
    `SELECT key FROM record WHERE version <> (SELECT json_extract(body, '$.version') FROM event
     WHERE event.key = record.key ORDER BY seq DESC LIMIT 1) LIMIT 1`,
  );
  if (key !== undefined) {
    throw new LedgerUnavailable(`está dañado: ${key} no está donde su último suceso lo dejó`);
  }
  const { spools } = rowOf(
    db,
    "SELECT count(*) AS spools FROM record WHERE key >= 'spool:' AND key < 'spool;'",
  );
  return {
    format: Number(rowOf(db, "PRAGMA user_version").user_version),
    epoch: String(rowOf(db, "SELECT value FROM meta WHERE name = 'epoch'").value ?? ""),
    ...standOf(db),
    spools: Number(spools),
    digest: digestOf(db),
  };
}

/** The seal that a file has, null for none. */
export function sealIn(db: Database): Seal | null {
  const { value } = rowOf(db, `SELECT value FROM meta WHERE name = '${SEAL}'`);
  return value === undefined ? null : (JSON.parse(String(value)) as Seal);
}

/** The seal of a file that may be anything, null when it has none that can be read. */
export function readSeal(path: string): Seal | null {
  let db: Database | null = null;
  try {
    db = openToRead(path);
    return sealIn(db);
  } catch {
    // Not ours, or damaged: whoever must know why asks `verify`.
    return null;
  } finally {
    db?.close();
  }
}

/** Checks a copy, gives it its seal, and waits until it is on the disk (Y1). */
export function sealFile(
  path: string,
  { madeMs, by, epoch }: Pick<Seal, "madeMs" | "by"> & { readonly epoch?: string },
): Seal {
  const db = new Database(path);
  try {
    // One file for good: none of it stays in a log of writes beside it.
    db.run("PRAGMA journal_mode = DELETE");
    const contents = contentsOf(db);
    const seal: Seal = { ...contents, ...(epoch === undefined ? {} : { epoch }), madeMs, by };
    db.run(`INSERT OR REPLACE INTO meta (name, value) VALUES ('${SEAL}', ?)`, [
      JSON.stringify(seal),
    ]);
    return seal;
  } finally {
    db.close();
    syncFile(path);
  }
}

/** Makes a sealed file a ledger of its own (Y3); changes nothing in one that is. */
export function unseal(db: Database): void {
  if (sealIn(db) === null) return;
  db.transaction(() => {
    db.run(`DELETE FROM meta WHERE name = '${SEAL}'`);
    db.run("UPDATE meta SET value = lower(hex(randomblob(16))) WHERE name = 'epoch'");
  }).immediate();
}
