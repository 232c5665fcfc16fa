/**
 * `zeues import FOLDER`: the workbook as CSV files, one a tab, into the ledger in one commit (spec
 * 4, 7). Files and ledger are here; what to change is workbook/plan-import's.
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Problema, SpoolEvent } from "../domain/event.ts";
import type { Policy } from "../domain/policy.ts";
import type { Tag } from "../domain/spool.ts";
import { toWrite } from "../google/intake.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { readCsv } from "../workbook/csv.ts";
import { type ImportPlan, planImport, type Resumen } from "../workbook/plan-import.ts";
import { documentsOf, headerKey, type Tab, WorkbookError } from "../workbook/tab.ts";

export interface ImportOptions {
  readonly ledger: Ledger;
  readonly folder: string;
  readonly policy: Policy;
  readonly nowMs: number;
  /** `--forzar`: imports also what looks shrunken. */
  readonly force?: boolean;
  /** Says what would happen, and changes nothing. */
  readonly dryRun?: boolean;
  readonly print: (line: string) => void;
}

export interface ImportOutcome {
  readonly resumen: Resumen;
  readonly problemas: readonly Problema[];
  /** How many records changed. */
  readonly changes: number;
}

type Planned = Extract<ImportPlan, { ok: true }>;

/** A year of a big shop is 5 MB; a file beyond this is not a tab, and would fill the memory. */
const FILE_MAX_BYTES = 256 * 1024 * 1024;
/** A conflict is an action that came between reading and committing; five in a row are a fault. */
const ATTEMPTS_MAX = 5;
/** A terminal shows that many row numbers of one problem; the pages show all. */
const FILAS_SHOWN = 300;
const TAG_SHOWN = 60;

const codeOf = (error: unknown): unknown =>
  typeof error === "object" && error !== null && "code" in error ? error.code : undefined;

/** Puts a fault of the file system into words; others stay as they are. */
function inWords(error: unknown, path: string): unknown {
  const words: Readonly<Record<string, string>> = {
    ENOENT: "no existe",
    ENOTDIR: "no es una carpeta",
    EACCES: "no se puede leer: falta permiso",
    EPERM: "no se puede leer: falta permiso",
    EIO: "no se puede leer: falla el disco",
  };
  const what = words[String(codeOf(error))];
  return what ? new WorkbookError(`${path} ${what}.`) : error;
}

async function readTab(path: string, name: string): Promise<Tab | null> {
  const { size, isFile } = await stat(path).then((s) => ({ size: s.size, isFile: s.isFile() }));
  if (!isFile) return null;
  if (size > FILE_MAX_BYTES) throw new WorkbookError(`${path} es demasiado grande (256 MB o más).`);
  return readCsv(name, await readFile(path));
}

/**
 * Reads every `*.csv` of a folder; hidden files and folders in it are left alone.
 * @throws WorkbookError with one sentence for people
 */
export async function readFolder(folder: string): Promise<readonly Tab[]> {
  const tabs: Tab[] = [];
  let path = folder;
  try {
    const files = (await readdir(folder)).filter((file) => /^[^.].*\.csv$/i.test(file)).sort();
    for (const file of files) {
      path = join(folder, file);
      const tab = await readTab(path, file.slice(0, -".csv".length));
      if (tab) tabs.push(tab);
    }
  } catch (error) {
    throw inWords(error, path);
  }
  for (const { name } of tabs) {
    const twins = tabs.filter((tab) => headerKey(tab.name) === headerKey(name));
    if (twins.length > 1) throw new WorkbookError(`La hoja ${name} está dos veces en ${folder}.`);
  }
  return tabs;
}

async function differ(ledger: Ledger, documents: Readonly<Record<string, string>>) {
  for (const [name, text] of Object.entries(documents)) {
    if ((await ledger.document(name)) !== text) return true;
  }
  return false;
}

/** Plans on the ledger as it stands now, asking for histories only where the plan needs them. */
async function plan(options: ImportOptions, tabs: readonly Tab[], tabsChanged: boolean) {
  const { ledger, policy, nowMs, force = false } = options;
  const { spools, trabajadores, planilla } = await ledger.snapshot();
  const input = {
    tabs,
    tabsChanged,
    spools: new Map(spools.map((spool) => [spool.tag, spool])),
    trabajadores: new Map(trabajadores.map((persona) => [persona.id, persona])),
    planilla,
    history: new Map<Tag, readonly SpoolEvent[]>(),
    policy,
    nowMs,
    medio: "planilla" as const,
    force,
  };
  const first = planImport(input);
  if (!first.ok || first.dudas.length === 0) return first;
  for (const tag of first.dudas) input.history.set(tag, await ledger.history(tag));
  return planImport(input);
}

/** Plans and commits at once; a conflict means that the shop went on meanwhile: again. */
async function apply(options: ImportOptions, tabs: readonly Tab[]): Promise<Planned> {
  const { ledger, dryRun } = options;
  const documents = documentsOf(tabs);
  const tabsChanged = await differ(ledger, documents);
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const planned = await plan(options, tabs, tabsChanged);
    if (!planned.ok) {
      const sure = "No se importó nada; si está bien así, repita con --forzar.";
      throw new WorkbookError(`${planned.motivo}. ${sure}`);
    }
    if (dryRun || planned.changes.length === 0) return planned;
    const writes = planned.changes.map(toWrite);
    const { kind } = await ledger.commit({ writes, documents });
    if (kind === "committed") return planned;
  }
  throw new WorkbookError("El taller está cambiando demasiado; no se importó nada. Repita.");
}

const number = new Intl.NumberFormat("es-CL", { useGrouping: "always" });

const count = (n: number, one: string, many: string): string =>
  `${number.format(n)} ${n === 1 ? one : many}`;

/** No control character of a cell reaches the terminal. */
const plainLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");

function problemaLine({ gravedad, tab, filas, tag, motivo }: Problema): string {
  const more = filas.length - FILAS_SHOWN;
  const shown = filas.slice(0, FILAS_SHOWN).join(", ") + (more > 0 ? ` y ${more} más` : "");
  const where =
    filas.length === 0 ? tab : `${tab}, ${filas.length === 1 ? "fila" : "filas"} ${shown}`;
  const chars = [...(tag ?? "")];
  const cut = chars.length > TAG_SHOWN ? `${chars.slice(0, TAG_SHOWN).join("")}…` : chars.join("");
  const whose = tag === null ? "" : ` (${cut})`;
  return plainLine(`  ${gravedad}: ${where}${whose}: ${motivo}`);
}

/** What was read and what is wrong with it, for a terminal. */
function* report({ resumen: r, problemas, changes }: Planned, dryRun: boolean): Generator<string> {
  yield [
    count(r.carretes, "carrete", "carretes"),
    count(r.trabajadores, "trabajador", "trabajadores"),
    count(r.ocupados, "ocupado", "ocupados"),
  ].join(", ");
  const blank = r.filasEnBlanco > 0 ? `, ${count(r.filasEnBlanco, "fila", "filas")} en blanco` : "";
  yield [
    `${number.format(r.enOrden)} en orden`,
    `${number.format(r.conErrores)} con errores (se muestran, no se trabajan)`,
    `${count(r.filasSinTag, "fila", "filas")} sin tag${blank}`,
  ].join(", ");
  if (problemas.length === 0) yield "Sin problemas en la planilla.";
  else yield `Problemas de la planilla: ${number.format(problemas.length)}`;
  yield* problemas.map(problemaLine);
  const records = changes.filter(({ kind }) => kind !== "planilla");
  const done = count(records.length, "registro nuevo o cambiado", "registros nuevos o cambiados");
  if (records.length === 0) yield "Sin cambios.";
  else yield dryRun ? `Habría ${done}; no se importó nada (--dry-run).` : `${done}.`;
}

/**
 * Imports a folder of CSV files in one commit, and prints what was read and what is wrong with it.
 * @throws WorkbookError with a sentence for people; then nothing was imported
 */
export async function importFolder(options: ImportOptions): Promise<ImportOutcome> {
  const planned = await apply(options, await readFolder(options.folder));
  for (const line of report(planned, options.dryRun ?? false)) options.print(line);
  const { resumen, problemas, changes } = planned;
  return { resumen, problemas, changes: changes.length };
}
