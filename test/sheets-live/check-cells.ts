/** What cells hold after a write and how a read shows them. */
import type { Check, Locale, Probe } from "./probe.ts";

/** The echo of a write that leaves cells as they are. */
const nullEcho: Check = {
  name: "null-eco",
  question: "does the echo show cells that null left, and does null count as updated?",
  rows: 6,
  columns: 6,
  async run(probe) {
    const a1 = (cells: string) => probe.a1(cells);
    await probe.write("llenar", [
      [
        a1("A1:D2"),
        [
          ["TAG-1", "b", "c", 4],
          ["TAG-2", "b", "c", 4],
        ],
      ],
    ]);
    const echo = { echo: true };
    await probe.write("null y uno", [[a1("A1:D1"), [[null, "nuevo", null, null]]]], echo);
    await probe.write("fila corta", [[a1("A2:D2"), [[null, "corta"]]]], echo);
    await probe.write("solo null", [[a1("A1:D1"), [[null, null, null, null]]]], echo);
    await probe.write("null en blanco", [[a1("A4:D4"), [[null, "x", null, null]]]], echo);
    await probe.write("vaciar", [[a1("A2:D2"), [[null, "", null, ""]]]], echo);
    await probe.read("leer", [a1("A1:D4")], "UNFORMATTED_VALUE");
  },
};

const emptyTexts: Check = {
  name: "formulas-vacias",
  question: 'is a formula that gives "" a blank at the end of a row, and of the tab?',
  rows: 8,
  columns: 6,
  async run(probe) {
    const rows = [["a", '=""', "c"], ["a", "b", '=""'], ["a"], ['=""', '=T("")'], ["=T(B1)"]];
    const typed = { input: "USER_ENTERED", echo: true } as const;
    await probe.write("escribir", [[probe.a1("A1:C5"), rows]], typed);
    await probe.read("leer", [probe.a1("A1:F8"), probe.a1("C1:C8")], "UNFORMATTED_VALUE");
    await probe.read("formato", [probe.a1("A1:F8")], "FORMATTED_VALUE");
  },
};

const readAllWays = async (probe: Probe, cells: string): Promise<void> => {
  await probe.read("sin formato", [probe.a1(cells)], "UNFORMATTED_VALUE");
  await probe.read("con formato", [probe.a1(cells)], "FORMATTED_VALUE");
  await probe.read("fórmulas", [probe.a1(cells)], "FORMULA");
};

const ERRORS = ["=1/0", "=NA()", "=NOHAY()", '="a"+1', '=INDIRECT("nohay!A1")', "=SQRT(-1)", "=1+"];

const errors = (locale: Locale): Check => ({
  name: `errores-${locale}`,
  question: "how do errors read, and a reference whose column is gone?",
  rows: 10,
  columns: 5,
  locale,
  async run(probe) {
    const formulas = ERRORS.map((formula) => [formula]);
    const typed = { input: "USER_ENTERED", echo: true } as const;
    const lost = [probe.a1("B1:C1"), [[1, "=B1"]]] as const;
    await probe.write("escribir", [[probe.a1("A1:A7"), formulas], lost], typed);
    await probe.change("quitar columna", [
      { deleteDimension: { range: probe.lines(1, 2, "COLUMNS") } },
    ]);
    await readAllWays(probe, "A1:B7");
  },
});

const RAW = [
  ...['=IMPORTXML("https://example.invalid/";"//a")', "0042", "1E5", "3-5", "1,5", "1.5", "'x"],
  ...["+56 9", "01-02-2024", "TRUE", "50%", " borde ", 45_000, 45_000.5, true],
];

const raw = (locale: Locale): Check => ({
  name: `crudo-${locale}`,
  question: "does RAW store texts as they are, in plain cells and in cells formatted as dates?",
  rows: 20,
  columns: 4,
  locale,
  async run(probe) {
    const numberFormat = { type: "DATE", pattern: "dd-mm-yyyy" };
    const cell = { userEnteredFormat: { numberFormat } };
    const fields = "userEnteredFormat.numberFormat";
    const range = probe.grid(0, 20, 1, 2);
    await probe.change("columna de fechas", [{ repeatCell: { range, cell, fields } }]);
    const rows = RAW.map((value) => [value, value]);
    await probe.write("escribir", [[probe.a1(`A1:B${RAW.length}`), rows]], { echo: true });
    await readAllWays(probe, `A1:B${RAW.length}`);
  },
});

export const CELL_CHECKS: readonly Check[] = [
  nullEcho,
  emptyTexts,
  errors("es_CL"),
  raw("es_CL"),
  errors("en_US"),
  raw("en_US"),
];
