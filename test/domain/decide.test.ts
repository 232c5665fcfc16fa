/** Spec 3, ARM and SOLD: every action, state and role. */
import { describe, expect, test } from "bun:test";
import type { Command } from "../../src/domain/command.ts";
import { decide } from "../../src/domain/decide.ts";
import { estadoDe, firmante, type Spool } from "../../src/domain/spool.ts";
import { firmaOf, ROLES, type Rol, type Trabajador } from "../../src/domain/trabajador.ts";
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
  inspeccionado,
  LUIS,
  MAURICIO,
  NOW_MS,
  NUSTA,
  ocupacion,
  pausado,
  policy,
  ROSA,
  refusalOf,
  spool,
  trabajador,
} from "../support/builders.ts";
import { COMMANDS } from "./sequences.ts";

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

describe("the whole table: action x state, by whoever has the right", () => {
  const MULTI = trabajador({ roles: [...ROLES] });
  const states: Readonly<Record<string, Spool>> = {
    pendiente: spool(),
    "ARM en progreso": spool({ ocupacion: ocupacion("ARM", MULTI) }),
    "ARM pausado": spool({ arm: pausado(MULTI) }),
    "ARM completado": armado(),
    "SOLD en progreso": armado({ ocupacion: ocupacion("SOLD", MULTI) }),
    "SOLD en progreso, ARM pausado": spool({
      arm: pausado(MULTI),
      ocupacion: ocupacion("SOLD", MULTI),
    }),
    "SOLD pausado": armado({ sold: pausado(MULTI) }),
    "metrologia pendiente": inspeccionado("pendiente"),
    rechazado: inspeccionado("rechazado"),
    "en reparacion": inspeccionado("rechazado", { ocupacion: ocupacion("REPARACION", MULTI) }),
    "reparacion pausada": inspeccionado("reparacion pausada"),
    reparado: inspeccionado("reparado"),
    bloqueado: inspeccionado("bloqueado"),
    aprobado: inspeccionado("aprobado"),
  };
  /** What spec 3 allows in each state; all else is refused. */
  const allowed: Readonly<Record<string, readonly string[]>> = {
    pendiente: ["TOMAR ARM"],
    "ARM en progreso": ["PAUSAR ARM", "COMPLETAR ARM", "CANCELAR ARM", "LIBERAR"],
    "ARM pausado": ["TOMAR ARM", "TOMAR SOLD"],
    "ARM completado": ["TOMAR SOLD"],
    "SOLD en progreso": ["PAUSAR SOLD", "COMPLETAR SOLD", "CANCELAR SOLD", "LIBERAR"],
    "SOLD en progreso, ARM pausado": ["PAUSAR SOLD", "CANCELAR SOLD", "LIBERAR"],
    "SOLD pausado": ["TOMAR SOLD"],
    "metrologia pendiente": ["APROBAR", "RECHAZAR"],
    rechazado: ["TOMAR REPARACION"],
    "en reparacion": [
      "PAUSAR REPARACION",
      "COMPLETAR REPARACION",
      "CANCELAR REPARACION",
      "LIBERAR",
    ],
    "reparacion pausada": ["TOMAR REPARACION"],
    reparado: ["APROBAR", "RECHAZAR"],
    bloqueado: ["DESBLOQUEAR"],
    aprobado: [],
  };
  const named = (cmd: Command): string =>
    "operacion" in cmd ? `${cmd.accion} ${cmd.operacion}` : cmd.accion;

  for (const [name, state] of Object.entries(states)) {
    const expected = allowed[name] ?? [];
    test(`${name}: ${expected.join(", ") || "nothing"}`, () => {
      const accepted = COMMANDS.filter((cmd) => refusalOf(state, cmd, MULTI) === null);
      expect(accepted.map(named).toSorted()).toEqual(expected.toSorted());
    });
  }
});

describe("roles", () => {
  const cases: readonly (readonly [string, Spool, Parameters<typeof command>, readonly Rol[]])[] = [
    ["ARM", spool(), ["TOMAR", "ARM"], ["Armador", "Ayudante"]],
    ["SOLD", armado(), ["TOMAR", "SOLD"], ["Soldador", "Ayudante"]],
    ["APROBAR", inspeccionado("pendiente"), ["APROBAR"], ["Metrologia"]],
    ["RECHAZAR", inspeccionado("pendiente"), ["RECHAZAR"], ["Metrologia"]],
    ["LIBERAR", spool({ ocupacion: ocupacion("ARM", LUIS) }), ["LIBERAR"], ["Supervisor"]],
    ["DESBLOQUEAR", inspeccionado("bloqueado"), ["DESBLOQUEAR"], ["Supervisor"]],
  ];
  for (const [name, state, args, roles] of cases) {
    test(`${name} asks for ${roles.join(" or ")}`, () => {
      for (const rol of ROLES) {
        const who = trabajador({ roles: [rol] });
        expect(refusalOf(state, command(...args), who)).toEqual(
          roles.includes(rol) ? null : { code: "ROL_NO_AUTORIZADO", roles },
        );
      }
      const nobody = trabajador({ roles: [] });
      expect(refusalOf(state, command(...args), nobody)).toMatchObject({ roles });
      const many = trabajador({ roles: [...ROLES] });
      expect(refusalOf(state, command(...args), many)).toBeNull();
    });
  }

  test("REPARACION is open to any active worker, even without a role", () => {
    const rejected = inspeccionado("rechazado");
    for (const roles of [[], ...ROLES.map((rol) => [rol])]) {
      expect(refusalOf(rejected, command("TOMAR", "REPARACION"), trabajador({ roles }))).toBeNull();
    }
  });

  test("an inactive worker begins nothing, whatever their roles", () => {
    const gone = trabajador({ activo: false, roles: [...ROLES] });
    const inactivo = { code: "ROL_NO_AUTORIZADO", inactivo: true } as const;
    const open = [...cases.map(([, state, args]) => [state, command(...args)] as const)];
    open.push([inspeccionado("rechazado"), command("TOMAR", "REPARACION")]);
    for (const [state, cmd] of open) expect(refusalOf(state, cmd, gone)).toEqual(inactivo);
  });

  test("the right is asked first: without the role nothing is told about the spool", () => {
    const held = spool({ ocupacion: ocupacion("ARM", MAURICIO) });
    expect(refusalOf(held, TOMAR_ARM, NUSTA)).toMatchObject({ code: "ROL_NO_AUTORIZADO" });
  });
});

test("a decision is a value: it does not touch the spool it was asked about", () => {
  const before = spool();
  const copy = structuredClone(before);
  const later = NOW_MS + HOUR_MS;
  expect(decide(before, TOMAR_ARM, actor(MAURICIO), policy(), later).ok).toBe(true);
  expect(before).toEqual(copy);
});
