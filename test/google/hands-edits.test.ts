/** Hand edits of columns of ours: taken when they make sense and nobody has it, else they wait. */
import { expect, test } from "bun:test";
import { ALVARO, LUIS, MAURICIO, openTaller, ROSA, type Taller } from "./hands-taller.ts";
import { tagOf } from "./taller-hoja.ts";

const TOMAR = { accion: "TOMAR", operacion: "ARM" } as const;
const PAUSAR = { accion: "PAUSAR", operacion: "ARM" } as const;
const SOLDAR = { accion: "TOMAR", operacion: "SOLD" } as const;
const PENDIENTE = "Disponible - ARM completado, SOLD completado, Metrología pendiente";

/** ARM completed today by Mauricio, in the sheet. */
async function armado(taller: Taller, spool: number): Promise<void> {
  await taller.does(MAURICIO, spool, TOMAR);
  await taller.does(MAURICIO, spool, { accion: "COMPLETAR", operacion: "ARM" });
  await taller.live();
}

/** Rejected three times in a row, in the sheet. */
async function bloqueado(taller: Taller, spool: number): Promise<void> {
  await taller.finishes(spool);
  await taller.does(LUIS, spool, { accion: "RECHAZAR" });
  for (let cycle = 2; cycle <= 3; cycle++) {
    await taller.does(MAURICIO, spool, { accion: "TOMAR", operacion: "REPARACION" });
    await taller.does(MAURICIO, spool, { accion: "COMPLETAR", operacion: "REPARACION" });
    await taller.does(LUIS, spool, { accion: "RECHAZAR" });
  }
  await taller.live();
  expect(taller.cell(spool, "Estado_Detalle")).toBe("BLOQUEADO - Contactar supervisor");
}

test("Fecha_Armado of a free spool: taken, logged, Estado_Detalle and version follow", async () => {
  await using taller = await openTaller();
  await taller.does(MAURICIO, 5, TOMAR);
  await taller.does(MAURICIO, 5, PAUSAR);
  await taller.live();
  taller.types(5, "Fecha_Armado", "18-11-2026");
  await taller.live();
  expect(taller.spool(5).arm).toMatchObject({ estado: "completado", fecha: "2026-11-18" });
  expect(await taller.actions(5)).toEqual(["IMPORTAR", "TOMAR", "PAUSAR", "CORREGIR"]);
  expect(taller.cell(5, "Estado_Detalle")).toBe("Disponible - ARM completado, SOLD pendiente");
  expect(taller.waits(5)).toBeUndefined();
  taller.expectSynced(5);
  await taller.expectLogWhole();
  taller.expectStrangersWhole();
});

test("Fecha_Armado typed where there is no Armador: it waits, and says why", async () => {
  await using taller = await openTaller();
  taller.types(5, "Fecha_Armado", "18-11-2026");
  await taller.live();
  expect(taller.waits(5)).toMatchObject({
    fila: 6,
    motivo: "Fecha_Armado sin Armador",
    estado: null,
  });
  taller.types(5, "Armador", "MR(93)");
  await taller.live();
  expect(taller.waits(5)).toBeUndefined();
  expect(await taller.actions(5)).toEqual(["IMPORTAR", "CORREGIR"]);
  taller.expectSynced(5);
  await taller.expectLogWhole();
});

test("an impossible date: it waits, quoting what the cell says", async () => {
  await using taller = await openTaller();
  await armado(taller, 5);
  taller.types(5, "Fecha_Armado", "31-02-2026");
  await taller.live();
  expect(taller.waits(5)?.motivo).toBe("Fecha_Armado no es una fecha: «31-02-2026»");
  expect(taller.spool(5).arm).toMatchObject({ fecha: "2026-11-20" });
});

test("on an occupied spool it waits for a supervisor, and the row's other cells are written", async () => {
  await using taller = await openTaller();
  await armado(taller, 5);
  await taller.does(ALVARO, 5, SOLDAR);
  await taller.live();
  taller.types(5, "Armador", "ÍN(51)");
  await taller.live();
  expect(taller.waits(5)).toMatchObject({
    motivo: "está ocupado por Álvaro Soto (7)",
    celdas: [{ columna: "Armador", dice: "ÍN(51)", decia: "MR(93)" }],
  });
  await taller.does(LUIS, 5, { accion: "ANOTAR", texto: "ojo" });
  await taller.live();
  expect(taller.cell(5, "Armador")).toBe("ÍN(51)");
  expect(taller.cell(5, "Notas")).toEndWith(": ojo");
  taller.expectSynced(5);
  expect(await taller.undoes(5)).toMatchObject({ ok: true });
  await taller.live();
  expect([taller.cell(5, "Armador"), taller.waits(5)]).toEqual(["MR(93)", undefined]);
  await taller.expectLogWhole();
  taller.expectStrangersWhole();
});

test("what waits is off the list when hands put it back; undone it is, wherever rows are", async () => {
  await using taller = await openTaller();
  await armado(taller, 5);
  await taller.does(ALVARO, 5, SOLDAR);
  await taller.live();
  taller.types(5, "Armador", "ÍN(51)");
  await taller.live();
  taller.types(5, "Armador", "MR(93)");
  await taller.live();
  expect(taller.waits(5)).toBeUndefined();
  taller.types(5, "Armador", "ÍN(51)");
  await taller.live();
  await taller.undoes(5);
  taller.hands((hands) => hands.sort("Operaciones", "Obs", true));
  taller.handsBeforeWrite((hands) => hands.sort("Operaciones", "Cliente"));
  await taller.live();
  expect([taller.waits(5), taller.cell(5, "Armador")]).toEqual([undefined, "MR(93)"]);
  taller.expectStrangersWhole();
});

test("accepted on an occupied spool: ZEUES has it, and the occupation goes on", async () => {
  await using taller = await openTaller();
  await armado(taller, 5);
  await taller.does(ALVARO, 5, SOLDAR);
  await taller.live();
  taller.types(5, "Armador", "ÍN(51)");
  await taller.live();
  expect(await taller.accepts(5)).toMatchObject({ ok: true });
  await taller.live();
  expect(taller.spool(5).arm).toMatchObject({ trabajador: { nombre: "Íngrid Núñez" } });
  expect(taller.spool(5).ocupacion?.trabajador.id as number).toBe(ALVARO);
  expect(taller.waits(5)).toBeUndefined();
  taller.expectSynced(5);
  await taller.expectLogWhole();
});

test("what contradicts an occupation can't be accepted; once the spool is free it is taken", async () => {
  await using taller = await openTaller();
  await taller.does(MAURICIO, 5, TOMAR);
  await taller.live();
  taller.types(5, "Fecha_Armado", "18-11-2026");
  await taller.live();
  expect(taller.waits(5)?.motivo).toBe(
    "está ocupado por Mauricio Rodríguez (93); Ocupado en ARM, que ya está completado",
  );
  expect(await taller.accepts(5)).toMatchObject({ ok: false });
  await taller.does(MAURICIO, 5, PAUSAR);
  await taller.live();
  expect(await taller.actions(5)).toEqual(["IMPORTAR", "TOMAR", "PAUSAR", "CORREGIR"]);
  expect([taller.waits(5), taller.cell(5, "Ocupado_Por")]).toEqual([undefined, ""]);
  taller.expectSynced(5);
});

test("Estado_Detalle emptied: it is filled again", async () => {
  await using taller = await openTaller();
  await armado(taller, 5);
  taller.hands((hands) => hands.put("Operaciones", 6, "Estado_Detalle", null));
  await taller.live();
  expect(taller.waits(5)).toBeUndefined();
  expect(taller.cell(5, "Estado_Detalle")).toBe("Disponible - ARM completado, SOLD pendiente");
  expect(await taller.actions(5)).toEqual(["IMPORTAR", "TOMAR", "COMPLETAR"]);
});

test("an occupation typed by hand: it waits for both cells, then it is one", async () => {
  await using taller = await openTaller();
  taller.types(5, "Ocupado_Por", "MR(93)");
  await taller.live();
  expect(taller.waits(5)?.motivo).toBe("Ocupado_Por sin Fecha_Ocupacion");
  taller.types(5, "Fecha_Ocupacion", "20-11-2026 10:00:00");
  await taller.live();
  expect(taller.spool(5).ocupacion).toMatchObject({ operacion: "ARM", trabajador: { id: 93 } });
  expect(taller.cell(5, "Armador")).toBe("MR(93)");
  taller.expectSynced(5);
  await taller.expectLogWhole();
});

test("a name, or the label of nobody, in Armador: it waits, saying what to type", async () => {
  await using taller = await openTaller();
  taller.types(5, "Armador", "Mauricio Rodríguez");
  taller.types(6, "Armador", "mr (93)");
  taller.types(7, "Armador", "XX(999)");
  await taller.live();
  expect([5, 6, 7].map((spool) => taller.waits(spool)?.motivo)).toEqual([
    "Armador no se entiende: «Mauricio Rodríguez»; escribe la etiqueta, como MR(93)",
    undefined,
    "Armador no está en Trabajadores: «XX(999)»",
  ]);
  expect(taller.spool(6).arm).toMatchObject({ trabajador: { nombre: "Mauricio Rodríguez" } });
  expect(taller.cell(6, "Armador")).toBe("mr (93)");
  expect(taller.spool(7).arm.estado).toBe("pendiente");
  expect(taller.problems()).toContain("8: Armador ya no está en Trabajadores: «XX(999)».");
  // Who left the shop long ago is a label of nobody too, which a supervisor may know.
  expect(await taller.accepts(7)).toMatchObject({ ok: true });
  await taller.live();
  expect(taller.spool(7).arm).toMatchObject({ trabajador: { nombre: "XX(999)" } });
  taller.expectSynced(7);
});

test("a waiting edit whose tag is twice there for a while, or whose row is gone, waits on", async () => {
  await using taller = await openTaller();
  await armado(taller, 5);
  await taller.does(ALVARO, 5, SOLDAR);
  await taller.live();
  taller.types(5, "Armador", "ÍN(51)");
  await taller.live();
  await taller.undoes(5);
  taller.hands((hands) => hands.put("Operaciones", 6, "TAG_SPOOL", tagOf(20)));
  await taller.live();
  expect(taller.waits(5)?.deshacer).toMatchObject({ nombre: "Rosa Vega" });
  taller.hands((hands) => {
    hands.put("Operaciones", 6, "TAG_SPOOL", tagOf(5));
    hands.put("Operaciones", 21, "TAG_SPOOL", tagOf(5));
  });
  await taller.live();
  expect(taller.waits(5)?.deshacer).toMatchObject({ nombre: "Rosa Vega" });
  taller.hands((hands) => hands.put("Operaciones", 21, "TAG_SPOOL", tagOf(20)));
  await taller.live();
  expect([taller.cell(5, "Armador"), taller.waits(5)]).toEqual(["MR(93)", undefined]);
  taller.expectSynced(5);
  taller.expectStrangersWhole();
});

test("Ocupado_Por emptied by hand: it waits, the worker still has it", async () => {
  await using taller = await openTaller();
  await taller.does(MAURICIO, 5, TOMAR);
  await taller.live();
  taller.hands((hands) => {
    for (const column of ["Ocupado_Por", "Fecha_Ocupacion"]) {
      hands.put("Operaciones", 6, column, null);
    }
  });
  await taller.live();
  expect(taller.waits(5)?.motivo).toBe("está ocupado por Mauricio Rodríguez (93)");
  await taller.does(MAURICIO, 5, PAUSAR);
  await taller.live();
  expect(taller.waits(5)).toBeUndefined();
  taller.expectSynced(5);
});

test("Estado_Detalle edited: it waits, can only be undone, and the next action writes over it", async () => {
  await using taller = await openTaller();
  await armado(taller, 5);
  await armado(taller, 6);
  taller.types(5, "Estado_Detalle", "listo");
  taller.types(6, "Estado_Detalle", "listo");
  await taller.live();
  expect(taller.waits(5)).toMatchObject({
    motivo: "Estado_Detalle lo escribe ZEUES",
    estado: null,
  });
  expect(await taller.accepts(5)).toMatchObject({ ok: false });
  await taller.undoes(5);
  await taller.does(ALVARO, 6, SOLDAR);
  await taller.live();
  for (const spool of [5, 6]) {
    expect(taller.waits(spool)).toBeUndefined();
    expect(taller.cell(spool, "Estado_Detalle")).not.toBe("listo");
    taller.expectSynced(spool);
  }
});

for (const [typed, column, inspeccion] of [
  [PENDIENTE, "Estado_Detalle", "pendiente"],
  ["revisado por Rosa", "Estado_Detalle", "rechazado"],
  ["", "Estado_Detalle", "rechazado"],
  ["20-11-2026", "Fecha_QC_Metrologia", "aprobado"],
] as const) {
  test(`a BLOQUEADO undone with «${typed}» in ${column}: SUPERVISOR_OVERRIDE, logged`, async () => {
    await using taller = await openTaller();
    await bloqueado(taller, 5);
    taller.types(5, column, typed);
    await taller.live();
    expect((await taller.actions(5)).at(-1)).toBe("SUPERVISOR_OVERRIDE");
    expect(taller.spool(5).inspeccion.estado).toBe(inspeccion);
    expect([taller.waits(5), taller.chip()]).toEqual([undefined, null]);
    taller.expectSynced(5);
    await taller.expectLogWhole();
  });
}

test("a BLOQUEADO isn't undone by a column that was put back blank", async () => {
  await using taller = await openTaller();
  await bloqueado(taller, 5);
  taller.hands((hands) => {
    const at = hands.column("Operaciones", "Estado_Detalle");
    hands.deleteColumns("Operaciones", at);
    hands.insertColumns("Operaciones", at);
    hands.put("Operaciones", 1, at, "Estado_Detalle");
  });
  await taller.live(60_000);
  expect(taller.spool(5).inspeccion.estado).toBe("bloqueado");
  expect(taller.cell(5, "Estado_Detalle")).toBe("BLOQUEADO - Contactar supervisor");
  expect([taller.waits(5), taller.frozen(), taller.chip()]).toEqual([undefined, null, null]);
});

test("typed into a cell that ZEUES is about to write: it stays and waits, the rest is written", async () => {
  await using taller = await openTaller();
  await taller.does(MAURICIO, 5, TOMAR);
  taller.types(5, "Armador", "ÍN(51)");
  await taller.live();
  expect([taller.cell(5, "Armador"), taller.cell(5, "Ocupado_Por")]).toEqual(["ÍN(51)", "MR(93)"]);
  expect(taller.waits(5)?.celdas).toEqual([
    { columna: "Armador", dice: "ÍN(51)", decia: "MR(93)" },
  ]);
  taller.expectSynced(5);
});

test("a remark of ours taken out of Notas comes back below what hands wrote there", async () => {
  await using taller = await openTaller();
  await taller.does(MAURICIO, 5, { accion: "ANOTAR", texto: "ojo" });
  await taller.live();
  taller.types(5, "Notas", "lo suyo");
  await taller.live();
  expect([taller.spool(5).ficha.Notas, taller.waits(5)]).toEqual(["lo suyo", undefined]);
  expect(taller.cell(5, "Notas")).toBe("lo suyo\n20-11-2026 10:30 MR(93): ojo");
});

test("a worker made inactive takes no more; what he has he ends, or a supervisor does", async () => {
  await using taller = await openTaller();
  for (const spool of [5, 7, 8]) await taller.does(MAURICIO, spool, TOMAR);
  await taller.live();
  taller.hands((hands) => hands.put("Trabajadores", 2, "Activo", false));
  await taller.live();
  await expect(taller.does(MAURICIO, 6, TOMAR)).rejects.toThrow("refused");
  expect(taller.spool(5).ocupacion?.trabajador.id as number).toBe(MAURICIO);
  await taller.does(MAURICIO, 7, PAUSAR);
  await taller.does(MAURICIO, 8, { accion: "COMPLETAR", operacion: "ARM" });
  await taller.does(ROSA, 5, { accion: "LIBERAR", motivo: "ya no trabaja aquí" });
  await taller.live();
  for (const spool of [5, 7, 8]) taller.expectSynced(spool);
  taller.expectStrangersWhole();
});

test("a role removed: no more of that operation; given again: at once", async () => {
  await using taller = await openTaller();
  taller.hands((hands) => hands.put("Roles", 2, "Rol", "Jardinero"));
  await taller.live();
  await expect(taller.does(MAURICIO, 5, TOMAR)).rejects.toThrow("ROL_NO_AUTORIZADO");
  expect(taller.problems()).toContain("2: Rol desconocido: «Jardinero».");
  taller.hands((hands) => hands.put("Roles", 2, "Rol", " ARMADOR "));
  await taller.live();
  await taller.does(MAURICIO, 5, TOMAR);
});

test("a worker added: takes a spool seconds later", async () => {
  await using taller = await openTaller();
  taller.hands((hands) => {
    hands.paste("Trabajadores!A7", [["77", "Nina", "Pardo", "VERDADERO"]]);
    hands.paste("Roles!A7", [["77", "Armador", "VERDADERO"]]);
  });
  await taller.live(12_000);
  await taller.does(77, 5, TOMAR);
  await taller.live();
  expect(taller.cell(5, "Ocupado_Por")).toBe("NP(77)");
  taller.expectSynced(5);
  taller.expectStrangersWhole();
});

test("a worker's row deleted: inactive, and what was signed keeps the name", async () => {
  await using taller = await openTaller();
  await armado(taller, 5);
  taller.hands((hands) => hands.deleteRows("Trabajadores", 2));
  await taller.live();
  expect(taller.frozen()).toBeNull();
  await expect(taller.does(MAURICIO, 6, TOMAR)).rejects.toThrow("refused");
  expect(taller.spool(5).arm).toMatchObject({ trabajador: { nombre: "Mauricio Rodríguez" } });
  expect([taller.waits(5), taller.cell(5, "Armador")]).toEqual([undefined, "MR(93)"]);
});

test("half of the people deleted: nobody loses a right until a supervisor looks", async () => {
  await using taller = await openTaller();
  taller.hands((hands) => hands.deleteRows("Trabajadores", 2, 3));
  await taller.live();
  expect(taller.frozen()).toBe("En la hoja Trabajadores faltan 3 de los 5 activos conocidos");
  await taller.does(MAURICIO, 5, TOMAR);
  await taller.live();
  taller.expectSynced(5);
});
