/**
 * Cells as answers show them. Sources: ValueRenderOption and DateTimeRenderOption in the reference.
 */
import type { Json } from "./api-error.ts";
import type { Calc } from "./calc.ts";
import { isError, type Value } from "./formula-values.ts";
import { type Block, type Cell, isFormula, type NumberFormat, type Sheet } from "./model.ts";
import { isMoment, showNumber } from "./number-format.ts";

export type ValueRender = "FORMATTED_VALUE" | "UNFORMATTED_VALUE" | "FORMULA";
export type DateTimeRender = "SERIAL_NUMBER" | "FORMATTED_STRING";
export type Dimension = "ROWS" | "COLUMNS";

export interface RenderOptions {
  readonly value: ValueRender;
  readonly dateTime: DateTimeRender;
}

/** What the cell shows. @returns "" for a blank */
export function shown(calc: Calc, value: Value, format: NumberFormat | null): string {
  if (value === null) return "";
  if (isError(value)) return value.error;
  if (typeof value === "boolean") return value ? calc.locale.yes : calc.locale.no;
  return typeof value === "number" ? showNumber(value, format, calc.locale) : value;
}

/** One cell of an answer; null when it is blank. */
export function renderCell(
  calc: Calc,
  sheet: Sheet,
  cell: Cell | undefined,
  options: RenderOptions,
): Json {
  if (!cell || cell.value === null) return null;
  if (options.value === "FORMULA" && isFormula(cell.value)) return cell.value.formula;
  const value = calc.value(sheet, cell);
  if (options.value === "FORMATTED_VALUE") {
    return shown(calc, value, calc.format(sheet, cell));
  }
  if (isError(value)) return value.error;
  if (typeof value !== "number" || options.dateTime === "SERIAL_NUMBER") return value;
  const format = calc.format(sheet, cell);
  return isMoment(format) ? shown(calc, value, format) : value;
}

/** Drops what is blank at the end, and shows blanks in between as "". */
function trimmed(line: readonly Json[]): Json[] {
  let length = line.length;
  while (length > 0 && line[length - 1] === null) length--;
  return line.slice(0, length).map((value) => value ?? "");
}

/** A block's values, trailing blanks and lines dropped; undefined when nothing is left. */
export function renderBlock(
  calc: Calc,
  block: Block,
  options: RenderOptions,
  dimension: Dimension,
): Json[][] | undefined {
  const { sheet, row, column } = block;
  const rowEnd = Math.min(block.rowEnd, sheet.rows.length);
  const lines: Json[][] = [];
  for (let r = row; r < rowEnd; r++) {
    const cells = sheet.rows[r] ?? [];
    const line: Json[] = [];
    const end = Math.min(block.columnEnd, cells.length);
    for (let c = column; c < end; c++) line.push(renderCell(calc, sheet, cells[c], options));
    lines.push(line);
  }
  const turned = dimension === "ROWS" ? lines : transpose(lines);
  const out = turned.map(trimmed);
  while (out.length > 0 && out[out.length - 1]?.length === 0) out.pop();
  return out.length > 0 ? out : undefined;
}

function transpose(lines: readonly (readonly Json[])[]): Json[][] {
  const width = lines.reduce((n, line) => Math.max(n, line.length), 0);
  return Array.from({ length: width }, (_, c) => lines.map((line) => line[c] ?? null));
}
