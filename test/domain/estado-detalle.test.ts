/** Spec 3, Estado_Detalle: every form, letter by letter. */
import { describe, expect, test } from "bun:test";
import { estadoDetalle } from "../../src/domain/estado-detalle.ts";
import type { Spool } from "../../src/domain/spool.ts";
import {
  ALVARO,
  apply,
  armado,
  attempt,
  command,
  inspeccionado,
  MAURICIO,
  ocupacion,
  pausado,
  policy,
  spool,
  trabajador,
} from "../support/builders.ts";

const ciclo = 2;
const repairing = inspeccionado("rechazado", {
  ciclo,
  ocupacion: ocupacion("REPARACION", MAURICIO),
});

const forms: readonly (readonly [Spool, string])[] = [
  [spool(), "Disponible - ARM pendiente, SOLD pendiente"],
  [
    spool({ ocupacion: ocupacion("ARM", MAURICIO) }),
    "MR(93) trabajando ARM (ARM en progreso, SOLD pendiente)",
  ],
  [
    spool({ arm: pausado(MAURICIO), ocupacion: ocupacion("ARM", MAURICIO) }),
    "MR(93) trabajando ARM (ARM en progreso, SOLD pendiente)",
  ],
  [spool({ arm: pausado(MAURICIO) }), "Disponible - ARM pausado, SOLD pendiente"],
  [
    spool({ arm: pausado(MAURICIO), ocupacion: ocupacion("SOLD", ALVARO) }),
    "ÁS(75) trabajando SOLD (ARM pausado, SOLD en progreso)",
  ],
  [
    spool({ arm: pausado(MAURICIO), sold: pausado(ALVARO) }),
    "Disponible - ARM pausado, SOLD pausado",
  ],
  [armado(), "Disponible - ARM completado, SOLD pendiente"],
  [
    armado({ ocupacion: ocupacion("SOLD", ALVARO) }),
    "ÁS(75) trabajando SOLD (ARM completado, SOLD en progreso)",
  ],
  [armado({ sold: pausado(ALVARO) }), "Disponible - ARM completado, SOLD pausado"],
  [
    inspeccionado("pendiente"),
    "Disponible - ARM completado, SOLD completado, Metrología pendiente",
  ],
  [
    inspeccionado("aprobado"),
    "Disponible - ARM completado, SOLD completado, METROLOGIA APROBADO ✓",
  ],
  [
    inspeccionado("rechazado", { ciclo }),
    "Disponible - ARM completado, SOLD completado, RECHAZADO (Ciclo 2/3) - Pendiente reparación",
  ],
  [repairing, "EN_REPARACION (Ciclo 2/3) - Ocupado: MR(93)"],
  [inspeccionado("reparacion pausada", { ciclo }), "REPARACION_PAUSADA (Ciclo 2/3)"],
  [inspeccionado("reparado", { ciclo }), "PENDIENTE_METROLOGIA"],
  [inspeccionado("bloqueado", { ciclo: 3 }), "BLOQUEADO - Contactar supervisor"],
];

describe("Estado_Detalle", () => {
  for (const [state, text] of forms) {
    test(text, () => expect(estadoDetalle(state, policy())).toBe(text));
  }

  test("with the limit off a cycle is only counted", () => {
    const off = policy({ maxCycles: 0 });
    expect(estadoDetalle(inspeccionado("rechazado", { ciclo }), off)).toBe(
      "Disponible - ARM completado, SOLD completado, RECHAZADO (Ciclo 2) - Pendiente reparación",
    );
    expect(estadoDetalle(repairing, off)).toBe("EN_REPARACION (Ciclo 2) - Ocupado: MR(93)");
    expect(estadoDetalle(inspeccionado("reparacion pausada", { ciclo }), off)).toBe(
      "REPARACION_PAUSADA (Ciclo 2)",
    );
  });

  test("an inconsistent spool says why, whatever else its row holds", () => {
    const broken = { ...repairing, inconsistencia: "Soldadura completada sin armado" };
    expect(estadoDetalle(broken, policy())).toBe("INCONSISTENTE - Soldadura completada sin armado");
  });

  test("names are text: nothing in them is read", () => {
    const hostile = trabajador({ nombre: "$& $1x", apellido: "__proto__" });
    const held = spool({ ocupacion: ocupacion("ARM", hostile) });
    expect(estadoDetalle(held, policy())).toBe(
      "XP(93) trabajando ARM (ARM en progreso, SOLD pendiente)",
    );
  });

  test("an event carries the text that it led to", () => {
    const result = attempt(spool(), command("TOMAR"), MAURICIO);
    expect(result).toMatchObject({
      event: { estadoDetalle: "MR(93) trabajando ARM (ARM en progreso, SOLD pendiente)" },
    });
    const paused = apply(apply(spool(), command("TOMAR"), MAURICIO), command("PAUSAR"), MAURICIO);
    expect(estadoDetalle(paused, policy())).toBe("Disponible - ARM pausado, SOLD pendiente");
  });
});
