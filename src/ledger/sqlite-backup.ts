/**
 * Backups: whatever the store, one sealed SQLite file (sqlite-seal), made while servers work.
 *
 * B1: it has every event that was acknowledged before it began, and is of one place of the log.
 * B2: it has its name only when it is whole, checked and on the disk; cut at any moment it has
 *     none, and the next one in that folder clears it away. It never takes another file's name.
 * B3: older ones are removed only after it has its name, and never what is not a backup of ours.
 */

import { Database } from "bun:sqlite";
import { accessSync, existsSync, constants as modes, readdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { readingAt } from "../domain/fecha.ts";
import { reasonOf } from "./fault-words.ts";
import { LedgerUnavailable } from "./ledger.ts";
import { refuseForeign } from "./migrations.ts";
import { openRedisSource, type RedisPlace } from "./redis-transfer.ts";
import { openSqliteCopy } from "./sqlite-copy.ts";
import { hold } from "./sqlite-file.ts";
import { copyWhole, type OnStage } from "./sqlite-keep.ts";
import { giveName, removeFile } from "./sqlite-place.ts";
import {
  contentsOf,
  openToRead,
  readSeal,
  rowOf,
  type Seal,
  sealFile,
  sealIn,
} from "./sqlite-seal.ts";
import { TransferError, transfer } from "./transfer.ts";

/** Made under this name; who has its hold is the one that makes a backup in a folder. */
const UNFINISHED = ".zeues-respaldo";
const EXTENSION = ".sqlite";
const NAMED = /^zeues-\d{4}-\d{2}-\d{2}-\d{6}-suceso-\d+(?:-\d+)?[.]sqlite$/;

/** Writes the ledger into a file; says which log it is of where the file does not. */
export type Fill = (temporary: string) => Promise<{ readonly epoch?: string }>;

export type BackupStage = "copied" | "checked" | "named";

export interface BackupOptions {
  readonly fill: Fill;
  /** A folder, or a file that does not exist yet, `….sqlite`. */
  readonly destination: string;
  readonly madeMs: number;
  /** Of the shop: the name tells its time. */
  readonly zone: string;
  /** The version of this ZEUES. */
  readonly by: string;
  readonly onStage?: OnStage<BackupStage>;
}

export interface Backup {
  readonly path: string;
  readonly seal: Seal;
  readonly bytes: number;
}

const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Folder and, where it was said, name without extension. */
function placeOf(destination: string): { readonly folder: string; readonly name: string | null } {
  if (isFolder(destination)) return { folder: destination, name: null };
  const folder = dirname(destination);
  const isName = destination.endsWith(EXTENSION) && isFolder(folder);
  if (!isName) throw new TransferError(`no existe la carpeta ${destination}: créala, o móntala`);
  if (existsSync(destination)) throw new TransferError(`${destination} ya existe: da otro nombre`);
  return { folder, name: basename(destination, EXTENSION) };
}

const two = (n: number, digits = 2): string => String(n).padStart(digits, "0");

/** `2026-11-27-001844`, the wall clock of a zone, for names of files. */
export function stampOf(ms: number, zone: string): string {
  const { year, month, day, hour, minute, second } = readingAt(ms, zone);
  return `${year}-${two(month)}-${two(day)}-${two(hour)}${two(minute)}${two(second)}`;
}

/** Why a file could not be written, in words. */
function inWords(error: unknown, folder: string): Error {
  if (error instanceof TransferError) return error;
  return new TransferError(`no se pudo hacer el respaldo en ${folder}: ${reasonOf(error)}`, {
    cause: error,
  });
}

/** Takes a folder for one backup. @throws TransferError in words */
function take(folder: string): Database {
  try {
    accessSync(folder, modes.W_OK | modes.X_OK);
  } catch {
    throw new TransferError(`no se puede escribir en ${folder}: da permiso a este usuario`);
  }
  try {
    return hold(join(folder, UNFINISHED));
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw inWords(error, folder);
    throw new TransferError(`otro respaldo se está haciendo en ${folder}: espera a que termine`);
  }
}

/**
 * Makes a backup (B1, B2).
 * @throws TransferError or LedgerUnavailable in one line; then there is none
 */
export async function makeBackup(options: BackupOptions): Promise<Backup> {
  const { fill, destination, madeMs, zone, by, onStage = () => {} } = options;
  const { folder, name } = placeOf(destination);
  const lock = take(folder);
  const temporary = join(folder, `${UNFINISHED}-parcial`);
  try {
    const { epoch } = await fill(temporary);
    onStage("copied");
    const seal = sealFile(temporary, { madeMs, by, ...(epoch === undefined ? {} : { epoch }) });
    onStage("checked");
    const base = name ?? `zeues-${stampOf(madeMs, zone)}-suceso-${seal.head}`;
    const bytes = statSync(temporary).size;
    const path = giveName(temporary, join(folder, base), EXTENSION);
    onStage("named");
    return { path, seal, bytes };
  } catch (error) {
    throw inWords(error, folder);
  } finally {
    removeFile(temporary);
    lock.close();
  }
}

/** The SQLite ledger, read beside the server that has it (sqlite-file, F1). */
export const fillFromSqlite =
  (path: string): Fill =>
  async (temporary) => {
    if (!existsSync(path)) throw new TransferError(`no hay registro en ${path}`);
    const db = new Database(path, { readonly: true });
    try {
      refuseForeign(db);
      const begun = rowOf(db, "SELECT 1 AS one FROM sqlite_schema WHERE name = 'event'").one === 1;
      if (!begun || rowOf(db, "SELECT 1 AS one FROM event LIMIT 1").one === undefined) {
        throw new TransferError(`SQLite (${path}) está vacío: nada que respaldar`);
      }
      copyWhole(db, temporary);
      return {};
    } finally {
      db.close();
    }
  };

/** The Redis ledger, at one place of its log while others go on. */
export const fillFromRedis =
  (place: RedisPlace): Fill =>
  async (temporary) => {
    const source = await openRedisSource(place, { live: true });
    try {
      const epoch = await source.epoch();
      const target = openSqliteCopy({ path: temporary, nowMs: place.nowMs });
      try {
        await transfer(source, target, { live: true });
        return { epoch };
      } finally {
        await target.close();
      }
    } finally {
      await source.close();
    }
  };

/**
 * Checks a backup whole: ours, of a format that this ZEUES knows, not a bit changed (B2).
 * @throws LedgerUnavailable in one line that names the file
 */
export function verifyBackup(path: string): Seal {
  if (!existsSync(path)) throw new LedgerUnavailable(`${path} no existe`);
  if (isFolder(path)) throw new LedgerUnavailable(`${path} es una carpeta: nombra un respaldo`);
  let db: Database | null = null;
  try {
    db = openToRead(path);
    refuseForeign(db);
    const seal = sealIn(db);
    if (!seal) throw new LedgerUnavailable("no es un respaldo: le falta su sello");
    const { digest, head, format } = contentsOf(db);
    if (digest !== seal.digest || head !== seal.head || format !== seal.format) {
      throw new LedgerUnavailable("está dañado: no es igual a lo que dice su sello");
    }
    return seal;
  } catch (error) {
    const { code = "", message } = error as { code?: string; message: string };
    const foreign = code === "SQLITE_NOTADB" || /no such table/.test(message);
    const reason = foreign ? "no es un respaldo de ZEUES" : message;
    const words = code.startsWith("SQLITE_CORRUPT") ? `está dañado (${message})` : reason;
    throw new LedgerUnavailable(`${path}: ${words}`, { cause: error });
  } finally {
    db?.close();
  }
}

/**
 * Removes the oldest backups of a folder (B3).
 * @param made the one that was just made; it stays whatever the clock says
 * @param keep how many stay, at least 1, that one counted
 * @returns the removed ones' names
 */
export function removeOld(made: string, keep: number): readonly string[] {
  const folder = dirname(made);
  const older = readdirSync(folder)
    .filter((name) => NAMED.test(name) && name !== basename(made))
    .flatMap((name) => {
      const seal = readSeal(join(folder, name));
      return seal ? [{ name, madeMs: seal.madeMs }] : [];
    })
    .sort((a, b) => b.madeMs - a.madeMs)
    .slice(keep - 1)
    .map(({ name }) => name);
  for (const name of older) rmSync(join(folder, name));
  return older;
}
