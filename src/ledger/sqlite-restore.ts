/**
 * A backup becomes the ledger of a folder (sqlite-backup).
 *
 * R1: the place has the old ledger or the whole new one, at any moment: the new one is made beside
 *     it, brought to this ZEUES's format, checked, synced, and renamed over it.
 * R2: an old one with events goes nowhere without `force`, and then keeps another name beside.
 * R3: nobody has it open meanwhile, and the new one is another log (sqlite-seal, Y3).
 */

import { Database } from "bun:sqlite";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { reasonOf } from "./fault-words.ts";
import { LedgerUnavailable } from "./ledger.ts";
import { hold, openDatabase } from "./sqlite-file.ts";
import type { OnStage } from "./sqlite-keep.ts";
import {
  alsoNamed,
  copyPrivate,
  freeName,
  ownedLikeFolder,
  removeFile,
  syncFile,
  WRITES,
} from "./sqlite-place.ts";
import { contentsOf, openToRead, type Seal, standOf } from "./sqlite-seal.ts";
import { TransferError } from "./transfer.ts";

export type RestoreStage = "copied" | "checked" | "kept" | "placed";

/** What stands where a backup shall go. */
export type Standing =
  | { readonly kind: "none" }
  | { readonly kind: "ledger"; readonly events: number; readonly lastMs: number | null }
  | { readonly kind: "unreadable"; readonly reason: string };

export interface RestoreOptions {
  /** Checked by verifyBackup. */
  readonly archive: string;
  readonly seal: Seal;
  /** The ledger's file. */
  readonly path: string;
  readonly force: boolean;
  /** Of now, for the kept one's name. */
  readonly stamp: string;
  /** Puts what stands there into words, to refuse it. */
  readonly describe: (standing: Standing) => string;
  readonly onStage?: OnStage<RestoreStage>;
}

function standingAt(path: string): Standing {
  if (!existsSync(path)) {
    const left = WRITES.find((suffix) => suffix !== "-shm" && existsSync(path + suffix));
    if (left) throw new TransferError(`hay un ${path}${left} sin su registro: muévelo de ahí`);
    return { kind: "none" };
  }
  if (statSync(path).size === 0) return { kind: "none" };
  let db: Database | null = null;
  try {
    db = openToRead(path);
    const { events, lastMs } = standOf(db);
    return events === 0 ? { kind: "none" } : { kind: "ledger", events, lastMs };
  } catch (error) {
    return { kind: "unreadable", reason: (error as Error).message };
  } finally {
    db?.close();
  }
}

const keptName = (path: string, stamp: string): string => `${path}.antes-de-restaurar-${stamp}`;

/** Second names that a restore left which was cut before it placed the new one. */
function forgetCut(path: string): void {
  if (!existsSync(path)) return;
  const start = basename(keptName(path, ""));
  const { ino } = statSync(path);
  for (const name of readdirSync(dirname(path))) {
    const kept = join(dirname(path), name);
    if (name.startsWith(start) && statSync(kept).ino === ino) rmSync(kept);
  }
}

/** Gives the old one a second name, whole in one file where it can be read. @returns the name */
function keepOld(path: string, standing: Standing, stamp: string): string {
  const kept = freeName(keptName(path, stamp));
  if (standing.kind === "ledger") {
    const db = new Database(path);
    db.run("PRAGMA wal_checkpoint(TRUNCATE)");
    // The last one to close it removes its log of writes.
    db.close();
  }
  alsoNamed(path, kept);
  const beside = WRITES.filter((suffix) => existsSync(path + suffix));
  for (const suffix of beside) alsoNamed(path + suffix, kept + suffix);
  syncFile(dirname(path));
  // Only what can't be read has any left: beside the new one they would be taken for its own.
  for (const suffix of beside) rmSync(path + suffix);
  return kept;
}

/** Makes the new one under another name: of this format, with an epoch of its own, checked. */
function prepare(temporary: string, { archive, seal, onStage }: RestoreOptions): void {
  copyPrivate(archive, temporary);
  onStage?.("copied");
  const { db } = openDatabase(temporary, { keep: false });
  try {
    const now = contentsOf(db);
    const same = now.format !== seal.format || now.digest === seal.digest;
    if (!same || now.head !== seal.head || now.events !== seal.events) {
      throw new LedgerUnavailable("lo copiado no es igual al respaldo: repite");
    }
  } finally {
    db.close();
  }
  if (existsSync(`${temporary}-wal`)) {
    throw new TransferError(`otro proceso tiene abierto ${temporary}`);
  }
  syncFile(temporary);
  onStage?.("checked");
}

/** Whoever could open the old one can open the new one. */
function ownedLike(path: string, temporary: string): void {
  if (!existsSync(path)) {
    ownedLikeFolder(temporary);
    return;
  }
  const { uid, gid, mode } = statSync(path);
  chmodSync(temporary, mode & 0o777);
  if (process.getuid?.() === 0) chownSync(temporary, uid, gid);
}

/**
 * Puts a backup into the place of a ledger's file (R1 to R3).
 * @returns where the old one is kept, null when there was none with events
 * @throws LedgerUnavailable or TransferError in one line; the place is as it was
 */
export function restoreSqlite(options: RestoreOptions): string | null {
  const { path, force, stamp, describe, onStage } = options;
  const temporary = `${path}-restauracion`;
  let lock: Database | null = null;
  try {
    mkdirSync(dirname(path), { recursive: true });
    lock = hold(path);
    forgetCut(path);
    const standing = standingAt(path);
    if (standing.kind !== "none" && !force) throw new TransferError(describe(standing));
    removeFile(temporary);
    prepare(temporary, options);
    ownedLike(path, temporary);
    const kept = standing.kind === "none" ? null : keepOld(path, standing, stamp);
    onStage?.("kept");
    // An empty one's log of writes must not be taken for the new one's.
    for (const suffix of WRITES) rmSync(path + suffix, { force: true });
    renameSync(temporary, path);
    syncFile(dirname(path));
    onStage?.("placed");
    return kept;
  } catch (error) {
    if (error instanceof TransferError) throw error;
    throw new LedgerUnavailable(`no se pudo restaurar en ${path}: ${reasonOf(error)}`, {
      cause: error,
    });
  } finally {
    if (lock) removeFile(temporary);
    lock?.close();
  }
}
