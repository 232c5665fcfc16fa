/**
 * How a value is shown: automatic numbers, number patterns, and the choice by type.
 * Source: developers.google.com/workspace/sheets/api/guides/formats#number_format_tokens
 */
import { formatMoment } from "./date-format.ts";
import type { Locale } from "./locale.ts";
import type { NumberFormat } from "./model.ts";

/** Digits an automatic number shows at most (measured by others: 1/3 shows 0.3333333333). */
const AUTO_DIGITS = 10;

/** A number without format: up to ten significant decimals, scientific from 1E+15 on. */
export function automatic(value: number, locale: Locale): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e15 || size < 1e-9)) return scientific(value, "0.00", 2, locale);
  const whole = Math.max(1, Math.floor(Math.log10(size || 1)) + 1);
  const decimals = Math.max(0, AUTO_DIGITS - (size < 1 ? 0 : whole));
  const text = value.toFixed(Math.min(decimals, 10));
  const short = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return (short === "-0" ? "0" : short).replace(".", locale.decimal);
}

function scientific(value: number, mantissa: string, width: number, locale: Locale): string {
  const decimals = (mantissa.split(".")[1] ?? "").length;
  const [digits = "0", exponent = "0"] = value.toExponential(decimals).split("e");
  const sign = exponent.startsWith("-") ? "-" : "+";
  const power = exponent.replace(/^[+-]/, "").padStart(width, "0");
  return `${digits.replace(".", locale.decimal)}E${sign}${power}`;
}

interface Parts {
  readonly prefix: string;
  readonly body: string;
  readonly suffix: string;
}

/** A section's literal text before and after its digits. */
function partsOf(section: string): Parts {
  const plain = (text: string): string =>
    text
      .replace(/\[\$([^\]-]*)[^\]]*\]/g, "$1")
      .replace(/\[[^\]]*\]/g, "")
      .replace(/_./g, " ")
      .replace(/\*./g, "")
      .replace(/"([^"]*)"/g, "$1")
      .replace(/\\(.)/g, "$1");
  const match = /^((?:"[^"]*"|\[[^\]]*\]|\\.|_.|[^0#?])*)([0#?][0#?,.]*(?:E[+-]0+)?)?(.*)$/s.exec(
    section,
  );
  return {
    prefix: plain(match?.[1] ?? ""),
    body: match?.[2] ?? "",
    suffix: plain(match?.[3] ?? ""),
  };
}

function digitsText(size: number, body: string, locale: Locale): string {
  const power = /E[+-](0+)$/.exec(body);
  if (power) {
    return scientific(size, body.slice(0, power.index), (power[1] ?? "").length, locale);
  }
  const [whole = "", fraction = ""] = body.replace(/,+$/, "").split(".");
  const least = (fraction.match(/0/g) ?? []).length;
  let [left = "0", right = ""] = roundHalfUp(size, fraction.length).split(".");
  while (right.length > least && right.endsWith("0")) right = right.slice(0, -1);
  const wanted = (whole.match(/0/g) ?? []).length;
  left = (left === "0" && wanted === 0 ? "" : left).padStart(wanted, "0");
  if (whole.includes(",")) left = left.replace(/\B(?=(\d{3})+$)/g, locale.group);
  return right === "" ? left : left + locale.decimal + right;
}

/** 1.005 shows 1.01 in the sheet: rounding goes by the decimal text, not by the binary value. */
function roundHalfUp(size: number, decimals: number): string {
  const exact = Number(`${Number(size.toPrecision(15))}e${decimals}`);
  if (!Number.isFinite(exact) || exact >= Number.MAX_SAFE_INTEGER) return size.toFixed(decimals);
  return (Math.round(exact) / 10 ** decimals).toFixed(decimals);
}

/** Shows a number by a pattern: `#,##0.00`, `0%`, `0.00E+00`, `"$"#,##0;("$"#,##0)`. */
export function formatNumber(value: number, pattern: string, locale: Locale): string {
  const sections = pattern.match(/(?:"[^"]*"|\\.|\[[^\]]*\]|[^;])+/g) ?? [pattern];
  const own = value < 0 ? sections[1] : value === 0 ? sections[2] : undefined;
  const { prefix, body, suffix } = partsOf(own ?? sections[0] ?? "");
  const sign = value < 0 && own === undefined ? "-" : "";
  if (body === "")
    return sign + (prefix + suffix === "" ? automatic(Math.abs(value), locale) : prefix + suffix);
  const times = (suffix.match(/%/g) ?? []).length;
  const thousands = (/,+$/.exec(body.split("E")[0] ?? "") ?? [""])[0].length;
  const size = (Math.abs(value) * 100 ** times) / 1000 ** thousands;
  return sign + prefix + digitsText(size, body, locale) + suffix;
}

const MOMENTS = new Set(["DATE", "TIME", "DATE_TIME"]);

/** Whether SERIAL_NUMBER and FORMATTED_STRING tell different things of a cell with this format. */
export const isMoment = (format: NumberFormat | null): boolean =>
  format !== null && MOMENTS.has(format.type);

/** The pattern that a type has in a locale when none is given. */
export function patternOf({ type, pattern }: NumberFormat, locale: Locale): string | null {
  if (pattern !== undefined && pattern !== "") return pattern;
  switch (type) {
    case "DATE":
      return locale.date;
    case "TIME":
      return locale.time;
    case "DATE_TIME":
      return locale.dateTime;
    case "NUMBER":
      return "#,##0.00";
    case "PERCENT":
      return "0.00%";
    case "CURRENCY":
      return locale.currencyPattern;
    case "SCIENTIFIC":
      return "0.00E+00";
    default:
      return null;
  }
}

/** A number as its cell shows it. */
export function showNumber(value: number, format: NumberFormat | null, locale: Locale): string {
  const pattern = format === null ? null : patternOf(format, locale);
  if (format === null || pattern === null) return automatic(value, locale);
  if (format.type === "TEXT" || pattern === "@") return automatic(value, locale);
  return isMoment(format)
    ? formatMoment(value, pattern, locale)
    : formatNumber(value, pattern, locale);
}
