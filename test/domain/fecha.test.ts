/** Spec 4, dates: every written form, and the clock of America/Santiago. */
import { describe, expect, test } from "bun:test";
import {
  fechaAt,
  formatFecha,
  formatInstant,
  instantOf,
  isoInstant,
  isZone,
  type Lectura,
  parseFecha,
  parseLectura,
  readingAt,
} from "../../src/domain/fecha.ts";
import { fecha, HOUR_MS, NOW_MS, ZONE } from "../support/builders.ts";

const at = (text: string): Lectura => {
  const reading = parseLectura(text);
  if (!reading) throw new Error(`no date: ${text}`);
  return reading;
};

describe("written forms", () => {
  const forms: readonly (readonly [string | number, string])[] = [
    ["20-11-2026", "2026-11-20"],
    ["2/1/2026", "2026-01-02"],
    ["02/10/2026", "2026-10-02"],
    ["20.11.2026", "2026-11-20"],
    ["2026-11-20", "2026-11-20"],
    ["2026-1-2", "2026-01-02"],
    ["02-07-26", "2026-07-02"],
    ["2/7/26", "2026-07-02"],
    ["  20-11-2026 ", "2026-11-20"],
    ["20-11-2026 08:26:00", "2026-11-20"],
    ["20-11-2026 8:26", "2026-11-20"],
    ["2026-11-20T08:26:00", "2026-11-20"],
    ["29-02-2024", "2024-02-29"],
    ["46346", "2026-11-20"],
    [46346, "2026-11-20"],
    ["46346.4375", "2026-11-20"],
    ["46346,4375", "2026-11-20"],
    [46346.4375, "2026-11-20"],
  ];
  for (const [cell, day] of forms) {
    test(`${JSON.stringify(cell)} is ${day}`, () => expect(parseFecha(cell)).toBe(fecha(day)));
  }

  test("the day comes before the month", () => {
    expect(parseFecha("03-04-2026")).toBe(fecha("2026-04-03"));
  });

  test("a time is read with its day, seconds or not", () => {
    const day = { year: 2026, month: 11, day: 20 };
    expect(parseLectura("20-11-2026 08:26:05")).toEqual({ ...day, hour: 8, minute: 26, second: 5 });
    expect(parseLectura("20/11/26 8:26")).toEqual({ ...day, hour: 8, minute: 26, second: 0 });
    expect(parseLectura("2026-11-20T23:59:59")).toEqual({
      ...day,
      hour: 23,
      minute: 59,
      second: 59,
    });
    expect(parseLectura("20-11-2026")).toEqual({ ...day, hour: 0, minute: 0, second: 0 });
  });

  test("the fraction of a serial number is its time, however it is written", () => {
    const half = { year: 2026, month: 11, day: 20, hour: 10, minute: 30, second: 0 };
    for (const cell of [46346.4375, "46346.4375", "46346,4375"]) {
      expect(parseLectura(cell)).toEqual(half);
    }
    // 09:30:00 is 0.3958333… and would be 09:29:59 if it were cut instead of rounded.
    expect(parseLectura(46346.395833333)).toEqual({ ...half, hour: 9, minute: 30 });
    expect(parseLectura(46346.999988426)).toEqual({ ...half, hour: 23, minute: 59, second: 59 });
  });
});

describe("what is no date is null, never a guess", () => {
  const none: readonly string[] = [
    "",
    "   ",
    "pendiente",
    "31-02-2026",
    "29-02-2026",
    "31-04-2026",
    "32-01-2026",
    "00-01-2026",
    "01-00-2026",
    "01-13-2026",
    "2026-13-01",
    "2026-02-30",
    "20-11",
    "11-2026",
    "20-11-202",
    "20-11-20266",
    "20-11-0026",
    "0026-11-20",
    "20 11 2026",
    "20-nov-2026",
    "-20-11-2026",
    "20-11-2026 24:00",
    "20-11-2026 10:60",
    "20-11-2026 10:30:60",
    "20-11-2026 10",
    "20-11-2026 10:30:00 x",
    "20-11-2026\n21-11-2026",
    "1e5",
    "0x5000",
    "4634",
    "463460",
    "46346.",
    "46.346",
    "46346,43,75",
    "-46346",
    "٢٠-١١-٢٠٢٦",
    "__proto__",
    "constructor",
    "#REF!",
    "=HOY()",
  ];
  for (const cell of none) {
    test(JSON.stringify(cell), () => {
      expect(parseLectura(cell)).toBeNull();
      expect(parseFecha(cell)).toBeNull();
    });
  }

  test("numbers that are no day of a shop", () => {
    for (const cell of [0, -1, 93, 2026, 20112026, 1e9, NaN, Infinity, -Infinity]) {
      expect(parseFecha(cell)).toBeNull();
    }
  });

  test("years outside 1955..2119, written or as serial number", () => {
    expect(parseFecha("31-12-1954")).toBeNull();
    expect(parseFecha("01-01-1955")).toBe(fecha("1955-01-01"));
    expect(parseFecha("31-12-2119")).toBe(fecha("2119-12-31"));
    expect(parseFecha("01-01-2120")).toBeNull();
    expect(parseFecha(20_089)).toBeNull();
    expect(parseFecha(20_090)).toBe(fecha("1955-01-01"));
    expect(parseFecha(80_354)).toBe(fecha("2119-12-31"));
    expect(parseFecha(80_355)).toBeNull();
    expect(parseFecha("80354.9999999")).toBeNull();
  });
});

test("DD-MM-YYYY is written with its zeros", () => {
  expect(formatFecha(fecha("2/1/2026"))).toBe("02-01-2026");
  expect(parseFecha("2/1/2026") as string | null).toBe("2026-01-02");
});

describe("the clock of America/Santiago", () => {
  // 2026: summer time ends on 05-04 at 00:00 (-03 to -04), begins on 06-09 at 00:00 (-04 to -03).
  const ENDS_MS = Date.UTC(2026, 3, 5, 3);
  const BEGINS_MS = Date.UTC(2026, 8, 6, 4);

  test("an instant is shown in the shop's time", () => {
    expect(formatInstant(NOW_MS, ZONE)).toBe("20-11-2026 10:30:00");
    expect(readingAt(NOW_MS, ZONE)).toEqual(at("20-11-2026 10:30:00"));
    expect(fechaAt(Date.UTC(2026, 10, 21, 2, 59, 59), ZONE)).toBe(fecha("20-11-2026"));
    expect(fechaAt(Date.UTC(2026, 10, 21, 3), ZONE)).toBe(fecha("21-11-2026"));
  });

  test("midnight is 00, not 24", () => {
    expect(formatInstant(Date.UTC(2026, 10, 21, 3), ZONE)).toBe("21-11-2026 00:00:00");
  });

  test("autumn: 23:59:59 is followed by 23:00:00 of the same day", () => {
    expect(formatInstant(ENDS_MS - 1000, ZONE)).toBe("04-04-2026 23:59:59");
    expect(formatInstant(ENDS_MS, ZONE)).toBe("04-04-2026 23:00:00");
    expect(fechaAt(ENDS_MS, ZONE)).toBe(fecha("04-04-2026"));
    expect(formatInstant(ENDS_MS + HOUR_MS, ZONE)).toBe("05-04-2026 00:00:00");
  });

  test("spring: 23:59:59 is followed by 01:00:00", () => {
    expect(formatInstant(BEGINS_MS - 1000, ZONE)).toBe("05-09-2026 23:59:59");
    expect(formatInstant(BEGINS_MS, ZONE)).toBe("06-09-2026 01:00:00");
  });

  test("ISO has the offset of its day", () => {
    expect(isoInstant(Date.UTC(2026, 10, 20, 11, 26), ZONE)).toBe("2026-11-20T08:26:00-03:00");
    expect(isoInstant(Date.UTC(2026, 6, 1, 12), ZONE)).toBe("2026-07-01T08:00:00-04:00");
    expect(isoInstant(ENDS_MS - 1000, ZONE)).toBe("2026-04-04T23:59:59-03:00");
    expect(isoInstant(ENDS_MS, ZONE)).toBe("2026-04-04T23:00:00-04:00");
    expect(isoInstant(BEGINS_MS - 1000, ZONE)).toBe("2026-09-05T23:59:59-04:00");
    expect(isoInstant(BEGINS_MS, ZONE)).toBe("2026-09-06T01:00:00-03:00");
  });

  test("ISO east of Greenwich, and with half hours", () => {
    expect(isoInstant(NOW_MS, "UTC")).toBe("2026-11-20T13:30:00+00:00");
    expect(isoInstant(NOW_MS, "Asia/Kathmandu")).toBe("2026-11-20T19:15:00+05:45");
    expect(isoInstant(NOW_MS, "America/St_Johns")).toBe("2026-11-20T10:00:00-03:30");
  });

  test("a cell's time becomes its instant, summer and winter", () => {
    expect(instantOf(at("20-11-2026 10:30:00"), ZONE)).toBe(NOW_MS);
    expect(instantOf(at("01-07-2026 08:00:00"), ZONE)).toBe(Date.UTC(2026, 6, 1, 12));
  });

  test("the hours around a change are read exactly", () => {
    expect(instantOf(at("04-04-2026 22:59:59"), ZONE)).toBe(ENDS_MS - HOUR_MS - 1000);
    expect(instantOf(at("05-04-2026 00:00:00"), ZONE)).toBe(ENDS_MS + HOUR_MS);
    expect(instantOf(at("05-09-2026 23:59:59"), ZONE)).toBe(BEGINS_MS - 1000);
    expect(instantOf(at("06-09-2026 01:00:00"), ZONE)).toBe(BEGINS_MS);
  });

  test("an hour that comes twice is the first one", () => {
    expect(instantOf(at("04-04-2026 23:30:00"), ZONE)).toBe(ENDS_MS - HOUR_MS / 2);
  });

  test("an hour that spring skips is read as if it had not", () => {
    const skipped = instantOf(at("06-09-2026 00:30:00"), ZONE);
    expect(skipped).toBe(BEGINS_MS + HOUR_MS / 2);
    expect(formatInstant(skipped, ZONE)).toBe("06-09-2026 01:30:00");
  });
});

test("a zone is one that the runtime knows", () => {
  expect(["America/Santiago", "UTC", "America/Punta_Arenas"].map(isZone)).toEqual([
    true,
    true,
    true,
  ]);
  const unknown = ["", "Chile/Santiago", "America/Santiago ", "__proto__", "constructor"];
  for (const zone of unknown) expect(isZone(zone)).toBe(false);
});
