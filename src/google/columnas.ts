/**
 * The columns and the tab of ours that a workbook lacks, added on request only (`zeues planilla
 * --crear`): the sync itself never changes how a workbook is built.
 *
 * K1: a title goes where nothing is: right of all that the tab holds, looked at right before.
 * K2: each round begins with a fresh reading: what a lost answer had done is not done twice.
 * K3: columns inserted in the very moment of the write move an engineer's title under ours: the
 *     next reading shows it, theirs is put back, and it is said.
 */
import { type Escrita, METADATA_COLUMNAS } from "../workbook/columns.ts";
import { headerKey, WorkbookError } from "../workbook/tab.ts";
import { blockRange, headerRange, quoted } from "./a1.ts";
import { SheetsError } from "./failure.ts";
import { type Policy, withPolicy } from "./retry.ts";
import type { Properties, RangeRows, RangeWrite, Sheet, Spreadsheet } from "./spreadsheet.ts";

/** Engineers need these for nothing, so that a workbook begins without them. */
export const PROPIAS: readonly Escrita[] = [
  "version",
  "Estado_Detalle",
  "Ocupado_Por",
  "Fecha_Ocupacion",
  "Notas",
];
/** A month of a shop; the sync adds more. */
const METADATA_ROWS = 1_000;
/** Four where all goes well; the rest for lost answers and busy hands. */
const ROUNDS_MAX = 12;

export interface Creado {
  /** What was added, a short sentence each, without a full stop; none = nothing was missing. */
  readonly hecho: readonly string[];
  /** What somebody should look at. */
  readonly ojo: readonly string[];
}

/** The tab of a name, found as columns are: case, accents, spaces and underscores are ignored. */
export const sheetNamed = ({ sheets }: Properties, name: string): Sheet | undefined =>
  sheets.find(({ title }) => headerKey(title) === headerKey(name));

/** Names that a header lacks. */
export function missingTitles<N extends string>(
  header: readonly string[],
  names: readonly N[],
): readonly N[] {
  const keys = new Set(header.map(headerKey));
  return names.filter((name) => !keys.has(headerKey(name)));
}

/** The header row of a reading that begins with it. */
export const headerOf = (reading: RangeRows | undefined): readonly string[] =>
  (reading?.rows[0] ?? []).map(String);

interface Hoja {
  readonly sheet: Sheet;
  readonly header: readonly string[];
  /** Columns up to the last one that holds anything, with or without a title. */
  readonly width: number;
}

interface Vista {
  readonly operaciones: Hoja;
  readonly metadata: Hoja | null;
}

/** Titles that were sent to a place, and the header that they were meant to stand beside. */
interface Envio {
  readonly antes: Hoja;
  readonly titles: readonly string[];
}

type Step =
  | { readonly kind: "tab" }
  | { readonly kind: "grow"; readonly sheet: Sheet; readonly columns: number }
  | ({ readonly kind: "titles" } & Envio);

const titlesStep = (antes: Hoja, titles: readonly string[]): Step => {
  const columns = antes.width + titles.length - antes.sheet.columnCount;
  return columns > 0
    ? { kind: "grow", sheet: antes.sheet, columns }
    : { kind: "titles", antes, titles };
};

/** What to do next; null = nothing is missing. */
function nextStep({ operaciones, metadata }: Vista): Step | null {
  if (!metadata) return { kind: "tab" };
  for (const [hoja, names] of [
    [metadata, METADATA_COLUMNAS],
    [operaciones, PROPIAS],
  ] as const) {
    const missing = missingTitles(hoja.header, names);
    if (missing.length > 0) return titlesStep(hoja, missing);
  }
  return null;
}

function hojaOf(sheet: Sheet, reading: RangeRows | undefined): Hoja {
  const width = Math.max(0, ...(reading?.rows ?? []).map((row) => row.length));
  const hoja = { sheet, header: headerOf(reading), width };
  if (width > 0 && hoja.header.every((title) => title.trim() === "")) {
    throw new WorkbookError(`La fila 1 de ${sheet.title} está en blanco: ahí van los títulos.`);
  }
  return hoja;
}

/** How the workbook is built now. @throws WorkbookError when it is none, SheetsError */
async function look(io: Io): Promise<Vista> {
  const properties = await io.read((sheet) => sheet.properties());
  const tab = sheetNamed(properties, "Operaciones");
  if (!tab) throw new WorkbookError("Falta la pestaña Operaciones, que ZEUES no crea.");
  const log = sheetNamed(properties, "Metadata");
  // Of Metadata two rows tell whether it is one: it may have 100,000.
  const ranges = [quoted(tab.title), ...(log ? [`${quoted(log.title)}!1:2`] : [])];
  const [whole, top] = await io.read((sheet) => sheet.read(ranges));
  const operaciones = hojaOf(tab, whole);
  if (missingTitles(operaciones.header, ["TAG_SPOOL"]).length > 0) {
    throw new WorkbookError(`En la fila 1 de ${tab.title} falta TAG_SPOOL: no se agrega nada.`);
  }
  return { operaciones, metadata: log ? hojaOf(log, top) : null };
}

/** Titles of theirs that ours stand upon: columns were inserted left of them (K3). */
function coveredBy({ antes: { header, width }, titles }: Envio, now: Hoja): readonly string[] {
  const first = header.findIndex((title) => title !== "" && !now.header.includes(title));
  if (first < 0 || !titles.some((title, i) => now.header[width + i] === title)) return [];
  // A title that was renamed or deleted in that moment is gone too, and nothing was inserted.
  const at = header.findIndex((title, i) => now.header[i] !== title);
  const inserted = now.header.slice(at, at + width - first);
  return inserted.every((title) => title === "") ? header.slice(first, first + titles.length) : [];
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((title, i) => title === b[i]);

/** Titles from a column on. */
const titlesFrom = ({ title }: Sheet, from: number, titles: readonly string[]): RangeWrite => ({
  range: blockRange(title, 1, 1, from, from + titles.length - 1),
  rows: [titles],
});

/** Writes titles where they belong; does nothing when that is no longer so (K1). */
async function writeTitles(io: Io, { antes, titles }: Envio): Promise<void> {
  const { sheet, header, width } = antes;
  const last = width + titles.length - 1;
  const ranges = [
    headerRange(sheet.title),
    blockRange(sheet.title, 1, sheet.rowCount, width, last),
  ];
  const [top, under] = await io.read((one) => one.read(ranges));
  if (!isSame(headerOf(top), header) || (under?.rows.length ?? 0) > 0) return;
  await io.write((one) => one.write([titlesFrom(sheet, width, titles)]));
}

interface Io {
  read<T>(run: (sheet: Spreadsheet) => Promise<T>): Promise<T>;
  write<T>(run: (sheet: Spreadsheet) => Promise<T>): Promise<T>;
}

const ioOf = (sheet: Spreadsheet, policy: Policy): Io => ({
  read: (run) => withPolicy({ kind: "read", run: () => run(sheet) }, policy),
  write: (run) => withPolicy({ kind: "write", run: () => run(sheet) }, policy),
});

async function take(io: Io, step: Step): Promise<void> {
  if (step.kind === "titles") return writeTitles(io, step);
  if (step.kind === "grow") {
    return io.write((sheet) => sheet.grow(step.sheet.sheetId, { columns: step.columns }));
  }
  const columnCount = METADATA_COLUMNAS.length;
  await io.write((sheet) =>
    sheet.addTab({ title: "Metadata", rowCount: METADATA_ROWS, columnCount }),
  );
}

/** Whether the next reading may show that it was done, or that it can be done now. */
function mayGoOn(error: unknown): boolean {
  if (!(error instanceof SheetsError)) return false;
  const { fault, detail } = error;
  if (fault.kind !== "denied") return fault.kind !== "stopped";
  // Somebody was first with the tab, or took columns away since they were counted.
  return /^(exists|grid|tab)$/.test(fault.reason) || /tried writing to column/.test(detail);
}

/** What a workbook has now and had not before. */
function gained(before: Vista, now: Vista): readonly string[] {
  const [was, is] = [before.operaciones, now.operaciones];
  const columns = PROPIAS.filter((name) => missingTitles(was.header, [name]).length > 0);
  const rest = missingTitles(before.metadata?.header ?? [], METADATA_COLUMNAS);
  const log = now.metadata?.sheet.title ?? "Metadata";
  return [
    ...columns.map((name) => `${is.sheet.title}: columna ${name} agregada`),
    ...(before.metadata === null ? [`pestaña ${log} agregada`] : []),
    ...(before.metadata !== null && rest.length > 0 ? [`${log}: títulos ${rest.join(", ")}`] : []),
  ];
}

/** Puts back what our titles covered. @returns what to say of it, null when nothing was covered */
async function mend(io: Io, sent: Envio, { operaciones, metadata }: Vista): Promise<string | null> {
  const { sheetId } = sent.antes.sheet;
  const now = [operaciones, metadata].find((hoja) => hoja?.sheet.sheetId === sheetId);
  const theirs = now ? coveredBy(sent, now) : [];
  if (!now || theirs.length === 0) return null;
  const from = sent.antes.width;
  await io.write((sheet) => sheet.write([titlesFrom(now.sheet, from, theirs)]));
  const names = theirs.map((title) => `«${title}»`).join(", ");
  return (
    `en ${now.sheet.title} alguien insertó columnas mientras se escribía, y un título de ZEUES ` +
    `quedó sobre ${names}: se volvió a poner; revisa que esté bien`
  );
}

/**
 * Adds what is missing of ours: five columns of Operaciones, the tab Metadata and its titles.
 * @throws WorkbookError when the workbook is none, SheetsError
 */
export async function createMissing(sheet: Spreadsheet, policy: Policy): Promise<Creado> {
  const io = ioOf(sheet, policy);
  const ojo: string[] = [];
  const before = await look(io);
  let now = before;
  let last: unknown = new WorkbookError("La planilla cambia a cada momento: vuelve a intentarlo.");
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const step = nextStep(now);
    if (!step) return { hecho: gained(before, now), ojo };
    try {
      await take(io, step);
    } catch (error) {
      if (!mayGoOn(error)) throw error;
      last = error;
    }
    now = await look(io);
    if (step.kind !== "titles") continue;
    const said = await mend(io, step, now);
    if (!said) continue;
    ojo.push(said);
    now = await look(io);
  }
  throw last;
}
