/** Hands move rows while a flush is on its way: the right row or no row (spec 7). */
import { expect, test } from "bun:test";
import type { Hands } from "../sheets-emulator/hands.ts";
import { MAURICIO, openTaller } from "./hands-taller.ts";

const TOMAR = { accion: "TOMAR", operacion: "ARM" } as const;

const MOVES: readonly (readonly [string, (hands: Hands) => void])[] = [
  ["sort", (hands) => hands.sort("Operaciones", "Obs", true)],
  ["insert rows above", (hands) => hands.insertRows("Operaciones", 2, 3)],
  ["delete the row above", (hands) => hands.deleteRows("Operaciones", 2)],
  ["move the row down", (hands) => hands.moveRows("Operaciones", 6, 1, 20)],
  ["insert a column of theirs", (hands) => hands.insertColumns("Operaciones", "Fecha_Armado")],
  ["move a column of ours", (hands) => hands.moveColumns("Operaciones", "Armador", "NV")],
  ["move a column of theirs", (hands) => hands.moveColumns("Operaciones", "Cliente", "Notas")],
];

for (const [what, move] of MOVES) {
  test(`hands ${what} between a flush's reading and its write: nobody notices`, async () => {
    await using taller = await openTaller();
    await taller.does(MAURICIO, 5, TOMAR);
    taller.handsBeforeWrite(move);
    await taller.live();
    expect(taller.cell(5, "Ocupado_Por")).toBe("MR(93)");
    for (const other of [4, 6, 7, 8]) expect(taller.cell(other, "Ocupado_Por")).toBe("");
    taller.expectSynced(5);
    expect(taller.waits(5)).toBeUndefined();
    expect(await taller.actions(5)).toEqual(["IMPORTAR", "TOMAR"]);
    taller.expectStrangersWhole();
    await taller.expectLogWhole();
  });
}

test("hands move columns between two flushes: the next goes where they are", async () => {
  await using taller = await openTaller();
  await taller.does(MAURICIO, 5, TOMAR);
  await taller.live();
  taller.hands((hands) => {
    hands.insertColumns("Operaciones", "Fecha_Armado", 2);
    hands.moveColumns("Operaciones", "Estado_Detalle", "OT");
  });
  await taller.does(MAURICIO, 5, { accion: "COMPLETAR", operacion: "ARM" });
  await taller.live();
  expect(taller.cell(5, "Fecha_Armado")).toBe("20-11-2026");
  expect(taller.cell(5, "Estado_Detalle")).toStartWith("Disponible - ARM completado");
  taller.expectSynced(5);
  taller.expectStrangersWhole();
});

test("a row whose tag was deleted in that moment is given back what it said", async () => {
  await using taller = await openTaller();
  await taller.does(MAURICIO, 5, TOMAR);
  taller.handsBeforeWrite((hands) => {
    hands.deleteRows("Operaciones", 6);
    hands.put("Operaciones", 40, "TAG_SPOOL", "NUEVO-1");
  });
  await taller.live();
  expect(taller.cell(6, "Ocupado_Por")).toBe("");
  expect(taller.problems(5)).toEqual([
    ": Ya no está en la planilla y lo tiene Mauricio Rodríguez (93); en ZEUES sigue igual",
  ]);
  expect(taller.chip()).toBeNull();
  taller.expectStrangersWhole();
});

const TITLES =
  "En la hoja Operaciones faltan las columnas TAG_SPOOL, NV, OT, Fecha_Materiales, " +
  "Fecha_Armado, Armador, Fecha_Soldadura, Soldador, Fecha_QC_Metrologia.";

for (const [what, away, back] of [
  ["a row inserted above the titles", "insert", "delete"],
  ["the titles sorted in among the rows", "down", "up"],
] as const) {
  const moves: Record<string, (hands: Hands) => void> = {
    insert: (hands) => hands.insertRows("Operaciones", 1),
    delete: (hands) => hands.deleteRows("Operaciones", 1),
    down: (hands) => hands.moveRows("Operaciones", 1, 1, 9),
    up: (hands) => hands.moveRows("Operaciones", 8, 1, 1),
  };
  test(`${what} while a flush is on its way: it says so; undone: all is put right`, async () => {
    await using taller = await openTaller();
    await taller.does(MAURICIO, 5, TOMAR);
    taller.handsBeforeWrite((hands) => moves[away]?.(hands));
    await taller.live(60_000);
    expect(taller.chip()).toBe(TITLES);
    await taller.stand.takeOver();
    await taller.live(60_000);
    taller.hands((hands) => moves[back]?.(hands));
    await taller.live(60_000);
    expect(taller.cell(5, "Ocupado_Por")).toBe("MR(93)");
    for (const other of [4, 6]) {
      expect([taller.cell(other, "Armador"), taller.spool(other).version]).toEqual(["", 1]);
    }
    expect(taller.waits(5)).toBeUndefined();
    taller.expectSynced(5);
    taller.expectStrangersWhole();
    await taller.expectLogWhole();
  });
}
