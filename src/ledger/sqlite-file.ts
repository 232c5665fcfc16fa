/**
 * The ledger's file: opened by one process at a time, durable, or refused in one line.
 *
 * F1: one owner. The owner holds a lock on a file of its own (`zeues.db-hold`). The kernel drops it
 *     with the process, so `kill -9` leaves nothing stale, and the ledger's file stays readable to
 *     others (a backup, `sqlite3 -readonly`), as it would not be with `locking_mode=EXCLUSIVE`.
 * F2: `synchronous=FULL` on a write-ahead log: COMMIT returns after fsync (spec 5, durability).
 */
import { Database, SQLiteError } from "bun:sqlite";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { obstacleOf, obstacleTo, reasonOf } from "./fault-words.ts";
import { LedgerUnavailable } from "./ledger.ts";
import { migrate, refuseForeign } from "./migrations.ts";
import {
  keepOlder,
  keptBefore,
  type OnStage,
  type Upgrade,
  type UpgradeStage,
} from "./sqlite-keep.ts";
import { FILES, ownedLikeFolder } from "./sqlite-place.ts";
import { unseal } from "./sqlite-seal.ts";

/** A ledger without a file, for tests and trials: nothing is kept, nobody else can open it. */
export const IN_MEMORY = ":memory:";

/** How long a stranger's lock (a backup, a shell) may delay us; it stops the whole process. */
const BUSY_TIMEOUT_MS = 250;
/**
 * The write-ahead log is cut to this size after a checkpoint, so one large import does not stay.
 */
const WAL_KEPT_BYTES = 16 * 1_048_576;

/**
 * What SQLite reports when the store fails and the program is not at fault (sqlite.org/rescode).
 */
const STORE_FAULT =
  /^SQLITE_(FULL|IOERR|READONLY|BUSY|LOCKED|CANTOPEN|NOMEM|CORRUPT|NOTADB|PERM|PROTOCOL)/;

/** SQLite's error as LedgerUnavailable when the store failed; null when the program did. */
export function storeFault(error: unknown): LedgerUnavailable | null {
  if (error instanceof LedgerUnavailable) return error;
  if (!(error instanceof SQLiteError) || !STORE_FAULT.test(error.code ?? "")) return null;
  return new LedgerUnavailable(`no se puede guardar: ${reasonOf(error)}`, { cause: error });
}

export interface LedgerFile {
  readonly db: Database;
  /** How it is kept, for people: `SQLite: synchronous=FULL, journal_mode=wal`. */
  readonly detail: string;
  /** What was done to a file of an older format; null = nothing. */
  readonly upgrade: Upgrade | null;
  /** Finalize all statements before: an open one keeps the database open behind our back. */
  close(): void;
}

/**
 * Takes the lock of F1; closing it gives it back. Nothing is written: the file stays empty, and a
 * kill leaves no journal.
 */
export function hold(path: string): Database {
  const lock = new Database(`${path}-hold`, { create: true });
  try {
    lock.run("PRAGMA journal_mode = MEMORY");
    lock.run("BEGIN EXCLUSIVE");
    ownedLikeFolder(`${path}-hold`);
    return lock;
  } catch (error) {
    lock.close();
    if (error instanceof SQLiteError && error.code === "SQLITE_BUSY") {
      throw new LedgerUnavailable("otro proceso de ZEUES lo está usando: detenlo primero");
    }
    throw error;
  }
}

export interface OpenOptions {
  readonly onStage?: OnStage<UpgradeStage>;
  /** False where a copy of before an upgrade stands somewhere else already. */
  readonly keep?: boolean;
}

type Opened = Pick<LedgerFile, "db" | "detail" | "upgrade">;

function configure(
  db: Database,
  path: string,
  { onStage = () => {}, keep = path !== IN_MEMORY }: OpenOptions,
): Omit<Opened, "db"> {
  db.run(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  // Before anything that writes, so that a stranger's file stays as it is (migrations, M3).
  refuseForeign(db, path === IN_MEMORY ? null : keptBefore(path));
  const upgrade = keep ? keepOlder(db, path, onStage) : null;
  migrate(db, (format) => onStage(`step ${format}`));
  const journal = db
    .query<{ journal_mode: string }, []>("PRAGMA journal_mode = WAL")
    .get()?.journal_mode;
  db.run("PRAGMA synchronous = FULL");
  db.run(`PRAGMA journal_size_limit = ${WAL_KEPT_BYTES}`);
  unseal(db);
  return { detail: `SQLite: synchronous=FULL, journal_mode=${journal}`, upgrade };
}

/** Opens a file without the hold of F1, which the caller has. */
export function openDatabase(path: string, options: OpenOptions = {}): Opened {
  const db = new Database(path, { create: true, strict: true });
  try {
    return { db, ...configure(db, path, options) };
  } catch (error) {
    db.close();
    throw error;
  }
}

function openOwned(path: string, options?: OpenOptions): LedgerFile {
  if (path === IN_MEMORY) {
    const file = openDatabase(path);
    return { ...file, close: () => file.db.close() };
  }
  mkdirSync(dirname(path), { recursive: true });
  // SQLite opens what it may not write for reading, and its locks there keep nobody out (F1).
  const obstacle = obstacleOf([path, `${path}-hold`]);
  if (obstacle !== null) throw new LedgerUnavailable(obstacle);
  const lock = hold(path);
  try {
    const file = openDatabase(path, options);
    const close = (): void => {
      file.db.close();
      lock.close();
    };
    return { ...file, close };
  } catch (error) {
    lock.close();
    throw error;
  }
}

/**
 * Opens the file, makes it when it is missing (with its folder), and brings its schema up to date.
 * @throws LedgerUnavailable, in one line that names the file: in use, of another program, of a
 * newer ZEUES, not readable.
 */
export function openLedgerFile(path: string, options?: OpenOptions): LedgerFile {
  try {
    return openOwned(path, options);
  } catch (error) {
    throw cannotOpen(path, error);
  }
}

/** What SQLite says of a table that is gone, or is another's. */
const takenApart = (cause: unknown): string | null =>
  cause instanceof SQLiteError && cause.code === "SQLITE_ERROR"
    ? `no está como ZEUES lo deja (${cause.message}): repón un respaldo`
    : null;

/** The one line that names the file. */
export function cannotOpen(path: string, cause: unknown): LedgerUnavailable {
  const plain = cause instanceof LedgerUnavailable ? cause.message : null;
  const reason = plain ?? obstacleTo(path, FILES) ?? takenApart(cause) ?? reasonOf(cause);
  return new LedgerUnavailable(`no se puede abrir el registro ${path}: ${reason}`, { cause });
}
