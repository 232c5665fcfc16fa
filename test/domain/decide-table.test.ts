/** Spec 3 as one table: what each state allows, and what each action asks of a role. */
import { describe, expect, test } from "bun:test";
import type { Command } from "../../src/domain/command.ts";
import type { Spool } from "../../src/domain/spool.ts";
import { ROLES, type Rol } from "../../src/domain/trabajador.ts";
import {
  apply,
  armado,
  command,
  inspeccionado,
  LUIS,
  MAURICIO,
  NUSTA,
  ocupacion,
  pausado,
  refusalOf,
  spool,
  trabajador,
} from "../support/builders.ts";
import { COMMANDS } from "./sequences.ts";

describe("the whole table: action x state, by whoever has the right", () => {
  const MULTI = trabajador({ roles: [...ROLES] });
  const held = ocupacion("ARM", MULTI);
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
    "ARM recien completado": apply(spool({ ocupacion: held }), command("COMPLETAR"), MULTI),
  };
  /** What spec 3 allows in each state, besides a remark (issue 3); all else is refused. */
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
    "ARM recien completado": ["TOMAR SOLD", "DESHACER"],
  };
  const named = (cmd: Command): string =>
    "operacion" in cmd ? `${cmd.accion} ${cmd.operacion}` : cmd.accion;

  for (const [name, state] of Object.entries(states)) {
    const expected = allowed[name] ?? [];
    test(`${name}: ${expected.join(", ") || "nothing"}`, () => {
      const accepted = COMMANDS.filter((cmd) => refusalOf(state, cmd, MULTI) === null);
      expect(accepted.map(named).toSorted()).toEqual(["ANOTAR", ...expected].toSorted());
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
    open.push([spool(), command("ANOTAR")]);
    for (const [state, cmd] of open) expect(refusalOf(state, cmd, gone)).toEqual(inactivo);
  });

  test("the right is asked first: without the role nothing is told about the spool", () => {
    const held = spool({ ocupacion: ocupacion("ARM", MAURICIO) });
    expect(refusalOf(held, command("TOMAR"), NUSTA)).toMatchObject({ code: "ROL_NO_AUTORIZADO" });
  });
});
