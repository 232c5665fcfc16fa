/**
 * values.update, values.batchUpdate, values.clear and batchClear. Each is planned whole before the
 * first cell changes, so that what is refused changes nothing.
 */
import { columnName } from "./a1.ts";
import { badField, invalid, type Json, type JsonObject, within } from "./api-error.ts";
import { type EnteredCell, enter, type InputOption, type Typing } from "./entered.ts";
import { canonicalFormula } from "./formula-shift.ts";
import { type Block, blockText, isFormula, locate, type Sheet, type Spreadsheet } from "./model.ts";
import type { Dimension } from "./render.ts";

export interface ValueRange {
  readonly range?: string;
  readonly majorDimension: Dimension;
  readonly values: readonly (readonly Json[])[];
}

interface Put {
  readonly row: number;
  readonly column: number;
  readonly entered: EnteredCell;
}

export interface Plan {
  readonly sheet: Sheet;
  /** Where the data goes: from the first to the last value, those that are left included. */
  readonly block: Block;
  readonly puts: readonly Put[];
}

/** Reads a body's ValueRange. @param at the field's place in the body, for refusals */
export function readValueRange(body: JsonObject, at: string): ValueRange {
  const { range, majorDimension, values } = body;
  if (values !== undefined && values !== null && !Array.isArray(values)) {
    throw listWanted(`${at}.values`, values);
  }
  const rows = (values ?? []) as readonly Json[];
  for (const [i, row] of rows.entries()) {
    if (!Array.isArray(row)) throw listWanted(`${at}.values[${i}]`, row);
  }
  return {
    ...(typeof range === "string" && range !== "" ? { range } : {}),
    majorDimension: majorDimension === "COLUMNS" ? "COLUMNS" : "ROWS",
    values: rows as readonly (readonly Json[])[],
  };
}

const listWanted = (field: string, value: Json) =>
  badField(
    field,
    `Invalid value at '${field}' (type.googleapis.com/google.protobuf.ListValue), ` +
      JSON.stringify(value),
  );

function* placed({ values, majorDimension }: ValueRange) {
  for (const [i, line] of values.entries()) {
    for (const [j, value] of line.entries()) {
      const [row, column] = majorDimension === "ROWS" ? [i, j] : [j, i];
      yield { row, column, value, place: `values[${i}][${j}]` };
    }
  }
}

/** How many rows and columns the values take. */
export function extent({ values, majorDimension }: ValueRange): { rows: number; columns: number } {
  const longest = values.reduce((n, line) => Math.max(n, line.length), 0);
  return majorDimension === "ROWS"
    ? { rows: values.length, columns: longest }
    : { rows: longest, columns: values.length };
}

export const isText = (sheet: Sheet, row: number, column: number): boolean =>
  sheet.at(row, column)?.numberFormat?.type === "TEXT";

/** Values from a place on; does not look at limits. */
export function planAt(
  sheet: Sheet,
  row: number,
  column: number,
  data: ValueRange,
  option: InputOption,
  typing: Typing,
): Plan {
  const puts: Put[] = [];
  for (const one of placed(data)) {
    const [r, c] = [row + one.row, column + one.column];
    // What is typed into a cell of plain text stays text.
    const own = isText(sheet, r, c) ? "RAW" : option;
    const entered = enter(one.value, own, typing, one.place);
    if (entered) puts.push({ row: r, column: c, entered });
  }
  const { rows, columns } = extent(data);
  const block = {
    sheet,
    row,
    rowEnd: row + Math.max(1, rows),
    column,
    columnEnd: column + Math.max(1, columns),
  };
  return { sheet, block, puts };
}

/**
 * One ValueRange into its range. A single cell is where the data begins, a block is also where it
 * must end: `Requested writing within range [A!A2:C4], but tried writing to row [5]` (pygsheets
 * issue 132).
 */
export function planUpdate(
  spreadsheet: Spreadsheet,
  range: string,
  data: ValueRange,
  option: InputOption,
  typing: Typing,
): Plan {
  if (data.range !== undefined && data.range !== range) {
    throw invalid(
      `Requested writing within range [${range}], but tried writing to range [${data.range}]`,
    );
  }
  const { block, single } = locate(spreadsheet, range);
  const { sheet, row, column } = block;
  const rowEnd = single ? sheet.properties.rowCount : block.rowEnd;
  const columnEnd = single ? sheet.properties.columnCount : block.columnEnd;
  const { rows, columns } = extent(data);
  const text = blockText(block);
  const refuse = (where: string) =>
    invalid(`Requested writing within range [${text}], but tried writing to ${where}`);
  if (row + rows > rowEnd) throw refuse(`row [${rowEnd + 1}]`);
  if (column + columns > columnEnd) throw refuse(`column [${columnName(columnEnd)}]`);
  return planAt(sheet, row, column, data, option, typing);
}

/** Puts a plan's values into their cells and counts as UpdateValuesResponse does. */
export function apply(spreadsheet: Spreadsheet, { sheet, block, puts }: Plan): JsonObject {
  const rows = new Set<number>();
  const columns = new Set<number>();
  for (const { row, column, entered } of puts) {
    const own = sheet.at(row, column)?.numberFormat ?? null;
    // A format that the cell has goes before the one that the text suggests.
    const format = own === null ? entered.format : undefined;
    const value = isFormula(entered.value)
      ? { formula: canonicalFormula(entered.value.formula, spreadsheet) }
      : entered.value;
    sheet.putValue(row, column, value, format);
    rows.add(row);
    columns.add(column);
  }
  spreadsheet.version += 1;
  return {
    spreadsheetId: spreadsheet.spreadsheetId,
    updatedRange: blockText(block),
    // Protobuf leaves out what is zero.
    ...(rows.size > 0 ? { updatedRows: rows.size } : {}),
    ...(columns.size > 0 ? { updatedColumns: columns.size } : {}),
    ...(puts.length > 0 ? { updatedCells: puts.length } : {}),
  };
}

/** Empties the values of ranges; formats stay. @returns the ranges as the grid has them */
export function clear(
  spreadsheet: Spreadsheet,
  ranges: readonly string[],
  batch: boolean,
): string[] {
  const find = (range: string, i: number) =>
    batch
      ? within(`range[${i}]`, () => locate(spreadsheet, range).block)
      : locate(spreadsheet, range).block;
  const blocks = ranges.map(find);
  for (const { sheet, row, rowEnd, column, columnEnd } of blocks) {
    for (let r = row; r < Math.min(rowEnd, sheet.rows.length); r++) {
      const end = Math.min(columnEnd, sheet.rows[r]?.length ?? 0);
      for (let c = column; c < end; c++) if (sheet.at(r, c)) sheet.putValue(r, c, null);
    }
  }
  spreadsheet.version += 1;
  return blocks.map(blockText);
}
