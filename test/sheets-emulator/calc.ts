/**
 * What a cell comes to: its own value, or its formula's, computed when it is read and kept until
 * the spreadsheet changes.
 */
import type { Area } from "./a1.ts";
import { ALIASES, type Environment, FUNCTIONS } from "./formula-functions.ts";
import { type Tree, treeOf } from "./formula-parse.ts";
import {
  compare,
  fail,
  isError,
  type Matrix,
  type Operand,
  single,
  toBool,
  toNumber,
  toText,
  type Value,
} from "./formula-values.ts";
import { type Locale, localeOf } from "./locale.ts";
import { type Cell, isFormula, type NumberFormat, type Sheet, type Spreadsheet } from "./model.ts";
import { serialInZone } from "./serial.ts";

/** A chain of formulas that is longer than this is taken for a circle. */
const DEPTH_MAX = 1000;

/** How far a format is looked for along references. */
const HINTS_MAX = 20;
const DATED: Readonly<Record<string, NumberFormat>> = {
  NOW: { type: "DATE_TIME" },
  TODAY: { type: "DATE" },
};

const OPERATIONS: Readonly<Record<string, (a: number, b: number) => Value>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => (b === 0 ? fail("#DIV/0!") : a / b),
  "^": (a, b) => a ** b,
};
const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  "=": (order) => order === 0,
  "<>": (order) => order !== 0,
  "<": (order) => order < 0,
  ">": (order) => order > 0,
  "<=": (order) => order <= 0,
  ">=": (order) => order >= 0,
};

export class Calc {
  readonly #spreadsheet: Spreadsheet;
  readonly locale: Locale;
  readonly #env: Environment;
  readonly #known = new Map<Cell, Value>();
  readonly #ranges = new Map<string, Matrix>();
  readonly #open = new Set<Cell>();

  constructor(spreadsheet: Spreadsheet, nowMs: number, imports: Environment["imports"]) {
    this.#spreadsheet = spreadsheet;
    this.locale = localeOf(spreadsheet.properties.locale);
    const now = serialInZone(nowMs, spreadsheet.properties.timeZone);
    this.#env = { decimal: this.locale.decimal, now, imports };
  }

  /** effectiveValue */
  value(sheet: Sheet, cell: Cell | undefined): Value {
    if (!cell || cell.value === null) return null;
    if (!isFormula(cell.value)) return cell.value;
    const known = this.#known.get(cell);
    if (known !== undefined) return known;
    if (this.#open.has(cell) || this.#open.size > DEPTH_MAX) {
      return fail("#REF!", "Circular dependency detected.");
    }
    this.#open.add(cell);
    const found = single(this.#evaluate(treeOf(cell.value.formula, this.locale), sheet));
    this.#open.delete(cell);
    // A formula that refers to a blank shows 0.
    const value = found === null ? 0 : found;
    this.#known.set(cell, value);
    return value;
  }

  /** The format that a cell has: its own, or the one its formula brings along. */
  format(sheet: Sheet, cell: Cell | undefined): NumberFormat | null {
    if (!cell) return null;
    if (cell.numberFormat !== null || !isFormula(cell.value)) return cell.numberFormat;
    return this.#hint(treeOf(cell.value.formula, this.locale), sheet, 0);
  }

  #hint(tree: Tree, sheet: Sheet, depth: number): NumberFormat | null {
    if (tree.kind === "call") return DATED[ALIASES[tree.name] ?? tree.name] ?? null;
    if (tree.kind === "binary" && /^[+-]$/.test(tree.operator)) {
      return this.#hint(tree.left, sheet, depth);
    }
    if (tree.kind !== "ref" || depth > HINTS_MAX) return null;
    const target = this.#sheetOf(tree.title, sheet);
    const cell = target?.at(tree.area.row ?? 0, tree.area.column ?? 0);
    if (!target || !cell) return null;
    if (cell.numberFormat !== null || !isFormula(cell.value)) return cell.numberFormat;
    return this.#hint(treeOf(cell.value.formula, this.locale), target, depth + 1);
  }

  #sheetOf(title: string | null, own: Sheet): Sheet | undefined {
    return title === null ? own : this.#spreadsheet.byTitle(title);
  }

  #evaluate(tree: Tree, sheet: Sheet): Operand {
    switch (tree.kind) {
      case "value":
        return tree.value;
      case "missing":
        return null;
      case "error":
        return fail(tree.error);
      case "name":
        return fail("#NAME?", `Unknown range name: '${tree.name.toUpperCase()}'.`);
      case "ref":
        return this.#reference(tree.title, tree.area, sheet);
      case "percent":
      case "sign": {
        const number = toNumber(single(this.#evaluate(tree.of, sheet)));
        if (isError(number)) return number;
        return tree.kind === "percent" ? number / 100 : tree.sign * number;
      }
      case "binary":
        return this.#binary(tree, sheet);
      case "call":
        return this.#call(ALIASES[tree.name] ?? tree.name, tree.args, sheet);
    }
  }

  #reference(title: string | null, area: Area, own: Sheet): Operand {
    const sheet = this.#sheetOf(title, own);
    if (!sheet) return fail("#REF!", `Unresolved sheet name '${title}'.`);
    const { rowCount, columnCount, sheetId } = sheet.properties;
    const [row, column] = [area.row ?? 0, area.column ?? 0];
    const rowEnd = Math.min(area.rowEnd ?? rowCount, rowCount);
    const columnEnd = Math.min(area.columnEnd ?? columnCount, columnCount);
    if (row >= rowCount || column >= columnCount) return fail("#REF!");
    if (rowEnd - row === 1 && columnEnd - column === 1) {
      return this.value(sheet, sheet.at(row, column));
    }
    const key = `${sheetId}/${row}/${rowEnd}/${column}/${columnEnd}`;
    const known = this.#ranges.get(key);
    if (known) return known;
    const depth = this.#open.size;
    const rows: Value[][] = [];
    // Rows that were never written hold nothing to compute with.
    for (let r = row; r < Math.min(rowEnd, sheet.rows.length); r++) {
      const line: Value[] = [];
      for (let c = column; c < columnEnd; c++) line.push(this.value(sheet, sheet.at(r, c)));
      rows.push(line);
    }
    const matrix = { rows };
    // Within a circle a range may hold a value that is not final.
    if (depth <= 1) this.#ranges.set(key, matrix);
    return matrix;
  }

  #binary(tree: Tree & { kind: "binary" }, sheet: Sheet): Value {
    const left = single(this.#evaluate(tree.left, sheet));
    const right = single(this.#evaluate(tree.right, sheet));
    if (isError(left)) return left;
    if (isError(right)) return right;
    if (tree.operator === "&") {
      return `${toText(left, this.#env.decimal)}${toText(right, this.#env.decimal)}`;
    }
    const holds = COMPARISONS[tree.operator];
    if (holds) return holds(compare(left, right));
    const [a, b] = [toNumber(left), toNumber(right)];
    if (isError(a)) return a;
    if (isError(b)) return b;
    const result = OPERATIONS[tree.operator]?.(a, b) ?? fail("#ERROR!");
    return typeof result === "number" && !Number.isFinite(result) ? fail("#NUM!") : result;
  }

  #call(name: string, args: readonly Tree[], sheet: Sheet): Operand {
    const arg = (at: number): Operand => {
      const tree = args[at];
      return tree ? this.#evaluate(tree, sheet) : null;
    };
    if (name === "IF") return chosen(arg, args.length);
    if (name === "IFERROR" || name === "IFNA") {
      const value = arg(0);
      const caught = isError(value) && (name === "IFERROR" || value.error === "#N/A");
      if (!caught) return value;
      return args.length > 1 ? arg(1) : "";
    }
    const known = FUNCTIONS[name];
    if (!known) return fail("#NAME?", `Unknown function: '${name}'.`);
    return known(
      args.map((_, at) => arg(at)),
      this.#env,
    );
  }
}

/** IF computes only the branch that is taken. */
function chosen(arg: (at: number) => Operand, count: number): Operand {
  const condition = toBool(single(arg(0)));
  if (isError(condition)) return condition;
  if (condition) return arg(1);
  return count > 2 ? arg(2) : false;
}
