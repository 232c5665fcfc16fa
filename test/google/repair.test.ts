/** Writes that hit other rows than they meant: laws G1 and G2 of repair.ts. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Hoja, Leida } from "../../src/google/hoja.ts";
import type { Lugares } from "../../src/google/nombres.ts";
import { antesOf, type Propias, repair, tagsMaybeHit } from "../../src/google/repair.ts";
import type { Escrita } from "../../src/workbook/columns.ts";
import type { PropiasLeidas } from "../../src/workbook/hand-edits.ts";

/** Where columns stand is nothing to a repair. */
const NOWHERE = {} as Lugares;

const hojaOf = (filas: readonly Propias[]): Hoja => ({
  title: "Operaciones",
  at: NOWHERE,
  filas: filas.map((one, i): Leida => ({ ...one, fila: i + 2 })),
});

/** @param clave the engineers' cells, of a row that its tag does not tell */
const row = (tag: string, celdas: PropiasLeidas, clave?: string): Propias => ({
  tag,
  celdas,
  ...(clave === undefined ? {} : { clave }),
});

/** What the row of a tag that is there once said; nothing of tags that are not there. */
const saidOf = (before: readonly Propias[]) => (tag: string) =>
  before.find((one) => one.tag === tag)?.celdas ?? {};

/** What rows get back, by their numbers. */
function backOf(now: readonly Propias[], sent: readonly Propias[], before: readonly Propias[]) {
  const { escrituras } = repair(hojaOf(now), sent, saidOf(before), antesOf(before));
  return escrituras.map(({ tag, fila, celdas }) => [fila, tag, celdas] as const);
}

describe("a row gets back what it said", () => {
  const before = [
    row("A", { Armador: "", version: "1" }),
    row("B", { Armador: "ÍN(51)", version: "4" }),
  ];
  const sent = [row("A", { Armador: "MR(93)", version: "2" })];

  test("when it says what was sent for another", () => {
    const now = [before[0] as Propias, row("B", { Armador: "MR(93)", version: "2" })];
    expect(backOf(now, sent, before)).toEqual([[3, "B", { Armador: "ÍN(51)", version: "4" }]]);
  });

  test("and not when it says what was sent for it", () => {
    const now = [row("A", { Armador: "MR(93)", version: "2" }), before[1] as Propias];
    expect(backOf(now, sent, before)).toEqual([]);
  });

  test("wherever it stands by now", () => {
    const now = [row("B", { Armador: "MR(93)", version: "2" }), before[0] as Propias];
    expect(backOf(now, sent, before)).toEqual([[2, "B", { Armador: "ÍN(51)", version: "4" }]]);
  });

  test("only if all that was sent stands there: else hands changed it", () => {
    const now = [before[0] as Propias, row("B", { Armador: "MR(93)", version: "4" })];
    expect(backOf(now, sent, before)).toEqual([]);
  });

  test("but for the cells that a later one covered", () => {
    const later = row("C", { Armador: "ÁS(75)" });
    const now = [before[0] as Propias, row("B", { Armador: "ÁS(75)", version: "2" })];
    expect(backOf(now, [...sent, later], before)).toEqual([
      [3, "B", { Armador: "ÍN(51)", version: "4" }],
    ]);
  });

  test("one that says the same as before was not hit", () => {
    const same = [row("A", { Armador: "ÍN(51)" })];
    expect(backOf(before, same, before)).toEqual([]);
  });

  describe("of those that their tags do not tell", () => {
    const rows = [
      row("", { Armador: "una nota", version: "" }, "obs 1"),
      row("", { Armador: "otra", version: "" }, "obs 2"),
      row("D", { Armador: "ÍN(51)", version: "4" }, "obs 3"),
      row("D", { Armador: "ÁS(75)", version: "5" }, "obs 4"),
    ];
    const hit = { Armador: "MR(93)", version: "2" };
    const now = rows.toReversed().map(({ tag, clave }) => row(tag, hit, clave));

    test("the one with the same other cells", () => {
      expect(backOf(now, sent, rows)).toEqual([
        [2, "D", { Armador: "ÁS(75)", version: "5" }],
        [3, "D", { Armador: "ÍN(51)", version: "4" }],
        [4, "", { Armador: "otra", version: "" }],
        [5, "", { Armador: "una nota", version: "" }],
      ]);
    });

    test("and none that nobody can tell", () => {
      const edited = now.map(({ tag, celdas }) => row(tag, celdas, "otra cosa"));
      expect(backOf(edited.slice(0, 2), sent, rows)).toEqual([]);
    });
  });

  test("one that hands have just made was blank", () => {
    const now = [...before, row("", { Armador: "MR(93)", version: "2" }, "")];
    expect(backOf(now, sent, before)).toEqual([[4, "", { Armador: "", version: "" }]]);
  });

  test("of whose tag nothing is known, it is left alone", () => {
    const now = hojaOf([row("B", { Armador: "MR(93)", version: "2" })]);
    expect(repair(now, sent, () => null, new Map())).toEqual({ escrituras: [], hoja: now });
  });

  test("the sheet is then as if nothing had happened", () => {
    const now = hojaOf([before[0] as Propias, row("B", { Armador: "MR(93)", version: "2" })]);
    const { hoja } = repair(now, sent, saidOf(before), new Map());
    expect(hoja).toEqual(hojaOf(before));
  });
});

test("tags are compared without outer spaces, and rows without one are together", () => {
  const rows = [row(" mk-1 ", { Armador: "a" }), row("", {}), row("  ", { Armador: "b" })];
  expect([...antesOf(rows)] as unknown).toEqual([
    ["mk-1", [rows[0]]],
    ["", [rows[1], rows[2]]],
  ]);
});

test("after a start, rows that may have been hit are those that say all of another's", () => {
  const sent = [row("A", { Armador: "MR(93)", version: "2" })];
  const hit = { Armador: "MR(93)", version: "2", Soldador: "ÁS(75)" };
  const hoja = hojaOf([
    row("A", hit),
    row("B", hit),
    row("C", { Armador: "MR(93)" }),
    row("", hit),
  ]);
  expect([...tagsMaybeHit(hoja, sent)]).toEqual(["B", ""]);
});

const NAMES = ["Armador", "Ocupado_Por", "version"] as const satisfies readonly Escrita[];

/** One row, named by its place at the first reading, which is what the engineers' cells do. */
interface Viva {
  readonly id: number;
  readonly tag: string;
  celdas: Record<string, string>;
  /** Which of what was sent stands in each cell that was written since the reading. */
  readonly by: Map<string, Propias>;
}

interface Historia {
  readonly rows: readonly Propias[];
  /** Before each write arrives hands put the rows into another order, told by these keys. */
  readonly writes: readonly {
    readonly to: number;
    readonly names: readonly Escrita[];
    readonly values: readonly string[];
    readonly applied: boolean;
    /** Writes arrive in the order of these, not as they were sent: an answer that never came. */
    readonly arrives: number;
    readonly order: readonly number[];
  }[];
}

/** Tags that are there once, D twice or more, and none. */
const TAGS = ["A", "B", "C", "D", "D", "", ""];
const MAX_ROWS = 9;
const RUNS = 2_000;

const historia = (value: fc.Arbitrary<string>): fc.Arbitrary<Historia> => {
  const celdas = fc.record({ Armador: value, Ocupado_Por: value, version: value });
  const extra = fc.array(fc.constantFrom("D", "", "E", "F"), { maxLength: MAX_ROWS - TAGS.length });
  const rows = extra
    .map((more) => [...TAGS, ...new Set(more)])
    .chain((tags) =>
      fc.tuple(...tags.map((tag, i) => celdas.map((cells) => row(tag, cells, `obs ${i}`)))),
    );
  const write = fc.record({
    to: fc.nat(2),
    names: fc.subarray([...NAMES], { minLength: 1 }),
    values: fc.tuple(value, value, value),
    applied: fc.boolean(),
    arrives: fc.nat(9),
    order: fc.array(fc.nat(99), { minLength: MAX_ROWS, maxLength: MAX_ROWS }),
  });
  return fc.record({ rows, writes: fc.array(write, { minLength: 1, maxLength: 4 }) });
};

/** Lives through it. @param unlike makes each text that is sent another one */
function lived({ rows, writes }: Historia, unlike: (text: string, write: number) => string) {
  const first = rows.map(
    ({ tag, celdas }, id): Viva => ({ id, tag, celdas: { ...celdas }, by: new Map() }),
  );
  let now = first;
  const sent = writes.map(({ to, names, values }, n): Propias => {
    const cells = names.map((name, i) => [name, unlike(values[i] ?? "", n)] as const);
    return row("ABC"[to] ?? "", Object.fromEntries(cells));
  });
  const arriving = [...writes.entries()].toSorted(([, a], [, b]) => a.arrives - b.arrives);
  for (const [n, { applied, order }] of arriving) {
    const { tag, celdas } = sent[n] as Propias;
    const fila = now.findIndex((one) => one.tag === tag);
    now = now.toSorted((a, b) => (order[a.id] ?? 0) - (order[b.id] ?? 0));
    const target = now[fila];
    if (!applied || !target) continue;
    Object.assign(target.celdas, celdas);
    for (const name of Object.keys(celdas)) target.by.set(name, sent[n] as Propias);
  }
  return { now, sent };
}

interface Reparada extends Viva {
  readonly after: PropiasLeidas;
  /** Which cells were written by the repair. */
  readonly escritas: readonly string[];
}

function repaired(rows: readonly Propias[], now: readonly Viva[], sent: readonly Propias[]) {
  const read = now.map(({ id, tag, celdas }) => row(tag, { ...celdas }, rows[id]?.clave));
  const { escrituras, hoja } = repair(hojaOf(read), sent, saidOf(rows), antesOf(rows));
  return now.map((one, i): Reparada => {
    const own = escrituras.find(({ fila }) => fila === i + 2);
    const after = hoja.filas[i]?.celdas ?? {};
    return { ...one, after, escritas: Object.keys(own?.celdas ?? {}) };
  });
}

const isOnce = (tag: string): boolean => tag !== "" && tag !== "D";

/** What a row must say: what it said, but for the cells of what was sent for it last. */
const due = (rows: readonly Propias[], sent: readonly Propias[], one: Viva): PropiasLeidas => {
  const last = isOnce(one.tag) ? sent.findLast(({ tag }) => tag === one.tag) : undefined;
  return Object.fromEntries(
    NAMES.map((name) => {
      const by = one.by.get(name);
      const own = by !== undefined && by === last;
      return [name, own ? (one.celdas[name] ?? "") : (rows[one.id]?.celdas[name] ?? "")];
    }),
  );
};

const told = fc.constantFrom("", "x", "y", "7");

describe("rows in any order, writes applied or not", () => {
  test("each says what it said, exactly, and none that was not hit is touched", () => {
    fc.assert(
      fc.property(historia(told), (story) => {
        const { now, sent } = lived(story, (text, n) => `${text} de ${n}`);
        for (const one of repaired(story.rows, now, sent)) {
          if (one.by.size === 0) expect(one.escritas).toEqual([]);
          expect(one.after).toEqual(due(story.rows, sent, one));
        }
      }),
      { numRuns: RUNS },
    );
  });

  test("with texts that are alike, what is its own may also stay", () => {
    fc.assert(
      fc.property(historia(told), (story) => {
        const { now, sent } = lived(story, (text) => text);
        for (const one of repaired(story.rows, now, sent)) {
          const before = story.rows[one.id]?.celdas ?? {};
          const mine = isOnce(one.tag) ? sent.filter(({ tag }) => tag === one.tag) : [];
          for (const name of NAMES) {
            const right = [before[name], ...mine.map(({ celdas }) => celdas[name])];
            expect(right).toContain(one.after[name]);
          }
        }
      }),
      { numRuns: RUNS },
    );
  });
});
