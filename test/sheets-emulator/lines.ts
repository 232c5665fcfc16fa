/** Rows and columns that come, go and move: cells, formats, metadata and formulas go along. */
import { invalid } from "./api-error.ts";
import { type Axis, type Shift, shiftFormulas } from "./formula-shift.ts";
import { BLANK, CELLS_MAX, type Cell, type Row, type Sheet, type Spreadsheet } from "./model.ts";
import { shiftNamed } from "./named-ranges.ts";

export const lineCount = ({ properties }: Sheet, axis: Axis): number =>
  axis === "ROWS" ? properties.rowCount : properties.columnCount;

export function setLineCount({ properties }: Sheet, axis: Axis, count: number): void {
  if (axis === "ROWS") properties.rowCount = count;
  else properties.columnCount = count;
}

export const tooManyCells = () =>
  invalid(
    "This action would increase the number of cells in the workbook above the limit of " +
      `${CELLS_MAX} cells.`,
  );

export function checkCells(spreadsheet: Spreadsheet): void {
  if (spreadsheet.cellCount() <= CELLS_MAX) return;
  throw tooManyCells();
}

/** Rewrites what points at lines: formulas, developer metadata, named ranges. */
function follow(spreadsheet: Spreadsheet, sheet: Sheet, axis: Axis, shift: Shift): void {
  shiftFormulas(spreadsheet, sheet, axis, shift);
  spreadsheet.metadata = spreadsheet.metadata.flatMap((one) => {
    if (one.sheetId !== sheet.properties.sheetId || one.dimension !== axis) return [one];
    const index = shift.at(one.index);
    return index === null ? [] : [{ ...one, index }];
  });
  shiftNamed(spreadsheet, sheet, axis, shift);
  spreadsheet.version += 1;
}

/** A new line has the formats of its neighbour, no values. */
const formatOnly = (cell: Cell | undefined): Cell | undefined => {
  if (!cell || (cell.numberFormat === null && cell.style === null)) return undefined;
  return { ...BLANK, numberFormat: cell.numberFormat, style: cell.style };
};

function insertRows(sheet: Sheet, start: number, count: number, from: number): void {
  const model = sheet.rows[from] ?? [];
  const fresh = Array.from({ length: count }, (): Row => model.map(formatOnly));
  if (start < sheet.rows.length) {
    sheet.rows = [...sheet.rows.slice(0, start), ...fresh, ...sheet.rows.slice(start)];
  } else if (fresh.some((row) => row.some(Boolean))) {
    while (sheet.rows.length < start) sheet.rows.push([]);
    sheet.rows.push(...fresh);
  }
}

function insertColumns(sheet: Sheet, start: number, count: number, from: number): void {
  for (const row of sheet.rows) {
    if (row.length < start) continue;
    const model = formatOnly(row[from]);
    row.splice(start, 0, ...new Array<Cell | undefined>(count).fill(model));
  }
}

/** @param inherit formats from the line before; else from the one after (inheritFromBefore) */
export function insertLines(
  spreadsheet: Spreadsheet,
  sheet: Sheet,
  axis: Axis,
  start: number,
  count: number,
  inherit: boolean,
): void {
  setLineCount(sheet, axis, lineCount(sheet, axis) + count);
  checkCells(spreadsheet);
  const insert = axis === "ROWS" ? insertRows : insertColumns;
  insert(sheet, start, count, inherit ? start - 1 : start);
  follow(spreadsheet, sheet, axis, { at: (index) => (index < start ? index : index + count) });
}

export function deleteLines(
  spreadsheet: Spreadsheet,
  sheet: Sheet,
  axis: Axis,
  start: number,
  end: number,
): void {
  const count = end - start;
  if (axis === "ROWS") sheet.rows.splice(start, count);
  else for (const row of sheet.rows) row.splice(start, count);
  setLineCount(sheet, axis, lineCount(sheet, axis) - count);
  const { properties } = sheet;
  const frozen = axis === "ROWS" ? "frozenRowCount" : "frozenColumnCount";
  const gone = Math.max(0, Math.min(end, properties[frozen]) - start);
  if (start < properties[frozen]) properties[frozen] -= gone;
  const at = (index: number): number | null => {
    if (index < start) return index;
    return index < end ? null : index - count;
  };
  follow(spreadsheet, sheet, axis, { at });
}

/** Moves lines so that they stand before the line that is now at `destination`. */
export function moveLines(
  spreadsheet: Spreadsheet,
  sheet: Sheet,
  axis: Axis,
  start: number,
  end: number,
  destination: number,
): void {
  const count = end - start;
  const to = destination > start ? destination - count : destination;
  const move = <T>(line: (T | undefined)[], blank: () => T | undefined): void => {
    if (line.length <= Math.min(start, destination)) return;
    while (line.length < Math.max(end, destination)) line.push(blank());
    const taken = line.splice(start, count);
    line.splice(to, 0, ...taken);
  };
  if (axis === "ROWS") move(sheet.rows, (): Row => []);
  else for (const row of sheet.rows) move(row, () => undefined);
  const at = (index: number): number => {
    if (index >= start && index < end) return index - start + to;
    if (destination > start) return index >= end && index < destination ? index - count : index;
    return index >= destination && index < start ? index + count : index;
  };
  const span = (first: number, last: number): [number, number] => {
    const inside = start >= first && end <= last + 1;
    // What moves within a range leaves it as it is.
    if (inside && destination >= first && destination <= last + 1) return [first, last];
    const ends = [at(first), at(last)];
    return [Math.min(...ends), Math.max(...ends)];
  };
  follow(spreadsheet, sheet, axis, { at, span });
}
