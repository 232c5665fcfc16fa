/** Spec 3, ARM and SOLD: every action, state and role. */
import { describe, expect, test } from "bun:test";
import { decide } from "../../src/domain/decide.ts";
import { estadoDe, firmante } from "../../src/domain/spool.ts";
import { firmaOf, type Trabajador } from "../../src/domain/trabajador.ts";
import {
  ALVARO,
  actor,
  apply,
  armado,
  attempt,
  command,
  completado,
  HOUR_MS,
  HOY,
  INGRID,
  MAURICIO,
  NOW_MS,
  ocupacion,
  pausado,
  pendiente,
  policy,
  ROSA,
  refusalOf,
  spool,
} from "../support/builders.ts";

const TOMAR_ARM = command("TOMAR", "ARM");
const TOMAR_SOLD = command("TOMAR", "SOLD");

describe("TOMAR", () => {
  test("a worker takes a free spool and is written as Armador, with the hour", () => {
    const taken = apply(spool(), TOMAR_ARM, MAURICIO);
    expect(taken.ocupacion).toEqual(ocupacion("ARM", MAURICIO, NOW_MS));
    expect(estadoDe(taken, "ARM")).toBe("en progreso");
    expect(firmante(taken, "ARM")).toEqual(firmaOf(MAURICIO));
    expect(taken.version).toBe(2);
  });

  test("a paused spool can be continued by anyone with the role, who becomes its Armador", () => {
    const taken = apply(spool({ arm: pausado(MAURICIO) }), TOMAR_ARM, INGRID);
    expect(taken.ocupacion?.trabajador.etiqueta).toBe("ÍN(51)");
    expect(firmante(taken, "ARM")).toEqual(firmaOf(INGRID));
  });

  test("a completed operation is not taken again", () => {
    expect(refusalOf(armado(), TOMAR_ARM, MAURICIO)).toEqual({
      code: "TRANSICION_INVALIDA",
      accion: "TOMAR",
      estado: "ARM completado",
    });
  });

  test("ARM waits for its materials, begun or not", () => {
    const falta = { code: "DEPENDENCIAS_NO_SATISFECHAS", falta: "fecha de materiales" } as const;
    expect(refusalOf(spool({ fechaMateriales: null }), TOMAR_ARM, MAURICIO)).toEqual(falta);
    const paused = spool({ fechaMateriales: null, arm: pausado(MAURICIO) });
    expect(refusalOf(paused, TOMAR_ARM, MAURICIO)).toEqual(falta);
  });

  test("SOLD may begin once ARM has begun", () => {
    expect(refusalOf(spool(), TOMAR_SOLD, ALVARO)).toEqual({
      code: "DEPENDENCIAS_NO_SATISFECHAS",
      falta: "armado iniciado",
    });
    const taken = apply(spool({ arm: pausado(MAURICIO) }), TOMAR_SOLD, ALVARO);
    expect(estadoDe(taken, "SOLD")).toBe("en progreso");
    expect(firmante(taken, "SOLD")).toEqual(firmaOf(ALVARO));
    expect(apply(armado(), TOMAR_SOLD, ALVARO).ocupacion?.operacion).toBe("SOLD");
  });

  test("policy arm-completed: SOLD waits until ARM is completed", () => {
    const rules = policy({ soldAfter: "arm-completed" });
    const falta = { code: "DEPENDENCIAS_NO_SATISFECHAS", falta: "armado completado" } as const;
    expect(refusalOf(spool(), TOMAR_SOLD, ALVARO, rules)).toEqual(falta);
    const paused = spool({ arm: pausado(MAURICIO) });
    expect(refusalOf(paused, TOMAR_SOLD, ALVARO, rules)).toEqual(falta);
    expect(refusalOf(armado(), TOMAR_SOLD, ALVARO, rules)).toBeNull();
  });

  test("one operation at a time: while ARM is held, SOLD is occupied too", () => {
    const held = apply(spool({ arm: pausado(MAURICIO) }), TOMAR_ARM, MAURICIO);
    expect(refusalOf(held, TOMAR_SOLD, ALVARO)).toMatchObject({ code: "SPOOL_OCUPADO" });
  });

  test("a worker may hold several spools", () => {
    const one = apply(spool({ tag: "A" }), TOMAR_ARM, MAURICIO);
    const other = apply(spool({ tag: "B" }), TOMAR_ARM, MAURICIO);
    expect([one, other].map((s) => s.ocupacion?.trabajador.id)).toEqual([MAURICIO.id, MAURICIO.id]);
  });

  test("an occupation never expires by itself", () => {
    const held = spool({ ocupacion: ocupacion("ARM", MAURICIO, 0) });
    expect(refusalOf(held, TOMAR_ARM, INGRID)).toMatchObject({ code: "SPOOL_OCUPADO" });
  });
});

describe("PAUSAR, COMPLETAR, CANCELAR, LIBERAR", () => {
  const held = spool({ ocupacion: ocupacion("ARM", MAURICIO) });
  const heldAgain = spool({ arm: pausado(MAURICIO), ocupacion: ocupacion("ARM", MAURICIO) });

  test("PAUSAR frees the spool and keeps the Armador", () => {
    const after = apply(held, command("PAUSAR"), MAURICIO);
    expect(after.ocupacion).toBeNull();
    expect(after.arm).toEqual(pausado(MAURICIO));
    expect(firmante(after, "ARM")).toEqual(firmaOf(MAURICIO));
  });

  test("COMPLETAR frees the spool and writes today in the shop's zone", () => {
    const after = apply(held, command("COMPLETAR"), MAURICIO);
    expect(after.ocupacion).toBeNull();
    expect(after.arm).toEqual({
      estado: "completado",
      trabajador: firmaOf(MAURICIO),
      fecha: HOY,
    });
  });

  test("late in the evening, today is the shop's day and not UTC's", () => {
    const late = Date.UTC(2026, 10, 21, 2, 30); // 20-11-2026 23:30 in Santiago
    const after = apply(held, command("COMPLETAR"), MAURICIO, late);
    expect(after.arm).toMatchObject({ fecha: "2026-11-20" });
  });

  test("SOLD may not complete before ARM, whatever let it begin", () => {
    const soldHeld = spool({ arm: pausado(MAURICIO), ocupacion: ocupacion("SOLD", ALVARO) });
    expect(refusalOf(soldHeld, command("COMPLETAR", "SOLD"), ALVARO)).toEqual({
      code: "DEPENDENCIAS_NO_SATISFECHAS",
      falta: "armado completado",
    });
    expect(refusalOf(soldHeld, command("PAUSAR", "SOLD"), ALVARO)).toBeNull();
    const ready = armado({ ocupacion: ocupacion("SOLD", ALVARO) });
    const after = apply(ready, command("COMPLETAR", "SOLD"), ALVARO);
    expect(after.sold).toEqual(completado(ALVARO, "20-11-2026"));
  });

  test("pausing or cancelling SOLD leaves a paused ARM as it is", () => {
    const soldHeld = spool({ arm: pausado(MAURICIO), ocupacion: ocupacion("SOLD", ALVARO) });
    const paused = apply(soldHeld, command("PAUSAR", "SOLD"), ALVARO);
    expect([paused.arm, paused.sold]).toEqual([pausado(MAURICIO), pausado(ALVARO)]);
    const cancelled = apply(soldHeld, command("CANCELAR", "SOLD"), ALVARO);
    expect([cancelled.arm, cancelled.sold]).toEqual([pausado(MAURICIO), pendiente]);
  });

  test("CANCELAR goes back to pendiente and clears the Armador", () => {
    const after = apply(held, command("CANCELAR"), MAURICIO);
    expect(after.ocupacion).toBeNull();
    expect(estadoDe(after, "ARM")).toBe("pendiente");
    expect(firmante(after, "ARM")).toBeNull();
  });

  test("CANCELAR goes back to pausado when it had been paused before", () => {
    const after = apply(heldAgain, command("CANCELAR"), MAURICIO);
    expect(after.ocupacion).toBeNull();
    expect(estadoDe(after, "ARM")).toBe("pausado");
  });

  test("whoever continued a paused spool stays its Armador when they cancel", () => {
    const continued = apply(spool({ arm: pausado(MAURICIO) }), TOMAR_ARM, INGRID);
    const after = apply(continued, command("CANCELAR"), INGRID);
    expect(after.arm).toEqual(pausado(INGRID));
  });

  test("LIBERAR by a supervisor, with a reason, is PAUSAR in the holder's name", () => {
    const result = attempt(held, command("LIBERAR"), ROSA);
    if (!result.ok) throw new Error(result.refusal.code);
    expect(result.spool.ocupacion).toBeNull();
    expect(result.spool.arm).toEqual(pausado(MAURICIO));
    expect(result.event.autor.firma).toEqual(firmaOf(ROSA));
    expect(result.event.cambio).toEqual({
      accion: "LIBERAR",
      operacion: "ARM",
      motivo: "Fin de turno",
    });
  });

  test("LIBERAR of a spool that nobody holds is no transition", () => {
    expect(refusalOf(spool(), command("LIBERAR"), ROSA)).toEqual({
      code: "TRANSICION_INVALIDA",
      accion: "LIBERAR",
      estado: "sin ocupante",
    });
  });

  for (const accion of ["PAUSAR", "COMPLETAR", "CANCELAR"] as const) {
    test(`${accion} is the occupant's alone, not a colleague's nor a supervisor's`, () => {
      for (const other of [INGRID, ROSA]) {
        expect(refusalOf(held, command(accion), other)).toEqual({
          code: "NO_ES_OCUPANTE",
          ocupacion: ocupacion("ARM", MAURICIO),
        });
      }
    });

    test(`${accion} of a spool that nobody holds is no transition`, () => {
      const invalid = { code: "TRANSICION_INVALIDA", accion, estado: "sin ocupante" } as const;
      for (const free of [spool(), spool({ arm: pausado(MAURICIO) }), armado()]) {
        expect(refusalOf(free, command(accion), MAURICIO)).toEqual(invalid);
      }
    });

    test(`${accion} names the operation that is held`, () => {
      expect(refusalOf(held, command(accion, "SOLD"), MAURICIO)).toEqual({
        code: "TRANSICION_INVALIDA",
        accion,
        estado: "en ARM",
      });
    });
  }

  test("the occupant who lost the role meanwhile can still end what they hold", () => {
    const moved: Trabajador = { ...MAURICIO, roles: ["Soldador"] };
    expect(refusalOf(held, command("PAUSAR"), moved)).toBeNull();
  });
});

test("a decision is a value: it does not touch the spool it was asked about", () => {
  const before = spool();
  const copy = structuredClone(before);
  const later = NOW_MS + HOUR_MS;
  expect(decide(before, TOMAR_ARM, actor(MAURICIO), policy(), later).ok).toBe(true);
  expect(before).toEqual(copy);
});
