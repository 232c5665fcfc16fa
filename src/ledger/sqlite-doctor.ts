/**
 * What `zeues doctor` looks at in the SQLite ledger's file. It changes nothing: it makes no file,
 * brings no schema up to date, and only reads, also while a server works on it.
 */
import { Database, SQLiteError } from "bun:sqlite";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { decodeEvent } from "./encoded.ts";
import { obstacleTo, reasonOf, roomAt, wordsOf } from "./fault-words.ts";
import { aviso, bien, type Finding, judgeClock, mal, sucesos } from "./finding.ts";
import { refuseForeign } from "./migrations.ts";
import { keptBefore } from "./sqlite-keep.ts";
import { FILES } from "./sqlite-place.ts";
import { openToRead, rowOf } from "./sqlite-seal.ts";

const number = new Intl.NumberFormat("es-CL", { useGrouping: "always" });

/** Less is a few months of a big shop's log, a backup beside it, or one upgrade. */
const ROOM_FEW_MB = 200;
const MB = 1_048_576;

function* examinePlace(path: string): Generator<Finding> {
  const folder = dirname(path);
  const obstacle = obstacleTo(path, FILES);
  yield obstacle === null
    ? bien(`carpeta ${folder}: se puede escribir`)
    : mal(obstacle, "sin eso no parte");
  if (!existsSync(folder)) return;
  const room = Math.floor(roomAt(folder) / MB);
  const what = `disco de ${folder}: ${number.format(room)} MB libres`;
  yield room >= ROOM_FEW_MB ? bien(what) : aviso(`${what}: queda poco`, "haz lugar");
}

/** Who has a lock on a file, where the system tells (Linux, proc(5)). */
function holderOf(path: string): string {
  try {
    const { ino } = statSync(path);
    const line = readFileSync("/proc/locks", "utf8")
      .split("\n")
      .find((lock) => lock.includes(`:${ino} `));
    const pid = /(?:READ|WRITE)\s+(\d+)/.exec(line ?? "")?.[1];
    return pid ? ` (pid ${pid})` : "";
  } catch {
    return "";
  }
}

/**
 * Whether a process has the ledger (sqlite-file, F1). Its lock keeps even a reader out; ours is
 * there for microseconds, in which a server that starts would have to be started again.
 */
function isHeld(path: string): boolean {
  const hold = `${path}-hold`;
  if (!existsSync(hold)) return false;
  const lock = new Database(hold, { readonly: true });
  try {
    lock.run("SELECT 1 FROM sqlite_schema");
    return false;
  } catch (error) {
    if (error instanceof SQLiteError && error.code === "SQLITE_BUSY") return true;
    throw error;
  } finally {
    lock.close();
  }
}

const one = (db: Database, sql: string): Record<string, unknown> =>
  db.query<Record<string, unknown>, []>(sql).get() ?? {};

/** SQLite's own look at every page; a start does without it (sqlite-file). */
function examinePages(db: Database): Finding {
  const [verdict] = Object.values(rowOf(db, "PRAGMA quick_check(1)"));
  if (verdict === "ok") return bien("archivo del registro: entero (quick_check)");
  return mal(`archivo del registro dañado (${verdict})`, "repón el respaldo con zeues restore");
}

function* examineFile(db: Database, path: string, nowMs: () => number): Generator<Finding> {
  refuseForeign(db, keptBefore(path));
  yield examinePages(db);
  const { first, last, total } = one(
    db,
    "SELECT min(seq) AS first, max(seq) AS last, count(*) AS total FROM event",
  );
  const count = Number(total);
  if (count === 0) {
    yield bien("registro: vacío");
    return;
  }
  const missing = Number(last) - Number(first) + 1 - count;
  const pruned = Number(first) > 1 ? `, desde el ${number.format(Number(first))}` : "";
  yield missing === 0
    ? bien(`registro: ${sucesos(count)}${pruned}, sin saltos`)
    : mal(`registro roto: debía tener ${sucesos(missing)} más`, "repón el respaldo");
  const { spools } = one(
    db,
    "SELECT count(*) AS spools FROM record WHERE key >= 'spool:' AND key < 'spool;'",
  );
  yield bien(`carretes: ${number.format(Number(spools))}`);
  const { body } = one(db, "SELECT body FROM event ORDER BY seq DESC LIMIT 1");
  const behindMs = decodeEvent(Number(last), String(body)).atMs - nowMs();
  // Only a clock that is behind shows: the last event may be of yesterday.
  if (behindMs > 0) yield judgeClock(-behindMs, "su último suceso");
}

/** Everything, a line each. */
export function* examineSqlite(path: string, nowMs: () => number): Generator<Finding> {
  yield* examinePlace(path);
  if (!existsSync(path)) {
    yield bien(`SQLite ${path}: todavía no hay registro; se crea al empezar`);
    return;
  }
  if (statSync(path).size === 0 && !existsSync(`${path}-wal`)) {
    yield aviso(
      `SQLite ${path}: está vacío (0 bytes)`,
      "si aquí hubo un registro, repón el respaldo",
    );
    return;
  }
  let db: Database | null = null;
  try {
    yield isHeld(path)
      ? bien(`SQLite ${path}: lo usa otro proceso${holderOf(`${path}-hold`)}`)
      : bien(`SQLite ${path}: nadie lo usa ahora`);
    db = openToRead(path);
    yield* examineFile(db, path, nowMs);
    yield bien("durabilidad: cada acción queda en el disco (synchronous=FULL, WAL)");
  } catch (error) {
    const fix = "repón el respaldo, o apunta ZEUES_DATA a otra carpeta";
    yield mal(`SQLite ${path}: ${reasonOf(error)}`, wordsOf(error) === null ? fix : undefined);
  } finally {
    db?.close();
  }
}
