/** updateCells, repeatCell and appendCells: CellData under a mask. */
import { invalid, type Json, type JsonObject } from "./api-error.ts";
import type { Act } from "./batch-act.ts";
import { below, masked, names } from "./batch-sheets.ts";
import type { Mask } from "./fields.ts";
import { canonicalFormula, copiedFormula } from "./formula-shift.ts";
import { coordinate, gridBlock, list, object, sheetOf, textOf } from "./grid-range.ts";
import { setLineCount } from "./lines.ts";
import {
  BLANK,
  type Cell,
  type Entered,
  isFormula,
  type NumberFormat,
  type Sheet,
  type Spreadsheet,
} from "./model.ts";

/** ExtendedValue; null when it holds none. */
function entered(value: Json | undefined, spreadsheet: Spreadsheet): Entered | null {
  const { numberValue, stringValue, boolValue, formulaValue } = object(value);
  if (typeof formulaValue === "string") {
    return { formula: canonicalFormula(formulaValue, spreadsheet) };
  }
  if (typeof numberValue === "number") return numberValue;
  if (typeof boolValue === "boolean") return boolValue;
  return typeof stringValue === "string" && stringValue !== "" ? stringValue : null;
}

const FORMAT_TYPES = "TEXT NUMBER PERCENT CURRENCY DATE TIME DATE_TIME SCIENTIFIC".split(" ");

function numberFormat(value: Json | undefined): NumberFormat | null {
  if (value === undefined || value === null) return null;
  const { type, pattern } = object(value);
  if (typeof type !== "string" || !FORMAT_TYPES.includes(type)) {
    throw invalid("A number format must have a type.");
  }
  return { type, ...(typeof pattern === "string" && pattern !== "" ? { pattern } : {}) };
}

/** Takes from `given` what the mask names, from `old` the rest. */
function blend(old: JsonObject, given: JsonObject, mask: Mask): JsonObject {
  if (mask === null) return given;
  const out: Record<string, Json> = {};
  for (const [key, value] of Object.entries(old)) if (value !== undefined) out[key] = value;
  for (const [key, deeper] of mask) {
    const value = given[key];
    if (deeper) out[key] = blend(object(old[key]), object(value), deeper);
    else if (value === undefined) delete out[key];
    else out[key] = value;
  }
  return out;
}

function merged(
  old: Cell,
  data: JsonObject,
  mask: Mask,
  spreadsheet: Spreadsheet,
): Cell | undefined {
  let { value, numberFormat: format, style, note } = old;
  if (names(mask, "userEnteredValue")) value = entered(data.userEnteredValue, spreadsheet);
  if (names(mask, "userEnteredFormat")) {
    const deeper = below(mask, "userEnteredFormat");
    const { numberFormat: given, ...rest } = object(data.userEnteredFormat);
    if (names(deeper, "numberFormat")) format = numberFormat(given);
    const others = deeper === null ? null : new Map(deeper);
    others?.delete("numberFormat");
    const blended = blend(style ?? {}, rest, others);
    style = Object.keys(blended).length > 0 ? blended : null;
  }
  if (names(mask, "note")) note = textOf(data.note) || null;
  if (value === null && format === null && style === null && note === null) return undefined;
  return { value, numberFormat: format, style, note };
}

/** Puts CellData under a mask into cells of one spreadsheet. */
const writer =
  (spreadsheet: Spreadsheet, mask: Mask) =>
  (sheet: Sheet, row: number, column: number, data: JsonObject): void =>
    sheet.put(row, column, merged(sheet.at(row, column) ?? BLANK, data, mask, spreadsheet));

const updateCells: Act = ({ spreadsheet }, given) => {
  const putData = writer(spreadsheet, masked(given));
  const rows = list(given.rows).map((row) => list(row.values));
  if (given.range === undefined) {
    const { sheet, row, column } = coordinate(spreadsheet, given.start);
    const { rowCount, columnCount } = sheet.properties;
    refuseBeyond(rows, rowCount - row, columnCount - column, row, column);
    for (const [r, cells] of rows.entries()) {
      for (const [c, data] of cells.entries()) putData(sheet, row + r, column + c, data);
    }
    return undefined;
  }
  const { sheet, row, rowEnd, column, columnEnd } = gridBlock(spreadsheet, given.range);
  refuseBeyond(rows, rowEnd - row, columnEnd - column, row, column);
  // Cells of the range that no data is given for are emptied of what the mask names.
  for (let r = row; r < rowEnd; r++) {
    for (let c = column; c < columnEnd; c++) {
      const data = rows[r - row]?.[c - column];
      if (data || sheet.at(r, c)) putData(sheet, r, c, data ?? {});
    }
  }
  return undefined;
};

/** The words are those of a public report (OpenRefine issue 2760). */
function refuseBeyond(
  rows: readonly (readonly JsonObject[])[],
  height: number,
  width: number,
  row: number,
  column: number,
): void {
  const beyond = (what: string, at: number) =>
    invalid(`Attempting to write ${what}: ${at}, beyond the last requested ${what} of: ${at - 1}`);
  if (rows.length > height) throw beyond("row", row + height);
  if (rows.some((cells) => cells.length > width)) throw beyond("column", column + width);
}

const repeatCell: Act = ({ spreadsheet }, given) => {
  const putData = writer(spreadsheet, masked(given));
  const { sheet, row, rowEnd, column, columnEnd } = gridBlock(spreadsheet, given.range);
  const data = object(given.cell);
  const value = entered(data.userEnteredValue, spreadsheet);
  const { locale } = spreadsheet.properties;
  for (let r = row; r < rowEnd; r++) {
    for (let c = column; c < columnEnd; c++) {
      const own = isFormula(value)
        ? { formulaValue: copiedFormula(value.formula, r - row, c - column, locale) }
        : data.userEnteredValue;
      putData(sheet, r, c, own === undefined ? data : { ...data, userEnteredValue: own });
    }
  }
  return undefined;
};

/** Below the last row that holds a value. */
const appendCells: Act = ({ spreadsheet }, given) => {
  const putData = writer(spreadsheet, masked(given));
  const sheet = sheetOf(spreadsheet, given.sheetId);
  const rows = list(given.rows).map((row) => list(row.values));
  const start =
    sheet.rows.findLastIndex((row) => row.some((cell) => cell && cell.value !== null)) + 1;
  const { rowCount, columnCount } = sheet.properties;
  refuseBeyond(rows, Number.POSITIVE_INFINITY, columnCount, start, 0);
  setLineCount(sheet, "ROWS", Math.max(rowCount, start + rows.length));
  for (const [r, cells] of rows.entries()) {
    for (const [c, data] of cells.entries()) putData(sheet, start + r, c, data);
  }
  return undefined;
};

export const CELL_KINDS: Readonly<Record<string, Act>> = { updateCells, repeatCell, appendCells };
