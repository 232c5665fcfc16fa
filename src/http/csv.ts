/**
 * Tables as CSV for a spreadsheet: UTF-8 with BOM and semicolons, as Excel in Chile reads it; no
 * cell is ever run as a formula (OWASP, CSV Injection).
 *
 * Only these downloads: people open them to look at them, so that a text may get an apostrophe
 * more. `zeues export` gives the workbook back, cell for cell (spec 7): there a formula's text must
 * come out as it went in, whoever it belongs to.
 */
import type { Context } from "hono";
import { fechaAt } from "../domain/fecha.ts";
import type { Env } from "./context.ts";

export type Cell = string | number | null;

const BOM = "\ufeff";
/**
 * Where a formula would begin: at the begin of a cell, spaces left out; and behind what a
 * spreadsheet of another country or an import takes for the begin of one (comma, tab, bar, line
 * break): quotes hold a cell together only where the semicolon is the separator. The full-width
 * signs are read as the plain ones where people write them.
 */
const FORMULA = /(^|[,;|\t\r\n"])([^\S\t\r\n]*)(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g;
const QUOTED = /[",;|\t\r\n]/;
/** es-CL writes fractions with a comma. */
const numero = (n: number): string => String(n).replace(".", ",");

/** One cell: a number of ours as it is, any text harmless. */
function cellText(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return numero(cell);
  const text = cell.replace(FORMULA, "$1$2'");
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const MINUTE_MS = 60_000;
/** Whole minutes, as a column of durations has them. */
export const minutos = (ms: number): number => Math.round(ms / MINUTE_MS);

/** A table's text: a header and rows. */
export const csvText = (header: readonly string[], rows: Iterable<readonly Cell[]>): string => {
  const lines = [header, ...rows].map((cells) => cells.map(cellText).join(";"));
  return `${BOM}${lines.join("\r\n")}\r\n`;
};

export interface Table {
  /** Of the file, without the date: `ocupados`. */
  readonly name: string;
  readonly header: readonly string[];
  readonly rows: Iterable<readonly Cell[]>;
}

/** Answers with a file `ocupados-2026-11-20.csv`. */
export function csvAnswer(c: Context<Env>, table: Table, nowMs: number, zone: string): Response {
  const file = `${table.name}-${fechaAt(nowMs, zone)}.csv`;
  return c.body(csvText(table.header, table.rows), 200, {
    "Content-Type": "text/csv; charset=utf-8",
    "Content-Disposition": `attachment; filename="${file}"`,
    "Cache-Control": "no-store",
  });
}
