/** Spec 3, Refusals: every code that the rules give, with the data that a sentence needs. */
import { describe, expect, test } from "bun:test";
import { ACCIONES } from "../../src/domain/command.ts";
import { closed } from "../../src/domain/decide.ts";
import type { RefusalCode } from "../../src/domain/refusal.ts";
import { OCUPABLES, OPERACIONES } from "../../src/domain/spool.ts";
import { firmaOf, ROLES } from "../../src/domain/trabajador.ts";
import {
  ALVARO,
  apply,
  armado,
  command,
  INGRID,
  inspeccionado,
  MAURICIO,
  NUSTA,
  ocupacion,
  pausado,
  policy,
  ROSA,
  refusalOf,
  soldado,
  spool,
  trabajador,
} from "../support/builders.ts";

const MULTI = trabajador({ roles: [...ROLES] });

describe("SPOOL_OCUPADO", () => {
  const held = spool({ ocupacion: ocupacion("ARM", MAURICIO) });

  test("names who has the spool, in what and since when", () => {
    const { ocupacion: o } = held;
    if (!o) throw new Error("not held");
    expect(refusalOf(held, command("TOMAR"), INGRID)).toEqual({
      code: "SPOOL_OCUPADO",
      ocupacion: o,
      propio: false,
    });
    expect(o.trabajador).toEqual(firmaOf(MAURICIO));
  });

  test("an occupant's own second TOMAR is told apart", () => {
    expect(refusalOf(held, command("TOMAR"), MAURICIO)).toMatchObject({
      code: "SPOOL_OCUPADO",
      propio: true,
    });
  });

  test("the one who is the same person has the same Id, not the same name", () => {
    const namesake = trabajador({ id: 94 });
    expect(refusalOf(held, command("TOMAR"), namesake)).toMatchObject({ propio: false });
    expect(refusalOf(held, command("PAUSAR"), namesake)).toMatchObject({ code: "NO_ES_OCUPANTE" });
    const married = trabajador({ apellido: "Soto" });
    expect(refusalOf(held, command("PAUSAR"), married)).toBeNull();
  });

  test("metrología waits until the spool is free", () => {
    const repairing = apply(inspeccionado("rechazado"), command("TOMAR", "REPARACION"), INGRID);
    for (const accion of ["APROBAR", "RECHAZAR"] as const) {
      expect(refusalOf(repairing, command(accion), NUSTA)).toEqual({
        code: "SPOOL_OCUPADO",
        ocupacion: ocupacion("REPARACION", INGRID, repairing.ocupacion?.desdeMs ?? 0),
        propio: false,
      });
    }
  });
});

describe("SPOOL_INCONSISTENTE", () => {
  const motivo = "Soldadura completada sin armado";
  const broken = spool({ inconsistencia: motivo });

  test("is shown and not acted on, by anybody and in any way; a remark is no act", () => {
    expect(refusalOf(broken, command("ANOTAR"), MULTI)).toBeNull();
    for (const accion of ACCIONES.filter((name) => name !== "ANOTAR")) {
      for (const operacion of OCUPABLES) {
        expect(refusalOf(broken, command(accion, operacion), MULTI)).toEqual({
          code: "SPOOL_INCONSISTENTE",
          motivo,
        });
      }
    }
  });

  test("holds also when the row has an occupant or is blocked", () => {
    const code = "SPOOL_INCONSISTENTE";
    const held = spool({ inconsistencia: motivo, ocupacion: ocupacion("ARM", MULTI) });
    for (const accion of ["TOMAR", "PAUSAR", "COMPLETAR", "CANCELAR", "LIBERAR"] as const) {
      expect(refusalOf(held, command(accion), MULTI)).toMatchObject({ code });
    }
    const blocked = inspeccionado("bloqueado", { inconsistencia: motivo });
    expect(refusalOf(blocked, command("DESBLOQUEAR"), ROSA)).toMatchObject({ code });
    expect(refusalOf(blocked, command("APROBAR"), NUSTA)).toMatchObject({ code });
  });

  test("an empty reason is a reason", () => {
    const silent = spool({ inconsistencia: "" });
    const code = "SPOOL_INCONSISTENTE";
    expect(refusalOf(silent, command("TOMAR"), MAURICIO)).toMatchObject({ code });
    expect(refusalOf(silent, command("PAUSAR"), MAURICIO)).toMatchObject({ code });
    expect(refusalOf(silent, command("LIBERAR"), ROSA)).toMatchObject({ code });
  });
});

describe("DEPENDENCIAS_NO_SATISFECHAS", () => {
  const code = "DEPENDENCIAS_NO_SATISFECHAS";

  test("metrología needs ARM and SOLD completed, and says which is missing", () => {
    for (const accion of ["APROBAR", "RECHAZAR"] as const) {
      for (const early of [spool(), spool({ arm: pausado(MAURICIO) })]) {
        expect(refusalOf(early, command(accion), NUSTA)).toEqual({
          code,
          falta: "armado completado",
        });
      }
      for (const half of [armado(), armado({ sold: pausado(ALVARO) })]) {
        expect(refusalOf(half, command(accion), NUSTA)).toEqual({
          code,
          falta: "soldadura completada",
        });
      }
    }
  });
});

describe("SPOOL_BLOQUEADO", () => {
  test("stops whatever is to be taken or inspected until a supervisor unblocks", () => {
    const blocked = inspeccionado("bloqueado");
    const refused = { code: "SPOOL_BLOQUEADO" } as const;
    for (const operacion of OCUPABLES) {
      expect(refusalOf(blocked, command("TOMAR", operacion), MULTI)).toEqual(refused);
    }
    expect(refusalOf(blocked, command("APROBAR"), NUSTA)).toEqual(refused);
    expect(refusalOf(blocked, command("RECHAZAR"), NUSTA)).toEqual(refused);
  });
});

describe("TRANSICION_INVALIDA", () => {
  test("names the action that was asked and the state in the way", () => {
    for (const accion of ["APROBAR", "RECHAZAR"] as const) {
      for (const estado of ["aprobado", "rechazado", "reparacion pausada"] as const) {
        expect(refusalOf(inspeccionado(estado), command(accion), NUSTA)).toEqual({
          code: "TRANSICION_INVALIDA",
          accion,
          estado,
        });
      }
    }
    for (const estado of ["pendiente", "aprobado", "reparado"] as const) {
      const cmd = command("TOMAR", "REPARACION");
      expect(refusalOf(inspeccionado(estado), cmd, INGRID)).toEqual({
        code: "TRANSICION_INVALIDA",
        accion: "TOMAR",
        estado,
      });
      expect(refusalOf(inspeccionado(estado), command("DESBLOQUEAR"), ROSA)).toEqual({
        code: "TRANSICION_INVALIDA",
        accion: "DESBLOQUEAR",
        estado,
      });
    }
  });
});

describe("closed: the lists and the rules agree", () => {
  const open = (state: Parameters<typeof closed>[0]): readonly string[] =>
    OPERACIONES.filter((operacion) => closed(state, operacion, policy()) === null);

  test("a spool is listed exactly where it can be taken or inspected", () => {
    expect(open(spool())).toEqual(["ARM"]);
    expect(open(spool({ fechaMateriales: null }))).toEqual([]);
    expect(open(spool({ arm: pausado(MAURICIO) }))).toEqual(["ARM", "SOLD"]);
    expect(open(armado())).toEqual(["SOLD"]);
    expect(open(soldado())).toEqual(["METROLOGIA"]);
    expect(open(inspeccionado("rechazado"))).toEqual(["REPARACION"]);
    expect(open(inspeccionado("reparacion pausada"))).toEqual(["REPARACION"]);
    expect(open(inspeccionado("reparado"))).toEqual(["METROLOGIA"]);
    expect(open(inspeccionado("bloqueado"))).toEqual([]);
    expect(open(inspeccionado("aprobado"))).toEqual([]);
  });

  test("a held or inconsistent spool is open for nothing", () => {
    const cases: readonly (readonly [Parameters<typeof closed>[0], RefusalCode])[] = [
      [spool({ ocupacion: ocupacion("ARM", MAURICIO) }), "SPOOL_OCUPADO"],
      [spool({ inconsistencia: "Fecha imposible" }), "SPOOL_INCONSISTENTE"],
    ];
    for (const [state, code] of cases) {
      for (const operacion of OPERACIONES) {
        expect(closed(state, operacion, policy())).toMatchObject({ code });
      }
    }
  });
});
