/** Spec 3, the key of a spool; spec 5, what other programs read of it. */
import { describe, expect, test } from "bun:test";
import type { Pending, Seq, SpoolEvent } from "../../src/domain/event.ts";
import { blank, evolve } from "../../src/domain/evolve.ts";
import { messageOf, messageType } from "../../src/domain/message.ts";
import { firmante, isOcupable, isOperacion, parseTag, TAG_MAX } from "../../src/domain/spool.ts";
import {
  ALVARO,
  attempt,
  command,
  fecha,
  MAURICIO,
  NOW_MS,
  ocupacion,
  pausado,
  ROSA,
  soldado,
  spool,
  tag,
  ZONE,
} from "../support/builders.ts";

describe("tag", () => {
  test("is trimmed, and its case kept", () => {
    expect(parseTag("  MK-1300 \t")).toBe(tag("MK-1300"));
    expect(parseTag("mk-1300")).not.toBe(tag("MK-1300"));
    expect(parseTag("half \ud800")).toBeNull();
  });

  test("is any other text that a cell may hold", () => {
    for (const text of ["0042", "A/B C?&#", "<b>x</b>", 'Ñ 3"-TW', "__proto__", "constructor"]) {
      expect(parseTag(text) as string | null).toBe(text);
    }
  });

  test("is not empty and not a page of text", () => {
    for (const text of ["", "  ", "\u00a0\n"]) expect(parseTag(text)).toBeNull();
    expect(parseTag("x".repeat(TAG_MAX))).not.toBeNull();
    expect(parseTag("x".repeat(TAG_MAX + 1))).toBeNull();
  });
});

test("operations are these four; metrología is not taken", () => {
  expect(["ARM", "SOLD", "METROLOGIA", "REPARACION"].map(isOperacion)).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(["ARM", "SOLD", "METROLOGIA", "REPARACION"].map(isOcupable)).toEqual([
    true,
    true,
    false,
    true,
  ]);
  for (const text of ["", "arm", "__proto__", "length"]) expect(isOperacion(text)).toBe(false);
});

test("the column Armador shows the holder, else who paused or completed it", () => {
  expect(firmante(spool(), "ARM")).toBeNull();
  expect(firmante(spool({ arm: pausado(MAURICIO) }), "ARM")?.id).toBe(MAURICIO.id);
  expect(firmante(soldado(), "SOLD")?.id).toBe(ALVARO.id);
  expect(firmante(spool({ ocupacion: ocupacion("ARM", ALVARO) }), "ARM")?.id).toBe(ALVARO.id);
  expect(firmante(soldado({ ocupacion: ocupacion("REPARACION", ROSA) }), "ARM")?.id).toBe(
    MAURICIO.id,
  );
});

describe("events from the sheet", () => {
  const autor = { firma: null, medio: "planilla", dispositivo: null } as const;
  const at = { tag: tag("__proto__"), atMs: NOW_MS, autor };

  test("IMPORTAR is the whole spool as the sheet tells it", () => {
    const seen = soldado({ tag: "__proto__", ficha: JSON.parse('{"__proto__":"x"}') });
    const cambio = { accion: "IMPORTAR", operacion: null, spool: seen } as const;
    const after = evolve(blank(at.tag), { ...at, version: 1, cambio });
    expect(after).toEqual({ ...seen, version: 1 });
    expect(Object.entries(after.ficha)).toEqual([["__proto__", "x"]]);
  });

  test("EDITAR changes the engineers' columns and nothing else, also while somebody works", () => {
    const held = spool({ ocupacion: ocupacion("ARM", MAURICIO), version: 7 });
    const descripcion = {
      nv: "NV1",
      ot: "9",
      ficha: { Cliente: "Arauco" },
      fechaMateriales: fecha("01-09-2026"),
    };
    const cambio = { accion: "EDITAR", operacion: null, descripcion } as const;
    const after = evolve(held, { ...at, version: 8, cambio });
    expect(after).toEqual({ ...held, ...descripcion, version: 8 });
  });
});

describe("message for other programs", () => {
  const seq = (event: Pending<SpoolEvent>): SpoolEvent => ({ ...event, seq: 412 as Seq });

  test("has the earlier system's fields", () => {
    const result = attempt(spool(), command("TOMAR"), MAURICIO);
    if (!result.ok) throw new Error(result.refusal.code);
    expect(messageOf(seq(result.event), ZONE)).toEqual({
      type: "TOMAR",
      tag_spool: "MK-1300-SL-28000-001",
      worker: "MR(93)",
      estado_detalle: "MR(93) trabajando ARM (ARM en progreso, SOLD pendiente)",
      timestamp: "2026-11-20T10:30:00-03:00",
      seq: 412,
      operacion: "ARM",
      accion: "TOMAR",
      version: 2,
    });
  });

  test("all but TOMAR, PAUSAR and COMPLETAR are STATE_CHANGE with their accion", () => {
    expect(["TOMAR", "PAUSAR", "COMPLETAR"].map(messageType)).toEqual([
      "TOMAR",
      "PAUSAR",
      "COMPLETAR",
    ]);
    const others = ["CANCELAR", "LIBERAR", "APROBAR", "RECHAZAR", "DESBLOQUEAR", "IMPORTAR"];
    for (const accion of [...others, "EDITAR", "CORREGIR", "SUPERVISOR_OVERRIDE"])
      expect(messageType(accion)).toBe("STATE_CHANGE");
  });

  test("LIBERAR names the supervisor who did it; an import names nobody", () => {
    const held = spool({ ocupacion: ocupacion("ARM", MAURICIO) });
    const result = attempt(held, command("LIBERAR"), ROSA);
    if (!result.ok) throw new Error(result.refusal.code);
    expect(messageOf(seq(result.event), ZONE)).toMatchObject({
      type: "STATE_CHANGE",
      accion: "LIBERAR",
      operacion: "ARM",
      worker: "RP(168)",
    });
    const autor = { firma: null, medio: "planilla", dispositivo: null } as const;
    const cambio = { accion: "IMPORTAR", operacion: null, spool: held } as const;
    expect(messageOf(seq({ ...result.event, autor, cambio }), ZONE)).toMatchObject({
      type: "STATE_CHANGE",
      worker: null,
      operacion: null,
    });
  });
});
