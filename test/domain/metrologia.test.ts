/** Spec 3, METROLOGÍA and REPARACIÓN: inspection, cycles, blocking, repair. */
import { describe, expect, test } from "bun:test";
import { estadoDetalle } from "../../src/domain/estado-detalle.ts";
import type { Policy } from "../../src/domain/policy.ts";
import type { Inspeccion, Spool } from "../../src/domain/spool.ts";
import {
  apply,
  attempt,
  command,
  HOY,
  INGRID,
  inspeccionado,
  MAURICIO,
  NOW_MS,
  NUSTA,
  policy,
  ROSA,
  refusalOf,
  soldado,
} from "../support/builders.ts";

const reject = (s: Spool, rules?: Policy): Spool =>
  apply(s, command("RECHAZAR"), NUSTA, NOW_MS, rules);
const repair = (s: Spool): Spool =>
  apply(
    apply(s, command("TOMAR", "REPARACION"), INGRID),
    command("COMPLETAR", "REPARACION"),
    INGRID,
  );
const brief = (s: Spool): readonly [Inspeccion["estado"], number] => [s.inspeccion.estado, s.ciclo];

describe("metrología", () => {
  test("APROBAR sets the day of the inspection, without an occupation", () => {
    const after = apply(soldado(), command("APROBAR"), NUSTA);
    expect(after.inspeccion).toEqual({ estado: "aprobado", fecha: HOY });
    const late = apply(soldado(), command("APROBAR"), NUSTA, Date.UTC(2026, 10, 21, 2, 59));
    expect(late.inspeccion).toEqual({ estado: "aprobado", fecha: HOY });
    expect(after.ocupacion).toBeNull();
  });

  test("RECHAZAR adds one to the cycle and keeps the reason, if there is one", () => {
    expect(brief(reject(soldado()))).toEqual(["rechazado", 1]);
    const why = attempt(soldado(), { accion: "RECHAZAR", motivo: "Porosidad" }, NUSTA);
    const silent = attempt(soldado(), { accion: "RECHAZAR" }, NUSTA);
    expect(why).toMatchObject({ event: { cambio: { ciclo: 1, motivo: "Porosidad" } } });
    expect(silent).toMatchObject({ event: { cambio: { ciclo: 1, motivo: null } } });
  });

  test("a repaired spool is inspected again", () => {
    const repaired = repair(reject(soldado()));
    expect(brief(repaired)).toEqual(["reparado", 1]);
    expect(apply(repaired, command("APROBAR"), NUSTA).inspeccion.estado).toBe("aprobado");
    expect(brief(reject(repaired))).toEqual(["rechazado", 2]);
  });

  test("an approval ends the count of consecutive rejections", () => {
    const repaired = repair(reject(repair(reject(soldado()))));
    expect(brief(repaired)).toEqual(["reparado", 2]);
    expect(brief(apply(repaired, command("APROBAR"), NUSTA))).toEqual(["aprobado", 0]);
  });

  test("the third rejection in a row blocks the spool", () => {
    const third = reject(repair(reject(repair(reject(soldado())))));
    expect(brief(third)).toEqual(["bloqueado", 3]);
  });

  test("a limit of 1 blocks at once, a limit of 0 never", () => {
    expect(brief(reject(soldado(), policy({ maxCycles: 1 })))).toEqual(["bloqueado", 1]);
    const never = policy({ maxCycles: 0 });
    let s = soldado();
    for (let n = 1; n <= 10; n++) {
      s = reject(s, never);
      expect(brief(s)).toEqual(["rechazado", n]);
      s = repair(s);
    }
  });

  test("a limit that was lowered meanwhile blocks at the next rejection", () => {
    const repaired = inspeccionado("reparado", { ciclo: 4 });
    expect(brief(reject(repaired, policy({ maxCycles: 2 })))).toEqual(["bloqueado", 5]);
  });
});

describe("bloqueado", () => {
  const blocked = inspeccionado("bloqueado", { ciclo: 3 });

  test("a supervisor unblocks it, with a reason; it is then rejected and can be repaired", () => {
    const result = attempt(blocked, { accion: "DESBLOQUEAR", motivo: "Visto con QC" }, ROSA);
    if (!result.ok) throw new Error(result.refusal.code);
    expect(brief(result.spool)).toEqual(["rechazado", 3]);
    expect(result.event.cambio).toEqual({
      accion: "DESBLOQUEAR",
      operacion: "METROLOGIA",
      motivo: "Visto con QC",
    });
    expect(refusalOf(result.spool, command("TOMAR", "REPARACION"), MAURICIO)).toBeNull();
  });

  test("unblocking is no approval: the next rejection blocks again", () => {
    const unblocked = apply(blocked, command("DESBLOQUEAR"), ROSA);
    expect(brief(reject(repair(unblocked)))).toEqual(["bloqueado", 4]);
  });
});

describe("reparación", () => {
  const rejected = inspeccionado("rechazado", { ciclo: 2 });
  const taken = apply(rejected, command("TOMAR", "REPARACION"), INGRID);
  const paused = apply(taken, command("PAUSAR", "REPARACION"), INGRID);

  test("TOMAR, PAUSAR, TOMAR by somebody else, COMPLETAR", () => {
    expect(taken.ocupacion?.operacion).toBe("REPARACION");
    expect(brief(paused)).toEqual(["reparacion pausada", 2]);
    expect(paused.ocupacion).toBeNull();
    const again = apply(paused, command("TOMAR", "REPARACION"), MAURICIO);
    expect(again.ocupacion?.trabajador.id).toBe(MAURICIO.id);
    const done = apply(again, command("COMPLETAR", "REPARACION"), MAURICIO);
    expect(brief(done)).toEqual(["reparado", 2]);
    expect(done.ocupacion).toBeNull();
    expect(estadoDetalle(done, policy())).toBe("PENDIENTE_METROLOGIA");
  });

  test("CANCELAR gives back a rejected spool, also after a pause", () => {
    const first = apply(taken, command("CANCELAR", "REPARACION"), INGRID);
    expect(brief(first)).toEqual(["rechazado", 2]);
    const again = apply(paused, command("TOMAR", "REPARACION"), MAURICIO);
    const second = apply(again, command("CANCELAR", "REPARACION"), MAURICIO);
    expect(brief(second)).toEqual(["rechazado", 2]);
    expect(second.ocupacion).toBeNull();
  });

  test("LIBERAR leaves the repair paused", () => {
    const freed = apply(taken, command("LIBERAR"), ROSA);
    expect(brief(freed)).toEqual(["reparacion pausada", 2]);
    expect(freed.ocupacion).toBeNull();
  });

  test("ARM and SOLD keep their dates and workers throughout", () => {
    for (const s of [taken, paused, repair(rejected)]) {
      expect([s.arm, s.sold]).toEqual([rejected.arm, rejected.sold]);
    }
  });

  test("is no occasion to do ARM or SOLD again", () => {
    for (const accion of ["PAUSAR", "COMPLETAR", "CANCELAR"] as const) {
      expect(refusalOf(taken, command(accion, "ARM"), INGRID)).toEqual({
        code: "TRANSICION_INVALIDA",
        accion,
        estado: "en REPARACION",
      });
    }
  });
});
