/** Hands at tags and rows: the right row or no row, and too much at once is not believed. */
import { expect, test } from "bun:test";
import { MAURICIO, openTaller, type Taller } from "./hands-taller.ts";
import { HEADER, tagOf } from "./taller-hoja.ts";

const TOMAR = { accion: "TOMAR", operacion: "ARM" } as const;
const COMPLETAR = { accion: "COMPLETAR", operacion: "ARM" } as const;

/** A row's cells, to put them back. */
const rowOf = (taller: Taller, spool: number): readonly (string | number | boolean)[] =>
  taller.emulator.snapshot().Operaciones?.[taller.row(spool) - 1] ?? [];

/** Puts texts back that were there, as undoing does. */
function putBack(taller: Taller, row: number, cells: ReturnType<typeof rowOf>): void {
  taller.hands((hands) => {
    for (const [column, title] of HEADER.entries()) {
      const value = cells[column] ?? "";
      const formula = /^(Total|Pulgadas)/.test(title) ? { formula: String(value) } : value;
      hands.put("Operaciones", row, column, value === "" ? null : formula);
    }
  });
}

test("a tag edited: a new spool, and the old one is listed with what to do about it", async () => {
  await using taller = await openTaller();
  taller.types(5, "TAG_SPOOL", "MK-1300-SL-005A");
  await taller.live();
  expect(taller.spool("MK-1300-SL-005A").version).toBe(1);
  expect(taller.problems(5)).toEqual([": Ya no está en la planilla"]);
  expect(taller.problems("MK-1300-SL-005A")).toEqual([
    "6: Parece el carrete «MK-1300-SL-005» con otro tag: lo hecho en ZEUES sigue en " +
      "«MK-1300-SL-005»",
  ]);
  taller.types("MK-1300-SL-005A", "TAG_SPOOL", tagOf(5));
  await taller.live();
  expect(taller.problems(5)).toEqual([]);
  taller.expectStrangersWhole();
});

test("a tag edited on an occupied spool: its worker still completes it, the row isn't touched", async () => {
  await using taller = await openTaller();
  await taller.does(MAURICIO, 5, TOMAR);
  await taller.live();
  taller.types(5, "TAG_SPOOL", "OTRO-5");
  await taller.live();
  expect(taller.problems(5)).toEqual([
    ": Ya no está en la planilla y lo tiene Mauricio Rodríguez (93); en ZEUES sigue igual",
  ]);
  await taller.does(MAURICIO, 5, COMPLETAR);
  await taller.live();
  expect([taller.cell("OTRO-5", "Fecha_Armado"), taller.chip()]).toEqual(["", null]);
  taller.types("OTRO-5", "TAG_SPOOL", tagOf(5));
  await taller.live();
  expect(taller.cell(5, "Fecha_Armado")).toBe("20-11-2026");
  expect([taller.waits(5), taller.problems(5)]).toEqual([undefined, []]);
  taller.expectSynced(5);
  await taller.expectLogWhole();
});

test("a tag edited while a flush is on its way: what was written into the row is taken back", async () => {
  await using taller = await openTaller();
  await taller.does(MAURICIO, 5, TOMAR);
  taller.handsBeforeWrite((hands) => hands.put("Operaciones", 6, "TAG_SPOOL", "OTRO-5"));
  await taller.live();
  expect(taller.cell("OTRO-5", "Ocupado_Por")).toBe("");
  expect(taller.spool("OTRO-5").ocupacion).toBeNull();
  expect(taller.spool(5).ocupacion?.trabajador.id as number).toBe(MAURICIO);
  taller.expectStrangersWhole();
});

test("a tag twice: neither row is written, both are listed; without the copy it goes on", async () => {
  await using taller = await openTaller();
  taller.types(20, "TAG_SPOOL", tagOf(5));
  await taller.live();
  expect(taller.problems(5)).toEqual([
    "6, 21: Tag repetido en la planilla; no se escribe en ella.",
  ]);
  await taller.does(MAURICIO, 5, TOMAR);
  await taller.does(MAURICIO, 6, TOMAR);
  await taller.live();
  const grid = taller.emulator.snapshot().Operaciones ?? [];
  const at = HEADER.indexOf("Ocupado_Por");
  expect([grid[5]?.[at], grid[6]?.[at], grid[20]?.[at]]).toEqual(["", "MR(93)", ""]);
  taller.hands((hands) => hands.put("Operaciones", 21, "TAG_SPOOL", tagOf(20)));
  await taller.live();
  expect(taller.cell(5, "Ocupado_Por")).toBe("MR(93)");
  expect([taller.problems(5), taller.problems(20)]).toEqual([[], []]);
  taller.expectSynced(5);
  taller.expectStrangersWhole();
  await taller.expectLogWhole();
});

test("the copy becomes the row: it is written from ZEUES once the first one is gone", async () => {
  await using taller = await openTaller();
  taller.types(20, "TAG_SPOOL", tagOf(5));
  await taller.does(MAURICIO, 5, TOMAR);
  await taller.live();
  taller.hands((hands) => hands.deleteRows("Operaciones", 6));
  await taller.live();
  expect(taller.cell(5, "Ocupado_Por")).toBe("MR(93)");
  expect(taller.problems(20)).toEqual([": Ya no está en la planilla"]);
  taller.expectSynced(5);
  taller.expectStrangersWhole();
});

test("a row deleted while its spool is occupied: the worker goes on; undone: it is written again", async () => {
  await using taller = await openTaller();
  await taller.does(MAURICIO, 5, TOMAR);
  await taller.live();
  const cells = rowOf(taller, 5);
  taller.hands((hands) => hands.deleteRows("Operaciones", 6));
  await taller.live();
  expect(taller.problems(5)).toEqual([
    ": Ya no está en la planilla y lo tiene Mauricio Rodríguez (93); en ZEUES sigue igual",
  ]);
  await taller.does(MAURICIO, 5, COMPLETAR);
  await taller.live();
  expect(taller.stand.said()).toMatchObject({ pendientes: 0, motivo: null });
  taller.hands((hands) => hands.insertRows("Operaciones", 6));
  putBack(taller, 6, cells);
  await taller.live();
  expect([taller.cell(5, "Fecha_Armado"), taller.cell(5, "Ocupado_Por")]).toEqual([
    "20-11-2026",
    "",
  ]);
  expect([taller.problems(5), taller.waits(5)]).toEqual([[], undefined]);
  taller.expectSynced(5);
  taller.expectStrangersWhole();
  await taller.expectLogWhole();
});

test("spaces around a tag: the same spool, its row is written", async () => {
  await using taller = await openTaller();
  taller.types(5, "TAG_SPOOL", ` ${tagOf(5)}  `);
  await taller.does(MAURICIO, 5, TOMAR);
  await taller.live();
  expect(taller.problems()).toContain("6: TAG_SPOOL con espacios alrededor.");
  taller.expectSynced(5);
  taller.expectStrangersWhole();
});

test("a row added: its spool can be taken seconds later", async () => {
  await using taller = await openTaller();
  const cells = rowOf(taller, 5);
  putBack(taller, 40, cells);
  taller.hands((hands) => hands.put("Operaciones", 40, "TAG_SPOOL", "NUEVO-9"));
  await taller.live(12_000);
  await taller.does(MAURICIO, "NUEVO-9", TOMAR);
  await taller.live();
  expect(taller.cell("NUEVO-9", "Ocupado_Por")).toBe("MR(93)");
  taller.expectSynced("NUEVO-9");
  taller.expectStrangersWhole();
});

test("an old copy of a row pasted over it: no hand edit, it is written again", async () => {
  await using taller = await openTaller();
  await taller.does(MAURICIO, 5, TOMAR);
  await taller.live();
  const old = rowOf(taller, 5);
  await taller.does(MAURICIO, 5, COMPLETAR);
  await taller.live();
  putBack(taller, 6, old);
  await taller.live();
  expect([taller.cell(5, "Fecha_Armado"), taller.waits(5)]).toEqual(["20-11-2026", undefined]);
  expect(await taller.actions(5)).toEqual(["IMPORTAR", "TOMAR", "COMPLETAR"]);
  taller.expectSynced(5);
});

test("three rows copied below: listed with both rows; without the copies it goes on", async () => {
  await using taller = await openTaller();
  for (const [i, spool] of [4, 5, 6].entries()) putBack(taller, 45 + i, rowOf(taller, spool));
  await taller.live();
  expect([4, 5, 6].map((spool) => taller.problems(spool)[0])).toEqual([
    "5, 45: Tag repetido en la planilla; no se escribe en ella.",
    "6, 46: Tag repetido en la planilla; no se escribe en ella.",
    "7, 47: Tag repetido en la planilla; no se escribe en ella.",
  ]);
  await taller.does(MAURICIO, 5, TOMAR);
  await taller.live();
  taller.hands((hands) => hands.deleteRows("Operaciones", 45, 3));
  await taller.live();
  expect(taller.cell(5, "Ocupado_Por")).toBe("MR(93)");
  taller.expectSynced(5);
  taller.expectStrangersWhole();
});

/** A block of a third of the rows that says something else in a column of ours. */
function pasteOver(taller: Taller): void {
  taller.hands((hands) => {
    for (let row = 2; row <= 10; row++) hands.put("Operaciones", row, "Armador", "ÍN(51)");
  });
}

test("30 % of the rows pasted over: nothing is imported, other rows are written on", async () => {
  await using taller = await openTaller();
  pasteOver(taller);
  await taller.live();
  expect(taller.frozen()).toBe("Cambiaron 9 y faltan 0 de los 32 carretes conocidos");
  expect(taller.spool(1).arm.estado).toBe("pendiente");
  await taller.does(MAURICIO, 15, TOMAR);
  await taller.live();
  taller.expectSynced(15);
  expect(taller.cell(1, "Armador")).toBe("ÍN(51)");
  taller.hands((hands) => {
    for (let row = 2; row <= 10; row++) hands.put("Operaciones", row, "Armador", null);
  });
  await taller.live();
  expect([taller.frozen(), taller.chip()]).toEqual([null, null]);
  expect(taller.spool(1).version).toBe(1);
  taller.expectStrangersWhole();
});

test("30 % of the rows pasted over, and a supervisor says that it is right: it is imported", async () => {
  await using taller = await openTaller();
  pasteOver(taller);
  await taller.live();
  expect(await taller.letsImport()).toMatchObject({ ok: true });
  await taller.live();
  expect(taller.frozen()).toBeNull();
  expect(taller.spool(1).arm).toMatchObject({ estado: "pausado", trabajador: { id: 51 } });
  expect(await taller.actions(9)).toEqual(["IMPORTAR", "CORREGIR"]);
  for (const spool of [1, 9]) taller.expectSynced(spool);
  await taller.expectLogWhole();
  taller.expectStrangersWhole();
});

test("a supervisor's word holds for what was seen: of another paste it is asked again", async () => {
  await using taller = await openTaller();
  pasteOver(taller);
  await taller.live();
  await taller.letsImport();
  taller.types(11, "Armador", "ÍN(51)");
  await taller.live();
  expect(taller.frozen()).toBe("Cambiaron 10 y faltan 0 de los 32 carretes conocidos");
  expect(taller.spool(1).version).toBe(1);
});

test("the sheet emptied: nothing is lost and nothing imported; back again: it goes on", async () => {
  await using taller = await openTaller();
  await taller.does(MAURICIO, 5, TOMAR);
  await taller.live();
  const rows = taller.emulator.snapshot().Operaciones?.slice(1) ?? [];
  taller.hands((hands) => {
    for (let row = 2; row <= rows.length + 1; row++) {
      for (const column of HEADER.keys()) hands.put("Operaciones", row, column, null);
    }
  });
  await taller.live();
  expect(taller.frozen()).toBe("La hoja Operaciones no tiene ningún carrete");
  await taller.does(MAURICIO, 5, COMPLETAR);
  await taller.live();
  for (const [i, cells] of rows.entries()) putBack(taller, i + 2, cells);
  await taller.live();
  expect([taller.frozen(), taller.chip()]).toEqual([null, null]);
  expect(taller.cell(5, "Fecha_Armado")).toBe("20-11-2026");
  taller.expectSynced(5);
  taller.expectStrangersWhole();
  await taller.expectLogWhole();
});

test("half of the rows deleted: they stay in ZEUES and are missing, not gone", async () => {
  await using taller = await openTaller();
  taller.hands((hands) => hands.deleteRows("Operaciones", 2, 15));
  await taller.live();
  expect(taller.frozen()).toBe("Cambiaron 0 y faltan 15 de los 32 carretes conocidos");
  expect(taller.problems(1)).toEqual([": Falta en esta lectura de la planilla"]);
  await taller.letsImport();
  await taller.live();
  expect([taller.frozen(), taller.problems(1)]).toEqual([null, [": Ya no está en la planilla"]]);
  taller.expectStrangersWhole();
});
