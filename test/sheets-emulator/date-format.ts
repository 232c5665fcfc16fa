/**
 * Date and time patterns. Source:
 * developers.google.com/workspace/sheets/api/guides/formats#date_and_time_format_tokens
 */
import type { Locale } from "./locale.ts";
import { type Moment, momentOf } from "./serial.ts";

const TOKENS =
  /"[^"]*"|\\.|\[h+\]|\[m+\]|\[s+\]|y+|m+|d+|h+|s+|\.0+|am\/pm|a\/p|[^"\\[ymdhsa.]+|./gi;

const pad = (value: number, width: number): string => String(value).padStart(width, "0");

interface Context {
  readonly serial: number;
  readonly moment: Moment;
  readonly locale: Locale;
  readonly half: boolean;
}

function yearText({ moment }: Context, width: number): string {
  return width > 2 ? pad(moment.year, 4) : pad(moment.year % 100, 2);
}

function monthText({ moment, locale }: Context, width: number): string {
  const name = locale.months[moment.month - 1] ?? "";
  if (width === 5) return name.slice(0, 1).toUpperCase();
  if (width >= 4) return name;
  if (width === 3) return name.slice(0, 3);
  return pad(moment.month, width);
}

function dayText({ moment, locale }: Context, width: number): string {
  const name = locale.weekdays[moment.weekday] ?? "";
  if (width >= 4) return name;
  return width === 3 ? name.slice(0, 3) : pad(moment.day, width);
}

function hourText({ moment, half }: Context, width: number): string {
  const hours = half ? moment.hours % 12 || 12 : moment.hours;
  return pad(hours, Math.min(width, 2));
}

/** `[h]`, `[m]`, `[s]`: all of the time that has passed, not what is left of a day. */
function elapsedText({ serial }: Context, token: string): string {
  const unit = token[1]?.toLowerCase();
  const perDay = unit === "h" ? 24 : unit === "m" ? 1440 : 86_400;
  const count = Math.floor(Math.abs(serial) * perDay + 1e-6);
  return (serial < 0 ? "-" : "") + pad(count, token.length - 2);
}

function literal(token: string): string {
  if (token.startsWith('"')) return token.slice(1, -1);
  return token.startsWith("\\") ? token.slice(1) : token;
}

/** Whether an `m` means minutes: after hours or before seconds. */
function isMinutes(tokens: readonly string[], at: number): boolean {
  const letters = /^\[?[ymdhs]/i;
  const before = tokens
    .slice(0, at)
    .reverse()
    .find((token) => letters.test(token));
  const after = tokens.slice(at + 1).find((token) => letters.test(token));
  return /^\[?h/i.test(before ?? "") || /^\[?s/i.test(after ?? "");
}

function tokenText(context: Context, tokens: readonly string[], at: number): string {
  const token = tokens[at] ?? "";
  const { moment } = context;
  if (token.startsWith("[")) return elapsedText(context, token);
  const width = token.length;
  switch (token[0]?.toLowerCase()) {
    case "y":
      return yearText(context, width);
    case "d":
      return dayText(context, width);
    case "h":
      return hourText(context, width);
    case "s":
      return pad(moment.seconds, Math.min(width, 2));
    case "m":
      return isMinutes(tokens, at)
        ? pad(moment.minutes, Math.min(width, 2))
        : monthText(context, width);
    case "a":
      if (width === 1) return token;
      return (moment.hours < 12 ? "a" : "p") + (width > 3 ? "m" : "");
    default:
      return /^\.0+$/.test(token)
        ? context.locale.decimal + pad(moment.ms, 3).slice(0, width - 1)
        : literal(token);
  }
}

/** Shows a serial number by a date pattern; `am/pm` in capitals, as the sheet shows it. */
export function formatMoment(serial: number, pattern: string, locale: Locale): string {
  const tokens = pattern.match(TOKENS) ?? [];
  const half = tokens.some((token) => /^a(m\/pm|\/p)$/i.test(token));
  const context = { serial, moment: momentOf(serial), locale, half };
  return tokens
    .map((token, at) => {
      const text = tokenText(context, tokens, at);
      return /^a(m\/pm|\/p)$/i.test(token) ? text.toUpperCase() : text;
    })
    .join("");
}
