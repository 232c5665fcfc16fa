/** A formula's tokens, each with its text, so that references can be rewritten in place. */
import type { Locale } from "./locale.ts";

export type TokenKind =
  | "number"
  | "text"
  | "error"
  | "ref"
  | "name"
  | "operator"
  | "open"
  | "close"
  | "argument"
  | "space"
  | "unknown";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const REF =
  "(?:(?:'(?:[^']|'')+'|[\\p{L}_][\\p{L}\\p{N}_.]*)!)?" +
  "(?:\\$?[A-Za-z]{1,3}\\$?\\d+(?::\\$?[A-Za-z]{1,3}\\$?\\d+|:\\$?[A-Za-z]{1,3}|:\\$?\\d+)?" +
  "|\\$?[A-Za-z]{1,3}:\\$?[A-Za-z]{1,3}|\\$?\\d+:\\$?\\d+)(?![\\p{L}\\p{N}_(.])";

const ERRORS = "#(?:REF!|N/A|NAME\\?|VALUE!|DIV/0!|NUM!|NULL!|ERROR!)";

function grammar(decimal: string): RegExp {
  const d = decimal === "." ? "\\." : ",";
  return new RegExp(
    `(?<text>"(?:[^"]|"")*")|(?<error>(?:'(?:[^']|'')+'!|[\\p{L}_][\\p{L}\\p{N}_]*!)?${ERRORS})` +
      `|(?<ref>${REF})` +
      `|(?<number>(?:\\d+(?:${d}\\d*)?|${d}\\d+)(?:[eE][+-]?\\d+)?)` +
      "|(?<name>[\\p{L}_][\\p{L}\\p{N}_.]*)|(?<operator><>|<=|>=|[-+*/^&=<>%])" +
      "|(?<open>\\()|(?<close>\\))|(?<argument>[;,])|(?<space>\\s+)|(?<unknown>.)",
    "gsu",
  );
}

const GRAMMARS = { ".": grammar("."), ",": grammar(",") };

/** @param formula with its `=` */
export function tokensOf(formula: string, locale: Locale): readonly Token[] {
  const tokens: Token[] = [];
  for (const { groups = {}, 0: text } of formula.slice(1).matchAll(GRAMMARS[locale.decimal])) {
    const kind = (Object.keys(groups).find((name) => groups[name] !== undefined) ??
      "unknown") as TokenKind;
    tokens.push({ kind, text });
  }
  return tokens;
}

/** The same formula as another locale writes it: `=IF(A1;1,5)` and `=IF(A1,1.5)`. */
export function translate(formula: string, from: Locale, to: Locale): string {
  if (from.decimal === to.decimal && from.argument === to.argument) return formula;
  const texts = tokensOf(formula, from).map(({ kind, text }) => {
    if (kind === "argument") return to.argument;
    return kind === "number" ? text.replace(from.decimal, to.decimal) : text;
  });
  return `=${texts.join("")}`;
}
