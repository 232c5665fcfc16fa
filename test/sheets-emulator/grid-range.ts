/** GridRange, DimensionRange and GridCoordinate of batchUpdate's requests, checked. */
import type { Area } from "./a1.ts";
import { badField, invalid, type Json, type JsonObject } from "./api-error.ts";
import type { Axis } from "./formula-shift.ts";
import { lineCount } from "./lines.ts";
import { type Block, clip, type Sheet, type Spreadsheet } from "./model.ts";

export const object = (value: Json | undefined): JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
export const list = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as readonly Json[]).map(object) : [];
export const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");

/** A whole number, not negative; undefined where the field is not set. */
export function count(value: Json | undefined, field: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  const number = typeof value === "string" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number)) {
    throw badField(field, `Invalid value at '${field}' (TYPE_INT32), ${JSON.stringify(value)}`);
  }
  if (number < 0) throw invalid(`${field}[${number}] must be >= 0`);
  return number;
}

/** An id that is not set is 0, as in protobuf. */
export function sheetOf(spreadsheet: Spreadsheet, sheetId: Json | undefined): Sheet {
  const id = Number(sheetId ?? 0);
  const sheet = spreadsheet.byId(id);
  if (!sheet) throw invalid(`No grid with id: ${id}`);
  return sheet;
}

/** A range as the grid has it; one that starts beyond it is refused. */
export function gridBlock(spreadsheet: Spreadsheet, value: Json | undefined): Block {
  const range = object(value);
  const sheet = sheetOf(spreadsheet, range.sheetId);
  const bound = (name: string): number | null => count(range[name], `range.${name}`) ?? null;
  const area: Area = {
    row: bound("startRowIndex"),
    rowEnd: bound("endRowIndex"),
    column: bound("startColumnIndex"),
    columnEnd: bound("endColumnIndex"),
  };
  const crossed = (start: number | null, end: number | null) =>
    start !== null && end !== null && end < start;
  if (crossed(area.row, area.rowEnd) || crossed(area.column, area.columnEnd)) {
    throw invalid("The end of a range can't be before its start.");
  }
  return clip(sheet, area);
}

export interface Coordinate {
  readonly sheet: Sheet;
  readonly row: number;
  readonly column: number;
}

export function coordinate(spreadsheet: Spreadsheet, value: Json | undefined): Coordinate {
  const given = object(value);
  const sheet = sheetOf(spreadsheet, given.sheetId);
  const row = count(given.rowIndex, "rowIndex") ?? 0;
  const column = count(given.columnIndex, "columnIndex") ?? 0;
  clip(sheet, { row, rowEnd: row + 1, column, columnEnd: column + 1 });
  return { sheet, row, column };
}

export interface Lines {
  readonly sheet: Sheet;
  readonly axis: Axis;
  readonly start: number;
  readonly end: number;
}

export const axisOf = (value: Json | undefined): Axis => {
  if (value === "ROWS" || value === "COLUMNS") return value;
  throw invalid("A dimension must be specified.");
};

export const lineName = (axis: Axis): string => (axis === "ROWS" ? "row" : "column");

/** A span of rows or columns; open ends reach the grid's. */
export function dimensionRange(spreadsheet: Spreadsheet, value: Json | undefined): Lines {
  const range = object(value);
  const sheet = sheetOf(spreadsheet, range.sheetId);
  const axis = axisOf(range.dimension);
  const start = count(range.startIndex, "range.startIndex") ?? 0;
  const end = count(range.endIndex, "range.endIndex") ?? lineCount(sheet, axis);
  if (end <= start) {
    throw invalid(`range.endIndex[${end}] must be greater than range.startIndex[${start}]`);
  }
  return { sheet, axis, start, end };
}
