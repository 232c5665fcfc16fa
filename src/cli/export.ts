/**
 * `zeues export FOLDER`: the workbook as CSV files, one a tab (spec 4, 7). Everything is written
 * beside its place first and then renamed, so that no file is ever half there.
 */
import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { SEQ_ZERO, type Seq, type SpoolEvent } from "../domain/event.ts";
import type { Policy } from "../domain/policy.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { writeCsv } from "../workbook/csv.ts";
import { eventIdOf } from "../workbook/event-id.ts";
import { planExport } from "../workbook/plan-export.ts";
import {
  findTab,
  headerKey,
  TABS_DOCUMENT,
  type Tab,
  tabDocument,
  tabOfDocument,
  WorkbookError,
} from "../workbook/tab.ts";

export interface ExportOptions {
  readonly ledger: Ledger;
  readonly folder: string;
  readonly policy: Policy;
  /** `--forzar`: writes into a folder that holds something else. */
  readonly force?: boolean;
  readonly print: (line: string) => void;
}

const number = new Intl.NumberFormat("es-CL", { useGrouping: "always" });

async function readTabs(ledger: Ledger): Promise<readonly Tab[]> {
  const names: string[] = JSON.parse((await ledger.document(TABS_DOCUMENT)) ?? "[]");
  const tabs: Tab[] = [];
  for (const name of names) {
    const document = await ledger.document(tabDocument(name));
    if (document === null)
      throw new Error(`the ledger lists tab ${name} and has no document of it`);
    tabs.push(tabOfDocument(name, document));
  }
  return tabs;
}

/** Every event of spools up to `last`, in seq order. */
async function readEvents(ledger: Ledger, last: Seq): Promise<readonly SpoolEvent[]> {
  const out: SpoolEvent[] = [];
  for (let after = SEQ_ZERO; after < last; ) {
    const events = await ledger.read(after);
    for (const event of events) if (event.kind === "spool" && event.seq <= last) out.push(event);
    const end = events.at(-1);
    if (!end) break;
    after = end.seq;
  }
  return out;
}

/** A tab's file: its name as a single, harmless part of a path. */
const fileOf = ({ name }: Tab): string =>
  `${name.replace(/[\p{Cc}/\\:*?"<>|]/gu, "_").replace(/^\./, "_")}.csv`;

/** The entries of a folder; null when there is none. */
async function entriesOf(folder: string): Promise<readonly string[] | null> {
  try {
    return await readdir(folder);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") return null;
    if (code === "ENOTDIR") throw new WorkbookError(`${folder} no es una carpeta.`);
    throw cannotWrite(folder, error);
  }
}

const cannotWrite = (folder: string, cause: unknown): WorkbookError =>
  new WorkbookError(`No se puede escribir en ${folder}: ${(cause as Error).message}.`, { cause });

/** Whether a folder is empty or a workbook, so that nothing else is overwritten. */
function isWorkbook(entries: readonly string[]): boolean {
  const keys = entries.map(headerKey);
  const whole = keys.includes("operaciones.csv") && keys.includes("trabajadores.csv");
  return entries.length === 0 || (whole && keys.every((key) => key.endsWith(".csv")));
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Writes all files into a folder of their own beside the target, then moves them: the whole folder
 * where there was none, else file by file. A fault before the first move leaves all as it was.
 */
async function writeFolder(target: string, exists: boolean, tabs: readonly Tab[]): Promise<void> {
  const parent = exists ? target : dirname(target);
  await mkdir(parent, { recursive: true });
  const staging = join(parent, `.${basename(target)}-${randomUUID()}`);
  await mkdir(staging);
  try {
    for (const tab of tabs) await writeWhole(join(staging, fileOf(tab)), writeCsv(tab));
    if (exists) {
      for (const tab of tabs) await rename(join(staging, fileOf(tab)), join(target, fileOf(tab)));
    } else {
      await rename(staging, target);
    }
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/**
 * Writes the workbook into a folder that is missing, empty, or holds a workbook.
 * @throws WorkbookError with a sentence for people
 */
export async function exportFolder(options: ExportOptions): Promise<void> {
  const { ledger, policy, print } = options;
  const folder = resolve(options.folder);
  const entries = await entriesOf(folder);
  if (entries && !options.force && !isWorkbook(entries)) {
    const what = "no está vacía ni es una planilla exportada";
    throw new WorkbookError(`${folder} ${what}; si quiere escribir en ella, repita con --forzar.`);
  }
  const { seq, spools, trabajadores } = await ledger.snapshot();
  const tabs = planExport({
    tabs: await readTabs(ledger),
    spools: new Map(spools.map((spool) => [spool.tag, spool])),
    trabajadores,
    events: await readEvents(ledger, seq),
    policy,
    eventId: eventIdOf,
  });
  const files = new Set(tabs.map((tab) => fileOf(tab).toLowerCase()));
  if (files.size < tabs.length) throw new WorkbookError("Dos hojas tendrían el mismo archivo.");
  try {
    await writeFolder(folder, entries !== null, tabs);
  } catch (error) {
    throw cannotWrite(folder, error);
  }
  const rows = findTab(tabs, "Operaciones")?.rows.length ?? 0;
  print(`${tabs.length} hojas escritas en ${folder} (Operaciones: ${number.format(rows)} filas).`);
}
