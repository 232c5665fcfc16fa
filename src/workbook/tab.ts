/** A tab of the workbook as it was read: every cell of everybody's, as text (spec 4). */
import { plain } from "../domain/trabajador.ts";

/** How a CSV file is written; kept, so that it is written again the same way. */
export interface Dialect {
  readonly delimiter: "," | ";";
  readonly bom: boolean;
  readonly eol: "\r\n" | "\n";
  /** Whether the last record ends with a line end too. */
  readonly finalEol: boolean;
}

export const DEFAULT_DIALECT: Dialect = {
  delimiter: ",",
  bom: false,
  eol: "\r\n",
  finalEol: true,
};

export type Row = readonly string[];

export interface Tab {
  /** As its owner wrote it: `Operaciones`; the file is `Operaciones.csv`. */
  readonly name: string;
  readonly dialect: Dialect;
  readonly header: Row;
  /** Records below the header; may be shorter or longer than it. */
  readonly rows: readonly Row[];
}

/** The workbook can't be read as it is; `message` is one Spanish sentence for people. */
export class WorkbookError extends Error {
  override readonly name = "WorkbookError";
}

/** How names of columns and tabs are compared: no case, accents, spaces, underscores (spec 4). */
export const headerKey = (title: string): string => plain(title).replace(/[\s_]/g, "");

/** The row number a spreadsheet shows for `rows[index]`: the header is row 1. */
export const filaOf = (index: number): number => index + 2;

/** The text at a column; "" where the row is shorter or the column is missing (-1). */
export const cellAt = (row: Row, column: number): string => row[column] ?? "";

export const isBlank = (row: Row): boolean => row.every((cell) => cell.trim() === "");

/** The tab of a name, found as columns are. */
export const findTab = (tabs: readonly Tab[], name: string): Tab | undefined =>
  tabs.find((tab) => headerKey(tab.name) === headerKey(name));

/** As `findTab`; @throws WorkbookError that names the missing tab. */
export function needTab(tabs: readonly Tab[], name: string): Tab {
  const tab = findTab(tabs, name);
  if (!tab) throw new WorkbookError(`Falta la hoja ${name} (${name}.csv).`);
  return tab;
}

/** The ledger's document that lists the tabs, as JSON array of names. */
export const TABS_DOCUMENT = "tabs";

export const tabDocument = (name: string): string => `tab:${name}`;

/** The tabs as the ledger keeps them: name of the document to its text. */
export function documentsOf(tabs: readonly Tab[]): Record<string, string> {
  const out: Record<string, string> = {
    [TABS_DOCUMENT]: JSON.stringify(tabs.map((tab) => tab.name)),
  };
  for (const { name, dialect, header, rows } of tabs) {
    out[tabDocument(name)] = JSON.stringify({ dialect, header, rows });
  }
  return out;
}

/** Reads a document that `documentsOf` made. */
export const tabOfDocument = (name: string, json: string): Tab => ({ name, ...JSON.parse(json) });
