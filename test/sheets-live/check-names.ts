/** What the product's writes rest on: a named range stays with its column, whatever hands do. */
import type { Check } from "./probe.ts";

export const names: Check = {
  name: "rangos-con-nombre",
  question: "does a named range go along with its column, and is it written as A1 notation is?",
  rows: 8,
  columns: 6,
  async run(probe) {
    // The same in the emulator, so that answers can be compared; taken away in the end.
    const [name, namedRangeId] = ["zeues_prueba", "zeuesprueba"];
    const range = { sheetId: probe.tab.sheetId, startColumnIndex: 1, endColumnIndex: 2 };
    const read = (step: string) => probe.read(step, [name], "UNFORMATTED_VALUE");
    const echo = { echo: true };
    const rows = [
      ["A", "B", "C"],
      ["a1", "b1", "c1"],
      ["a2", "b2", "c2"],
      ["a3", "b3", "c3"],
    ];
    await probe.write("llenar", [[probe.a1("A1:C4"), rows]]);
    await probe.change("nombrar B", [
      { addNamedRange: { namedRange: { namedRangeId, name, range } } },
    ]);
    try {
      await read("leer por el nombre");
      await probe.write("una fila", [[name, [[], [null], ["x2"]]]], echo);
      await probe.write("ninguna", [[name, [[null]]]], echo);
      const before = { range: probe.lines(1, 2, "COLUMNS"), inheritFromBefore: false };
      await probe.change("insertar una columna antes", [{ insertDimension: before }]);
      await probe.write("una fila tras insertar", [[name, [[], ["y1"]]]], echo);
      const source = probe.lines(2, 3, "COLUMNS");
      await probe.change("mover la columna", [{ moveDimension: { source, destinationIndex: 0 } }]);
      await read("leer tras mover");
      const sortSpecs = [{ dimensionIndex: 1, sortOrder: "DESCENDING" }];
      const all = probe.grid(1, 4, 0, 6);
      await probe.change("ordenar", [{ sortRange: { range: all, sortSpecs } }]);
      await read("leer tras ordenar");
      const more = { range: probe.lines(1, 3), inheritFromBefore: false };
      await probe.change("insertar filas", [{ insertDimension: more }]);
      await read("leer tras insertar filas");
      const twin = { namedRange: { name, range } };
      await probe.change("el mismo nombre otra vez", [{ addNamedRange: twin }]);
      await probe.change("borrar la columna", [
        { deleteDimension: { range: probe.lines(0, 1, "COLUMNS") } },
      ]);
      await read("leer sin la columna");
    } finally {
      await probe.change("quitar el nombre", [{ deleteNamedRange: { namedRangeId } }]);
    }
  },
};
