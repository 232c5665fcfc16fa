/** What Google refuses, with which words, and what of a refused request is done all the same. */
import type { Check } from "./probe.ts";

const MISSING_TAB = "zeues-prueba-no-hay";
/** As long as real ones are. */
const UNKNOWN_ID = "1zeuesPruebaQueNoExiste0000000000000000000000";
const MISSING_SHEET = 2_147_000_001;
const FAR = 5_000;

const pastGrid: Check = {
  name: "fuera-de-grilla",
  question: "what is said of reads and writes past the tab's last row and column?",
  rows: 5,
  columns: 4,
  async run(probe) {
    const a1 = (cells: string) => probe.a1(cells);
    const row = ["a", "b", "c", "d"];
    await probe.write("escribir debajo", [[a1("A6:D6"), [row]]]);
    await probe.write("escribir al lado", [[a1("E1:F1"), [["a", "b"]]]]);
    await probe.write("rango en parte fuera", [[a1("A5:D6"), [row, row]]]);
    await probe.write("más filas que el rango", [[a1("A2:D2"), [row, row]]]);
    await probe.write("más columnas que el rango", [[a1("A2:B2"), [row]]]);
    await probe.write("desde una celda hacia fuera", [[a1("A5"), [row, row]]]);
    const range = a1("A5:D5");
    const query = { ...probe.id, range, valueInputOption: "RAW" };
    await probe.put("update con filas de más", (api, options) =>
      api.spreadsheets.values.update({ ...query, requestBody: { values: [row, row] } }, options),
    );
    for (const cells of ["A6:D6", "A5:D9", "E1:F1", "A1:Z1", "A1:D"]) {
      const one = { ...probe.id, range: a1(cells) };
      await probe.get(`leer ${cells}`, (api, options) => api.spreadsheets.values.get(one, options));
    }
    await probe.read("leer varios", [a1("A1:D5"), a1("A6:D6")], "UNFORMATTED_VALUE");
  },
};

const structure: Check = {
  name: "rechazos-de-hoja",
  question: "the words of refusals of changes to tabs, rows and cells",
  rows: 10,
  columns: 4,
  async run(probe) {
    const { sheetId, title } = probe.tab;
    const move = (from: number, destinationIndex: number) => [
      { moveDimension: { source: probe.lines(from, from + 1), destinationIndex } },
    ];
    const sort = (end: number, columns: number, dimensionIndex: number) => [
      {
        sortRange: {
          range: probe.grid(1, end, 0, columns),
          sortSpecs: [{ dimensionIndex, sortOrder: "ASCENDING" }],
        },
      },
    ];
    const noTab = { ...probe.lines(0, 1), sheetId: MISSING_SHEET };
    const more = { sheetId, dimension: "ROWS", length: 20_000_000 };
    await probe.change("mover hacia fuera", move(0, FAR));
    await probe.change("mover desde fuera", move(FAR, 0));
    await probe.change("ordenar filas de fuera", sort(FAR, 2, 0));
    await probe.change("ordenar columnas de fuera", sort(5, 100, 0));
    await probe.change("ordenar por columna ajena", sort(5, 2, 3));
    await probe.change("borrar filas de fuera", [
      { deleteDimension: { range: probe.lines(FAR, FAR + 1) } },
    ]);
    await probe.change("borrar de pestaña sin id", [{ deleteDimension: { range: noTab } }]);
    await probe.change("pestaña repetida", [{ addSheet: { properties: { title } } }]);
    await probe.change("20 millones de filas", [{ appendDimension: more }]);
    await probe.change("nada", []);
    // Whoever protects a range may go on editing it: most likely this tells only that.
    const protectedRange = { range: probe.grid(0, 1), editors: { users: [] } };
    await probe.change("proteger", [{ addProtectedRange: { protectedRange } }]);
    await probe.write("escribir en lo protegido", [[probe.a1("A1"), [["x"]]]]);
  },
};

const ranges: Check = {
  name: "rechazos-de-rango",
  question: "the words of refusals of ranges, tabs and spreadsheets that are not there",
  rows: 5,
  columns: 4,
  async run(probe) {
    await probe.read("leer pestaña que falta", [`'${MISSING_TAB}'!A1:B2`], "UNFORMATTED_VALUE");
    await probe.read("leer rango malo", [probe.a1("A1:B2:C3")], "UNFORMATTED_VALUE");
    await probe.read("leer texto suelto", ["esto no es un rango"], "UNFORMATTED_VALUE");
    await probe.write("escribir en pestaña que falta", [[`'${MISSING_TAB}'!A1`, [["x"]]]]);
    await probe.write("escribir rango malo", [[probe.a1("A0:B1"), [["x"]]]]);
    await probe.get("planilla que no existe", (api, options) =>
      api.spreadsheets.get({ spreadsheetId: UNKNOWN_ID, fields: "spreadsheetId" }, options),
    );
    await probe.get("máscara mala", (api, options) =>
      api.spreadsheets.get({ ...probe.id, fields: "hojas" }, options),
    );
  },
};

const atomic: Check = {
  name: "atomico",
  question: "is anything of values.batchUpdate written when its last range is bad?",
  rows: 5,
  columns: 4,
  async run(probe) {
    const good = (cells: string) => [probe.a1(cells), [["escrito"]]] as const;
    await probe.write("última sin pestaña", [good("A1"), [`'${MISSING_TAB}'!A1`, [["x"]]]]);
    await probe.write("última fuera", [good("B1"), [probe.a1("A9:B9"), [["x"]]]]);
    await probe.write("última mal escrita", [good("C1"), [probe.a1("A0"), [["x"]]]]);
    const fill = { userEnteredValue: { stringValue: "escrito" } };
    const cell = { range: probe.grid(0, 1, 3, 4), cell: fill, fields: "userEnteredValue" };
    const lost = { ...probe.lines(0, 1), sheetId: MISSING_SHEET };
    const requests = [{ repeatCell: cell }, { deleteDimension: { range: lost } }];
    await probe.change("batchUpdate con la última mala", requests);
    await probe.read("leer", [probe.a1("A1:D1")], "UNFORMATTED_VALUE");
  },
};

export const REFUSAL_CHECKS: readonly Check[] = [pastGrid, structure, ranges, atomic];
