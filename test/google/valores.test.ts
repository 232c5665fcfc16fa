/** Cells as Google stores them, as the texts that the workbook's rules read (spec 4). */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isDateTitle, Textos, textOf, textRows } from "../../src/google/valores.ts";

/** 20-11-2026 as a serial number: days since 30-12-1899. */
const DAY = (Date.UTC(2026, 10, 20) - Date.UTC(1899, 11, 30)) / 86_400_000;

describe("a cell's text", () => {
  test("is the text that stands there, blanks and all", () => {
    expect(textOf(" 0042 ", true)).toBe(" 0042 ");
    expect(textOf("20/11/26", true)).toBe("20/11/26");
  });

  test("of a number in a column of dates is its day, with a fraction its time too", () => {
    expect(textOf(DAY, true)).toBe("20-11-2026");
    expect(textOf(DAY + 10.5 / 24, true)).toBe("20-11-2026 10:30:00");
  });

  test("of a number elsewhere is the number with the shop's comma, whatever the sheet's locale is", () => {
    expect(textOf(DAY, false)).toBe(String(DAY));
    expect(textOf(1.5, false)).toBe("1,5");
    expect(textOf(0, false)).toBe("0");
  });

  test("of a number that no date has stays a number", () => {
    expect(textOf(-3, true)).toBe("-3");
    expect(textOf(1e12, true)).toBe("1000000000000");
  });

  test("of a tick is what the sheet shows", () => {
    expect([textOf(true, false), textOf(false, true)]).toEqual(["TRUE", "FALSE"]);
  });
});

test("columns of dates are told by their header", () => {
  expect(["Fecha_Armado", "FECHA QC", " fecha  materiales"].map(isDateTitle)).toEqual([
    true,
    true,
    true,
  ]);
  expect(["Armador", "Ultima_Fecha", ""].map(isDateTitle)).toEqual([false, false, false]);
});

test("rows of a tab: numbers are dates where the header says so, beyond it they are not", () => {
  const rows = [["Fecha_Armado", "version"], [DAY, DAY, DAY], [], ["x", true]];
  expect(textRows(rows)).toEqual([
    ["Fecha_Armado", "version"],
    ["20-11-2026", String(DAY), String(DAY)],
    [],
    ["x", "TRUE"],
  ]);
  expect(textRows([])).toEqual([[]]);
});

describe("a tab read again and again", () => {
  test("has the same arrays for rows that stand where they stood and say the same", () => {
    const textos = new Textos();
    const header = ["Fecha_Armado", "version"];
    const first = textos.rows([header, [DAY, DAY], ["x"]]);
    const again = textos.rows([[...header], [DAY, DAY], ["y"]]);
    expect(again[1]).toBe(first[1] as readonly string[]);
    expect(again[2]).toEqual(["y"]);
    // A column that is a date by now says something else with the same numbers.
    expect(
      textos.rows([
        ["version", "Fecha"],
        [DAY, DAY],
      ])[1],
    ).toEqual([String(DAY), "20-11-2026"]);
  });

  test("says what it would say at first sight", () => {
    const cell = fc.constantFrom<string | number | boolean>("", "x", DAY, DAY + 0.5, 1.5, true);
    const header = fc.constantFrom(["Fecha", "a"], ["a", "Fecha"], ["a"], []);
    const reading = fc.tuple(header, fc.array(fc.array(cell, { maxLength: 3 }), { maxLength: 4 }));
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 5 }), (readings) => {
        const textos = new Textos();
        for (const [titles, rows] of readings) {
          expect(textos.rows([titles, ...rows])).toEqual(textRows([titles, ...rows]));
        }
      }),
    );
  });
});
