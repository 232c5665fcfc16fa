/** COUNTIF and its like: criteria as text, and the places that fulfil them. */
import {
  compare,
  isError,
  isMatrix,
  type Matrix,
  type Operand,
  single,
  type Value,
} from "./formula-values.ts";

function matcher(criterion: Value, decimal: string): (value: Value) => boolean {
  if (typeof criterion !== "string") {
    return (value) =>
      value !== null && !isError(value) && typeof value === typeof criterion
        ? compare(value, criterion) === 0
        : false;
  }
  const [, operator = "=", rest = ""] = /^(<>|<=|>=|=|<|>)?(.*)$/s.exec(criterion) ?? [];
  const number = rest.trim() === "" ? Number.NaN : Number(rest.replace(decimal, "."));
  const wanted: Value = Number.isNaN(number) ? rest : number;
  if (operator === "=" || operator === "<>") {
    const glob = globOf(rest);
    const same = (value: Value): boolean => {
      if (rest === "") return value === null || value === "";
      if (typeof wanted === "number" && typeof value === "number") return value === wanted;
      return typeof value === "string" && glob.test(value);
    };
    return operator === "=" ? same : (value) => !same(value);
  }
  return (value) => {
    if (value === null || isError(value) || typeof value !== typeof wanted) return false;
    const order = compare(value, wanted);
    if (operator === "<") return order < 0;
    if (operator === ">") return order > 0;
    return operator === "<=" ? order <= 0 : order >= 0;
  };
}

function globOf(text: string): RegExp {
  const escaped = text.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "is");
}

export const matrixOf = (operand: Operand | undefined): Matrix =>
  operand !== undefined && isMatrix(operand) ? operand : { rows: [[operand ?? null]] };

/** Which places fulfil pairs of range and criterion. */
export function* hits(
  args: readonly Operand[],
  decimal: string,
): Generator<readonly [number, number]> {
  const tests: { rows: Matrix["rows"]; is: (value: Value) => boolean }[] = [];
  for (let i = 0; i + 1 < args.length; i += 2) {
    const is = matcher(single(args[i + 1] ?? null), decimal);
    tests.push({ rows: matrixOf(args[i]).rows, is });
  }
  const first = tests[0]?.rows ?? [];
  for (const [r, row] of first.entries()) {
    for (const c of row.keys()) {
      if (tests.every(({ rows, is }) => is(rows[r]?.[c] ?? null))) yield [r, c];
    }
  }
}

export function sumHits(values: Matrix, pairs: readonly Operand[], decimal: string): Value {
  let sum = 0;
  for (const [r, c] of hits(pairs, decimal)) {
    const value = values.rows[r]?.[c] ?? null;
    if (isError(value)) return value;
    if (typeof value === "number") sum += value;
  }
  return sum;
}

/** How often each value stands in a block: a column of COUNTIF over a column would be n². */
const TALLIES = new WeakMap<Matrix, ReadonlyMap<string, number>>();

const keyOf = (value: Value): string | null => {
  if (value === null || isError(value)) return null;
  return `${typeof value} ${String(value).toLowerCase()}`;
};

function tallyOf(matrix: Matrix): ReadonlyMap<string, number> {
  const known = TALLIES.get(matrix);
  if (known) return known;
  const tally = new Map<string, number>();
  for (const row of matrix.rows) {
    for (const value of row) {
      const key = keyOf(value);
      if (key !== null) tally.set(key, (tally.get(key) ?? 0) + 1);
    }
  }
  TALLIES.set(matrix, tally);
  return tally;
}

/** COUNTIF; a criterion that is a plain value is looked up. */
export function countIf(range: Operand, criterion: Value, decimal: string): number {
  const plain = typeof criterion !== "string" || /^[^<>=*?][^*?]*$/s.test(criterion);
  const key = keyOf(criterion);
  if (!isMatrix(range) || !plain || key === null)
    return [...hits([range, criterion], decimal)].length;
  const tally = tallyOf(range);
  const number =
    typeof criterion === "string" ? Number(criterion.replace(decimal, ".")) : Number.NaN;
  const asNumber = Number.isNaN(number) ? 0 : (tally.get(`number ${number}`) ?? 0);
  return (tally.get(key) ?? 0) + asNumber;
}
