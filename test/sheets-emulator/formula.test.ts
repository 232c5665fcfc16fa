import { expect, test } from "bun:test";
import { Calc } from "./calc.ts";
import { isError } from "./formula-values.ts";
import { Sheet, Spreadsheet } from "./model.ts";
import { apply, planAt } from "./values-write.ts";

const NOW_MS = Date.UTC(2026, 10, 25, 15, 0, 0);

function workbook(rows: readonly (readonly (string | number)[])[], locale = "en_US") {
  const spreadsheet = new Spreadsheet("id", { title: "t", locale, timeZone: "Etc/UTC" });
  const properties = {
    sheetId: 0,
    title: "Hoja",
    rowCount: 100,
    columnCount: 10,
    frozenRowCount: 0,
    frozenColumnCount: 0,
    hidden: false,
    extra: {},
  };
  const sheet = new Sheet(properties);
  const other = new Sheet({ ...properties, sheetId: 1, title: "Otra hoja" });
  spreadsheet.sheets.push(sheet, other);
  const typing = { locale, thisYear: 2026 };
  const data = (values: typeof rows) => ({ values, majorDimension: "ROWS" }) as const;
  apply(spreadsheet, planAt(sheet, 0, 0, data(rows), "USER_ENTERED", typing));
  apply(spreadsheet, planAt(other, 0, 0, data([["x", 7]]), "USER_ENTERED", typing));
  return { spreadsheet, sheet };
}

function result(formula: string, locale = "en_US"): unknown {
  const rows = [
    [1, "a", "=A1+A2"],
    [2, "B", ""],
    [3, "b", "01/02/2024"],
  ];
  const { spreadsheet, sheet } = workbook([...rows, [formula]], locale);
  const value = new Calc(spreadsheet, NOW_MS, "error").value(sheet, sheet.at(3, 0));
  return isError(value) ? value.error : value;
}

const RESULTS: readonly (readonly [string, unknown])[] = [
  ["=1+2*3", 7],
  ["=-2^2", 4],
  ["=50%", 0.5],
  ["=SUM(A1:A3)", 6],
  ["=SUM(A1:A3,10)", 16],
  ["=C1*2", 6],
  ['=COUNTIF(B1:B3,"b")', 2],
  ['=COUNTIF(A1:A3,">1")', 2],
  ['=SUMIF(B1:B3,"b",A1:A3)', 5],
  ['=COUNTIF(A1:A3,"2")', 1],
  ['=COUNTIF(B1:B3,"?")', 3],
  ['=COUNTIF(A1:B3,"<>b")', 4],
  ["=COUNTA(B1:B99)", 3],
  ['=IF(A1=1,"sí","no")', "sí"],
  ['="x"&A2', "x2"],
  ["=A99", 0],
  ["='Otra hoja'!B1+1", 8],
  ["=VLOOKUP(2,A1:B3,2)", "B"],
  ["=ROUND(2.345,2)", 2.35],
  ["=1/0", "#DIV/0!"],
  ["=NADA(1)", "#NAME?"],
  ["=nada", "#NAME?"],
  ["=Falta!A1", "#REF!"],
  ["=VLOOKUP(9,A1:B3,2)", "#N/A"],
  ['=IFERROR(1/0,"x")', "x"],
  ["=A4", "#REF!"],
  ["=1+", "#ERROR!"],
  ['="a"+1', "#VALUE!"],
  ['=IMPORTXML("https://example.org","//a")', "#N/A"],
  ["=TODAY()", 46351],
  ["=AND(TRUE,A1=1)", true],
];

for (const [formula, wanted] of RESULTS) {
  test(`${formula} comes to ${wanted}`, () => expect(result(formula)).toEqual(wanted as never));
}

test("a Chilean formula has its own signs and names", () => {
  expect(result("=SUMA(A1;1,5)", "es_CL")).toBe(2.5);
  expect(result('=SI(A1=1;"sí";"no")', "es_CL")).toBe("sí");
  expect(result('=CONTAR.SI(B1:B3;"b")', "es_CL")).toBe(2);
});

test("a formula takes the format of what it refers to", () => {
  const { spreadsheet, sheet } = workbook([["01/02/2024", "=A1+1", "=TODAY()", "=1"]]);
  const calc = new Calc(spreadsheet, NOW_MS, "error");
  const format = (column: number) => calc.format(sheet, sheet.at(0, column))?.type;
  expect([0, 1, 2, 3].map(format)).toEqual(["DATE", "DATE", "DATE", undefined]);
});

test("functions that fetch are loading where that is asked", () => {
  const { spreadsheet, sheet } = workbook([['=IMPORTXML("x","y")']]);
  const value = new Calc(spreadsheet, NOW_MS, "loading").value(sheet, sheet.at(0, 0));
  expect(value).toMatchObject({ error: "Loading..." });
});
