import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { readCsv, writeCsv } from "../../src/workbook/csv.ts";
import { DEFAULT_DIALECT, type Tab } from "../../src/workbook/tab.ts";
import { dataFolder } from "./libro.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string): Tab => readCsv("Operaciones", bytes(text));
const rewritten = (text: string): string =>
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(writeCsv(read(text)));

describe("a file that was not touched comes out byte for byte (C2)", () => {
  for (const name of ["taller", "taller-sucio"] as const) {
    for (const file of readdirSync(dataFolder(name))) {
      test(`${name}/${file}`, () => {
        const source = readFileSync(join(dataFolder(name), file));
        expect(Buffer.compare(writeCsv(readCsv("x", source)), source)).toBe(0);
      });
    }
  }

  test.each([
    "a,b\r\n1,2\r\n",
    "a,b\n1,2",
    "a;b\n1,5;2\n",
    "\uFEFFa,b\r\n1,2\r\n",
    'a,b\r\n"x,""y""",2\r\n',
    'a,b\r\n"línea 1\nlínea 2",2\r\n',
    "a,b\r\n\r\n1,2\r\n",
    "a\r\n\r\n",
    'a\r\n""',
    "a,b",
    "a,b\r\n 1 ,=HYPERLINK(1)\r\n",
    "a,b\r\n1,2,3\r\n4\r\n",
  ])("%j", (text) => {
    expect(rewritten(text)).toBe(text);
  });

  test("quotes that were not needed are left out", () => {
    expect(rewritten('"a","b"\n"1","2"\n')).toBe("a,b\n1,2\n");
  });
});

test("the delimiter is the one of the header, also when it is quoted there", () => {
  expect(read('"a,b,c";d\n1;2\n').header).toEqual(["a,b,c", "d"]);
  expect(read("a;b,c\n1\n").dialect.delimiter).toBe(",");
});

test("Windows-1252 with semicolons is read, and written as UTF-8 with BOM", () => {
  const tab = readCsv("x", Buffer.from("Id;Apellido\r\n1;Núñez €\x80\r\n", "latin1"));
  expect(tab.rows[0]?.[1]).toStartWith("Núñez");
  const again = readCsv("x", writeCsv(tab));
  expect(again).toEqual(tab);
  expect([...writeCsv(tab).slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
});

describe("a broken file is an error with its line, never half read (C1)", () => {
  test.each([
    ["", "Operaciones.csv está vacío: falta el encabezado."],
    ["\uFEFF\r\n \r\n", "Operaciones.csv está vacío: falta el encabezado."],
    [",,\r\n1,2,3\r\n", "Operaciones.csv, línea 1: falta el encabezado."],
    [
      'a,b\r\n1,2\r\n3,"cut\r\n',
      "Operaciones.csv, línea 3: una celda entre comillas no se cierra; el archivo parece cortado.",
    ],
    [
      'a,b\r\n1,"x"y\r\n',
      "Operaciones.csv, línea 2: hay texto después de una celda entre comillas.",
    ],
    [
      "a,b,c\r\n1,2,3\r\n4,5",
      "Operaciones.csv, línea 3: la última fila está incompleta; el archivo parece cortado.",
    ],
    ["a,b\r\n1,\0\r\n", "Operaciones.csv, línea 2: no es texto; guárdelo como CSV (UTF-8)."],
  ])("%j", (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});

const cell = fc
  .array(
    fc.constantFrom('"', ",", ";", "\n", "\r", "\r\n", " ", "a", "ñ", "😀", "=", "\uFEFF", "1"),
  )
  .map((chars) => chars.join(""));

const table = fc.integer({ min: 1, max: 4 }).chain((width) =>
  fc.record({
    name: fc.constant("x"),
    header: fc
      .array(cell, { minLength: width, maxLength: width })
      .filter((titles) => titles.some((title) => title.trim() !== "")),
    rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 5 }),
    dialect: fc.record({
      delimiter:
        width > 1 ? fc.constantFrom("," as const, ";" as const) : fc.constant("," as const),
      bom: fc.boolean(),
      eol: fc.constantFrom("\r\n" as const, "\n" as const),
      finalEol: fc.boolean(),
    }),
  }),
);

test("any cells in any dialect are read as they were written, and written the same again", () => {
  fc.assert(
    fc.property(table, (tab) => {
      const written = writeCsv(tab);
      const again = readCsv("x", written);
      expect([again.header, again.rows]).toEqual([tab.header, tab.rows]);
      expect(Buffer.compare(writeCsv(again), written)).toBe(0);
    }),
    { numRuns: 2_000 },
  );
});

test("any bytes are read whole or are an error for people, and then stay as they are", () => {
  const text = fc.array(cell, { maxLength: 12 }).map((cells) => cells.join(""));
  fc.assert(
    fc.property(text, (source) => {
      let tab: Tab;
      try {
        tab = read(source);
      } catch (error) {
        expect((error as Error).name).toBe("WorkbookError");
        return;
      }
      const once = writeCsv(tab);
      expect(Buffer.compare(writeCsv(readCsv("x", once)), once)).toBe(0);
    }),
    { numRuns: 2_000 },
  );
});

test("10,000 rows of 40 columns come back whole", () => {
  const header = Array.from({ length: 40 }, (_, i) => `Columna ${i}`);
  const rows = Array.from({ length: 10_000 }, () => header.map(() => 'celda "x", y'));
  const tab: Tab = { name: "x", dialect: DEFAULT_DIALECT, header, rows };
  expect(readCsv("x", writeCsv(tab)).rows).toEqual(rows);
});
