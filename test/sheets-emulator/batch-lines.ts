/** Requests that insert, delete, move and append rows and columns, and parts of them. */
import { invalid } from "./api-error.ts";
import type { Act } from "./batch-act.ts";
import { axisOf, count, dimensionRange, gridBlock, lineName, sheetOf } from "./grid-range.ts";
import {
  checkCells,
  deleteLines,
  insertLines,
  lineCount,
  moveLines,
  setLineCount,
} from "./lines.ts";
import type { Block, Cell } from "./model.ts";

const insertDimension: Act = ({ spreadsheet }, given) => {
  const { sheet, axis, start, end } = dimensionRange(spreadsheet, given.range);
  const size = lineCount(sheet, axis);
  const inherit = given.inheritFromBefore === true;
  if (start > size) {
    throw invalid(`range.startIndex is larger than current grid size (${size})`);
  }
  if (!inherit && start === size) {
    throw invalid(
      `range.startIndex must be less than the grid size (${size}) if inheritFromBefore is false.`,
    );
  }
  if (inherit && start === 0) {
    throw invalid("inheritFromBefore cannot be true if inserting at the start of the grid");
  }
  insertLines(spreadsheet, sheet, axis, start, end - start, inherit);
  return undefined;
};

const deleteDimension: Act = ({ spreadsheet }, given) => {
  const { sheet, axis, start, end } = dimensionRange(spreadsheet, given.range);
  const size = lineCount(sheet, axis);
  const name = lineName(axis);
  if (start >= size) {
    throw invalid(
      `Cannot delete a ${name} that doesn't exist. Tried to delete ${name} index ${start} but ` +
        `there are only ${size} ${name}s.`,
    );
  }
  const last = Math.min(end, size);
  const { frozenRowCount, frozenColumnCount } = sheet.properties;
  const frozen = axis === "ROWS" ? frozenRowCount : frozenColumnCount;
  if (last - start === size) throw invalid(`You can't delete all the ${name}s on the sheet.`);
  if (start <= frozen && last === size) {
    throw invalid(`Sorry, it is not possible to delete all non-frozen ${name}s.`);
  }
  deleteLines(spreadsheet, sheet, axis, start, last);
  return undefined;
};

const moveDimension: Act = ({ spreadsheet }, given) => {
  const { sheet, axis, start, end } = dimensionRange(spreadsheet, given.source);
  const size = lineCount(sheet, axis);
  const destination = count(given.destinationIndex, "destinationIndex") ?? 0;
  if (end > size || destination > size) {
    throw invalid(
      `destinationIndex[${destination}] is after last ${lineName(axis)} in grid[${size}]`,
    );
  }
  if (destination >= start && destination <= end) return undefined;
  moveLines(spreadsheet, sheet, axis, start, end, destination);
  return undefined;
};

const appendDimension: Act = ({ spreadsheet }, given) => {
  const sheet = sheetOf(spreadsheet, given.sheetId);
  const axis = axisOf(given.dimension);
  const length = count(given.length, "length") ?? 0;
  if (length < 1) throw invalid("length must be > 0");
  setLineCount(sheet, axis, lineCount(sheet, axis) + length);
  checkCells(spreadsheet);
  return undefined;
};

/**
 * Pushes the cells at and after a block along an axis by its size, or pulls those after it over it.
 * Formulas elsewhere do not follow: that is done for whole rows and columns only.
 */
function shiftCells(block: Block, axis: "ROWS" | "COLUMNS", insert: boolean): void {
  const { sheet, row, rowEnd, column, columnEnd } = block;
  const { rowCount, columnCount } = sheet.properties;
  const down = axis === "ROWS";
  const size = down ? rowEnd - row : columnEnd - column;
  // Cells pushed over the grid's edge are lost; below the last written row there is nothing.
  const lastRow = down ? Math.min(rowCount, sheet.rows.length + (insert ? size : 0)) : rowEnd;
  const lastColumn = down ? columnEnd : columnCount;
  const source = (r: number, c: number): Cell | undefined => {
    const by = insert ? -size : size;
    const from = down ? r + by : c + by;
    if (from < (down ? row : column)) return undefined;
    return down ? sheet.at(from, c) : sheet.at(r, from);
  };
  const taken: (readonly [number, number, Cell | undefined])[] = [];
  for (let r = row; r < lastRow; r++) {
    for (let c = column; c < lastColumn; c++) taken.push([r, c, source(r, c)]);
  }
  for (const [r, c, cell] of taken) sheet.put(r, c, cell);
}

const insertRange: Act = ({ spreadsheet }, given) => {
  shiftCells(gridBlock(spreadsheet, given.range), axisOf(given.shiftDimension), true);
  return undefined;
};

const deleteRange: Act = ({ spreadsheet }, given) => {
  shiftCells(gridBlock(spreadsheet, given.range), axisOf(given.shiftDimension), false);
  return undefined;
};

export const LINE_KINDS: Readonly<Record<string, Act>> = {
  insertDimension,
  deleteDimension,
  moveDimension,
  appendDimension,
  insertRange,
  deleteRange,
};
