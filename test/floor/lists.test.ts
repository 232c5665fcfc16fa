/** Which spool stands in which list, in which order. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { DEFAULT_POLICY } from "../../src/domain/policy.ts";
import type { Spool } from "../../src/domain/spool.ts";
import { type ListKey, placesOf } from "../../src/floor/lists.ts";
import { SortedList } from "../../src/floor/sorted-list.ts";
import {
  armado,
  HOUR_MS,
  INGRID,
  inspeccionado,
  MAURICIO,
  NOW_MS,
  ocupacion,
  pausado,
  policy,
  soldado,
  spool,
} from "../support/builders.ts";

/** The lists of a spool but the one that all are in and those of the tiles (resumen.test). */
const keys = (of: Spool, rules = DEFAULT_POLICY): ListKey[] => {
  const all = placesOf(of, rules).map(({ key }) => key);
  expect(all).toContain("todos");
  return all.filter((key) => key !== "todos" && !key.startsWith("en:"));
};

const inOrder = (key: ListKey, spools: readonly Spool[]): string[] =>
  spools
    .flatMap((s) => placesOf(s, DEFAULT_POLICY).map((place) => ({ ...place, tag: s.tag })))
    .filter((place) => place.key === key)
    .sort((a, b) => (a.orden < b.orden ? -1 : 1))
    .map(({ tag }) => tag);

describe("a spool is listed where it is open", () => {
  test.each<[string, Spool, ListKey[]]>([
    ["nothing begun", spool(), ["disponibles:ARM"]],
    ["no materials yet", spool({ fechaMateriales: null }), []],
    ["ARM paused", spool({ arm: pausado(MAURICIO) }), ["disponibles:ARM", "disponibles:SOLD"]],
    ["ARM completed", armado(), ["disponibles:SOLD"]],
    ["both completed", soldado(), ["disponibles:METROLOGIA"]],
    ["approved", inspeccionado("aprobado"), []],
    ["rejected", inspeccionado("rechazado"), ["disponibles:REPARACION"]],
    ["repair paused", inspeccionado("reparacion pausada"), ["disponibles:REPARACION"]],
    ["repaired", inspeccionado("reparado"), ["disponibles:METROLOGIA"]],
    ["blocked", inspeccionado("bloqueado"), ["bloqueados"]],
    ["held", spool({ ocupacion: ocupacion("ARM", MAURICIO) }), ["ocupados", "mios:93"]],
    ["inconsistent", spool({ inconsistencia: "SOLD antes que ARM" }), ["inconsistentes"]],
  ])("%s", (_, of, expected) => expect(keys(of)).toEqual(expected));

  test("SOLD waits for a completed ARM where the policy says so", () => {
    const rules = policy({ soldAfter: "arm-completed" });
    expect(keys(spool({ arm: pausado(MAURICIO) }), rules)).toEqual(["disponibles:ARM"]);
  });
});

describe("order", () => {
  test("tags are in natural order: SP-2 before SP-10", () => {
    const tags = ["SP-10", "SP-2", "sp-3", "SP-2-B", "SP-1", "AB", "Z", "SP-0010"];
    const spools = tags.map((tag) => spool({ tag }));
    expect(inOrder("disponibles:ARM", spools)).toEqual([
      "AB",
      "SP-1",
      "SP-2",
      "SP-2-B",
      "sp-3",
      "SP-0010",
      "SP-10",
      "Z",
    ]);
  });

  test("who holds longest comes first, tags break the tie", () => {
    const held = (tag: string, hours: number): Spool =>
      spool({ tag, ocupacion: ocupacion("ARM", INGRID, NOW_MS - hours * HOUR_MS) });
    const spools = [held("C", 1), held("B", 5), held("A", 1), held("D", 0)];
    expect(inOrder("ocupados", spools)).toEqual(["B", "A", "C", "D"]);
  });

  test("two tags never have the same order key", () => {
    const tag = fc.string({ unit: fc.constantFrom(..."aA0 19ñÑ\t-"), minLength: 1 });
    const printable = tag.filter((text) => text.trim() === text);
    fc.assert(
      fc.property(printable, printable, (a, b) => {
        const [x] = placesOf(spool({ tag: a }), DEFAULT_POLICY);
        const [y] = placesOf(spool({ tag: b }), DEFAULT_POLICY);
        expect(x?.orden === y?.orden).toBe(a === b);
      }),
    );
  });
});

test("a sorted list stays sorted and without doubles, whatever is added and removed", () => {
  const step = fc.record({ add: fc.boolean(), orden: fc.constantFrom(..."abcdefgh") });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const list = new SortedList();
      const model = new Set<string>();
      for (const { add, orden } of steps) {
        if (add) list.add({ orden, tag: spool().tag });
        else list.remove(orden);
        if (add) model.add(orden);
        else model.delete(orden);
        expect(list.entries.map((entry) => entry.orden)).toEqual([...model].sort());
      }
    }),
  );
});
