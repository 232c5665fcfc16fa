/**
 * values.append: finds the table that a range touches and writes below it.
 * Source: developers.google.com/workspace/sheets/api/guides/values#append_values: the range is
 * looked through for a table, a block of cells with data around it; the new rows go below the table
 * from its first column, whatever column the range began in. Without a table they go to the range's
 * first cell.
 */
import type { JsonObject } from "./api-error.ts";
import type { InputOption, Typing } from "./entered.ts";
import { insertLines, tooManyCells } from "./lines.ts";
import { type Block, blockText, CELLS_MAX, locate, type Sheet, type Spreadsheet } from "./model.ts";
import { apply, extent, type Plan, planAt, type ValueRange } from "./values-write.ts";

const full = (sheet: Sheet, row: number, column: number): boolean => {
  const value = sheet.at(row, column)?.value;
  return value !== undefined && value !== null;
};

type Mutable = { -readonly [K in keyof Block]: Block[K] };

function anyFull(sheet: Sheet, r0: number, r1: number, c0: number, c1: number): boolean {
  for (let r = Math.max(0, r0); r < Math.min(r1, sheet.rows.length); r++) {
    for (let c = Math.max(0, c0); c < c1; c++) if (full(sheet, r, c)) return true;
  }
  return false;
}

/** The block of data around a cell: grown until a ring of blanks (or the sheet's end) closes it. */
export function tableAround(sheet: Sheet, row: number, column: number): Block {
  const t: Mutable = { sheet, row, rowEnd: row + 1, column, columnEnd: column + 1 };
  for (;;) {
    const { row: r0, rowEnd: r1, column: c0, columnEnd: c1 } = t;
    if (anyFull(sheet, r1, r1 + 1, c0 - 1, c1 + 1)) t.rowEnd += 1;
    else if (r0 > 0 && anyFull(sheet, r0 - 1, r0, c0 - 1, c1 + 1)) t.row -= 1;
    else if (anyFull(sheet, r0 - 1, r1 + 1, c1, c1 + 1)) t.columnEnd += 1;
    else if (c0 > 0 && anyFull(sheet, r0 - 1, r1 + 1, c0 - 1, c0)) t.column -= 1;
    else return t;
  }
}

const holds = (table: Block, row: number, column: number): boolean =>
  row >= table.row && row < table.rowEnd && column >= table.column && column < table.columnEnd;

/** A blank cell is in a table when it is a hole in one, not when it stands beside one. */
function tableWithHole(sheet: Sheet, row: number, column: number): Block | null {
  for (let r = Math.max(0, row - 1); r <= row + 1; r++) {
    for (let c = Math.max(0, column - 1); c <= column + 1; c++) {
      const table = full(sheet, r, c) ? tableAround(sheet, r, c) : null;
      if (table && holds(table, row, column)) return table;
    }
  }
  return null;
}

/** The last table in a range: its last row with data, and what hangs together with it. */
export function tableOf(block: Block): Block | null {
  const { sheet, row, rowEnd, column, columnEnd } = block;
  for (let r = Math.min(rowEnd, sheet.rows.length) - 1; r >= row; r--) {
    const end = Math.min(columnEnd, sheet.rows[r]?.length ?? 0);
    for (let c = column; c < end; c++) if (full(sheet, r, c)) return tableAround(sheet, r, c);
  }
  return tableWithHole(sheet, row, column);
}

function grow(spreadsheet: Spreadsheet, sheet: Sheet, rows: number, columns: number): void {
  const { properties } = sheet;
  const rowCount = Math.max(properties.rowCount, rows);
  const columnCount = Math.max(properties.columnCount, columns);
  const more = rowCount * columnCount - properties.rowCount * properties.columnCount;
  if (more > 0 && spreadsheet.cellCount() + more > CELLS_MAX) {
    throw tooManyCells();
  }
  properties.rowCount = rowCount;
  properties.columnCount = columnCount;
}

export interface Appended {
  readonly plan: Plan;
  readonly answer: JsonObject;
}

/** @returns the plan that was applied, and the AppendValuesResponse without values */
export function append(
  spreadsheet: Spreadsheet,
  range: string,
  data: ValueRange,
  option: InputOption,
  typing: Typing,
  insertRows: boolean,
): Appended {
  const { block } = locate(spreadsheet, range);
  const { sheet } = block;
  const table = tableOf(block);
  const [row, column] = table ? [table.rowEnd, table.column] : [block.row, block.column];
  const { rows, columns } = extent(data);
  // Refusals come before the first change.
  const plan = planAt(sheet, row, column, data, option, typing);
  const tableRange = table ? { tableRange: blockText(table) } : {};
  if (insertRows && rows > 0 && row < sheet.properties.rowCount) {
    grow(spreadsheet, sheet, 0, column + columns);
    insertLines(spreadsheet, sheet, "ROWS", row, rows, row > 0);
  } else {
    grow(spreadsheet, sheet, row + rows, column + columns);
  }
  const updates = apply(spreadsheet, plan);
  return { plan, answer: { spreadsheetId: spreadsheet.spreadsheetId, ...tableRange, updates } };
}
