/** sortRange, copyPaste, cutPaste, pasteData and findReplace. */
import { invalid } from "./api-error.ts";
import type { Act } from "./batch-act.ts";
import type { Calc } from "./calc.ts";
import { type EnteredCell, readTyped, type Typing } from "./entered.ts";
import { copiedFormula } from "./formula-shift.ts";
import { isError, type Value } from "./formula-values.ts";
import { coordinate, count, gridBlock, list, textOf } from "./grid-range.ts";
import { BLANK, type Block, type Cell, isFormula, type Sheet } from "./model.ts";
import { isText } from "./values-write.ts";

/** Numbers, texts, booleans, errors; blanks are last whatever the order. */
const rankOf = (value: Value): number => {
  if (typeof value === "number") return 0;
  if (typeof value === "string") return 1;
  return typeof value === "boolean" ? 2 : 3;
};

function comparator(collator: Intl.Collator) {
  return (a: Value, b: Value): number => {
    const [x, y] = [rankOf(a), rankOf(b)];
    if (x !== y) return x - y;
    if (typeof a === "string" && typeof b === "string") return collator.compare(a, b);
    return isError(a) || isError(b) ? 0 : Number(a) - Number(b);
  };
}

export interface SortSpec {
  readonly column: number;
  readonly descending: boolean;
}

/** A cell that stands elsewhere now: its relative references go along. */
function carried(cell: Cell | undefined, rows: number, columns: number, locale: string) {
  if (!cell || !isFormula(cell.value) || (rows === 0 && columns === 0)) return cell;
  return { ...cell, value: { formula: copiedFormula(cell.value.formula, rows, columns, locale) } };
}

/** Blanks are last whatever the order. */
function keyOrder(
  a: Value,
  b: Value,
  descending: boolean,
  order: ReturnType<typeof comparator>,
): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return descending ? -order(a, b) : order(a, b);
}

/** Sorts the rows of a block, as the sheet does: stable, blanks last, formulas with their row. */
export function sortBlock(block: Block, specs: readonly SortSpec[], calc: Calc): void {
  const { sheet, row, column, columnEnd } = block;
  const rowEnd = Math.min(block.rowEnd, sheet.rows.length);
  const order = comparator(new Intl.Collator(calc.locale.name.replace("_", "-")));
  const lines = [];
  for (let r = row; r < rowEnd; r++) {
    const keys = specs.map((spec) => calc.value(sheet, sheet.at(r, spec.column)));
    lines.push({ r, keys, cells: (sheet.rows[r] ?? []).slice(column, columnEnd) });
  }
  const sorted = lines.toSorted((a, b) => {
    for (const [i, { descending }] of specs.entries()) {
      const way = keyOrder(a.keys[i] ?? null, b.keys[i] ?? null, descending, order);
      if (way !== 0) return way;
    }
    return 0;
  });
  for (const [i, line] of sorted.entries()) {
    for (let c = column; c < columnEnd; c++) {
      const cell = line.cells[c - column];
      const at = row + i;
      if (cell === undefined && sheet.at(at, c) === undefined) continue;
      sheet.put(at, c, carried(cell, at - line.r, 0, calc.locale.name));
    }
  }
}

const sortRange: Act = ({ spreadsheet, calc }, given) => {
  const block = gridBlock(spreadsheet, given.range);
  const specs = list(given.sortSpecs).map((spec) => ({
    column: count(spec.dimensionIndex, "dimensionIndex") ?? block.column,
    descending: spec.sortOrder === "DESCENDING",
  }));
  if (specs.length === 0) throw invalid("At least one sort spec must be set.");
  for (const { column } of specs) {
    if (column < block.column || column >= block.columnEnd) {
      throw invalid(`Sort column[${column}] must be within the range.`);
    }
  }
  sortBlock(block, specs, calc());
  return undefined;
};

function pasted(kind: string, old: Cell, source: Cell | undefined, value: Value): Cell {
  const from = source ?? BLANK;
  const plain = isError(value) ? value.error : value;
  switch (kind) {
    case "PASTE_VALUES":
      return { ...old, value: plain };
    case "PASTE_FORMULA":
      return { ...old, value: from.value };
    case "PASTE_FORMAT":
      return { ...old, numberFormat: from.numberFormat, style: from.style };
    default:
      return from;
  }
}

const lean = (cell: Cell): Cell | undefined =>
  cell.value === null && cell.numberFormat === null && cell.style === null && cell.note === null
    ? undefined
    : cell;

/** A destination that is a multiple of the source is filled; a smaller one is written beyond. */
function tiles(source: number, destination: number): number {
  return destination > source && destination % source === 0 ? destination : source;
}

const copyPaste: Act = ({ spreadsheet, calc }, given) => {
  const from = gridBlock(spreadsheet, given.source);
  const to = gridBlock(spreadsheet, given.destination);
  const kind = textOf(given.pasteType) || "PASTE_NORMAL";
  const turned = given.pasteOrientation === "TRANSPOSE";
  const [height, width] = [from.rowEnd - from.row, from.columnEnd - from.column];
  const [h, w] = turned ? [width, height] : [height, width];
  const [rows, columns] = [tiles(h, to.rowEnd - to.row), tiles(w, to.columnEnd - to.column)];
  const values = calc();
  const puts: (readonly [number, number, Cell | undefined])[] = [];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const [i, j] = turned ? [c % height, r % width] : [r % height, c % width];
      const [sr, sc, dr, dc] = [from.row + i, from.column + j, to.row + r, to.column + c];
      const cell = from.sheet.at(sr, sc);
      const moved = carried(cell, dr - sr, dc - sc, values.locale.name);
      const old = to.sheet.at(dr, dc) ?? BLANK;
      puts.push([dr, dc, lean(pasted(kind, old, moved, values.value(from.sheet, cell)))]);
    }
  }
  putAll(to.sheet, puts);
  return undefined;
};

/** Pasting over the grid's edge makes it larger, as in the sheet. */
function putAll(
  sheet: Sheet,
  puts: readonly (readonly [number, number, Cell | undefined])[],
): void {
  const { properties } = sheet;
  for (const [row, column, cell] of puts) {
    properties.rowCount = Math.max(properties.rowCount, row + 1);
    properties.columnCount = Math.max(properties.columnCount, column + 1);
    if (cell !== undefined || sheet.at(row, column) !== undefined) sheet.put(row, column, cell);
  }
}

const cutPaste: Act = ({ spreadsheet }, given) => {
  const { sheet, row, rowEnd, column, columnEnd } = gridBlock(spreadsheet, given.source);
  const to = coordinate(spreadsheet, given.destination);
  const puts: (readonly [number, number, Cell | undefined])[] = [];
  for (let r = row; r < rowEnd; r++) {
    for (let c = column; c < columnEnd; c++) {
      puts.push([to.row + r - row, to.column + c - column, sheet.at(r, c)]);
      if (sheet.at(r, c)) sheet.put(r, c, undefined);
    }
  }
  putAll(to.sheet, puts);
  return undefined;
};

/** Types a block of texts, from a cell on. */
export function typeBlock(
  sheet: Sheet,
  row: number,
  column: number,
  lines: readonly (readonly string[])[],
  typing: Typing,
): void {
  const { properties } = sheet;
  for (const [i, line] of lines.entries()) {
    for (const [j, text] of line.entries()) {
      const plain = isText(sheet, row + i, column + j) && text !== "";
      const { value, format }: EnteredCell = plain
        ? { value: text }
        : readTyped(text, typing.locale, typing.thisYear);
      const own = sheet.at(row + i, column + j)?.numberFormat ?? null;
      properties.rowCount = Math.max(properties.rowCount, row + i + 1);
      properties.columnCount = Math.max(properties.columnCount, column + j + 1);
      sheet.putValue(row + i, column + j, value, own === null ? format : undefined);
    }
  }
}

const pasteData: Act = ({ spreadsheet, typing }, given) => {
  const { sheet, row, column } = coordinate(spreadsheet, given.coordinate);
  if (given.html === true) throw invalid("Pasting HTML is not emulated.");
  const delimiter = textOf(given.delimiter) || "\t";
  const lines = textOf(given.data)
    .replace(/\r?\n$/, "")
    .split(/\r?\n/);
  typeBlock(
    sheet,
    row,
    column,
    lines.map((line) => line.split(delimiter)),
    typing,
  );
  return undefined;
};

export const DATA_KINDS: Readonly<Record<string, Act>> = {
  sortRange,
  copyPaste,
  cutPaste,
  pasteData,
};
