/** The stages of a spool's life: how long it was held, paused, waiting. */
import { describe, expect, test } from "bun:test";
import { tramosDe } from "../../src/domain/etapa.ts";
import type { SpoolEvent } from "../../src/domain/event.ts";
import type { Spool } from "../../src/domain/spool.ts";
import { cronometro, etapaText, tramoText } from "../../views/partes/duracion.ts";
import {
  armado,
  completado,
  inspeccionado,
  MAURICIO,
  ocupacion,
  pausado,
  soldado,
  spool,
} from "../support/builders.ts";
import { estadoDe } from "../support/planilla.ts";
import { HOUR_MS, MINUTE_MS, suceso } from "./sucesos.ts";

const words = (events: Parameters<typeof tramosDe>[0]): (string | null)[] =>
  tramosDe(events).map((tramo) => tramo && tramoText(tramo));

test("each action says how long the stage before it was", () => {
  const events = [
    suceso("TOMAR", "ARM", 0),
    suceso("PAUSAR", "ARM", 3 * HOUR_MS + 12 * MINUTE_MS),
    suceso("TOMAR", "ARM", 5 * HOUR_MS + 12 * MINUTE_MS),
    suceso("COMPLETAR", "ARM", 5 * HOUR_MS + 12 * MINUTE_MS + 30_000),
    suceso("TOMAR", "SOLD", 60 * HOUR_MS),
  ];
  expect(words(events)).toEqual([
    null,
    "3 h 12 min en armado",
    "2 h 0 min en pausa, armado",
    "menos de 1 min en armado",
    "2 d 6 h a la espera de soldadura",
  ]);
});

test("a note does not end a stage", () => {
  const events = [
    suceso("TOMAR", "SOLD", 0),
    suceso("ANOTAR", null, HOUR_MS),
    suceso("COMPLETAR", "SOLD", 2 * HOUR_MS),
  ];
  expect(words(events)).toEqual([null, null, "2 h 0 min en soldadura"]);
});

test("a completion that was taken back did not end the work", () => {
  const events = [
    suceso("TOMAR", "ARM", 0),
    suceso("COMPLETAR", "ARM", HOUR_MS),
    suceso("DESHACER", "ARM", HOUR_MS + 5_000),
    suceso("COMPLETAR", "ARM", 2 * HOUR_MS),
  ];
  const tramos = tramosDe(events);
  expect(tramos.map((tramo) => tramo?.deshecho ?? null)).toEqual([null, true, null, false]);
  expect(words(events).at(-1)).toBe("2 h 0 min en armado");
});

test("a rejection waits for a repair, the last one for a supervisor", () => {
  const rejected = [suceso("RECHAZAR", "METROLOGIA", 0), suceso("TOMAR", "REPARACION", HOUR_MS)];
  expect(words(rejected)[1]).toBe("1 h 0 min a la espera de reparación");
  const blocked = [
    suceso("RECHAZAR", "METROLOGIA", 0, { bloqueado: true }),
    suceso("DESBLOQUEAR", "METROLOGIA", HOUR_MS),
  ];
  expect(words(blocked)[1]).toBe("1 h 0 min bloqueado");
  expect(etapaText({ operacion: "METROLOGIA", estado: "espera" })).toBe(
    "a la espera de metrología",
  );
});

describe("a hand edit that was taken", () => {
  /** Hands made it stand so, at `atMs`. */
  const corregir = (after: Spool, atMs: number): SpoolEvent => {
    const event = suceso("CORREGIR", null, atMs);
    const cambio = { accion: "CORREGIR", operacion: null, estado: estadoDe(after) } as const;
    return { ...event, autor: { ...event.autor, firma: null }, cambio };
  };

  test.each<[Spool, string | null]>([
    [spool(), "a la espera de armado"],
    [spool({ arm: pausado(MAURICIO) }), "en pausa, armado"],
    [armado(), "a la espera de soldadura"],
    [armado({ sold: pausado(MAURICIO) }), "en pausa, soldadura"],
    [spool({ sold: completado(MAURICIO) }), "a la espera de metrología"],
    [soldado(), "a la espera de metrología"],
    [armado({ ocupacion: ocupacion("SOLD", MAURICIO) }), "en soldadura"],
    [inspeccionado("rechazado"), "a la espera de reparación"],
    [inspeccionado("reparacion pausada"), "en pausa, reparación"],
    [inspeccionado("reparado"), "a la espera de metrología"],
    [inspeccionado("bloqueado"), "bloqueado"],
    [inspeccionado("aprobado"), null],
  ])("puts it where its columns do (%#)", (after, expected) => {
    const events = [
      suceso("TOMAR", "ARM", 0),
      corregir(after, HOUR_MS),
      suceso("RECHAZAR", "METROLOGIA", 3 * HOUR_MS),
    ];
    const last = expected === null ? null : `2 h 0 min ${expected}`;
    expect(words(events)).toEqual([null, "1 h 0 min en armado", last]);
  });

  test("is held by whom the cell names", () => {
    const held = armado({ ocupacion: ocupacion("SOLD", MAURICIO) });
    const tramos = tramosDe([corregir(held, 0), suceso("PAUSAR", "SOLD", HOUR_MS)]);
    expect(tramos[1]?.firma?.etiqueta).toBe("MR(93)");
  });

  test("does not end the stage when it leaves it the same", () => {
    const events = [
      suceso("COMPLETAR", "ARM", 0),
      corregir(armado({ arm: completado(MAURICIO, "02-11-2026") }), HOUR_MS),
      suceso("TOMAR", "SOLD", 3 * HOUR_MS),
    ];
    expect(words(events)).toEqual([null, null, "3 h 0 min a la espera de soldadura"]);
  });
});

test("how long something waits is counted in seconds", () => {
  const at = [0, 42_000, 599_999, 3_599_999, 3_600_000, 3_723_000, 36_000_000, -5_000];
  const expected = ["0:00", "0:42", "9:59", "59:59", "1:00:00", "1:02:03", "10:00:00", "0:00"];
  expect(at.map(cronometro)).toEqual(expected);
});
