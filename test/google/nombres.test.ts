/** Our columns by name: which names are made or moved, and what an answer's range stands for. */
import { describe, expect, test } from "bun:test";
import { lugaresDe } from "../../src/google/hoja.ts";
import { columnOf, conNombre, nameChanges, nombreDe, presentes } from "../../src/google/nombres.ts";
import type { NamedColumn } from "../../src/google/spreadsheet.ts";
import { HEADER } from "./taller-hoja.ts";

const AT = lugaresDe("Operaciones", HEADER);
const SHEET = 7;

/** All names as they should be. */
const names = (): NamedColumn[] =>
  conNombre(AT).map((column, i) => ({
    id: `id-${i}`,
    name: nombreDe(column),
    sheetId: SHEET,
    column: AT[column],
    whole: true,
  }));

test("the tag and each column of ours that the tab has, and no other, has a name", () => {
  expect(conNombre(AT).map(nombreDe)).toEqual([
    "zeues_TAG_SPOOL",
    "zeues_Fecha_Armado",
    "zeues_Armador",
    "zeues_Fecha_Soldadura",
    "zeues_Soldador",
    "zeues_Fecha_QC_Metrologia",
    "zeues_Ocupado_Por",
    "zeues_Fecha_Ocupacion",
    "zeues_version",
    "zeues_Estado_Detalle",
    "zeues_Notas",
  ]);
  const few = HEADER.filter((title) => title !== "version" && title !== "Notas");
  const missing = presentes(AT).filter((one) => !presentes(lugaresDe("x", few)).includes(one));
  expect(missing).toEqual(["version", "Notas"]);
});

describe("a name", () => {
  test("that stands for its column stays, however it is written", () => {
    expect(nameChanges(names(), SHEET, AT)).toEqual([]);
    const loud = names().map((one) => ({ ...one, name: one.name.toUpperCase() }));
    expect(nameChanges(loud, SHEET, AT)).toEqual([]);
  });

  test("that is missing is made", () => {
    const rest = names().filter(({ name }) => name !== "zeues_Armador");
    expect(nameChanges(rest, SHEET, AT)).toEqual([
      { id: null, name: "zeues_Armador", sheetId: SHEET, column: AT.Armador },
    ]);
  });

  test.each([
    ["another column", { column: 0 }],
    ["another tab's", { sheetId: 8 }],
    ["a part of its column", { whole: false }],
  ])("that stands for %s is put right", (_, parts) => {
    const wrong = names().map((one) => (one.name === "zeues_Armador" ? { ...one, ...parts } : one));
    const change = { name: "zeues_Armador", sheetId: SHEET, column: AT.Armador };
    expect(nameChanges(wrong, SHEET, AT)).toEqual([{ id: "id-2", ...change }]);
  });

  test("of the engineers' is none of ours", () => {
    const other = { id: "x", name: "Clientes", sheetId: SHEET, column: 3, whole: true };
    expect(nameChanges([...names(), other], SHEET, AT)).toEqual([]);
  });
});

test.each([
  ["Operaciones!G1:G1000", "Operaciones", 6],
  ["'Operaciones 2026'!AA1:AA40", "Operaciones 2026", 26],
  ["'l''Hoja'!A1:A2", "l'Hoja", 0],
  ["Operaciones!G1", "Operaciones", 6],
])("%s is a whole column", (range, title, column) => {
  expect(columnOf(range)).toEqual({ title, column });
});

test.each(["", "Operaciones", "Operaciones!G2:G1000", "Operaciones!G1:H1000", "#REF!"])(
  "%p is none",
  (range) => {
    expect(columnOf(range)).toBeNull();
  },
);
