/** Requests about whole sheets. */
import { invalid, type Json, type JsonObject } from "./api-error.ts";
import type { Act } from "./batch-act.ts";
import { type Mask, parseFields } from "./fields.ts";
import { renameInFormulas } from "./formula-shift.ts";
import { count, object, textOf } from "./grid-range.ts";
import { checkCells, deleteLines } from "./lines.ts";
import { Sheet, type Spreadsheet } from "./model.ts";
import { sheetProperties } from "./resource.ts";

/** A mask is needed: what it does not name stays. */
export function masked(given: JsonObject): Mask {
  const text = textOf(given.fields);
  if (text === "") {
    throw invalid(
      "At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)",
    );
  }
  return parseFields(text);
}

/** Whether a mask names a field; the mask below it where it goes on. */
export const names = (mask: Mask, field: string): boolean => mask === null || mask.has(field);
export const below = (mask: Mask, field: string): Mask => mask?.get(field) ?? null;

const GRID_DEFAULTS = { rowCount: 1000, columnCount: 26 };

function freeTitle(spreadsheet: Spreadsheet): string {
  const word = spreadsheet.properties.locale.startsWith("es") ? "Hoja " : "Sheet";
  let n = spreadsheet.sheets.length + 1;
  while (spreadsheet.byTitle(`${word}${n}`)) n++;
  return `${word}${n}`;
}

/** Longer titles are refused. */
const TITLE_MAX = 100;

function checkTitle(spreadsheet: Spreadsheet, title: string, own?: Sheet): void {
  const other = spreadsheet.byTitle(title);
  if (title === "") throw invalid("Sheet name cannot be empty.");
  if (title.length > TITLE_MAX) {
    throw invalid(`The sheet name cannot be greater than ${TITLE_MAX} characters.`);
  }
  if (other && other !== own) {
    throw invalid(`A sheet with the name "${title}" already exists. Please enter another name.`);
  }
}

/** Ids are random in the service; here they are not, so that runs can be told again. */
function freeId(spreadsheet: Spreadsheet): number {
  const largest = Math.max(0, ...spreadsheet.sheets.map((sheet) => sheet.properties.sheetId));
  return largest + 100_003;
}

const EXTRA = ["tabColor", "tabColorStyle", "rightToLeft"] as const;

function extraOf(properties: JsonObject): Record<string, Json> {
  const extra: Record<string, Json> = {};
  for (const name of EXTRA) {
    const value = properties[name];
    if (value !== undefined) extra[name] = value;
  }
  return extra;
}

const addSheet: Act = ({ spreadsheet }, given) => {
  const properties = object(given.properties);
  const grid = object(properties.gridProperties);
  const sheetId = count(properties.sheetId, "sheetId") ?? freeId(spreadsheet);
  if (spreadsheet.byId(sheetId)) throw invalid(`Sheet with id ${sheetId} already exists.`);
  const title = textOf(properties.title) || freeTitle(spreadsheet);
  checkTitle(spreadsheet, title);
  const sheet = new Sheet({
    sheetId,
    title,
    rowCount: count(grid.rowCount, "rowCount") || GRID_DEFAULTS.rowCount,
    columnCount: count(grid.columnCount, "columnCount") || GRID_DEFAULTS.columnCount,
    frozenRowCount: count(grid.frozenRowCount, "frozenRowCount") ?? 0,
    frozenColumnCount: count(grid.frozenColumnCount, "frozenColumnCount") ?? 0,
    hidden: properties.hidden === true,
    extra: extraOf(properties),
  });
  const last = spreadsheet.sheets.length;
  const index = Math.min(count(properties.index, "index") ?? last, last);
  spreadsheet.sheets.splice(index, 0, sheet);
  checkCells(spreadsheet);
  return { properties: sheetProperties(sheet, index) };
};

const duplicateSheet: Act = ({ spreadsheet }, given) => {
  const source = wanted(spreadsheet, given.sourceSheetId);
  const title = textOf(given.newSheetName) || copyTitle(spreadsheet, source.properties.title);
  checkTitle(spreadsheet, title);
  const sheetId = count(given.newSheetId, "newSheetId") ?? freeId(spreadsheet);
  if (spreadsheet.byId(sheetId)) throw invalid(`Sheet with id ${sheetId} already exists.`);
  const sheet = new Sheet({ ...source.properties, sheetId, title }, source.copy().rows);
  const index = Math.min(count(given.insertSheetIndex, "index") ?? 0, spreadsheet.sheets.length);
  spreadsheet.sheets.splice(index, 0, sheet);
  checkCells(spreadsheet);
  return { properties: sheetProperties(sheet, index) };
};

function copyTitle(spreadsheet: Spreadsheet, title: string): string {
  const base = spreadsheet.properties.locale.startsWith("es") ? "Copia de" : "Copy of";
  let copy = `${base} ${title}`;
  for (let n = 2; spreadsheet.byTitle(copy); n++) copy = `${base} ${title} ${n}`;
  return copy;
}

function wanted(spreadsheet: Spreadsheet, sheetId: Json | undefined): Sheet {
  const sheet = spreadsheet.byId(Number(sheetId ?? 0));
  if (!sheet) throw invalid(`No sheet with id: ${Number(sheetId ?? 0)}`);
  return sheet;
}

const checkVisible = ({ sheets }: Spreadsheet): void => {
  if (sheets.some(({ properties }) => !properties.hidden)) return;
  throw invalid("You can't remove all the visible sheets in a document.");
};

const deleteSheet: Act = ({ spreadsheet }, given) => {
  const sheet = wanted(spreadsheet, given.sheetId);
  spreadsheet.sheets = spreadsheet.sheets.filter((one) => one !== sheet);
  checkVisible(spreadsheet);
  renameInFormulas(spreadsheet, sheet.properties.title, null);
  const { sheetId } = sheet.properties;
  spreadsheet.metadata = spreadsheet.metadata.filter((one) => one.sheetId !== sheetId);
  spreadsheet.named = spreadsheet.named.filter((one) => one.sheetId !== sheetId);
  return undefined;
};

/** Rows and columns that go take what refers to them along. */
function resize(spreadsheet: Spreadsheet, sheet: Sheet, rowCount: number, columnCount: number) {
  const { properties } = sheet;
  if (rowCount < 1 || columnCount < 1) throw invalid("A sheet must have a row and a column.");
  if (rowCount < properties.rowCount) {
    deleteLines(spreadsheet, sheet, "ROWS", rowCount, properties.rowCount);
  }
  if (columnCount < properties.columnCount) {
    deleteLines(spreadsheet, sheet, "COLUMNS", columnCount, properties.columnCount);
  }
  properties.rowCount = rowCount;
  properties.columnCount = columnCount;
  checkCells(spreadsheet);
}

function updateGrid(spreadsheet: Spreadsheet, sheet: Sheet, grid: JsonObject, mask: Mask): void {
  const { properties } = sheet;
  const value = (name: "rowCount" | "columnCount" | "frozenRowCount" | "frozenColumnCount") =>
    names(mask, name) ? (count(grid[name], `gridProperties.${name}`) ?? 0) : properties[name];
  // `gridProperties` as a whole without a size would leave no cell; the service keeps the grid.
  const size = (name: "rowCount" | "columnCount") =>
    mask === null && grid[name] === undefined ? properties[name] : value(name);
  resize(spreadsheet, sheet, size("rowCount"), size("columnCount"));
  const [rows, columns] = [value("frozenRowCount"), value("frozenColumnCount")];
  if (rows >= properties.rowCount) {
    throw invalid("You can't freeze all visible rows on the sheet.");
  }
  if (columns >= properties.columnCount) {
    throw invalid("You can't freeze all visible columns on the sheet.");
  }
  properties.frozenRowCount = rows;
  properties.frozenColumnCount = columns;
}

/** `index` counts the sheets as they stand before the move. */
function reindex(spreadsheet: Spreadsheet, sheet: Sheet, index: number | undefined): void {
  const { sheets } = spreadsheet;
  const from = sheets.indexOf(sheet);
  const target = Math.min(index ?? sheets.length, sheets.length);
  sheets.splice(from, 1);
  sheets.splice(target > from ? target - 1 : target, 0, sheet);
}

const updateSheetProperties: Act = ({ spreadsheet }, given) => {
  const mask = masked(given);
  const properties = object(given.properties);
  const sheet = wanted(spreadsheet, properties.sheetId);
  if (names(mask, "title")) {
    const title = textOf(properties.title);
    checkTitle(spreadsheet, title, sheet);
    const old = sheet.properties.title;
    if (title !== old) renameInFormulas(spreadsheet, old, title);
    sheet.properties.title = title;
  }
  if (names(mask, "gridProperties")) {
    const grid = object(properties.gridProperties);
    updateGrid(spreadsheet, sheet, grid, below(mask, "gridProperties"));
  }
  if (names(mask, "hidden")) sheet.properties.hidden = properties.hidden === true;
  checkVisible(spreadsheet);
  for (const name of EXTRA) {
    if (!names(mask, name)) continue;
    const { [name]: _, ...rest } = sheet.properties.extra;
    const value = properties[name];
    sheet.properties.extra = value === undefined ? rest : { ...rest, [name]: value };
  }
  const index = count(properties.index, "index");
  if (mask?.has("index") || (mask === null && index !== undefined)) {
    reindex(spreadsheet, sheet, index);
  }
  return undefined;
};

export const SHEET_KINDS: Readonly<Record<string, Act>> = {
  addSheet,
  deleteSheet,
  duplicateSheet,
  updateSheetProperties,
};
