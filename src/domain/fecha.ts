/**
 * Dates and instants of the shop (spec 4). Pure: the clock and the zone are arguments.
 *
 * F1: a `Fecha` is a real calendar day, kept as YYYY-MM-DD, so text order is time order.
 * F2: an instant is epoch milliseconds; it gets a zone only when it is shown or read.
 * F3: one parser reads every form a sheet may hold; what it cannot read is null, never a guess.
 */

declare const fechaBrand: unique symbol;

/** A calendar day, `YYYY-MM-DD`, that exists. */
export type Fecha = string & { readonly [fechaBrand]: true };

/** Wall-clock reading of an instant or of a cell; month and day count from 1. */
export interface Lectura {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const DAY_MS = 86_400_000;
/**
 * Day 0 of a spreadsheet's serial numbers: 1899-12-30 (Google Sheets API, DateTimeRenderOption).
 */
const SERIAL_EPOCH_MS = Date.UTC(1899, 11, 30);
/** Days outside 1955..2119, serial numbers too, are lengths, ids or typing slips of this shop. */
const YEAR_MIN = 1955;
const YEAR_MAX = 2119;

const DMY = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;
const YMD = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;
const SERIAL = /^\d{5}(?:[.,]\d+)?$/;

const pad = (n: number, width = 2): string => String(n).padStart(width, "0");

function valid(r: Lectura): boolean {
  const d = new Date(Date.UTC(r.year, r.month - 1, r.day));
  return (
    r.year >= YEAR_MIN &&
    r.year <= YEAR_MAX &&
    d.getUTCMonth() === r.month - 1 &&
    d.getUTCDate() === r.day &&
    r.hour < 24 &&
    r.minute < 60 &&
    r.second < 60
  );
}

function fromUtc(ms: number): Lectura {
  const d = new Date(ms);
  return {
    year: d.getUTCFullYear(),
    month: d.getUTCMonth() + 1,
    day: d.getUTCDate(),
    hour: d.getUTCHours(),
    minute: d.getUTCMinutes(),
    second: d.getUTCSeconds(),
  };
}

function fromSerial(serial: number): Lectura | null {
  // Fractions are time; a float holds 09:30:00 as 09:29:59.9999, so whole seconds are rounded.
  const reading = fromUtc(SERIAL_EPOCH_MS + Math.round(serial * 86_400) * 1000);
  return valid(reading) ? reading : null;
}

/**
 * Reads a date cell in any form of spec 4: D-M-YYYY, D/M/YY, YYYY-MM-DD, each with or without
 * a time, and serial numbers (as number or as text).
 * @returns the reading, or null when the text is no date of 1955..2119 (an impossible day too).
 */
export function parseLectura(cell: string | number): Lectura | null {
  if (typeof cell === "number") return fromSerial(cell);
  const text = cell.trim();
  if (SERIAL.test(text)) return fromSerial(Number(text.replace(",", ".")));
  const dmy = DMY.exec(text);
  const ymd = dmy ? null : YMD.exec(text);
  const m = dmy ?? ymd;
  if (!m) return null;
  const n = m.slice(1).map((part) => (part === undefined ? 0 : Number(part)));
  const [a = 0, month = 0, c = 0, hour = 0, minute = 0, second = 0] = n;
  const year = ymd ? a : m[3]?.length === 2 ? 2000 + c : c;
  const reading = { year, month, day: ymd ? c : a, hour, minute, second };
  return valid(reading) ? reading : null;
}

/** The calendar day of a reading. */
export const fechaOf = (r: Lectura): Fecha =>
  `${pad(r.year, 4)}-${pad(r.month)}-${pad(r.day)}` as Fecha;

/** Reads a date cell as a day, dropping its time. @returns null when it is no date. */
export function parseFecha(cell: string | number): Fecha | null {
  const reading = parseLectura(cell);
  return reading && fechaOf(reading);
}

/** `DD-MM-YYYY`, the workbook's form and the screen's (spec 4). */
export function formatFecha(fecha: Fecha): string {
  const [y, m, d] = fecha.split("-");
  return `${d}-${m}-${y}`;
}

const zones = new Map<string, Intl.DateTimeFormat>();
function zoneFormat(zone: string): Intl.DateTimeFormat {
  let format = zones.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    zones.set(zone, format);
  }
  return format;
}

/** The wall clock of `zone` at an instant in epoch milliseconds. */
export function readingAt(ms: number, zone: string): Lectura {
  const out: Record<string, number> = {};
  for (const { type, value } of zoneFormat(zone).formatToParts(ms)) out[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = out;
  return { year, month, day, hour, minute, second };
}

const asUtc = (r: Lectura): number =>
  Date.UTC(r.year, r.month - 1, r.day, r.hour, r.minute, r.second);

const offsetAt = (ms: number, zone: string): number =>
  asUtc(readingAt(ms, zone)) - Math.floor(ms / 1000) * 1000;

/**
 * The instant at which a wall clock in `zone` shows `reading`, in epoch milliseconds. An hour that
 * comes twice in autumn is the first one; one that spring skips is read as if it had not.
 */
export function instantOf(reading: Lectura, zone: string): number {
  const wall = asUtc(reading);
  const before = wall - offsetAt(wall - DAY_MS, zone);
  if (offsetAt(before, zone) === wall - before) return before;
  const after = wall - offsetAt(wall + DAY_MS, zone);
  return offsetAt(after, zone) === wall - after ? after : before;
}

/** Today's day in the shop's zone at `nowMs`. */
export const fechaAt = (nowMs: number, zone: string): Fecha => fechaOf(readingAt(nowMs, zone));

/** `DD-MM-YYYY HH:MM:SS` in the shop's zone, the workbook's form of a timestamp (spec 4). */
export function formatInstant(ms: number, zone: string): string {
  const r = readingAt(ms, zone);
  const time = `${pad(r.hour)}:${pad(r.minute)}:${pad(r.second)}`;
  return `${formatFecha(fechaOf(r))} ${time}`;
}

/** ISO 8601 with the shop's offset, the JSON API's form (spec 9): `2026-11-20T08:26:00-03:00`. */
export function isoInstant(ms: number, zone: string): string {
  const r = readingAt(ms, zone);
  const offset = Math.round(offsetAt(ms, zone) / 60_000);
  const sign = offset < 0 ? "-" : "+";
  const abs = Math.abs(offset);
  const clock = `${pad(r.hour)}:${pad(r.minute)}:${pad(r.second)}`;
  return `${fechaOf(r)}T${clock}${sign}${pad(Math.floor(abs / 60))}:${pad(abs % 60)}`;
}

/** True when the runtime knows the zone, e.g. `America/Santiago`. */
export function isZone(zone: string): boolean {
  try {
    zoneFormat(zone);
    return true;
  } catch {
    // Intl throws RangeError for an unknown zone; there is no other way to ask it.
    return false;
  }
}
