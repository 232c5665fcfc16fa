/** The diary: days of the shop, the team's work, what the shop gets done. */
import { describe, expect, test } from "bun:test";
import type { Event, Seq, SpoolEvent } from "../../src/domain/event.ts";
import { DEFAULT_POLICY } from "../../src/domain/policy.ts";
import { firmaOf } from "../../src/domain/trabajador.ts";
import { ACTIVIDAD_MAX, DIARIO_MAX, Diario } from "../../src/floor/diario.ts";
import { diasHasta, hoy, semana } from "../../src/floor/diario-dias.ts";
import { jornadas, tramada } from "../../src/floor/diario-equipo.ts";
import { DIAS, loadDiario } from "../../src/floor/diario-load.ts";
import { estadias, porDia } from "../../src/floor/diario-produccion.ts";
import { Floor } from "../../src/floor/floor.ts";
import { suceso } from "../domain/sucesos.ts";
import { HOUR_MS, INGRID, MAURICIO, NOW_MS, ZONE } from "../support/builders.ts";

const hours = ({ desdeMs, hastaMs }: { desdeMs: number; hastaMs: number }): number =>
  (hastaMs - desdeMs) / HOUR_MS;

describe("days of the shop", () => {
  test("spring skips midnight: the day begins at one and has 23 hours", () => {
    // 06-09-2026 in Chile: 00:00 -04:00 is 01:00 -03:00.
    const dia = hoy(Date.UTC(2026, 8, 6, 15), ZONE);
    expect([dia.fecha, new Date(dia.desdeMs).toISOString(), hours(dia)]).toEqual([
      "2026-09-06" as never,
      "2026-09-06T04:00:00.000Z",
      23,
    ]);
  });

  test("autumn: the Saturday before has 25 hours", () => {
    const dia = hoy(Date.UTC(2026, 3, 4, 15), ZONE);
    expect([String(dia.fecha), hours(dia)]).toEqual(["2026-04-04", 25]);
  });

  test("days follow each other without a gap, over a change of the clock and of the year", () => {
    for (const now of [
      Date.UTC(2026, 8, 10, 15),
      Date.UTC(2026, 3, 10, 15),
      Date.UTC(2026, 0, 5),
    ]) {
      const dias = diasHasta(now, ZONE, DIAS);
      expect(dias).toHaveLength(DIAS);
      for (const [i, dia] of dias.entries()) {
        if (i > 0) expect(dia.desdeMs).toBe(dias[i - 1]?.hastaMs ?? 0);
      }
      expect(dias.at(-1)?.desdeMs).toBeLessThanOrEqual(now);
      expect(dias.at(-1)?.hastaMs).toBeGreaterThan(now);
    }
  });

  test("late in the evening it is still today in the shop, though not in UTC", () => {
    expect(String(hoy(Date.UTC(2026, 10, 21, 2), ZONE).fecha)).toBe("2026-11-20");
  });

  test.each([
    ["a Friday", NOW_MS, "2026-11-16"],
    ["a Monday", Date.UTC(2026, 10, 16, 12), "2026-11-16"],
    ["a Sunday", Date.UTC(2026, 10, 22, 12), "2026-11-16"],
    ["the Sunday of spring's change", Date.UTC(2026, 8, 6, 12), "2026-08-31"],
  ])("the week of %s begins on Monday", (_, nowMs, monday) => {
    const week = semana(nowMs, ZONE);
    expect(String(hoy(week.desdeMs, ZONE).fecha)).toBe(monday);
    expect(String(hoy(week.hastaMs - 1, ZONE).fecha) > monday).toBe(true);
  });
});

describe("what each worker did", () => {
  const day = hoy(NOW_MS, ZONE);
  const at = (hour: number): number => day.desdeMs + hour * HOUR_MS;

  test("counts by operation and action, time from taking to leaving", () => {
    const events = [
      suceso("TOMAR", "ARM", at(8)),
      suceso("PAUSAR", "ARM", at(9)),
      suceso("TOMAR", "ARM", at(9.5), { quien: INGRID }),
      suceso("COMPLETAR", "ARM", at(10), { quien: INGRID }),
    ];
    const [ingrid, mauricio] = jornadas(events, [], day, NOW_MS);
    expect(mauricio).toMatchObject({ firma: { id: 93 }, conCarreteMs: HOUR_MS, sumaMs: HOUR_MS });
    expect(mauricio?.cuentas).toEqual([
      { operacion: "ARM", accion: "TOMAR", total: 1 },
      { operacion: "ARM", accion: "PAUSAR", total: 1 },
    ]);
    expect(ingrid?.conCarreteMs).toBe(HOUR_MS / 2);
  });

  test("two spools at a time are one hour of work, and two in the sum", () => {
    const both = ["A", "B"].flatMap((tag) => [
      suceso("TOMAR", "ARM", at(8), { tag }),
      suceso("PAUSAR", "ARM", at(9), { tag }),
    ]);
    const [own] = jornadas(both, [], day, NOW_MS);
    expect([own?.conCarreteMs, own?.sumaMs]).toEqual([HOUR_MS, 2 * HOUR_MS]);
  });

  test("what began yesterday counts from midnight; what is held now, until now", () => {
    const night = [suceso("TOMAR", "ARM", at(-2)), suceso("PAUSAR", "ARM", at(1))];
    const held = { operacion: "SOLD", trabajador: firmaOf(INGRID), desdeMs: at(9) } as const;
    const [ingrid, mauricio] = jornadas(night, [held], day, at(10));
    expect([ingrid?.sumaMs, mauricio?.sumaMs]).toEqual([HOUR_MS, HOUR_MS]);
    expect(mauricio?.cuentas).toEqual([{ operacion: "ARM", accion: "PAUSAR", total: 1 }]);
  });

  test("a supervisor's LIBERAR ends the time of who held it", () => {
    const freed = [
      suceso("TOMAR", "ARM", at(8)),
      suceso("LIBERAR", "ARM", at(9), { quien: INGRID }),
    ];
    const [ingrid, mauricio] = jornadas(freed, [], day, NOW_MS);
    expect([ingrid?.sumaMs, mauricio?.sumaMs]).toEqual([0, HOUR_MS]);
  });

  test("a completion taken back is no work done, and its time counts once", () => {
    const undone = [
      suceso("TOMAR", "ARM", at(7)),
      suceso("COMPLETAR", "ARM", at(8)),
      suceso("DESHACER", "ARM", at(8)),
      suceso("COMPLETAR", "ARM", at(9)),
    ];
    const [own] = jornadas(undone, [], day, NOW_MS);
    expect(own?.cuentas).toContainEqual({ operacion: "ARM", accion: "COMPLETAR", total: 1 });
    expect(own?.sumaMs).toBe(2 * HOUR_MS);
    const dias = diasHasta(NOW_MS, ZONE, 1);
    expect(porDia(tramada(undone), dias)[0]?.hechos.ARM).toBe(1);
  });

  test("who left the shop still stands with the name that they signed with", () => {
    const gone = { ...MAURICIO, activo: false };
    const [own] = jornadas([suceso("TOMAR", "ARM", at(8), { quien: gone })], [], day, NOW_MS);
    expect(own?.firma.nombre).toBe("Mauricio Rodríguez");
  });
});

test("work is counted on the day on which it was completed, in the shop's zone", () => {
  const dias = diasHasta(NOW_MS, ZONE, 2);
  const midnight = dias[1]?.desdeMs ?? 0;
  const events = [
    suceso("COMPLETAR", "SOLD", midnight - 1, { tag: "A" }),
    suceso("COMPLETAR", "SOLD", midnight, { tag: "B" }),
    suceso("APROBAR", "METROLOGIA", midnight, { tag: "B" }),
    suceso("PAUSAR", "SOLD", midnight, { tag: "C" }),
  ];
  const counts = porDia(tramada(events), dias).map(({ hechos }) => [
    hechos.SOLD,
    hechos.METROLOGIA,
  ]);
  expect(counts).toEqual([
    [1, 0],
    [1, 1],
  ]);
});

test("the time in a state is the median of the stages that ended", () => {
  const events = [1, 2, 9].flatMap((hours) => [
    suceso("TOMAR", "ARM", NOW_MS, { tag: `T${hours}` }),
    suceso("PAUSAR", "ARM", NOW_MS + hours * HOUR_MS, { tag: `T${hours}` }),
  ]);
  const all = estadias(tramada(events), { desdeMs: NOW_MS, hastaMs: NOW_MS + 24 * HOUR_MS });
  expect(all.find(({ total }) => total > 0)).toEqual({
    etapa: { operacion: "ARM", estado: "progreso" },
    total: 3,
    medianaMs: 2 * HOUR_MS,
  });
});

describe("the diary", () => {
  const events = (count: number, first = 1): SpoolEvent[] =>
    Array.from({ length: count }, (_, i) => suceso("TOMAR", "ARM", NOW_MS + i, { seq: first + i }));

  test("holds people's actions only, hand edits of our columns among them", () => {
    const diario = new Diario();
    diario.add(suceso("IMPORTAR", null, NOW_MS));
    diario.add(suceso("EDITAR", null, NOW_MS));
    diario.add(suceso("ANOTAR", null, NOW_MS));
    diario.add(suceso("CORREGIR", null, NOW_MS));
    const acciones = diario.events.map(({ cambio }) => cambio.accion);
    expect(acciones).toEqual(["ANOTAR", "CORREGIR"]);
  });

  test("is bounded, and says since when it is whole", () => {
    const diario = new Diario();
    diario.prepend(events(DIARIO_MAX + 10), NOW_MS - HOUR_MS);
    expect(diario.events).toHaveLength(DIARIO_MAX);
    expect(diario.completoDesdeMs).toBe(NOW_MS + 10);
    for (const event of events(DIARIO_MAX, DIARIO_MAX + 11)) diario.add(event);
    expect(diario.events.length).toBeLessThan(2 * DIARIO_MAX);
  });

  test("tells a feed that stood still what entered and what left it", () => {
    const diario = new Diario();
    for (const event of events(130)) diario.add(event);
    const seqs = (list: readonly SpoolEvent[]) => list.map(({ seq }) => Number(seq));
    expect(seqs(diario.actividad())).toEqual(seqs(events(ACTIVIDAD_MAX, 81)));
    const { nuevas, salidas } = diario.actividadDesde(128);
    expect([seqs(nuevas), seqs(salidas)]).toEqual([
      [129, 130],
      [79, 80],
    ]);
    const long = diario.actividadDesde(60);
    expect(seqs(long.nuevas)).toEqual(seqs(events(ACTIVIDAD_MAX, 81)));
    expect(seqs(long.salidas)).toEqual(seqs(events(50, 11)));
  });

  test("is filled from the log: the last two weeks, once, beside what comes meanwhile", async () => {
    const dias = diasHasta(NOW_MS, ZONE, DIAS);
    const begin = dias[0]?.desdeMs ?? 0;
    const log: SpoolEvent[] = [-5, -1, 0, 1, 5].map((hours, i) =>
      suceso("TOMAR", "ARM", begin + hours * HOUR_MS, { seq: i + 1 }),
    );
    const nothing = {
      spools: [],
      trabajadores: [],
      sesiones: [],
      accesos: [],
      planilla: null,
      ajustes: null,
    };
    const snapshot = { seq: 5 as Seq, ...nothing };
    const floor = new Floor(DEFAULT_POLICY, snapshot);
    const later = suceso("TOMAR", "ARM", NOW_MS, { seq: 6, tag: "B" });
    const ledger = {
      async read(after: Seq, limit = 10): Promise<readonly Event[]> {
        if (floor.seq === 5) floor.apply([later]); // commits while the log is read
        return [...log, later].slice(after, after + limit);
      },
    };
    await loadDiario(ledger, floor, NOW_MS, () => true);
    expect(floor.diario.events.map(({ seq }) => Number(seq))).toEqual([3, 4, 5, 6]);
    expect(floor.diario.completoDesdeMs).toBe(begin);
  });
});
