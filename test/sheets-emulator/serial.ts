/**
 * Dates as the sheet counts them: days since 1899-12-30, the time as a fraction.
 * Source: developers.google.com/workspace/sheets/api/guides/formats#about_date_time_values
 */
const EPOCH_MS = Date.UTC(1899, 11, 30);
const DAY_MS = 86_400_000;

/** Null when there is no such day. Month 1-12. */
export function serialOfDay(year: number, month: number, day: number): number | null {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const same =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return same ? Math.round((date.getTime() - EPOCH_MS) / DAY_MS) : null;
}

export interface Moment {
  readonly year: number;
  /** 1-12 */
  readonly month: number;
  readonly day: number;
  /** 0 = Sunday */
  readonly weekday: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
  readonly ms: number;
}

/** Rounded to the millisecond: fractions of a day are not exact in binary. */
export function momentOf(serial: number): Moment {
  const date = new Date(EPOCH_MS + Math.round(serial * DAY_MS));
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    hours: date.getUTCHours(),
    minutes: date.getUTCMinutes(),
    seconds: date.getUTCSeconds(),
    ms: date.getUTCMilliseconds(),
  };
}

/** A moment of the world as the wall clock of a time zone, as a serial number. */
export function serialInZone(atMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(atMs);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value ?? 0);
  const days = serialOfDay(part("year"), part("month"), part("day")) ?? 0;
  return days + (part("hour") * 3600 + part("minute") * 60 + part("second")) / 86_400;
}
