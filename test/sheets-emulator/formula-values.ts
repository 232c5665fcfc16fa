/** What formulas compute with: scalars, blanks, errors, blocks of cells; their conversions. */
import type { Scalar } from "./model.ts";

export interface CellError {
  /** `#N/A` */
  readonly error: string;
  readonly message: string;
}
export type Value = Scalar | null | CellError;
/** Rows of a range, read when asked. */
export interface Matrix {
  readonly rows: readonly (readonly Value[])[];
}
export type Operand = Value | Matrix;

export const isError = (value: unknown): value is CellError =>
  typeof value === "object" && value !== null && "error" in value;
export const isMatrix = (value: Operand): value is Matrix =>
  typeof value === "object" && value !== null && "rows" in value;

const MESSAGES: Readonly<Record<string, string>> = {
  "#REF!": "Reference does not exist.",
  "#ERROR!": "Formula parse error.",
  "#DIV/0!": "Function DIVIDE parameter 2 cannot be zero.",
  "#N/A": "Did not find value.",
  "#NAME?": "Unknown function.",
  "#VALUE!": "A value could not be read as the type that is expected.",
  "#NUM!": "A number is out of range.",
};

export const fail = (error: string, message = MESSAGES[error] ?? ""): CellError => ({
  error,
  message,
});

/** ErrorValue.type of the API. */
export function errorType(error: string): string {
  const types: Readonly<Record<string, string>> = {
    "#REF!": "REF",
    "#DIV/0!": "DIVIDE_BY_ZERO",
    "#N/A": "N_A",
    "#NAME?": "NAME",
    "#VALUE!": "VALUE",
    "#NUM!": "NUM",
    "#NULL!": "NULL_VALUE",
    "Loading...": "LOADING",
  };
  return types[error] ?? "ERROR";
}

/** A block where one value is wanted: its only cell. */
export function single(operand: Operand): Value {
  if (!isMatrix(operand)) return operand;
  const [row] = operand.rows;
  if (operand.rows.length === 1 && row?.length === 1) return row[0] ?? null;
  return operand.rows.length === 0 ? null : (row?.[0] ?? null);
}

export function toNumber(value: Value): number | CellError {
  if (value === null) return 0;
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (isError(value)) return value;
  const number = value.trim() === "" ? Number.NaN : Number(value.replace(",", "."));
  return Number.isNaN(number) ? fail("#VALUE!") : number;
}

export function toText(value: Value, decimal: string): string | CellError {
  if (value === null) return "";
  if (isError(value)) return value;
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  return typeof value === "number" ? String(value).replace(".", decimal) : value;
}

export function toBool(value: Value): boolean | CellError {
  if (value === null) return false;
  if (typeof value === "string") {
    if (/^true$/i.test(value)) return true;
    return /^false$/i.test(value) || value === "" ? false : fail("#VALUE!");
  }
  return isError(value) ? value : Boolean(value);
}

/** Order of the sheet: numbers, then texts, then booleans; text without case. */
export function compare(a: Value, b: Value): number {
  const [left, right] = [a ?? blankLike(b), b ?? blankLike(a)];
  const rank = (value: Value) =>
    typeof value === "number" ? 0 : typeof value === "string" ? 1 : 2;
  if (rank(left) !== rank(right)) return rank(left) - rank(right);
  if (typeof left === "string" && typeof right === "string") {
    const [x, y] = [left.toLowerCase(), right.toLowerCase()];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  return Number(left) - Number(right);
}

const blankLike = (other: Value): Value => {
  if (typeof other === "string") return "";
  return typeof other === "boolean" ? false : 0;
};
