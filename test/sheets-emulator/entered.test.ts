import { expect, test } from "bun:test";
import fc from "fast-check";
import { enter, readTyped } from "./entered.ts";
import { localeOf } from "./locale.ts";
import { formatNumber, showNumber } from "./number-format.ts";
import { momentOf, serialOfDay } from "./serial.ts";

const YEAR = 2026;
const typed = (text: string, locale = "es_CL") => readTyped(text, locale, YEAR).value;
const day = (year: number, month: number, date: number) => serialOfDay(year, month, date) ?? -1;

/** Typed, in es_CL, in en_US. */
const TYPED: readonly (readonly [string, unknown, unknown])[] = [
  ["1,5", 1.5, "1,5"],
  ["1.5", "1.5", 1.5],
  ["1.000", 1000, 1],
  ["1,000", 1, 1000],
  ["1.234.567,8", 1234567.8, "1.234.567,8"],
  ["1,234,567.8", "1,234,567.8", 1234567.8],
  ["0042", 42, 42],
  ["'0042", "0042", "0042"],
  ["1E5", 100000, 100000],
  ["-3", -3, -3],
  ["+3", 3, 3],
  ["(5)", -5, -5],
  ["50%", 0.5, 0.5],
  ["12,3%", 0.123, "12,3%"],
  ["$1.000", 1000, 1],
  ["$ 2", 2, 2],
  ["-$3", -3, -3],
  ["3-5", day(YEAR, 5, 3), day(YEAR, 3, 5)],
  ["13/5", day(YEAR, 5, 13), day(YEAR, 5, 13)],
  ["01-02-2024", day(2024, 2, 1), day(2024, 1, 2)],
  ["1/2/24", day(2024, 2, 1), day(2024, 1, 2)],
  ["2024-02-01", day(2024, 2, 1), day(2024, 2, 1)],
  ["31-02-2024", "31-02-2024", "31-02-2024"],
  ["1-2-3-4", "1-2-3-4", "1-2-3-4"],
  ["10:30", 0.4375, 0.4375],
  ["10:30 PM", 0.9375, 0.9375],
  ["36:00", 1.5, 1.5],
  ["01-02-2024 12:00:00", day(2024, 2, 1) + 0.5, day(2024, 1, 2) + 0.5],
  ["1 febrero 2024", day(2024, 2, 1), "1 febrero 2024"],
  ["Feb 1, 2024", day(2024, 2, 1), day(2024, 2, 1)],
  ["TRUE", true, true],
  ["verdadero", true, "verdadero"],
  ["MK-1300-SL-28000-001", "MK-1300-SL-28000-001", "MK-1300-SL-28000-001"],
  ["NV0600", "NV0600", "NV0600"],
  ["", null, null],
  [" ", " ", " "],
  ["=", "=", "="],
];

for (const [text, es, en] of TYPED) {
  test(`"${text}" typed in es_CL and in en_US`, () => {
    expect(typed(text)).toEqual(es as never);
    expect(typed(text, "en_US")).toEqual(en as never);
  });
}

test("a formula is kept as it was typed", () => {
  expect(typed("=SUMA(A1;2)")).toEqual({ formula: "=SUMA(A1;2)" });
});

test("what is typed brings its format along", () => {
  const format = (text: string) => readTyped(text, "es_CL", YEAR).format;
  expect(format("50%")).toEqual({ type: "PERCENT", pattern: "0%" });
  expect(format("1.000")).toEqual({ type: "NUMBER", pattern: "#,##0" });
  expect(format("3-5")).toEqual({ type: "DATE", pattern: "d-M" });
  expect(format("03/05/2026")).toEqual({ type: "DATE", pattern: "dd/MM/yyyy" });
  expect(format("10:30")).toEqual({ type: "TIME", pattern: "h:mm" });
  expect(format("42")).toBeUndefined();
});

test("RAW stores what it is given", () => {
  const raw = (value: string | number | boolean) =>
    enter(value, "RAW", { locale: "es_CL", thisYear: YEAR }, "values[0][0]")?.value;
  for (const value of ["0042", "=A1", "3-5", "'x", 1.5, true]) expect(raw(value)).toBe(value);
});

test("null leaves the cell and an empty text empties it", () => {
  const typing = { locale: "es_CL", thisYear: YEAR };
  expect(enter(null, "RAW", typing, "")).toBeUndefined();
  expect(enter("", "RAW", typing, "")).toEqual({ value: null });
});

test("serial numbers count from 1899-12-30", () => {
  expect(serialOfDay(1899, 12, 30)).toBe(0);
  expect(serialOfDay(1900, 1, 1)).toBe(2);
  expect(momentOf(2.5)).toMatchObject({ year: 1900, month: 1, day: 1, hours: 12 });
  fc.assert(
    fc.property(fc.nat(100_000), (serial) => {
      const { year, month, day: date } = momentOf(serial);
      expect(serialOfDay(year, month, date)).toBe(serial);
    }),
  );
});

const show = (value: number, locale: string, type?: string, pattern?: string) =>
  showNumber(value, type ? { type, ...(pattern ? { pattern } : {}) } : null, localeOf(locale));

test("numbers are shown by the locale", () => {
  expect(show(1.5, "es_CL")).toBe("1,5");
  expect(show(1 / 3, "en_US")).toBe("0.3333333333");
  expect(show(0.1 + 0.2, "en_US")).toBe("0.3");
  expect(show(123456789, "en_US")).toBe("123456789");
  expect(show(1e21, "en_US")).toBe("1.00E+21");
  expect(show(-0, "en_US")).toBe("0");
  expect(show(1234.5, "es_CL", "NUMBER", "#,##0.00")).toBe("1.234,50");
  expect(show(0.5, "es_CL", "PERCENT", "0%")).toBe("50%");
  expect(show(1e5, "en_US", "SCIENTIFIC", "0.00E+00")).toBe("1.00E+05");
  expect(show(45323, "es_CL", "DATE")).toBe("01-02-2024");
  expect(show(45323, "en_US", "DATE")).toBe("2/1/2024");
  expect(show(45323.4375, "es_CL", "DATE_TIME", "dd-MM-yyyy HH:mm:ss")).toBe("01-02-2024 10:30:00");
  expect(show(0.9375, "en_US", "TIME", "h:mm am/pm")).toBe("10:30 PM");
  expect(show(1.5, "en_US", "TIME", "[h]:mm:ss")).toBe("36:00:00");
  expect(show(45323, "es_CL", "DATE", "d mmmm yyyy")).toBe("1 febrero 2024");
});

test("patterns have sections, literals and optional digits", () => {
  const locale = localeOf("en_US");
  expect(formatNumber(1.005, "0.00", locale)).toBe("1.01");
  expect(formatNumber(-5, '"$"#,##0;("$"#,##0)', locale)).toBe("($5)");
  expect(formatNumber(1234567, "#,##0.##", locale)).toBe("1,234,567");
  expect(formatNumber(7, "0000", locale)).toBe("0007");
  expect(formatNumber(12, '0 "kg"', locale)).toBe("12 kg");
  expect(formatNumber(1_500_000, "0.0,,", locale)).toBe("1.5");
});

test("an English and a Chilean number mean the same when written in their own way", () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), (cents) => {
      const value = cents / 100;
      const es = formatNumber(value, "#,##0.00", localeOf("es_CL"));
      const en = formatNumber(value, "#,##0.00", localeOf("en_US"));
      expect(typed(es)).toBeCloseTo(value, 6);
      expect(typed(en, "en_US")).toBeCloseTo(value, 6);
    }),
  );
});
