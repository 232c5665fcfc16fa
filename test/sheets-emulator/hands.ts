/**
 * What people do to a spreadsheet while programs are at it, as in the sheet's own window. Each is
 * done at once, between calls or within a hook. Rows are numbered as the sheet shows them, from 1;
 * a column is its header's text, or its index from 0.
 */
import { columnName } from "./a1.ts";
import { sortBlock, typeBlock } from "./batch-data.ts";
import { changeLocale } from "./batch-properties.ts";
import type { Emulator, Role } from "./emulator.ts";
import { type Axis, renameInFormulas } from "./formula-shift.ts";
import { deleteLines, insertLines, moveLines } from "./lines.ts";
import {
  BLANK,
  type Entered,
  locate,
  type NumberFormat,
  type Sheet,
  type Spreadsheet,
} from "./model.ts";

export type Column = string | number;

export class Hands {
  readonly #emulator: Emulator;
  readonly #spreadsheetId: string;

  constructor(emulator: Emulator, spreadsheetId: string) {
    this.#emulator = emulator;
    this.#spreadsheetId = spreadsheetId;
  }

  get #spreadsheet(): Spreadsheet {
    const found = this.#emulator.spreadsheets.get(this.#spreadsheetId);
    if (!found) throw new Error(`no spreadsheet ${this.#spreadsheetId}`);
    return found;
  }

  sheet(title: string): Sheet {
    const sheet = this.#spreadsheet.byTitle(title);
    if (!sheet) throw new Error(`no sheet ${title}`);
    return sheet;
  }

  /** A header's place, from 0. */
  column(title: string, column: Column): number {
    if (typeof column === "number") return column;
    const header = this.sheet(title).rows[0] ?? [];
    const at = header.findIndex((cell) => cell?.value === column);
    if (at < 0) throw new Error(`no column ${column} in ${title}`);
    return at;
  }

  /** The number of the first row whose column holds a value; null when none does. */
  row(title: string, column: Column, value: Entered): number | null {
    const at = this.column(title, column);
    const row = this.sheet(title).rows.findIndex((cells) => cells[at]?.value === value);
    return row < 0 ? null : row + 1;
  }

  /** What was entered in a cell. */
  read(title: string, row: number, column: Column): Entered | null {
    return this.sheet(title).at(row - 1, this.column(title, column))?.value ?? null;
  }

  #changed(): void {
    this.#spreadsheet.version += 1;
  }

  /** Types a text into a cell, as if by keyboard: `Operaciones!C5`, `3-5`. */
  type(range: string, text: string): void {
    this.paste(range, [[text]]);
  }

  /** Pastes texts from a cell on; each is read as if it were typed. */
  paste(range: string, lines: readonly (readonly string[])[]): void {
    const { sheet, row, column } = locate(this.#spreadsheet, range).block;
    typeBlock(sheet, row, column, lines, this.#emulator.service.typing(this.#spreadsheet));
    this.#changed();
  }

  /** Puts a value into a cell without reading it, the way a paste of plain cells does. */
  put(title: string, row: number, column: Column, value: Entered | null): void {
    this.sheet(title).putValue(row - 1, this.column(title, column), value);
    this.#changed();
  }

  /** Sorts all rows below the header by a column. */
  sort(title: string, column: Column, descending = false): void {
    const sheet = this.sheet(title);
    const { rowCount: rowEnd, columnCount: columnEnd } = sheet.properties;
    const block = { sheet, row: 1, rowEnd, column: 0, columnEnd };
    const spec = { column: this.column(title, column), descending };
    sortBlock(block, [spec], this.#emulator.service.calc(this.#spreadsheet));
    this.#changed();
  }

  /** @param at the first new row's number */
  insertRows(title: string, at: number, count = 1): void {
    this.#insert(title, "ROWS", at - 1, count);
  }

  deleteRows(title: string, at: number, count = 1): void {
    deleteLines(this.#spreadsheet, this.sheet(title), "ROWS", at - 1, at - 1 + count);
  }

  /** @param to the row's number before which they will stand */
  moveRows(title: string, at: number, count: number, to: number): void {
    const start = at - 1;
    moveLines(this.#spreadsheet, this.sheet(title), "ROWS", start, start + count, to - 1);
  }

  /** New columns before this one. */
  insertColumns(title: string, before: Column, count = 1): void {
    this.#insert(title, "COLUMNS", this.column(title, before), count);
  }

  deleteColumns(title: string, column: Column, count = 1): void {
    const at = this.column(title, column);
    deleteLines(this.#spreadsheet, this.sheet(title), "COLUMNS", at, at + count);
  }

  moveColumns(title: string, column: Column, before: Column, count = 1): void {
    const [from, to] = [this.column(title, column), this.column(title, before)];
    moveLines(this.#spreadsheet, this.sheet(title), "COLUMNS", from, from + count, to);
  }

  #insert(title: string, axis: Axis, at: number, count: number): void {
    insertLines(this.#spreadsheet, this.sheet(title), axis, at, count, at > 0);
  }

  renameHeader(title: string, from: Column, to: string): void {
    this.put(title, 1, this.column(title, from), to);
  }

  renameTab(from: string, to: string): void {
    const sheet = this.sheet(from);
    renameInFormulas(this.#spreadsheet, from, to);
    sheet.properties.title = to;
    this.#changed();
  }

  deleteTab(title: string): void {
    const spreadsheet = this.#spreadsheet;
    const sheet = this.sheet(title);
    renameInFormulas(spreadsheet, title, null);
    spreadsheet.sheets = spreadsheet.sheets.filter((one) => one !== sheet);
    this.#changed();
  }

  /** Gives a whole column a format; what is in its cells stays. */
  formatColumn(title: string, column: Column, numberFormat: NumberFormat): void {
    const sheet = this.sheet(title);
    const at = this.column(title, column);
    for (const row of sheet.rows.keys()) {
      if (row > 0) sheet.put(row, at, { ...(sheet.at(row, at) ?? BLANK), numberFormat });
    }
    this.#changed();
  }

  /** Switches the spreadsheet's locale: `en_US`. */
  locale(name: string): void {
    changeLocale(this.#spreadsheet, name);
  }

  share(role: Role = "writer"): void {
    this.#emulator.share(this.#emulator.account.email, role, this.#spreadsheetId);
  }

  unshare(): void {
    this.#emulator.share(this.#emulator.account.email, null, this.#spreadsheetId);
  }

  /** Deletes the service account's key, and with it the tokens that are out. */
  revokeKey(): void {
    this.#emulator.oauth.revokeKey(this.#emulator.account.email);
    this.#emulator.oauth.revokeTokens();
  }

  /** `C5` of a row's number and a column. */
  address(title: string, row: number, column: Column): string {
    return `${columnName(this.column(title, column))}${row}`;
  }
}
