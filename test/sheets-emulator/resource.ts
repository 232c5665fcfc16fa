/**
 * The Spreadsheet resource of spreadsheets.get.
 * Source: developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets, and recorded
 * answers of a new spreadsheet (gspread's cassettes) for its defaults.
 */
import type { JsonObject } from "./api-error.ts";
import type { Calc } from "./calc.ts";
import { DEFAULT_FORMAT, THEME } from "./defaults.ts";
import { errorType, isError, type Value } from "./formula-values.ts";
import { localeOf } from "./locale.ts";
import {
  type Block,
  type Cell,
  type Entered,
  isFormula,
  type NumberFormat,
  type Sheet,
  type Spreadsheet,
} from "./model.ts";
import { namedRange } from "./named-ranges.ts";
import { patternOf } from "./number-format.ts";
import { shown } from "./render.ts";

/** GridProperties and the like leave out what is zero or false. */
export function sheetProperties(sheet: Sheet, index: number): JsonObject {
  const { properties: p } = sheet;
  return {
    sheetId: p.sheetId,
    title: p.title,
    index,
    sheetType: "GRID",
    gridProperties: {
      rowCount: p.rowCount,
      columnCount: p.columnCount,
      ...(p.frozenRowCount > 0 ? { frozenRowCount: p.frozenRowCount } : {}),
      ...(p.frozenColumnCount > 0 ? { frozenColumnCount: p.frozenColumnCount } : {}),
    },
    ...(p.hidden ? { hidden: true } : {}),
    ...p.extra,
  };
}

const enteredValue = (value: Entered): JsonObject => {
  if (isFormula(value)) return { formulaValue: value.formula };
  return plainValue(value);
};

function plainValue(value: Exclude<Value, null>): JsonObject {
  if (isError(value)) {
    return { errorValue: { type: errorType(value.error), message: value.message } };
  }
  if (typeof value === "number") return { numberValue: value };
  return typeof value === "boolean" ? { boolValue: value } : { stringValue: value };
}

/** The format in use: with the locale's pattern where none was given. */
function effectiveFormat(calc: Calc, format: NumberFormat): JsonObject {
  const pattern = patternOf(format, calc.locale);
  return { type: format.type, ...(pattern === null ? {} : { pattern }) };
}

/** Where a value stands in its cell when nobody said so. */
function alignment(value: Exclude<Value, null>): string {
  if (typeof value === "number") return "RIGHT";
  return typeof value === "string" ? "LEFT" : "CENTER";
}

/** CellData: what was entered, what it comes to, what it shows. */
export function cellData(calc: Calc, sheet: Sheet, cell: Cell | undefined): JsonObject {
  if (!cell) return {};
  const { numberFormat, style, note } = cell;
  const format = calc.format(sheet, cell);
  const userFormat = {
    ...(numberFormat ? { numberFormat: effectiveFormat(calc, numberFormat) } : {}),
    ...style,
  };
  const value = calc.value(sheet, cell);
  const shownFormat = format ? { numberFormat: effectiveFormat(calc, format) } : {};
  return {
    ...(cell.value === null ? {} : { userEnteredValue: enteredValue(cell.value) }),
    ...(value === null ? {} : { effectiveValue: plainValue(value) }),
    ...(value === null ? {} : { formattedValue: shown(calc, value, format) }),
    ...(Object.keys(userFormat).length > 0 ? { userEnteredFormat: userFormat } : {}),
    effectiveFormat: {
      ...shownFormat,
      ...DEFAULT_FORMAT,
      ...(value === null ? {} : { horizontalAlignment: alignment(value) }),
      hyperlinkDisplayType: "PLAIN_TEXT",
      ...style,
    },
    ...(note === null ? {} : { note }),
  };
}

/** GridData of a block; rows after the last that holds anything are left out. */
function gridData(calc: Calc, block: Block): JsonObject {
  const { sheet, row, rowEnd, column, columnEnd } = block;
  const rowData: JsonObject[] = [];
  for (let r = row; r < Math.min(rowEnd, sheet.rows.length); r++) {
    const cells = sheet.rows[r] ?? [];
    let end = Math.min(columnEnd, cells.length);
    while (end > column && !cells[end - 1]) end--;
    const values = cells.slice(column, end).map((cell) => cellData(calc, sheet, cell));
    rowData.push(values.length > 0 ? { values } : {});
  }
  while (rowData.length > 0 && Object.keys(rowData.at(-1) ?? {}).length === 0) rowData.pop();
  const pixels = (count: number, pixelSize: number) =>
    Array.from({ length: count }, () => ({ pixelSize }));
  return {
    ...(row > 0 ? { startRow: row } : {}),
    ...(column > 0 ? { startColumn: column } : {}),
    ...(rowData.length > 0 ? { rowData } : {}),
    rowMetadata: pixels(rowEnd - row, 21),
    columnMetadata: pixels(columnEnd - column, 100),
  };
}

export interface ResourceOptions {
  /** Only these blocks' sheets, when there are any. */
  readonly blocks: readonly Block[];
  readonly grid: boolean;
}

export function resource(
  spreadsheet: Spreadsheet,
  calc: Calc,
  { blocks, grid }: ResourceOptions,
): JsonObject {
  const { spreadsheetId, properties } = spreadsheet;
  const whole = (sheet: Sheet): Block => {
    const { rowCount: rowEnd, columnCount: columnEnd } = sheet.properties;
    return { sheet, row: 0, rowEnd, column: 0, columnEnd };
  };
  const sheets = spreadsheet.sheets.flatMap((sheet, index) => {
    const own = blocks.filter((block) => block.sheet === sheet);
    if (blocks.length > 0 && own.length === 0) return [];
    const wanted = blocks.length > 0 ? own : [whole(sheet)];
    const data = grid ? { data: wanted.map((block) => gridData(calc, block)) } : {};
    return [{ properties: sheetProperties(sheet, index), ...data }];
  });
  return {
    spreadsheetId,
    properties: {
      title: properties.title,
      locale: localeOf(properties.locale).name,
      autoRecalc: "ON_CHANGE",
      timeZone: properties.timeZone,
      defaultFormat: DEFAULT_FORMAT,
      spreadsheetTheme: THEME,
    },
    sheets,
    ...(spreadsheet.named.length > 0 ? { namedRanges: spreadsheet.named.map(namedRange) } : {}),
    spreadsheetUrl: `https://docs.google.com/spreadsheets/d/${spreadsheetId}/edit`,
  };
}
