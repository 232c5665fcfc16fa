/** Issue 3: a worker's own COMPLETAR is undone by a compensating event; remarks stay. */
import { describe, expect, test } from "bun:test";
import type { Command } from "../../src/domain/command.ts";
import { DESHACER_MS, EN_CAMINO_MS } from "../../src/domain/decide.ts";
import { estadoDetalle } from "../../src/domain/estado-detalle.ts";
import { blank, evolve } from "../../src/domain/evolve.ts";
import type { Refusal } from "../../src/domain/refusal.ts";
import type { Ocupable, Spool } from "../../src/domain/spool.ts";
import { firmaOf, type Trabajador } from "../../src/domain/trabajador.ts";
import {
  ALVARO,
  apply,
  armado,
  attempt,
  command,
  HOUR_MS,
  INGRID,
  inspeccionado,
  LUIS,
  MAURICIO,
  MINUTE_MS,
  NOW_MS,
  NUSTA,
  ocupacion,
  pausado,
  policy,
  ROSA,
  soldado,
  spool,
  trabajador,
} from "../support/builders.ts";

const DESHACER = command("DESHACER");
const SOON_MS = NOW_MS + 3_000;

const refused = (before: Spool, cmd: Command, who: Trabajador, nowMs = SOON_MS): Refusal | null => {
  const result = attempt(before, cmd, who, nowMs);
  return result.ok ? null : result.refusal;
};

/** Held an hour ago, completed at NOW_MS. */
const completed = (held: Spool, who: Trabajador): Spool =>
  apply(held, command("COMPLETAR", held.ocupacion?.operacion), who);

describe("DESHACER", () => {
  const cases: readonly (readonly [string, Spool, Trabajador])[] = [
    ["ARM begun", spool({ ocupacion: ocupacion("ARM", MAURICIO) }), MAURICIO],
    [
      "ARM continued",
      spool({ arm: pausado(MAURICIO), ocupacion: ocupacion("ARM", MAURICIO) }),
      MAURICIO,
    ],
    ["SOLD begun", armado({ ocupacion: ocupacion("SOLD", ALVARO) }), ALVARO],
    ["SOLD continued", armado({ sold: pausado(LUIS), ocupacion: ocupacion("SOLD", LUIS) }), LUIS],
    [
      "REPARACION",
      inspeccionado("rechazado", { ciclo: 2, ocupacion: ocupacion("REPARACION", INGRID) }),
      INGRID,
    ],
    [
      "REPARACION continued",
      inspeccionado("reparacion pausada", { ocupacion: ocupacion("REPARACION", INGRID) }),
      INGRID,
    ],
  ];
  for (const [name, held, who] of cases) {
    test(`${name}: the spool is as before COMPLETAR, held since when it was`, () => {
      const done = completed(held, who);
      expect(done.ocupacion).toBeNull();
      const result = attempt(done, DESHACER, who, SOON_MS);
      if (!result.ok) throw new Error(result.refusal.code);
      expect(result.spool).toEqual({ ...held, version: held.version + 2 });
      expect(result.spool.ocupacion?.desdeMs).toBe(NOW_MS - HOUR_MS);
      const operacion = held.ocupacion?.operacion as Ocupable;
      expect(result.event.cambio).toEqual({ accion: "DESHACER", operacion });
      expect(result.event.estadoDetalle).toBe(estadoDetalle(held, policy()));
    });
  }

  const held = spool({ ocupacion: ocupacion("ARM", MAURICIO) });
  const done = completed(held, MAURICIO);
  const late = {
    code: "TRANSICION_INVALIDA",
    accion: "DESHACER",
    estado: "fuera de plazo",
  } as const;

  test("for ten seconds, and two more for a tap on its way", () => {
    const end = NOW_MS + DESHACER_MS + EN_CAMINO_MS;
    expect(refused(done, DESHACER, MAURICIO, NOW_MS)).toBeNull();
    expect(refused(done, DESHACER, MAURICIO, end)).toBeNull();
    expect(refused(done, DESHACER, MAURICIO, end + 1)).toEqual(late);
  });

  test("only by the one who completed it, not a namesake nor a supervisor", () => {
    const before = ocupacion("ARM", MAURICIO);
    for (const other of [INGRID, ROSA, trabajador({ id: 94 })]) {
      const refusal = { code: "NO_ES_OCUPANTE", ocupacion: before } as const;
      expect(refused(done, DESHACER, other)).toEqual(refusal);
    }
  });

  test("whoever lost role or activity meanwhile may still take it back", () => {
    const gone: Trabajador = { ...MAURICIO, roles: [], activo: false };
    expect(refused(done, DESHACER, gone)).toBeNull();
  });

  test("not once somebody else took the spool: the refusal names them", () => {
    const taken = apply(done, command("TOMAR", "SOLD"), ALVARO, NOW_MS + 1_000);
    expect(refused(taken, DESHACER, MAURICIO)).toEqual({
      code: "SPOOL_OCUPADO",
      ocupacion: ocupacion("SOLD", ALVARO, NOW_MS + 1_000),
      propio: false,
    });
    const again = apply(taken, command("PAUSAR", "SOLD"), ALVARO, NOW_MS + 2_000);
    expect(refused(again, DESHACER, MAURICIO)).toEqual(late);
  });

  test("not once one holds it oneself again", () => {
    const taken = apply(done, command("TOMAR", "SOLD"), LUIS, NOW_MS + 1_000);
    expect(refused(taken, DESHACER, LUIS)).toMatchObject({ code: "SPOOL_OCUPADO", propio: true });
  });

  test("not once it was inspected", () => {
    const welded = completed(armado({ ocupacion: ocupacion("SOLD", ALVARO) }), ALVARO);
    for (const accion of ["APROBAR", "RECHAZAR"] as const) {
      const inspected = apply(welded, command(accion), NUSTA, NOW_MS + 1_000);
      expect(refused(inspected, DESHACER, ALVARO)).toEqual(late);
    }
  });

  test("once: what was undone is not undone again, nor what nobody completed", () => {
    const undone = apply(done, DESHACER, MAURICIO, SOON_MS);
    const refusal = { code: "SPOOL_OCUPADO", propio: true };
    expect(refused(undone, DESHACER, MAURICIO)).toMatchObject(refusal);
    for (const still of [spool(), armado(), soldado(), inspeccionado("bloqueado")]) {
      expect(refused(still, DESHACER, MAURICIO)).toEqual(late);
    }
  });

  test("only the last completion: an older one's time is over with the next action", () => {
    const soldHeld = apply(done, command("TOMAR", "SOLD"), LUIS, NOW_MS + 1_000);
    const free = apply(soldHeld, command("CANCELAR", "SOLD"), LUIS, NOW_MS + 2_000);
    expect(refused(free, DESHACER, MAURICIO)).toEqual(late);
  });

  test("undone, completed and undone again: since when stays the same", () => {
    const undone = apply(done, DESHACER, MAURICIO, SOON_MS);
    const again = apply(undone, command("COMPLETAR"), MAURICIO, NOW_MS + MINUTE_MS);
    const back = apply(again, DESHACER, MAURICIO, NOW_MS + MINUTE_MS + 1_000);
    expect(back).toEqual({ ...held, version: held.version + 4 });
  });

  test("remarks and the engineers' edits in between do not hinder, and stay", () => {
    const noted = apply(done, command("ANOTAR"), INGRID, NOW_MS + 1_000);
    const autor = { firma: null, medio: "planilla", dispositivo: null } as const;
    const descripcion = { nv: "NV0601", ot: "7", ficha: { Notas: "urge" }, fechaMateriales: null };
    const edited = evolve(noted, {
      tag: noted.tag,
      version: noted.version + 1,
      atMs: NOW_MS + 2_000,
      autor,
      cambio: { accion: "EDITAR", operacion: null, descripcion },
    });
    const back = apply(edited, DESHACER, MAURICIO, SOON_MS);
    const { notas } = noted;
    expect(back).toEqual({ ...held, ...descripcion, notas, version: held.version + 4 });
  });

  test("not when the sheet's row was read anew meanwhile", () => {
    const anew = evolve(done, {
      tag: done.tag,
      version: done.version + 1,
      atMs: SOON_MS,
      autor: { firma: null, medio: "planilla", dispositivo: null },
      cambio: { accion: "IMPORTAR", operacion: null, spool: done },
    });
    expect(anew.completada).toBeNull();
    expect(refused(anew, DESHACER, MAURICIO)).toEqual(late);
  });

  test("a log in which nobody completed leaves the spool alone", () => {
    const autor = { firma: firmaOf(MAURICIO), medio: "tablet", dispositivo: null } as const;
    const cambio = { accion: "DESHACER", operacion: "ARM" } as const;
    const before = blank(held.tag);
    const after = evolve(before, { tag: held.tag, version: 1, atMs: NOW_MS, autor, cambio });
    expect(after).toEqual({ ...before, version: 1 });
  });
});

describe("ANOTAR", () => {
  const everywhere: readonly Spool[] = [
    spool(),
    spool({ ocupacion: ocupacion("ARM", INGRID) }),
    armado(),
    inspeccionado("bloqueado"),
    inspeccionado("aprobado"),
    spool({ inconsistencia: "SOLD completado sin ARM completado" }),
  ];

  test("any active worker, on any spool, with author and time; nothing else changes", () => {
    for (const before of everywhere) {
      for (const who of [MAURICIO, NUSTA, trabajador({ roles: [] })]) {
        const after = apply(before, { accion: "ANOTAR", texto: "Falta una unión" }, who);
        const nota = { texto: "Falta una unión", firma: firmaOf(who), atMs: NOW_MS };
        expect(after).toEqual({ ...before, notas: [nota], version: before.version + 1 });
      }
    }
  });

  test("append-only: the oldest first, equal texts too", () => {
    let noted = spool();
    for (const [n, who] of [MAURICIO, INGRID, MAURICIO].entries()) {
      noted = apply(noted, command("ANOTAR"), who, NOW_MS + n);
    }
    expect(noted.notas.map(({ firma, atMs }) => [firma.id as number, atMs - NOW_MS])).toEqual([
      [93, 0],
      [51, 1],
      [93, 2],
    ]);
  });

  test("remarks survive when the sheet's row is read anew", () => {
    const noted = apply(spool({ inconsistencia: "Fecha imposible" }), command("ANOTAR"), ROSA);
    const read = spool({ version: noted.version + 1 });
    const anew = evolve(noted, {
      tag: noted.tag,
      version: noted.version + 1,
      atMs: SOON_MS,
      autor: { firma: null, medio: "planilla", dispositivo: null },
      cambio: { accion: "IMPORTAR", operacion: null, spool: read },
    });
    expect(anew).toEqual({ ...read, notas: noted.notas });
  });
});
