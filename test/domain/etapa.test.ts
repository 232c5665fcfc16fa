/** The stages of a spool's life: how long it was held, paused, waiting. */
import { expect, test } from "bun:test";
import { tramosDe } from "../../src/domain/etapa.ts";
import { etapaText, tramoText } from "../../views/partes/duracion.ts";
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
