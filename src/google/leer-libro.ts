/**
 * The whole workbook as the intake reads it: Operaciones and the people with each poll, the log and
 * the unions, which tell of a spool only when it is seen for the first time, once an hour.
 */
import { ESCRITAS, operacionesColumns } from "../workbook/columns.ts";
import { propiasDe } from "../workbook/hand-edits.ts";
import type { Aviso } from "../workbook/intake-input.ts";
import {
  cellAt,
  DEFAULT_DIALECT,
  filaOf,
  headerKey,
  needTab,
  type Row,
  type Tab,
  WorkbookError,
} from "../workbook/tab.ts";
import { quoted, rowsFrom } from "./a1.ts";
import { type Conexion, isLogTitle, logSheets } from "./conexion.ts";
import { type Hoja, withClaves } from "./hoja.ts";
import type { RangeRows, Sheet, Value } from "./spreadsheet.ts";
import { Textos, textRows } from "./valores.ts";

/** Every poll. */
const SIEMPRE = ["Operaciones", "Trabajadores", "Roles"] as const;
/** The log's and the unions' cells that one request reads: some 5 MB. */
const CELLS_MAX = 200_000;
/** Beyond this the log is not kept in memory; what it tells of new spools is then not asked. */
const LOG_ROWS_MAX = 200_000;
const SELDOM_MS = 3_600_000;

export interface Libro {
  readonly tabs: readonly Tab[];
  readonly avisos: readonly Aviso[];
}

const tabOf = (name: string, [header = [], ...rows]: readonly Row[]): Tab => ({
  name,
  dialect: DEFAULT_DIALECT,
  header,
  rows,
});

/** Tags that the sheet keeps as numbers: what was typed is lost, `3-5` became a day. */
function numberTags({ rows }: RangeRows, tab: Tab): readonly Aviso[] {
  const { TAG_SPOOL } = operacionesColumns(tab);
  return rows.slice(1).flatMap((row, index) => {
    const value = row[TAG_SPOOL];
    if (typeof value !== "number" && typeof value !== "boolean") return [];
    const motivo =
      "TAG_SPOOL quedó como número o fecha; si se ve otra cosa en la planilla, " +
      "dale a la columna formato de texto y escríbelo de nuevo.";
    return [{ tab: tab.name, fila: filaOf(index), motivo }];
  });
}

/** What ZEUES would write and the workbook has no place for. */
function faltas(operaciones: Tab, seldom: readonly Tab[]): readonly Aviso[] {
  const at = operacionesColumns(operaciones);
  const columns = ESCRITAS.filter((name) => at[name] < 0);
  const sobre = "zeues planilla --crear";
  return [
    ...columns.map((name) => ({
      tab: operaciones.name,
      fila: 1,
      motivo: `Falta la columna ${name}, que ZEUES escribe; la agrega ${sobre}.`,
    })),
    ...(seldom.some(({ name }) => isLogTitle(name))
      ? []
      : [{ tab: "Metadata", fila: 1, motivo: `Falta la hoja Metadata; la agrega ${sobre}.` }]),
  ];
}

export class LectorDeLibro {
  readonly #conexion: Conexion;
  readonly #textos = SIEMPRE.map(() => new Textos());
  #seldom: { readonly tabs: readonly Tab[]; readonly atMs: number } | null = null;

  constructor(conexion: Conexion) {
    this.#conexion = conexion;
  }

  /** @throws WorkbookError when Operaciones, Trabajadores or Roles is missing; SheetsError */
  async read(): Promise<Libro> {
    const conexion = this.#conexion;
    const sheets = await Promise.all(SIEMPRE.map((name) => conexion.sheet(name)));
    const seldom = await this.#readSeldom();
    const answers = await conexion.read(sheets.map(({ title }) => quoted(title)));
    // Requests of the shop go in between: a big answer was just parsed.
    await new Promise<void>((turn) => setImmediate(turn));
    const tabs = sheets.map(({ title }, i) =>
      tabOf(title, this.#textos[i]?.rows(answers[i]?.rows ?? []) ?? []),
    );
    const [operaciones] = tabs;
    const [rows] = answers;
    if (!operaciones || !rows) throw new WorkbookError("Falta la hoja Operaciones en la planilla");
    const avisos = [...faltas(operaciones, seldom), ...numberTags(rows, operaciones)];
    return { tabs: [...tabs, ...seldom], avisos };
  }

  async #readSeldom(): Promise<readonly Tab[]> {
    const now = this.#conexion.policy.clock.now();
    const properties = await this.#conexion.properties();
    const had = this.#seldom?.tabs.some(({ name }) => isLogTitle(name)) ?? false;
    const same = had === logSheets(properties).length > 0;
    if (this.#seldom && same && now - this.#seldom.atMs < SELDOM_MS) return this.#seldom.tabs;
    const uniones = properties.sheets.filter(({ title }) => headerKey(title) === "uniones");
    const log = logSheets(properties);
    const rows = log.reduce((sum, { rowCount }) => sum + rowCount, 0);
    const logTab = rows > LOG_ROWS_MAX ? null : await this.#joined(log);
    const tabs: Tab[] = [];
    for (const sheet of uniones.slice(0, 1)) {
      tabs.push(tabOf(sheet.title, textRows(await this.#all(sheet))));
    }
    const all = logTab ? [logTab, ...tabs] : tabs;
    this.#seldom = { tabs: all, atMs: now };
    return all;
  }

  /** The log's tabs as one. */
  async #joined(sheets: readonly Sheet[]): Promise<Tab | null> {
    const tabs: Tab[] = [];
    for (const sheet of sheets) tabs.push(tabOf(sheet.title, textRows(await this.#all(sheet))));
    const [first] = tabs;
    return first ? { ...first, rows: tabs.flatMap(({ rows }) => rows) } : null;
  }

  async #all(sheet: Sheet): Promise<readonly (readonly Value[])[]> {
    const { title, rowCount, columnCount } = sheet;
    const step = Math.max(1, Math.floor(CELLS_MAX / Math.max(1, columnCount)));
    const out: (readonly Value[])[] = [];
    for (let fila = 1; fila <= rowCount; fila += step) {
      const range = `${rowsFrom(title, fila, columnCount)}${Math.min(rowCount, fila + step - 1)}`;
      const [answer] = await this.#conexion.read([range]);
      const rows = answer?.rows ?? [];
      while (rows.length > 0 && out.length < fila - 1) out.push([]);
      out.push(...rows);
      // Blank rows at the end are left out: a short answer is the tab's end, or nearly.
      if (rows.length === 0) break;
    }
    return out;
  }
}

/** Operaciones as the outbox sees it, of a whole reading. */
export function hojaOfLibro({ tabs }: Pick<Libro, "tabs">): Hoja {
  const tab = needTab(tabs, "Operaciones");
  const at = operacionesColumns(tab);
  const filas = tab.rows.map((row, index) => ({
    fila: filaOf(index),
    tag: cellAt(row, at.TAG_SPOOL),
    celdas: propiasDe(row, at),
  }));
  return withClaves({ title: tab.name, at, filas }, tab.header, tab.rows);
}
