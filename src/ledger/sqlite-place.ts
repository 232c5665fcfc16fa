/**
 * Files of ledgers, and how they get and lose their names: never half, never over another one. A
 * name is given to what is on the disk already, and the folder is synced after it.
 */
import {
  chownSync,
  closeSync,
  copyFileSync,
  existsSync,
  constants as files,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";

/** What SQLite keeps beside a file: its log of writes, and where in it who stands. */
export const WRITES = ["-wal", "-shm", "-journal"] as const;
/** All that is there of a ledger, the lock of its owner too (sqlite-file, F1). */
export const FILES = ["", ...WRITES, "-hold"] as const;
/** Who else has it: a backup is for its owner alone, it has the hashes of sessions and PINs. */
const PRIVATE = 0o600;
/** File systems without hard links (FAT, some of networks). */
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EINVAL"]);

const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";

/** Removes a ledger's file with all that stands beside it. */
export function removeFile(path: string): void {
  for (const suffix of FILES) rmSync(path + suffix, { force: true });
}

/** Waits until a file, or a folder's names, are on the disk. */
export function syncFile(path: string): void {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** An empty file for its owner alone; SQLite makes others readable. Nothing may stand there. */
export function makePrivate(path: string): void {
  closeSync(openSync(path, "wx", PRIVATE));
}

/** Copies a file into a new one for its owner alone, and waits until it is on the disk. */
export function copyPrivate(from: string, to: string): void {
  makePrivate(to);
  copyFileSync(from, to, files.COPYFILE_FICLONE);
  syncFile(to);
}

/** A second name for a file; a copy where there are no hard links. @throws EEXIST */
export function alsoNamed(path: string, other: string): void {
  try {
    linkSync(path, other);
  } catch (error) {
    if (!NO_LINKS.has(codeOf(error))) throw error;
    copyFileSync(path, other, files.COPYFILE_EXCL);
    syncFile(other);
  }
}

const tooMany = (name: string): Error => new Error(`ya hay demasiados archivos como ${name}`);

/** The names that are tried one after the other: `base.ext`, `base-2.ext`, … */
function* namesLike(base: string, extension: string): Generator<string> {
  yield base + extension;
  for (let nth = 2; nth < 100; nth++) yield `${base}-${nth}${extension}`;
}

/** A name of which nothing is there yet, for whoever has the place for itself. */
export function freeName(base: string): string {
  for (const path of namesLike(base, "")) if (!existsSync(path)) return path;
  throw tooMany(base);
}

/** Gives a whole file its name, or the next one like it that is free. @returns the name */
export function giveName(temporary: string, base: string, extension: string): string {
  for (const path of namesLike(base, extension)) {
    try {
      linkSync(temporary, path);
    } catch (error) {
      if (codeOf(error) === "EEXIST") continue;
      if (!NO_LINKS.has(codeOf(error))) throw error;
      if (existsSync(path)) continue;
      renameSync(temporary, path);
    }
    rmSync(temporary, { force: true });
    syncFile(dirname(path));
    return path;
  }
  throw tooMany(base + extension);
}

/**
 * What root makes in the folder of the server's own user is that user's: else the next start could
 * not open it.
 */
export function ownedLikeFolder(path: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dirname(path));
  chownSync(path, uid, gid);
}
