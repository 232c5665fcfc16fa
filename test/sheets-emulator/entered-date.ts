/**
 * What a person types as a date or a time, read in the locale's order.
 * Source: support.google.com/docs/answer/56470 and the behaviour that people report: two parts are
 * day and month of this year, in the locale's order, or month and year where the second is one.
 */
import type { Locale } from "./locale.ts";
import { serialOfDay } from "./serial.ts";

export interface EnteredMoment {
  readonly serial: number;
  readonly type: "DATE" | "TIME" | "DATE_TIME";
  readonly pattern?: string;
}

/** Two digits: the sheet takes 00-29 for this century and the others for the last one. */
const PIVOT = 30;

const fullYear = (text: string): number => {
  const year = Number(text);
  if (text.length > 2) return year;
  return year < PIVOT ? 2000 + year : 1900 + year;
};

const NUMBERS = /^(\d{1,4})([-/.])(\d{1,2})(?:\2(\d{1,4}))?$/;
const WORDS = /^(\d{1,2})[-/ ]+(?:de )?([\p{L}]{3,})\.?(?:[-/ ,]+(?:de )?(\d{2,4}))?$/iu;
const WORDS_FIRST = /^([\p{L}]{3,})\.? +(\d{1,2})(?:,? +(\d{4}))?$/iu;

function monthOf(word: string, locale: Locale): number | null {
  const folded = word.toLowerCase();
  const at = locale.months.findIndex((month) => month.toLowerCase().startsWith(folded));
  return at < 0 ? null : at + 1;
}

function ordered(a: string, b: string, locale: Locale): { day: number; month: number } {
  const [first, second] = [Number(a), Number(b)];
  const dayFirst = locale.order === "DMY";
  // A part over 12 can only be the day, in whichever place it stands.
  const swap = dayFirst ? second > 12 && first <= 12 : first > 12 && second <= 12;
  const day = dayFirst !== swap ? first : second;
  return { day, month: first + second - day };
}

function numericDay(text: string, locale: Locale, thisYear: number): number | null {
  const match = NUMBERS.exec(text);
  if (!match) return null;
  const [, a = "", separator, b = "", c] = match;
  // `1.5` is a number in one locale and `1,5` in the other; only es writes dates with points.
  if (separator === "." && (c === undefined || locale.decimal === ".")) return null;
  if (a.length >= 3) {
    return a.length === 4 && c !== undefined && c.length <= 2
      ? serialOfDay(Number(a), Number(b), Number(c))
      : null;
  }
  const { day, month } = ordered(a, b, locale);
  if (c === undefined) return serialOfDay(thisYear, month, day);
  return c.length === 2 || c.length === 4 ? serialOfDay(fullYear(c), month, day) : null;
}

function wordedDay(text: string, locale: Locale, thisYear: number): number | null {
  const match = WORDS.exec(text);
  const first = match ? null : WORDS_FIRST.exec(text);
  const [day, word, year] = match
    ? [match[1], match[2], match[3]]
    : [first?.[2], first?.[1], first?.[3]];
  const month = word === undefined ? null : monthOf(word, locale);
  if (month === null) return null;
  return serialOfDay(year === undefined ? thisYear : fullYear(year), month, Number(day));
}

const TIME = /^(\d{1,4}):(\d{2})(?::(\d{2})(?:[.,](\d{1,3}))?)?(?: ?([ap])\.? ?m\.?)?$/i;

/** Fraction of a day; more than 24 hours is a duration. */
function timeOf(text: string): number | null {
  const match = TIME.exec(text);
  if (!match) return null;
  const [, h = "", m = "", s = "0", fraction = "", half] = match;
  let hours = Number(h);
  if (Number(m) > 59 || Number(s) > 59) return null;
  if (half !== undefined) {
    if (hours < 1 || hours > 12) return null;
    hours = (hours % 12) + (half.toLowerCase() === "p" ? 12 : 0);
  }
  const ms = Number(fraction.padEnd(3, "0"));
  return (hours * 3_600_000 + Number(m) * 60_000 + Number(s) * 1000 + ms) / 86_400_000;
}

/** The pattern that a cell gets from how its date was typed: parts, zeros and separator stay. */
function datePattern(text: string, locale: Locale): string | undefined {
  const match = NUMBERS.exec(text);
  if (!match) return undefined;
  const [, a = "", separator = "-", b = "", c] = match;
  const zeros = /^0/.test(a) || /^0/.test(b);
  const [day, month] = zeros ? ["dd", "MM"] : ["d", "M"];
  if (a.length === 4) return ["yyyy", "MM", "dd"].join(separator);
  const parts = locale.order === "DMY" ? [day, month] : [month, day];
  const year = c === undefined ? [] : [c.length === 2 ? "yy" : "yyyy"];
  return [...parts, ...year].join(separator);
}

function timePattern(text: string, time: number): string {
  const seconds = text.split(":").length > 2 ? ":ss" : "";
  if (time >= 1) return `[h]:mm${seconds || ":ss"}`;
  return `h:mm${seconds}${/m\.?$/i.test(text) ? " am/pm" : ""}`;
}

/** Reads a date, a time, or both; null when it is none. @param thisYear for `3-5` */
export function readMoment(text: string, locale: Locale, thisYear: number): EnteredMoment | null {
  const time = timeOf(text);
  if (time !== null) return { serial: time, type: "TIME", pattern: timePattern(text, time) };
  const split = /^(.+?)(?:T| +)(\d{1,2}:\d{2}.*)$/.exec(text);
  const dayText = split?.[1] ?? text;
  const day = numericDay(dayText, locale, thisYear) ?? wordedDay(dayText, locale, thisYear);
  if (day === null) return null;
  const pattern = datePattern(dayText, locale);
  if (!split) return { serial: day, type: "DATE", ...(pattern === undefined ? {} : { pattern }) };
  const clock = timeOf((split[2] ?? "").replace(/Z$/, ""));
  if (clock === null || clock >= 1) return null;
  const whole = pattern === undefined ? {} : { pattern: `${pattern} H:mm:ss` };
  return { serial: day + clock, type: "DATE_TIME", ...whole };
}
