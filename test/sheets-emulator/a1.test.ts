import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  type Area,
  areaText,
  COLUMNS_MAX,
  columnIndex,
  columnName,
  parseRange,
  rangeText,
} from "./a1.ts";

const area = (
  row: number | null,
  rowEnd: number | null,
  column: number | null,
  end: number | null,
) => ({ row, rowEnd, column, columnEnd: end }) satisfies Area;

const READ: readonly (readonly [string, string | null, Area])[] = [
  ["A1", null, area(0, 1, 0, 1)],
  ["$A$1", null, area(0, 1, 0, 1)],
  ["b2:a1", null, area(0, 2, 0, 2)],
  ["$B$2:C7", null, area(1, 7, 1, 3)],
  ["A:C", null, area(null, null, 0, 3)],
  ["2:5", null, area(1, 5, null, null)],
  ["A5:A", null, area(4, null, 0, 1)],
  ["A:A5", null, area(4, null, 0, 1)],
  ["A2:2", null, area(1, 2, 0, null)],
  ["R1C1:R2C3", null, area(0, 2, 0, 3)],
  ["r4c2", null, area(3, 4, 1, 2)],
  ["Operaciones", "Operaciones", area(null, null, null, null)],
  ["Operaciones!A1:B2", "Operaciones", area(0, 2, 0, 2)],
  ["'Mi hoja'!A1", "Mi hoja", area(0, 1, 0, 1)],
  ["'O''Higgins'!2:3", "O'Higgins", area(1, 3, null, null)],
  ["'Mi hoja'", "Mi hoja", area(null, null, null, null)],
  ["'A1'", "A1", area(null, null, null, null)],
  ["Mi hoja!A1", "Mi hoja", area(0, 1, 0, 1)],
];

for (const [text, title, wanted] of READ) {
  test(`${text} is read`, () => {
    expect(parseRange(text)).toMatchObject({ title, area: wanted });
  });
}

for (const text of ["", "Hoja!", "Hoja!A0", "Hoja!A", "'Mi hoja!A1", "Hoja!A1:B2:C3", "!A1"]) {
  test(`${text || "an empty range"} can't be read`, () => expect(parseRange(text)).toBeNull());
}

test("titles are quoted where they must be", () => {
  const whole = area(null, null, null, null);
  const quoted = (title: string) => rangeText(title, whole);
  expect(quoted("Operaciones")).toBe("Operaciones");
  expect(quoted("Mi hoja")).toBe("'Mi hoja'");
  expect(quoted("O'Higgins")).toBe("'O''Higgins'");
  expect(quoted("tab01")).toBe("'tab01'");
  expect(quoted("2024")).toBe("'2024'");
  expect(quoted("R1C1")).toBe("'R1C1'");
  expect(quoted("Uniónes")).toBe("'Uniónes'");
  expect(quoted("x.y")).toBe("x.y");
  expect(quoted("TRUE")).toBe("TRUE");
  expect(quoted("a-b")).toBe("'a-b'");
});

test("open ends are printed as the service prints them", () => {
  expect(areaText(area(1000, null, 0, 2))).toBe("A1001:B");
  expect(areaText(area(0, 2, 26, null))).toBe("AA1:2");
  expect(areaText(area(151153, 151354, null, null))).toBe("151154:151354");
});

test("columns go there and back", () => {
  expect(columnName(COLUMNS_MAX - 1)).toBe("ZZZ");
  fc.assert(
    fc.property(fc.nat(COLUMNS_MAX - 1), (index) => columnIndex(columnName(index)) === index),
  );
});

test("any block of any title goes there and back", () => {
  const end = (max: number) => fc.tuple(fc.nat(max), fc.nat(50));
  const blocks = fc.tuple(fc.string({ minLength: 1 }), end(9999), end(700));
  fc.assert(
    fc.property(blocks, ([title, [row, height], [column, width]]) => {
      const block = area(row, row + height + 1, column, column + width + 1);
      expect(parseRange(rangeText(title, block))).toMatchObject({ title, area: block });
    }),
  );
});
