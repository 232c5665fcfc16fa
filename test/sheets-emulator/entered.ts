/**
 * valueInputOption, RAW and USER_ENTERED.
 * Source: developers.google.com/workspace/sheets/api/reference/rest/v4/ValueInputOption: RAW is
 * stored as is; USER_ENTERED is read "as if the user typed it": numbers stay numbers, but strings
 * may become numbers, dates and so on, by the rules of entering text in the sheet.
 */
import { invalid, type Json } from "./api-error.ts";
import { readMoment } from "./entered-date.ts";
import { type Locale, localeOf } from "./locale.ts";
import type { Entered, NumberFormat } from "./model.ts";

export type InputOption = "RAW" | "USER_ENTERED";

export interface EnteredCell {
  /** Null empties the cell. */
  readonly value: Entered | null;
  /** The format that such a text gives a cell that has none of its own. */
  readonly format?: NumberFormat;
}

/** A cell's text limit, in the words of the service. */
export const CELL_TEXT_MAX = 50_000;

const TOO_LONG = [
  `Your input contains more than the maximum of ${CELL_TEXT_MAX} characters`,
  "in a single cell.",
].join(" ");

const inPattern = (sign: string): string => (sign === "." ? "\\." : sign);

interface Grammar {
  readonly plain: RegExp;
  readonly grouped: RegExp;
}
const GRAMMARS = new Map<string, Grammar>();

function grammarOf({ decimal, group }: Locale): Grammar {
  const known = GRAMMARS.get(decimal);
  if (known) return known;
  const [d, g] = [inPattern(decimal), inPattern(group)];
  const grammar = {
    plain: new RegExp(`^(?:\\d+(?:${d}\\d*)?|${d}\\d+)(?:[eE][+-]?\\d{1,3})?$`),
    grouped: new RegExp(`^\\d{1,3}(?:${g}\\d{3})+(?:${d}\\d*)?$`),
  };
  GRAMMARS.set(decimal, grammar);
  return grammar;
}

/** An unsigned number of the locale; null when it is none. */
function unsigned(text: string, locale: Locale): { value: number; format?: NumberFormat } | null {
  const { plain, grouped } = grammarOf(locale);
  if (plain.test(text)) {
    const value = Number(text.replace(locale.decimal, "."));
    if (!Number.isFinite(value)) return null;
    if (!/e/i.test(text)) return { value };
    return { value, format: { type: "SCIENTIFIC", pattern: "0.00E+00" } };
  }
  if (!grouped.test(text)) return null;
  const value = Number(text.replaceAll(locale.group, "").replace(locale.decimal, "."));
  const pattern = text.includes(locale.decimal) ? "#,##0.00" : "#,##0";
  return { value, format: { type: "NUMBER", pattern } };
}

function percent(text: string, locale: Locale): EnteredCell | null {
  const number = unsigned(text.slice(0, -1).trimEnd(), locale);
  if (!number) return null;
  const pattern = text.includes(locale.decimal) ? "0.00%" : "0%";
  // 12,3 % is 0.123 and not 0.12300000000000001.
  const value = Number((number.value / 100).toPrecision(15));
  return { value, format: { type: "PERCENT", pattern } };
}

/** A number with sign, per cent or currency; null when it is none. */
export function readNumber(text: string, locale: Locale): EnteredCell | null {
  const match = /^(\(|[+-] ?)?(\$|€)? ?([+-])?(.*?)(\))?$/.exec(text);
  const [, before = "", currency, inner = "", rest = "", close] = match ?? [];
  if (rest === "" || (before === "(") !== (close === ")")) return null;
  if (before !== "" && inner !== "") return null;
  const sign = before === "(" || before.startsWith("-") || inner === "-" ? -1 : 1;
  const part = rest.endsWith("%") ? percent(rest, locale) : unsigned(rest, locale);
  if (!part || typeof part.value !== "number") return null;
  const value = part.value === 0 ? 0 : sign * part.value;
  if (currency === undefined) return { ...part, value };
  const decimals = rest.includes(locale.decimal) ? '"$"#,##0.00' : '"$"#,##0';
  const pattern = currency === "€" ? "[$€]#,##0.00" : decimals;
  return { value, format: { type: "CURRENCY", pattern } };
}

/** A text as a person types it into a cell. @param thisYear for a date without year */
export function readTyped(text: string, localeName: string, thisYear: number): EnteredCell {
  const locale = localeOf(localeName);
  if (text === "") return { value: null };
  if (text.startsWith("'")) return { value: text.slice(1) };
  if (text.startsWith("=") && text.length > 1) return { value: { formula: text } };
  const trimmed = text.trim();
  if (trimmed === "") return { value: text };
  const upper = trimmed.toUpperCase();
  if (upper === "TRUE" || upper === locale.yes) return { value: true };
  if (upper === "FALSE" || upper === locale.no) return { value: false };
  const number = readNumber(trimmed, locale);
  if (number) return number;
  const moment = readMoment(trimmed, locale, thisYear);
  if (!moment) return { value: text };
  const { serial, type, pattern } = moment;
  return { value: serial, format: { type, ...(pattern === undefined ? {} : { pattern }) } };
}

export interface Typing {
  readonly locale: string;
  readonly thisYear: number;
}

/** Protobuf's text of a value that no cell can hold, as the service quotes it. */
function protoText(value: Json, indent = ""): string {
  if (Array.isArray(value)) {
    const inner = value.map(
      (one) => `${indent}  values {\n${protoText(one, `${indent}    `)}${indent}  }\n`,
    );
    return `${indent}list_value {\n${inner.join("")}${indent}}\n`;
  }
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).map(
      ([key, one]) =>
        `${indent}  fields {\n${indent}    key: ${JSON.stringify(key)}\n${indent}    value {\n` +
        `${protoText(one ?? null, `${indent}      `)}${indent}    }\n${indent}  }\n`,
    );
    return `${indent}struct_value {\n${fields.join("")}${indent}}\n`;
  }
  if (typeof value === "string") return `${indent}string_value: ${JSON.stringify(value)}\n`;
  if (typeof value === "number") return `${indent}number_value: ${value}\n`;
  return value === null ? `${indent}null_value: NULL_VALUE\n` : `${indent}bool_value: ${value}\n`;
}

/**
 * One value of a ValueRange. Null leaves the cell as it is, "" empties it (ValueRange.values).
 * @param place `values[0][1]`, for the refusal of lists and objects
 * @returns undefined when the cell is left
 */
export function enter(
  value: Json,
  option: InputOption,
  typing: Typing,
  place: string,
): EnteredCell | undefined {
  if (value === null) return undefined;
  if (typeof value === "object") throw invalid(`Invalid ${place}: ${protoText(value)}`);
  if (typeof value !== "string") return { value };
  if (value.length > CELL_TEXT_MAX) throw invalid(TOO_LONG);
  if (value === "") return { value: null };
  return option === "RAW" ? { value } : readTyped(value, typing.locale, typing.thisYear);
}
