/** Hand edits that were taken are logged in Metadata, and a new ledger reads them back. */
import { describe, expect, test } from "bun:test";
import { estadoDetalle } from "../../src/domain/estado-detalle.ts";
import type { EstadoDeColumnas } from "../../src/domain/planilla.ts";
import type { Spool } from "../../src/domain/spool.ts";
import { firmaOf } from "../../src/domain/trabajador.ts";
import { isOurs } from "../../src/workbook/plan-export.ts";
import { findTab, type Tab } from "../../src/workbook/tab.ts";
import {
  command,
  completado,
  LUIS,
  MAURICIO,
  NUSTA,
  ocupacion,
  pausado,
  pendiente,
  policy,
  ROSA,
} from "../support/builders.ts";
import { hand, Taller } from "./intake-taller.ts";
import { LISTO, libro, SOLDADO } from "./libro.ts";

const logOf = (tabs: readonly Tab[]): readonly (readonly string[])[] =>
  findTab(tabs, "Metadata")?.rows ?? [];

const estadoOf = ({ arm, sold, inspeccion, ciclo, ocupacion: held }: Spool): EstadoDeColumnas => ({
  arm,
  sold,
  inspeccion,
  ciclo,
  ocupacion: held,
});

/** A hand edit that a supervisor accepted. */
function corregir(taller: Taller, parts: Partial<EstadoDeColumnas>, firma = firmaOf(ROSA)): void {
  const spool = taller.spool();
  const estado = { ...estadoOf(spool), ...parts };
  taller.append({
    kind: "spool",
    atMs: taller.nowMs,
    tag: spool.tag,
    version: spool.version + 1,
    autor: { firma, medio: "planilla", dispositivo: null },
    cambio: { accion: "CORREGIR", operacion: null, estado },
    estadoDetalle: estadoDetalle({ ...spool, ...estado }, policy()),
  });
}

describe("the row of a hand edit", () => {
  test("that was taken by itself: signed by nobody", () => {
    const taller = Taller.ofRows(LISTO);
    taller.take(hand(libro(LISTO), { Armador: "MR(93)" }));
    expect(taller.log.map(isOurs)).toEqual([false, true]);
    const [row] = logOf(taller.written(libro(LISTO)));
    expect(row?.slice(1)).toEqual([
      ...["20-11-2026 10:30:00", "CORREGIR_SPOOL", "A-1", "", "", "", "CORREGIR", "20-11-2026"],
      ...[`{"pausadas":["ARM"],"estado":"Disponible - ARM pausado, SOLD pendiente"}`, ""],
    ]);
  });

  test("that undid a BLOQUEADO: the cycle that it left", () => {
    const Estado_Detalle = "BLOQUEADO - Contactar supervisor";
    const taller = Taller.ofRows({ ...SOLDADO, Estado_Detalle });
    taller.take(hand(libro(SOLDADO), { Estado_Detalle: "REPARACION_PAUSADA (Ciclo 2/3)" }));
    const [row] = logOf(taller.written(libro(SOLDADO)));
    expect(row?.[7]).toBe("SUPERVISOR_OVERRIDE");
    expect(row?.[9]).toBe(
      '{"ciclo":2,"pausadas":["REPARACION"],"estado":"REPARACION_PAUSADA (Ciclo 2/3)"}',
    );
  });

  test("that a supervisor accepted: signed by them", () => {
    const taller = Taller.ofRows(LISTO);
    corregir(taller, { arm: completado(MAURICIO) });
    const [row] = logOf(taller.written(libro(LISTO)));
    expect(row?.slice(4, 8)).toEqual(["168", "RP(168)", "", "CORREGIR"]);
    const estado = "Disponible - ARM completado, SOLD pendiente";
    expect(row?.[9]).toBe(JSON.stringify({ estado }));
  });
});

describe("a new ledger that starts from this workbook knows", () => {
  const again = (taller: Taller, from = LISTO): Spool =>
    Taller.of(taller.written(libro(from))).spool();

  test("that an operation which hands emptied was never paused", () => {
    const taller = Taller.ofRows(LISTO).act(command("TOMAR"), MAURICIO);
    taller.act(command("PAUSAR"), MAURICIO);
    corregir(taller, { arm: pendiente });
    taller.act(command("TOMAR"), LUIS);
    expect(again(taller)).toMatchObject({ arm: pendiente, ocupacion: { operacion: "ARM" } });
  });

  test("that one which hands paused is, below an occupation", () => {
    const taller = Taller.ofRows(LISTO);
    corregir(taller, { arm: pausado(MAURICIO), ocupacion: ocupacion("ARM", MAURICIO) });
    expect(again(taller).arm).toEqual(pausado(MAURICIO));
  });

  test("the cycle as hands left it, not as the log had counted", () => {
    const taller = Taller.ofRows(SOLDADO).act(command("RECHAZAR"), NUSTA);
    corregir(taller, { inspeccion: { estado: "pendiente" }, ciclo: 0 });
    taller.act(command("RECHAZAR"), NUSTA).act(command("TOMAR", "REPARACION"), LUIS);
    taller.act(command("COMPLETAR", "REPARACION"), LUIS);
    expect(again(taller, SOLDADO)).toMatchObject({ inspeccion: { estado: "reparado" }, ciclo: 1 });
  });
});
