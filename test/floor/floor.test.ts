/** The floor follows the log: its laws F1 and F2, and what it answers (spec 5). */
import { describe, expect, jest, test } from "bun:test";
import fc from "fast-check";
import type { Ajustes } from "../../src/domain/ajustes.ts";
import type { Event, Seq } from "../../src/domain/event.ts";
import { DEFAULT_POLICY } from "../../src/domain/policy.ts";
import type { Spool } from "../../src/domain/spool.ts";
import { type Change, Floor } from "../../src/floor/floor.ts";
import { type ListKey, placesOf } from "../../src/floor/lists.ts";
import { openTaller } from "../live/taller.ts";
import { run, TAGS, turnos } from "../live/turnos.ts";
import { command, fecha, INGRID, MAURICIO, spool, tag, trabajador } from "../support/builders.ts";

const OPERACIONES = ["ARM", "SOLD", "METROLOGIA", "REPARACION"] as const;
const KEYS: readonly ListKey[] = [
  "todos",
  "ocupados",
  "bloqueados",
  "inconsistentes",
  ...OPERACIONES.map((operacion) => `disponibles:${operacion}` as const),
  ...[93, 51, 75, 97, 80, 168].map((id) => `mios:${id}` as const),
];

/** A list as it is when computed from nothing but the spools. */
function scratch(spools: Iterable<Spool>, key: ListKey) {
  return [...spools]
    .flatMap((s) => placesOf(s, DEFAULT_POLICY).map((place) => ({ ...place, tag: s.tag })))
    .filter((place) => place.key === key)
    .map(({ orden, tag: of }) => ({ orden, tag: of }))
    .sort((a, b) => (a.orden < b.orden ? -1 : 1));
}

const nothing = {
  spools: [],
  trabajadores: [],
  sesiones: [],
  accesos: [],
  planilla: null,
  ajustes: null,
};
const empty = { seq: 0 as Seq, ...nothing };
const eventAt = (seq: number): Event =>
  ({
    kind: "trabajador",
    seq: seq as Seq,
    atMs: 0,
    version: 1,
    autor: { firma: null, medio: "planilla", dispositivo: null },
    trabajador: MAURICIO,
  }) satisfies Event;

test("lists kept event by event are the lists computed from scratch", () => {
  fc.assert(
    fc.property(turnos, (steps) => {
      using taller = openTaller({ spools: TAGS.map((text) => spool({ tag: text })) });
      for (const step of steps) {
        run(taller, step);
        for (const key of KEYS) {
          expect(taller.floor.list(key)).toEqual(scratch(taller.floor.spools(), key));
        }
      }
    }),
    { numRuns: 50 },
  );
});

describe("F1: one picture at one seq", () => {
  test("it starts as the snapshot says", () => {
    const held = spool({ tag: "A" });
    const planilla = { version: 1, leidaMs: 5, problemas: [] };
    const floor = new Floor(DEFAULT_POLICY, {
      seq: 7 as Seq,
      spools: [held],
      trabajadores: [INGRID],
      sesiones: [],
      accesos: [],
      planilla,
      ajustes: null,
    });
    expect(floor.seq).toBe(7 as Seq);
    expect(floor.spool(held.tag)).toBe(held);
    expect(floor.count).toBe(1);
    expect([...floor.trabajadores()]).toEqual([INGRID]);
    expect(floor.planilla).toBe(planilla);
    expect(floor.list("disponibles:ARM").map((entry) => entry.tag)).toEqual([held.tag]);
  });

  test("listeners are told once per batch, when all of it stands", () => {
    using taller = openTaller({ spools: [spool({ tag: "A" }), spool({ tag: "B" })] });
    const told: { seq: number; changes: readonly Change[] }[] = [];
    const end = taller.floor.subscribe((changes) => {
      told.push({ seq: taller.floor.seq, changes });
    });
    const take = (text: string) => taller.decide(text, command("TOMAR"), MAURICIO);
    const [a, b] = [take("A"), take("B")];
    if (!a || !b) throw new Error("refused");
    taller.apply(a, b);
    expect(told.map(({ seq }) => seq)).toEqual([4]);
    const [change] = told[0]?.changes ?? [];
    expect(change?.before?.ocupacion).toBeNull();
    expect(change?.after?.ocupacion?.trabajador.id).toBe(MAURICIO.id);
    end();
    taller.act("A", command("PAUSAR"), MAURICIO);
    expect(told).toHaveLength(1);
  });

  test("workers and the sheet's state follow the log too", () => {
    using taller = openTaller();
    taller.apply(taller.hire(trabajador({ id: 7, nombre: "Nuevo" })));
    expect(taller.floor.trabajador(trabajador({ id: 7 }).id)?.nombre).toBe("Nuevo");
  });
});

describe("F2: in order, each once", () => {
  test("a gap throws and nothing after it is applied", () => {
    const floor = new Floor(DEFAULT_POLICY, empty);
    floor.apply([eventAt(1)]);
    expect(() => floor.apply([eventAt(3)])).toThrow("gap in the log: at 1, got 3");
    expect(floor.seq).toBe(1 as Seq);
  });

  test("settings of a ZEUES that had no PINs are read with a PIN for whoever wants one", () => {
    const antes = { version: 3, umbralHoras: 6 } as Ajustes;
    const floor = new Floor(DEFAULT_POLICY, { ...empty, ajustes: antes });
    expect(floor.ajustes).toEqual({ ...antes, pin: "opcional" });
    const autor = { firma: null, medio: "tablet", dispositivo: null } as const;
    const bare = { kind: "ajustes", atMs: 0, version: 4, autor, seq: 1 as Seq } as const;
    floor.apply([{ ...bare, ajustes: { version: 4, umbralHoras: 7 } as Ajustes }]);
    expect(floor.ajustes).toEqual({ version: 4, umbralHoras: 7, pin: "opcional" });
    const ajustes: Ajustes = { version: 5, umbralHoras: 7, pin: "obligatorio" };
    floor.apply([{ ...bare, version: 5, seq: 2 as Seq, ajustes }]);
    expect(floor.ajustes).toEqual(ajustes);
    floor.load({ ...empty, seq: 2 as Seq, ajustes: null });
    expect(floor.ajustes).toEqual({ version: 0, umbralHoras: 8, pin: "opcional" });
  });

  test("a batch with a gap in it is applied not at all: nobody would be told of its first part", () => {
    const floor = new Floor(DEFAULT_POLICY, empty);
    expect(() => floor.apply([eventAt(1), eventAt(3)])).toThrow("gap");
    expect(floor.seq).toBe(0 as Seq);
    expect(floor.count).toBe(0);
    floor.apply([eventAt(1), eventAt(2)]);
    expect(floor.seq).toBe(2 as Seq);
  });

  test("what was applied is not applied again", () => {
    const floor = new Floor(DEFAULT_POLICY, empty);
    const seen: number[] = [];
    floor.subscribe((changes) => seen.push(...changes.map(({ event }) => event.seq)));
    floor.apply([eventAt(1), eventAt(2)]);
    floor.apply([eventAt(1), eventAt(2), eventAt(3)]);
    floor.apply([eventAt(2)]);
    expect(seen).toEqual([1, 2, 3]);
  });
});

describe("whoever wrote reads their write", () => {
  test("reached resolves at once for what is shown", async () => {
    expect(await new Floor(DEFAULT_POLICY, empty).reached(0 as Seq, 0)).toBe(true);
  });

  test("reached resolves when the seq comes, not before", async () => {
    const floor = new Floor(DEFAULT_POLICY, empty);
    const states: string[] = [];
    const two = floor.reached(2 as Seq, 60_000).then((reached) => states.push(`2 ${reached}`));
    floor.apply([eventAt(1)]);
    await Promise.resolve();
    expect(states).toEqual([]);
    floor.apply([eventAt(2)]);
    await two;
    expect(states).toEqual(["2 true"]);
  });

  test("reached gives up after its time", async () => {
    jest.useFakeTimers();
    try {
      const reached = new Floor(DEFAULT_POLICY, empty).reached(1 as Seq, 1_000);
      jest.advanceTimersByTime(1_000);
      expect(await reached).toBe(false);
    } finally {
      jest.useRealTimers();
    }
  });
});

describe("search", () => {
  test("finds tag, NV and OT without regard to case and accents", () => {
    using taller = openTaller({ spools: [spool({ tag: "Ñandú-7", nv: "NV0600", ot: "00012" })] });
    const finds = (text: string): boolean => taller.floor.matches(tag("Ñandú-7"), text);
    for (const text of ["", "nandu", "ÑANDÚ-7", "nv06", "0012", " ñ "]) {
      expect([text, finds(text)]).toEqual([text, true]);
    }
    expect(finds("ñandú-8")).toBe(false);
  });

  test("follows an edit in the sheet", () => {
    using taller = openTaller({ spools: [spool({ tag: "A", nv: "NV-1" })] });
    taller.apply(taller.edit("A", { nv: "NV-2", fechaMateriales: fecha("13-08-2026") }));
    expect(taller.floor.matches(tag("A"), "nv-1")).toBe(false);
    expect(taller.floor.matches(tag("A"), "nv-2")).toBe(true);
  });
});
