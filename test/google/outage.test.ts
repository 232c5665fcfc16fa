/** An hour without Google loses nothing and stops nobody (spec 7). */
import { expect, test } from "bun:test";
import { BUDGET_PER_MINUTE } from "../../src/google/budget.ts";
import { HOUR_MS, MINUTE_MS } from "../support/builders.ts";
import { busiestMinute, Jornada, wrongCells, wrongInLog } from "./jornada.ts";
import { openStand } from "./stand.ts";
import { SUCIAS, taller } from "./taller-hoja.ts";

const ACTIONS = 3_000;

test("3,000 actions in an hour of darkness are in the sheet a minute after its end", async () => {
  await using stand = await openStand({ sheets: taller(300, SUCIAS) });
  const { emulator, tiempo, turno } = stand;
  await stand.live(5_000);
  emulator.latencyMs = 500;
  const backAtMs = tiempo.wall() + HOUR_MS;
  emulator.faults.dark(backAtMs);
  const jornada = new Jornada(stand, { seed: 7, everyMs: HOUR_MS / ACTIONS, actions: ACTIONS });
  const beganAt = emulator.calls.length;
  const live = async (): Promise<void> => {
    await jornada.catchUp();
    await stand.live(10_000);
  };
  while (tiempo.wall() < backAtMs - HOUR_MS / 2) await live();
  const halfway = turno().sincronia();
  expect(halfway.pendientes).toBeGreaterThan(ACTIONS / 2 - 100);
  expect(halfway.sinConexionDesdeMs).toBeLessThan(backAtMs - HOUR_MS + MINUTE_MS);
  expect(emulator.calls.length).toBe(beganAt);
  while (!jornada.done) await live();

  while (turno().sincronia().pendientes > 0) await stand.live(1_000);
  const [first] = emulator.calls.slice(beganAt);
  const drainedMs = tiempo.wall() - (first?.atMs ?? 0);
  expect(drainedMs).toBeLessThan(MINUTE_MS);
  // Asked at least every 64 s while it was away.
  expect((first?.atMs ?? 0) - backAtMs).toBeLessThan(65_000);
  await stand.live(30_000);
  for (const kind of ["read", "write"] as const) {
    expect(busiestMinute(emulator, kind)).toBeLessThanOrEqual(BUDGET_PER_MINUTE);
  }
  expect(jornada.events).toHaveLength(ACTIONS);
  expect(wrongCells(stand, jornada.events)).toEqual([]);
  expect(wrongInLog(stand, jornada.events)).toEqual([]);
  expect(stand.picture.floor.planilla?.cambios ?? []).toEqual([]);
  expect(turno().sincronia()).toMatchObject({ pendientes: 0, sinConexionDesdeMs: null });
});
