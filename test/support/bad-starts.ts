/**
 * What ops meets at a bad start: how it comes about, and the one line that it ends with. Tests run
 * them all with the binary (test/cli/three-in-the-morning); docs/troubleshooting-start.md shows
 * them (`bun test/support/bad-starts.ts` writes it). In all texts `{f}` is a folder of the case's
 * own, `{p}` a port that somebody has.
 */
import { chmodSync, chownSync, mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The user of docs/deploy: not root, who may write anywhere. */
export const NOBODY = 65_532;

export interface BadStart {
  /** For the page. */
  readonly when: string;
  readonly args: string;
  readonly env?: Readonly<Record<string, string>>;
  /** `user`: not as root. `small`, `sealed`: `{f}/m` is a full disk, or one mounted read-only. */
  readonly as?: "user" | "small" | "sealed";
  /** `good`: a ledger with events stands in `{f}/data` before. */
  readonly data?: "good";
  /** Brings it about, in the folder. */
  readonly make?: (folder: string) => void;
  /** On standard error, after `zeues: `. */
  readonly line: string;
  readonly code?: number;
}

const ledgerIn = (folder: string): string => join(folder, "data/zeues.sqlite");
const write = (path: string) => (folder: string) => {
  mkdirSync(join(folder, "data"), { recursive: true });
  writeFileSync(join(folder, path), "x".repeat(8_192));
};
const owned = (mode: number) => (folder: string) => {
  mkdirSync(join(folder, "data"));
  chmodSync(join(folder, "data"), mode);
};
const OPEN = "no se puede abrir el registro {f}/data/zeues.sqlite:";
const NO_WAY_IN = `no deja escribir al usuario ${NOBODY} (es del 0): dale permiso (chown)`;
const NO_WRITE = `${OPEN} la carpeta {f}/data ${NO_WAY_IN}`;
const DAMAGED =
  "no es un registro o está dañado: repón un respaldo, o apunta ZEUES_DATA a otra carpeta";
const SOLO = "está en un disco montado solo para leer: móntalo para escribir, o usa otra carpeta";

/** The folder's user is ours, one of its files is not. */
const foreign = (suffix: string) => (folder: string) => {
  chownSync(join(folder, "data"), NOBODY, NOBODY);
  for (const one of ["", "-hold"]) chownSync(ledgerIn(folder) + one, NOBODY, NOBODY);
  const path = ledgerIn(folder) + suffix;
  chownSync(path, 0, 0);
  chmodSync(path, 0o644);
};

const FOLDERS: readonly BadStart[] = [
  ...["serve", "import {f}", "export {f}/out", "user list", "token list"].map(
    (args): BadStart => ({
      when: `the data folder is another user's (\`${args.split(" ")[0]}\`)`,
      args,
      as: "user",
      make: owned(0o755),
      line: NO_WRITE,
    }),
  ),
  {
    when: "the data folder lets nobody in",
    args: "serve",
    as: "user",
    make: owned(0o700),
    line: NO_WRITE,
  },
  {
    when: "it is missing and can't be made",
    args: "serve",
    env: { ZEUES_DATA: "{f}/ro/data" },
    as: "user",
    make: (folder) => mkdirSync(join(folder, "ro")),
    line: `no se puede abrir el registro {f}/ro/data/zeues.sqlite: la carpeta {f}/ro ${NO_WAY_IN}`,
  },
  {
    when: "a file has its name",
    args: "serve",
    make: (folder) => writeFileSync(join(folder, "data"), "x"),
    line: `${OPEN} {f}/data es un archivo, y debe ser una carpeta: pon otra en ZEUES_DATA`,
  },
  {
    when: "the disk is mounted read-only",
    args: "serve",
    env: { ZEUES_DATA: "{f}/m" },
    as: "sealed",
    line: `no se puede abrir el registro {f}/m/zeues.sqlite: {f}/m ${SOLO}`,
  },
  {
    when: "the disk is full",
    args: "serve",
    env: { ZEUES_DATA: "{f}/m" },
    as: "small",
    line:
      "no se puede abrir el registro {f}/m/zeues.sqlite: el disco de {f}/m está lleno: " +
      "haz lugar",
  },
  ...["", "-hold"].map(
    (suffix): BadStart => ({
      when: `\`zeues.sqlite${suffix}\` is another user's`,
      args: "serve",
      as: "user",
      data: "good",
      make: foreign(suffix),
      line:
        `${OPEN} {f}/data/zeues.sqlite${suffix} no se deja leer y escribir al usuario ` +
        `${NOBODY} (es del 0): chown o chmod`,
    }),
  ),
  {
    when: "a backup can't be written where it should",
    args: "backup {f}/ro",
    as: "user",
    data: "good",
    make: (folder) => {
      mkdirSync(join(folder, "ro"));
      chmodSync(join(folder, "data"), 0o777);
    },
    line: "no se puede escribir en {f}/ro: da permiso a este usuario",
  },
  {
    when: "what should be restored is not there",
    args: "restore {f}/x.sqlite",
    line: "{f}/x.sqlite no existe",
  },
  {
    when: "there is nothing to bring to an older format",
    args: "migrate formato 1",
    line: "no hay registro en {f}/data/zeues.sqlite",
  },
];

const FILES: readonly BadStart[] = [
  ...["serve", "user list"].map(
    (args): BadStart => ({
      when: `the ledger's file is something else (\`${args}\`)`,
      args,
      make: write("data/zeues.sqlite"),
      line: `${OPEN} ${DAMAGED} (SQLITE_NOTADB)`,
    }),
  ),
  {
    when: "it was cut off",
    args: "serve",
    data: "good",
    make: (folder) => truncateSync(ledgerIn(folder), 12_288),
    line: `${OPEN} ${DAMAGED} (SQLITE_CORRUPT)`,
  },
  {
    when: "a folder has its name",
    args: "serve",
    make: (folder) => mkdirSync(ledgerIn(folder), { recursive: true }),
    line: `${OPEN} {f}/data/zeues.sqlite es una carpeta, y debe ser un archivo`,
  },
];

const PLACES: readonly BadStart[] = [
  {
    when: "another program has the port",
    args: "serve",
    env: { PORT: "{p}" },
    line: "el puerto {p} ya lo usa otro programa: ciérralo (ss -ltnp lo nombra) o cambia PORT",
  },
  {
    when: "a port that only root may have",
    args: "serve",
    env: { PORT: "1" },
    as: "user",
    make: owned(0o777),
    line:
      "este usuario no puede abrir el puerto 1: usa PORT=1024 o más con un proxy delante, " +
      "o da CAP_NET_BIND_SERVICE",
  },
  ...["203.0.113.7", "no.existe.invalid", "a b"].map(
    (HOST): BadStart => ({
      when: `HOST is no address of this machine (\`${HOST}\`)`,
      args: "serve",
      env: { HOST },
      line: `HOST=${HOST} no es una dirección de esta máquina: 0.0.0.0 escucha en todas`,
    }),
  ),
];

const USED = "hay una opción que no existe o a la que le falta su valor";
const WORDS: readonly BadStart[] = [
  ["docter", "no existe la orden docter; ¿será doctor?; zeues help las muestra"],
  ["xyz", "no existe la orden xyz; zeues help las muestra"],
  ["--demo-trafic", `${USED}; ¿será --demo-traffic?; se usa así: zeues serve [--demo-traffic]`],
  ["serve x", "serve no lleva palabras; se usa así: zeues serve [--demo-traffic]"],
  ["import", "falta la carpeta; se usa así: zeues import CARPETA [--forzar] [--dry-run]"],
  ["export a b", "hay palabras de más; se usa así: zeues export CARPETA [--forzar]"],
  ["export a --dry-run", `${USED}; se usa así: zeues export CARPETA [--forzar]`],
  [
    "migrate",
    "falta hacia dónde: a-redis, a-sqlite, o formato N; se usa así: " +
      "zeues migrate a-redis | a-sqlite; zeues migrate formato N",
  ],
  ["doctor ya", "hay palabras de más; se usa así: zeues doctor"],
].map(([args = "", line = ""]) => ({ when: `\`zeues ${args}\``, args, line, code: 2 }));

export const BAD_STARTS: readonly BadStart[] = [...FOLDERS, ...FILES, ...PLACES, ...WORDS];

/** The page's table, as Markdown. */
export function pageOfBadStarts(): string {
  const shown = (text: string) =>
    text.replaceAll("{f}/", "/srv/").replaceAll("{p}", "3000").replaceAll("|", "\\|");
  const rows = BAD_STARTS.map(({ when, line, code = 1 }) => {
    return `| ${shown(when)} | \`zeues: ${shown(line)}\` | ${code} |`;
  });
  return [
    "# What a start says",
    "",
    "When `zeues` can't do what it was told, it says so in one line on standard error and ends;",
    "nothing that was there is changed. `zeues doctor` looks for most of this beforehand. Written",
    "by `bun test/support/bad-starts.ts`; each line is met in `test/cli/three-in-the-morning.test.ts`.",
    "",
    "| when | what it says | exit |",
    "| --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

if (import.meta.main) {
  writeFileSync(join(import.meta.dir, "../../docs/troubleshooting-start.md"), pageOfBadStarts());
}
