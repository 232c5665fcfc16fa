/**
 * What the system and SQLite say when something can't be read or written, in words for people, and
 * what to do: the one place that knows their codes.
 */
import { accessSync, existsSync, constants as modes, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** By the beginning of the code: errno(3), sqlite.org/rescode. */
const WORDS: readonly (readonly [code: RegExp, words: string])[] = [
  [/^(SQLITE_FULL|ENOSPC|EDQUOT)/, "el disco está lleno: haz lugar"],
  [/^EROFS/, "ese disco está montado solo para leer: móntalo para escribir, o usa otro"],
  [
    /^(EACCES|EPERM|SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM)/,
    "este usuario no puede escribir o leer ahí: dale permiso",
  ],
  [/^ENOENT/, "no existe"],
  [/^ENOTDIR/, "en esa ruta hay un archivo donde debe ir una carpeta"],
  [/^EISDIR/, "es una carpeta, y debe ser un archivo"],
  [/^EEXIST/, "ya hay algo con ese nombre"],
  [/^ENAMETOOLONG/, "el nombre es demasiado largo"],
  [/^ELOOP/, "es un enlace que se apunta a sí mismo"],
  [/^(EMFILE|ENFILE)/, "hay demasiados archivos abiertos: sube ulimit -n (LimitNOFILE)"],
  [
    /^(SQLITE_NOTADB|SQLITE_CORRUPT)/,
    "no es un registro o está dañado: repón un respaldo, o apunta ZEUES_DATA a otra carpeta",
  ],
  [/^(EIO|SQLITE_IOERR)/, "el disco falla o está lleno: revísalo (df, dmesg)"],
  [/^(SQLITE_BUSY|SQLITE_LOCKED)/, "otro programa lo tiene tomado: ciérralo"],
];

const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";

/** The words for a code, null for an error that is none of the system's or SQLite's. */
export const wordsOf = (error: unknown): string | null =>
  WORDS.find(([code]) => code.test(codeOf(error)))?.[1] ?? null;

/** Why something could not be written or read, in words for people; with the code, to look up. */
export function reasonOf(error: unknown): string {
  const words = wordsOf(error);
  if (words === null) return error instanceof Error ? error.message : String(error);
  return `${words} (${codeOf(error)})`;
}

/** Less than this, and SQLite can't even begin: some pages, its shared memory. */
const ROOM_MIN_BYTES = 128 * 1024;

/** Bytes that this user may still write in a folder. */
export function roomAt(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** The nearest folder that is there: where the first start would make the rest. */
export function standing(folder: string): string {
  return existsSync(folder) || folder === dirname(folder) ? folder : standing(dirname(folder));
}

function may(path: string, mode: number): string | null {
  try {
    accessSync(path, mode);
    return null;
  } catch (error) {
    return codeOf(error);
  }
}

/** Who asks and whose it is, for `chown`; nothing where systems have no such numbers. */
function whose(path: string): string {
  const uid = process.getuid?.();
  try {
    return uid === undefined ? "" : ` al usuario ${uid} (es del ${statSync(path).uid})`;
  } catch {
    return uid === undefined ? "" : ` al usuario ${uid}`;
  }
}

const onlyToRead = (path: string): string =>
  `${path} está en un disco montado solo para leer: móntalo para escribir, o usa otra carpeta`;

function obstacleIn(folder: string): string | null {
  const there = standing(folder);
  // Behind a folder that does not let this user in, nothing is to be seen.
  if (may(there, modes.F_OK) !== null) return `no se puede entrar en ${there}: dale permiso`;
  if (!statSync(there).isDirectory()) {
    return `${there} es un archivo, y debe ser una carpeta: pon otra en ZEUES_DATA`;
  }
  const refused = may(there, modes.R_OK | modes.W_OK | modes.X_OK);
  if (refused === "EROFS") return onlyToRead(there);
  if (refused !== null) {
    return `la carpeta ${there} no deja escribir${whose(there)}: dale permiso (chown)`;
  }
  return roomAt(there) < ROOM_MIN_BYTES ? `el disco de ${there} está lleno: haz lugar` : null;
}

/** Which of these files is there and can't be read and written, and why; null for none. */
export function obstacleOf(files: readonly string[]): string | null {
  for (const file of files.filter((one) => existsSync(one))) {
    if (statSync(file).isDirectory()) return `${file} es una carpeta, y debe ser un archivo`;
    const refused = may(file, modes.R_OK | modes.W_OK);
    if (refused === "EROFS") return onlyToRead(file);
    if (refused !== null) return `${file} no se deja leer y escribir${whose(file)}: chown o chmod`;
  }
  return null;
}

/**
 * What on the disk keeps a ledger's file from being opened, of which SQLite only says that it is
 * so. Nothing is changed to find out.
 * @param suffixes of what stands beside it
 * @returns one line, which says what to do; null when nothing is in the way
 */
export const obstacleTo = (path: string, suffixes: readonly string[]): string | null =>
  obstacleIn(dirname(path)) ?? obstacleOf(suffixes.map((suffix) => path + suffix));
