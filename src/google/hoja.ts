/**
 * What a flush sees of Operaciones: the tags and our columns, row by row, as they stand now. The
 * rest of the tab is the engineers' and is read by the intake alone.
 */
import { operacionesColumns } from "../workbook/columns.ts";
import type { PropiasLeidas } from "../workbook/hand-edits.ts";
import { DEFAULT_DIALECT, filaOf, type Row, type Tab } from "../workbook/tab.ts";
import { headerRange } from "./a1.ts";
import { columnOf, conNombre, type Lugares, nombreDe, presentes } from "./nombres.ts";
import type { RangeRows } from "./spreadsheet.ts";
import { isDateTitle, textOf } from "./valores.ts";

/** One row. */
export interface Leida {
  /** As the sheet shows it. */
  readonly fila: number;
  /** The text of its tag cell as it stands there; "" where there is none. */
  readonly tag: string;
  readonly celdas: PropiasLeidas;
  /** The engineers' cells, where the tag does not tell the row: blank, or there twice. */
  readonly clave?: string;
}

export interface Hoja {
  readonly title: string;
  readonly at: Lugares;
  readonly filas: readonly Leida[];
}

/** The tab with a header alone: enough to find columns. */
const titled = (name: string, header: Row): Tab => ({
  name,
  dialect: DEFAULT_DIALECT,
  header,
  rows: [],
});

/** Where tag and our columns stand. @throws WorkbookError that names a missing critical column */
export const lugaresDe = (title: string, header: Row): Lugares =>
  operacionesColumns(titled(title, header));

/** What to ask for: the header, the tags, and each column of ours; `hojaDe` reads the answer. */
export const hojaRanges = (title: string, at: Lugares): readonly string[] => [
  headerRange(title),
  ...conNombre(at).map(nombreDe),
];

/** A column's cells below its header. */
const below = ({ rows }: RangeRows, dates: boolean): readonly string[] =>
  rows.slice(1).map(([value = ""]) => textOf(value, dates));

/** The header row of an answer. */
export const headerOf = ({ rows }: RangeRows): Row =>
  (rows[0] ?? []).map((value) => textOf(value, false));

/**
 * Reads the answer to `hojaRanges`.
 * @returns the sheet; or where the columns stand, when that is not where their names point to, or
 *   others than were asked for
 * @throws WorkbookError that names a missing critical column
 */
export function hojaDe(
  title: string,
  asked: Lugares,
  answers: readonly RangeRows[],
): { readonly hoja: Hoja } | { readonly moved: Lugares } {
  const [first, ...columns] = answers;
  if (!first) throw new RangeError("an answer without a header");
  const at = lugaresDe(title, headerOf(first));
  const names = conNombre(asked);
  const right = names.every((name, i) => {
    const place = columnOf(columns[i]?.range ?? "");
    return place?.title === title && place.column === at[name];
  });
  if (!right || presentes(at).length !== presentes(asked).length) return { moved: at };
  const texts = names.map((name, i) => below(columns[i] ?? NOTHING, isDateTitle(name)));
  const [tags = [], ...own] = texts;
  const count = Math.max(...texts.map(({ length }) => length));
  const filas = Array.from({ length: count }, (_, index): Leida => {
    const celdas = presentes(at).map((name, i) => [name, own[i]?.[index] ?? ""] as const);
    return { fila: filaOf(index), tag: tags[index] ?? "", celdas: Object.fromEntries(celdas) };
  });
  return { hoja: { title, at, filas } };
}

const NOTHING: RangeRows = { range: "", rows: [] };

/** A row's cells that are not ours, as one text, wherever their columns stand. */
function claveOf(row: Row, header: Row, ours: ReadonlySet<number>): string {
  const cells = row.flatMap((text, place) =>
    ours.has(place) || text === "" ? [] : [JSON.stringify([header[place] ?? "", text])],
  );
  return cells.sort().join();
}

/** Names by their other cells the rows that their tag does not tell. */
export function withClaves(hoja: Hoja, header: Row, rows: readonly Row[]): Hoja {
  const at = lugaresDe(hoja.title, header);
  const ours = new Set(conNombre(at).map((name) => at[name]));
  const times = new Map<string, number>();
  for (const { tag } of hoja.filas) times.set(tag.trim(), (times.get(tag.trim()) ?? 0) + 1);
  const filas = hoja.filas.map((leida): Leida => {
    if (leida.tag.trim() !== "" && times.get(leida.tag.trim()) === 1) return leida;
    return { ...leida, clave: claveOf(rows[leida.fila - filaOf(0)] ?? [], header, ours) };
  });
  return { ...hoja, filas };
}
