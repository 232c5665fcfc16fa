/** Spec 4, dates, as laws: every day of the range, every second near a change of the clock. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  fechaAt,
  fechaOf,
  formatFecha,
  formatInstant,
  instantOf,
  isoInstant,
  isZone,
  parseFecha,
  parseLectura,
  readingAt,
} from "../../src/domain/fecha.ts";
import { parseTag } from "../../src/domain/spool.ts";
import { firmaOf, parseRol, parseTrabajadorId, plain } from "../../src/domain/trabajador.ts";
import { HOUR_MS, id, ZONE } from "../support/builders.ts";

const DAY_MS = 24 * HOUR_MS;
const FIRST_MS = Date.UTC(1955, 0, 1);
const LAST_MS = Date.UTC(2119, 11, 31);
const FIRST_SERIAL = 20_090;
const RUNS = { numRuns: 1_000 };

const ZONES = [
  ZONE,
  "UTC",
  "America/New_York",
  "Australia/Lord_Howe", // half an hour of summer time
  "Asia/Kathmandu",
  "Pacific/Kiritimati", // +14
];

/** Instants in whole seconds: anywhere, and within a day of Santiago's changes of 2026. */
const second = fc.oneof(
  fc.integer({ min: 0, max: LAST_MS / 1000 }),
  ...[Date.UTC(2026, 3, 5, 3), Date.UTC(2026, 8, 6, 4)].map((ms) =>
    fc.integer({ min: (ms - DAY_MS) / 1000, max: (ms + DAY_MS) / 1000 }),
  ),
);
const instant = second.map((s) => s * 1000);

test("every day of 1955..2119 is read back from each form it is written in", () => {
  const wrong: string[] = [];
  for (let ms = FIRST_MS; ms <= LAST_MS; ms += DAY_MS) {
    const iso = new Date(ms).toISOString().slice(0, 10);
    const [y, m, d] = iso.split("-").map(Number);
    const day = parseFecha(iso);
    const serial = FIRST_SERIAL + (ms - FIRST_MS) / DAY_MS;
    const forms = [`${d}/${m}/${y}`, `${iso} 23:59:59`, `${serial}`, `${serial}.75`, `${serial},5`];
    const read = [
      ...forms.map(parseFecha),
      parseFecha(serial),
      day && parseFecha(formatFecha(day)),
    ];
    if (y !== undefined && y >= 2000 && y <= 2099) {
      read.push(parseFecha(`${d}-${m}-${iso.slice(2, 4)}`));
    }
    if (read.some((r) => (r as string | null) !== iso)) wrong.push(iso);
  }
  expect(wrong).toEqual([]);
});

test("every second of a day survives as the fraction of a serial number", () => {
  const wrong: number[] = [];
  for (let s = 0; s < 86_400; s++) {
    const time = new Date(s * 1000).toISOString().slice(11, 19);
    const read = parseLectura(46_346 + s / 86_400);
    const text = parseLectura(String(46_346 + s / 86_400).replace(".", ","));
    const expected = parseLectura(`20-11-2026 ${time}`);
    if (!expected || !Bun.deepEquals(read, expected) || !Bun.deepEquals(text, expected)) {
      wrong.push(s);
    }
  }
  expect(wrong).toEqual([]);
});

const upTo = (n: number): readonly number[] => Array.from({ length: n + 1 }, (_, i) => i);

test("a day that does not exist is never read", () => {
  const exists = (y: number, m: number, d: number): boolean => {
    const real = new Date(Date.UTC(y, m - 1, d));
    return real.getUTCFullYear() === y && real.getUTCMonth() === m - 1 && real.getUTCDate() === d;
  };
  const years = [1900, 1954, 1955, 2000, 2023, 2024, 2100, 2119, 2120];
  const days = years.flatMap((y) =>
    upTo(13).flatMap((m) => upTo(32).map((d) => [y, m, d] as const)),
  );
  const wrong = days.filter(([y, m, d]) => {
    const known = y >= 1955 && y <= 2119 && exists(y, m, d);
    return [`${d}-${m}-${y}`, `${y}-${m}-${d}`].some(
      (cell) => (parseFecha(cell) !== null) !== known,
    );
  });
  expect(wrong).toEqual([]);
});

describe("instants", () => {
  for (const zone of ZONES) {
    test(`${zone}: ISO names the very instant`, () => {
      fc.assert(
        fc.property(instant, fc.nat(999), (ms, extra) => {
          expect(Date.parse(isoInstant(ms + extra, zone))).toBe(ms);
        }),
        RUNS,
      );
    });

    test(`${zone}: a written timestamp is read as the same clock, and the same day`, () => {
      fc.assert(
        fc.property(instant, (ms) => {
          const reading = readingAt(ms, zone);
          expect(parseLectura(formatInstant(ms, zone))).toEqual(reading);
          expect(fechaAt(ms, zone)).toBe(fechaOf(reading));
          expect(fechaAt(ms, zone) as string).toBe(
            new Date(ms).toLocaleDateString("sv-SE", { timeZone: zone }),
          );
        }),
        RUNS,
      );
    });

    test(`${zone}: a clock names its instant; the first one when it comes twice`, () => {
      fc.assert(
        fc.property(instant, (ms) => {
          const clock = readingAt(ms, zone);
          const found = instantOf(clock, zone);
          expect(readingAt(found, zone)).toEqual(clock);
          const earlier = [HOUR_MS, HOUR_MS / 2].find((gap) =>
            Bun.deepEquals(readingAt(ms - gap, zone), clock),
          );
          expect(found).toBe(ms - (earlier ?? 0));
        }),
        RUNS,
      );
    });
  }

  test("time goes on: later instants have no earlier ISO instant", () => {
    fc.assert(
      fc.property(instant, fc.nat(DAY_MS), (ms, gap) => {
        const [a, b] = [isoInstant(ms, ZONE), isoInstant(ms + gap, ZONE)].map(Date.parse);
        expect(a as number).toBeLessThanOrEqual(b as number);
        expect(fechaAt(ms, ZONE) <= fechaAt(ms + gap, ZONE)).toBe(true);
      }),
      RUNS,
    );
  });
});

describe("whatever a cell holds", () => {
  const garbage = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom(..."0123456789-/.,: TeE+x"), maxLength: 24 }),
    fc.constantFrom("__proto__", "constructor", "toString", "\u0000", "\ud800", "NaN", "Infinity"),
    fc.stringMatching(/^\d{1,5}[-/.]\d{1,3}[-/.]\d{1,5}( \d{1,3}:\d{1,3}(:\d{1,3})?)?$/),
  );

  test("reading a date never throws, and what is read is a real day", () => {
    fc.assert(
      fc.property(fc.oneof(garbage, fc.double()), (cell) => {
        const day = parseFecha(cell);
        if (day === null) return;
        expect(new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10)).toBe(day);
        expect(parseFecha(formatFecha(day))).toBe(day);
      }),
      { numRuns: 20_000 },
    );
  });

  test("tags, roles, Ids, zones and labels never throw either", () => {
    fc.assert(
      fc.property(fc.oneof(garbage, fc.anything()), (value) => {
        const n = parseTrabajadorId(value);
        if (n !== null) expect(Number.isInteger(n) && n >= 1 && n <= 999_999_999).toBe(true);
        if (typeof value !== "string") return;
        const tag = parseTag(value);
        if (tag !== null) expect(parseTag(` ${tag} `)).toBe(tag);
        expect(plain(plain(value))).toBe(plain(value));
        const rol = parseRol(value);
        if (rol !== null) expect(parseRol(` ${value.toUpperCase()} `)).toBe(rol);
        isZone(value);
        const { etiqueta } = firmaOf({ id: id(7), nombre: value, apellido: value });
        // Marks too: a few letters (ǰ, ᾶ) have no capital of one character.
        expect(etiqueta).toMatch(/^[\p{L}\p{M}]*\(7\)$/u);
      }),
      RUNS,
    );
  });
});
