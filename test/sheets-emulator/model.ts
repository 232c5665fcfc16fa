/**
 * A spreadsheet as the API sees it: sheets of cells, each with what was entered and its format.
 * What is computed (effectiveValue, formattedValue) is derived on reading and never stored.
 *
 * M1: cells are immutable: a write puts another cell in the place.
 * M2: rows beyond the last written one are not stored; `rowCount` says how many there are.
 */
import { type Area, parseRange, rangeText } from "./a1.ts";
import { invalid, type JsonObject } from "./api-error.ts";

export type Scalar = number | string | boolean;
export interface Formula {
  /** With its `=`, separators as typed in the spreadsheet's locale. */
  readonly formula: string;
}
export type Entered = Scalar | Formula;

export interface NumberFormat {
  readonly type: string;
  readonly pattern?: string;
}

export interface Cell {
  readonly value: Entered | null;
  readonly numberFormat: NumberFormat | null;
  /** The rest of userEnteredFormat, kept as it came. */
  readonly style: JsonObject | null;
  readonly note: string | null;
}

export const BLANK: Cell = { value: null, numberFormat: null, style: null, note: null };
export type Row = (Cell | undefined)[];

export const isFormula = (value: Entered | null): value is Formula =>
  typeof value === "object" && value !== null;

/** The whole spreadsheet's limit (support.google.com/drive/answer/37603). */
export const CELLS_MAX = 10_000_000;

export interface SheetProperties {
  readonly sheetId: number;
  title: string;
  rowCount: number;
  columnCount: number;
  frozenRowCount: number;
  frozenColumnCount: number;
  hidden: boolean;
  /** tabColor, rightToLeft and the like, kept as they came. */
  extra: JsonObject;
}

export class Sheet {
  readonly properties: SheetProperties;
  rows: Row[];

  constructor(properties: SheetProperties, rows: Row[] = []) {
    this.properties = properties;
    this.rows = rows;
  }

  at(row: number, column: number): Cell | undefined {
    return this.rows[row]?.[column];
  }

  put(row: number, column: number, cell: Cell | undefined): void {
    let line = this.rows[row];
    if (!line) {
      if (cell === undefined) return;
      while (this.rows.length <= row) this.rows.push([]);
      line = this.rows[row] as Row;
    }
    while (line.length < column) line.push(undefined);
    line[column] = cell;
  }

  /** Value only: the format of the place stays. */
  putValue(row: number, column: number, value: Entered | null, format?: NumberFormat): void {
    const old = this.at(row, column) ?? BLANK;
    const numberFormat = format ?? old.numberFormat;
    if (value === null && numberFormat === null && old.style === null && old.note === null) {
      this.put(row, column, undefined);
    } else {
      this.put(row, column, { ...old, value, numberFormat });
    }
  }

  copy(): Sheet {
    return new Sheet(
      { ...this.properties },
      this.rows.map((row) => row.slice()),
    );
  }
}

export interface SpreadsheetProperties {
  title: string;
  /** `es_CL`, `en_US`. */
  locale: string;
  timeZone: string;
}

export interface DeveloperMetadata {
  readonly metadataId: number;
  readonly metadataKey: string;
  readonly metadataValue: string | null;
  readonly visibility: string;
  readonly sheetId: number | null;
  readonly dimension: "ROWS" | "COLUMNS" | null;
  readonly index: number;
}

export interface NamedRange {
  readonly namedRangeId: string;
  readonly name: string;
  readonly sheetId: number;
  /** Open where no index was given: a whole column has no rows. */
  readonly area: Area;
}

export class Spreadsheet {
  readonly spreadsheetId: string;
  properties: SpreadsheetProperties;
  sheets: Sheet[];
  metadata: DeveloperMetadata[] = [];
  named: readonly NamedRange[] = [];
  /** Counts changes: what was computed before is stale. */
  version = 0;

  constructor(spreadsheetId: string, properties: SpreadsheetProperties, sheets: Sheet[] = []) {
    this.spreadsheetId = spreadsheetId;
    this.properties = properties;
    this.sheets = sheets;
  }

  /** Titles are one whatever their case, as in the sheet itself. */
  byTitle(title: string): Sheet | undefined {
    const folded = title.toLowerCase();
    return (
      this.sheets.find((sheet) => sheet.properties.title === title) ??
      this.sheets.find((sheet) => sheet.properties.title.toLowerCase() === folded)
    );
  }

  byId(sheetId: number): Sheet | undefined {
    return this.sheets.find((sheet) => sheet.properties.sheetId === sheetId);
  }

  cellCount(): number {
    return this.sheets.reduce((n, { properties: p }) => n + p.rowCount * p.columnCount, 0);
  }

  /** What `restore` brings back. Cells are shared (M1), rows are not. */
  save(): () => void {
    const { sheets, properties, metadata, named } = this;
    this.sheets = sheets.map((sheet) => sheet.copy());
    this.properties = { ...properties };
    this.metadata = [...metadata];
    return () => {
      this.sheets = sheets;
      this.properties = properties;
      this.metadata = metadata;
      this.named = named;
    };
  }
}

/** A block within the grid, half-open. */
export interface Block {
  readonly sheet: Sheet;
  readonly row: number;
  readonly rowEnd: number;
  readonly column: number;
  readonly columnEnd: number;
}

export const blockText = ({ sheet, ...area }: Block): string =>
  rangeText(sheet.properties.title, area);

/**
 * The part of an area that the grid has. Refused when it starts beyond the grid; what ends beyond
 * is cut (measured by others: a range that starts inside is taken, one that starts past is not).
 */
export function clip(sheet: Sheet, area: Area): Block {
  const { rowCount, columnCount, title } = sheet.properties;
  const [row, column] = [area.row ?? 0, area.column ?? 0];
  if (row >= rowCount || column >= columnCount) {
    const text = rangeText(title, area);
    const limits = `Max rows: ${rowCount}, max columns: ${columnCount}`;
    throw invalid(`Range (${text}) exceeds grid limits. ${limits}`);
  }
  const rowEnd = Math.min(area.rowEnd ?? rowCount, rowCount);
  const columnEnd = Math.min(area.columnEnd ?? columnCount, columnCount);
  return { sheet, row, rowEnd, column, columnEnd };
}

export interface Located {
  readonly block: Block;
  readonly single: boolean;
}

/** Finds a range of A1 notation. @throws ApiError 400 `Unable to parse range: …`, or grid limits */
export function locate(spreadsheet: Spreadsheet, text: string): Located {
  const parsed = parseRange(text);
  const first = spreadsheet.sheets.find((sheet) => !sheet.properties.hidden);
  const sheet = parsed?.title == null ? first : spreadsheet.byTitle(parsed.title);
  if (!sheet) {
    const named = spreadsheet.named.find(({ name }) => name.toLowerCase() === text.toLowerCase());
    const home = named && spreadsheet.byId(named.sheetId);
    if (home) return { block: clip(home, named.area), single: false };
  }
  if (!parsed || !sheet) throw invalid(`Unable to parse range: ${text}`);
  return { block: clip(sheet, parsed.area), single: parsed.single };
}
