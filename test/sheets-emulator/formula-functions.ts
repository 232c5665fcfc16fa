/**
 * The functions that are known; every other name is #NAME?.
 * Source: support.google.com/docs/table/25273
 */
import { countIf, hits, matrixOf, sumHits } from "./formula-criteria.ts";
import {
  type CellError,
  compare,
  fail,
  isError,
  isMatrix,
  type Operand,
  single,
  toBool,
  toNumber,
  toText,
  type Value,
} from "./formula-values.ts";

export interface Environment {
  /** Decimal sign of texts made from numbers. */
  readonly decimal: string;
  /** The clock in the spreadsheet's time zone, as a serial number. */
  readonly now: number;
  /** What functions that fetch from the web come to: nothing is fetched here. */
  readonly imports: "error" | "loading";
}

type Evaluate = (args: readonly Operand[], env: Environment) => Operand;

/** All values of all arguments; blanks included. */
function* each(args: readonly Operand[]): Generator<{ value: Value; cell: boolean }> {
  for (const arg of args) {
    if (!isMatrix(arg)) yield { value: arg, cell: false };
    else for (const row of arg.rows) for (const value of row) yield { value, cell: true };
  }
}

/** Numbers as SUM takes them: of cells only numbers, of arguments also what reads as one. */
function numbers(args: readonly Operand[]): number[] | CellError {
  const found: number[] = [];
  for (const { value, cell } of each(args)) {
    if (isError(value)) return value;
    if (typeof value === "number") found.push(value);
    else if (!cell && value !== null) {
      const number = toNumber(value);
      if (isError(number)) return number;
      found.push(number);
    }
  }
  return found;
}

const aggregate =
  (of: (found: readonly number[]) => number | CellError): Evaluate =>
  (args) => {
    const found = numbers(args);
    return isError(found) ? found : of(found);
  };

const numeric =
  (of: (...given: number[]) => number | CellError): Evaluate =>
  (args) => {
    const given: number[] = [];
    for (const arg of args) {
      const number = toNumber(single(arg));
      if (isError(number)) return number;
      given.push(number);
    }
    return of(...given);
  };

const textual =
  (of: (text: string, ...more: number[]) => Value): Evaluate =>
  (args, { decimal }) => {
    const text = toText(single(args[0] ?? null), decimal);
    if (isError(text)) return text;
    const more = args.slice(1).map((arg) => toNumber(single(arg)));
    return more.find(isError) ?? of(text, ...(more as number[]));
  };

const roundTo =
  (by: (x: number) => number) =>
  (value: number, digits = 0) =>
    Number(`${by(Number(`${value}e${Math.trunc(digits)}`))}e${-Math.trunc(digits)}`);

const countHits: Evaluate = (args, { decimal }) => [...hits(args, decimal)].length;

function joined(args: readonly Operand[], decimal: string, between = ""): Value {
  const texts: string[] = [];
  for (const { value } of each(args)) {
    const text = toText(value, decimal);
    if (isError(text)) return text;
    texts.push(text);
  }
  return texts.join(between);
}

const logical =
  (of: (found: readonly boolean[]) => boolean): Evaluate =>
  (args) => {
    const found: boolean[] = [];
    for (const { value } of each(args)) {
      const bool = toBool(value);
      if (isError(bool)) return bool;
      if (value !== null) found.push(bool);
    }
    return of(found);
  };

const vlookup: Evaluate = ([key = null, table, column = null]) => {
  const index = toNumber(single(column));
  const wanted = single(key);
  if (isError(index)) return index;
  if (isError(wanted)) return wanted;
  const row = matrixOf(table).rows.find(([head]) => head != null && compare(head, wanted) === 0);
  if (!row) return fail("#N/A");
  return index > row.length || index < 1 ? fail("#REF!") : (row[index - 1] ?? null);
};

const fetched: Evaluate = (_, { imports }) =>
  imports === "loading" ? fail("Loading...", "Loading data…") : fail("#N/A", "Could not fetch url");

const minOf = (found: readonly number[]) => found.reduce((a, b) => Math.min(a, b), Infinity);
const maxOf = (found: readonly number[]) => found.reduce((a, b) => Math.max(a, b), -Infinity);

export const FUNCTIONS: Readonly<Record<string, Evaluate>> = {
  SUM: aggregate((found) => found.reduce((a, b) => a + b, 0)),
  PRODUCT: aggregate((found) => found.reduce((a, b) => a * b, found.length > 0 ? 1 : 0)),
  MIN: aggregate((found) => (found.length > 0 ? minOf(found) : 0)),
  MAX: aggregate((found) => (found.length > 0 ? maxOf(found) : 0)),
  AVERAGE: aggregate((found) =>
    found.length > 0 ? found.reduce((a, b) => a + b, 0) / found.length : fail("#DIV/0!"),
  ),
  COUNT: (args) => [...each(args)].filter(({ value }) => typeof value === "number").length,
  COUNTA: (args) => [...each(args)].filter(({ value }) => value !== null).length,
  COUNTBLANK: (args) => [...each(args)].filter(({ value }) => (value ?? "") === "").length,
  COUNTIF: ([range = null, criterion = null], { decimal }) =>
    countIf(range, single(criterion), decimal),
  COUNTIFS: countHits,
  SUMIF: ([range = null, criterion = null, values], { decimal }) =>
    sumHits(matrixOf(values ?? range), [range, criterion], decimal),
  SUMIFS: ([values, ...pairs], { decimal }) => sumHits(matrixOf(values), pairs, decimal),
  ABS: numeric(Math.abs),
  INT: numeric(Math.floor),
  MOD: numeric((a, b = 0) => (b === 0 ? fail("#DIV/0!") : a - b * Math.floor(a / b))),
  ROUND: numeric(roundTo((x) => Math.sign(x) * Math.round(Math.abs(x)))),
  ROUNDUP: numeric(roundTo((x) => Math.sign(x) * Math.ceil(Math.abs(x)))),
  ROUNDDOWN: numeric(roundTo(Math.trunc)),
  LEN: textual((text) => text.length),
  UPPER: textual((text) => text.toUpperCase()),
  LOWER: textual((text) => text.toLowerCase()),
  TRIM: textual((text) => text.trim().replace(/ +/g, " ")),
  LEFT: textual((text, count = 1) => text.slice(0, count)),
  RIGHT: textual((text, count = 1) => (count === 0 ? "" : text.slice(-count))),
  MID: textual((text, start = 1, count = 0) => text.slice(start - 1, start - 1 + count)),
  CONCATENATE: (args, { decimal }) => joined(args, decimal),
  CONCAT: (args, { decimal }) => joined(args, decimal),
  AND: logical((found) => found.every(Boolean)),
  OR: logical((found) => found.some(Boolean)),
  NOT: ([value = null]) => {
    const bool = toBool(single(value));
    return isError(bool) ? bool : !bool;
  },
  ISBLANK: ([value = null]) => single(value) === null,
  ISNUMBER: ([value = null]) => typeof single(value) === "number",
  ISTEXT: ([value = null]) => typeof single(value) === "string",
  ISERROR: ([value = null]) => isError(single(value)),
  NA: () => fail("#N/A"),
  NOW: (_, { now }) => now,
  TODAY: (_, { now }) => Math.floor(now),
  VLOOKUP: vlookup,
  IMPORTXML: fetched,
  IMPORTHTML: fetched,
  IMPORTDATA: fetched,
  IMPORTFEED: fetched,
  IMPORTRANGE: fetched,
};

/** The Spanish names that the sheet takes as well in a Spanish locale. */
export const ALIASES: Readonly<Record<string, string>> = {
  SUMA: "SUM",
  PROMEDIO: "AVERAGE",
  CONTAR: "COUNT",
  CONTARA: "COUNTA",
  "CONTAR.SI": "COUNTIF",
  "CONTAR.SI.CONJUNTO": "COUNTIFS",
  "SUMAR.SI": "SUMIF",
  "SUMAR.SI.CONJUNTO": "SUMIFS",
  SI: "IF",
  "SI.ERROR": "IFERROR",
  Y: "AND",
  O: "OR",
  NO: "NOT",
  CONCATENAR: "CONCATENATE",
  REDONDEAR: "ROUND",
  BUSCARV: "VLOOKUP",
  HOY: "TODAY",
  AHORA: "NOW",
};
