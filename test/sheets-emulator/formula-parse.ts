/** Formulas as trees. What is not in this small grammar (arrays in braces, lambdas) is #ERROR!. */
import { type Area, parseArea } from "./a1.ts";
import { type Token, tokensOf } from "./formula-tokens.ts";
import type { Locale } from "./locale.ts";

export type Tree =
  | { readonly kind: "value"; readonly value: number | string | boolean }
  | { readonly kind: "error"; readonly error: string }
  | { readonly kind: "ref"; readonly title: string | null; readonly area: Area }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Tree[] }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "percent"; readonly of: Tree }
  | { readonly kind: "sign"; readonly sign: 1 | -1; readonly of: Tree }
  | {
      readonly kind: "binary";
      readonly operator: string;
      readonly left: Tree;
      readonly right: Tree;
    }
  | { readonly kind: "missing" };

const PARSE_ERROR: Tree = { kind: "error", error: "#ERROR!" };
/** Deeper nesting than a sheet ever has; the parser recurses. */
const DEPTH_MAX = 100;

/** Loosest first: comparison, text, sum, product, power. */
const LEVELS: readonly RegExp[] = [/^(=|<>|<|>|<=|>=)$/, /^&$/, /^[+-]$/, /^[*/]$/, /^\^$/];

class Unreadable extends Error {}

/** Splits `'Mi hoja'!A1:B2` of a formula. */
export function splitReference(text: string): { title: string | null; area: string } {
  const at = text.lastIndexOf("!");
  if (at < 0) return { title: null, area: text };
  const title = text.slice(0, at);
  const plain = title.startsWith("'") ? title.slice(1, -1).replaceAll("''", "'") : title;
  return { title: plain, area: text.slice(at + 1) };
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #locale: Locale;
  #at = 0;
  #depth = 0;

  constructor(formula: string, locale: Locale) {
    this.#tokens = tokensOf(formula, locale).filter(({ kind }) => kind !== "space");
    this.#locale = locale;
  }

  whole(): Tree {
    const tree = this.#level(0);
    if (this.#at < this.#tokens.length) throw new Unreadable();
    return tree;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #level(level: number): Tree {
    const operators = LEVELS[level];
    if (!operators) return this.#postfix();
    let left = this.#level(level + 1);
    for (;;) {
      const token = this.#peek();
      if (token?.kind !== "operator" || !operators.test(token.text)) return left;
      this.#at += 1;
      left = { kind: "binary", operator: token.text, left, right: this.#level(level + 1) };
    }
  }

  #postfix(): Tree {
    let tree = this.#unary();
    while (this.#peek()?.text === "%" && this.#peek()?.kind === "operator") {
      this.#at += 1;
      tree = { kind: "percent", of: tree };
    }
    return tree;
  }

  #unary(): Tree {
    const token = this.#peek();
    if (token?.kind === "operator" && (token.text === "-" || token.text === "+")) {
      this.#at += 1;
      this.#deeper();
      const of = this.#unary();
      this.#depth -= 1;
      return { kind: "sign", sign: token.text === "-" ? -1 : 1, of };
    }
    return this.#primary();
  }

  #deeper(): void {
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) throw new Unreadable();
  }

  #primary(): Tree {
    const token = this.#peek();
    if (!token) throw new Unreadable();
    this.#at += 1;
    switch (token.kind) {
      case "number":
        return { kind: "value", value: Number(token.text.replace(this.#locale.decimal, ".")) };
      case "text":
        return { kind: "value", value: token.text.slice(1, -1).replaceAll('""', '"') };
      case "error":
        return { kind: "error", error: token.text.slice(token.text.lastIndexOf("#")) };
      case "ref":
        return this.#reference(token.text);
      case "open":
        return this.#group();
      case "name":
        return this.#named(token.text);
      default:
        throw new Unreadable();
    }
  }

  #reference(text: string): Tree {
    const { title, area } = splitReference(text);
    const parsed = parseArea(area);
    if (!parsed) throw new Unreadable();
    return { kind: "ref", title, area: parsed.area };
  }

  #group(): Tree {
    this.#deeper();
    const tree = this.#level(0);
    this.#close();
    return tree;
  }

  #close(): void {
    if (this.#peek()?.kind !== "close") throw new Unreadable();
    this.#at += 1;
    this.#depth -= 1;
  }

  #named(name: string): Tree {
    if (this.#peek()?.kind !== "open") {
      if (/^(true|verdadero)$/i.test(name)) return { kind: "value", value: true };
      if (/^(false|falso)$/i.test(name)) return { kind: "value", value: false };
      return { kind: "name", name };
    }
    this.#at += 1;
    this.#deeper();
    const args: Tree[] = [];
    while (this.#peek()?.kind !== "close") {
      args.push(this.#argument());
      if (this.#peek()?.kind !== "argument") break;
      this.#at += 1;
      if (this.#peek()?.kind === "close") args.push({ kind: "missing" });
    }
    this.#close();
    return { kind: "call", name: name.toUpperCase(), args };
  }

  #argument(): Tree {
    const kind = this.#peek()?.kind;
    return kind === "argument" || kind === "close" ? { kind: "missing" } : this.#level(0);
  }
}

/** Trees by locale's decimal sign and text; formulas repeat down a column's rewrites. */
const TREES = new Map<string, Tree>();
const TREES_MAX = 50_000;

export function treeOf(formula: string, locale: Locale): Tree {
  const key = locale.decimal + formula;
  const known = TREES.get(key);
  if (known) return known;
  if (TREES.size >= TREES_MAX) TREES.clear();
  const tree = parse(formula, locale);
  TREES.set(key, tree);
  return tree;
}

function parse(formula: string, locale: Locale): Tree {
  try {
    return new Parser(formula, locale).whole();
  } catch (error) {
    if (error instanceof Unreadable) return PARSE_ERROR;
    throw error;
  }
}
