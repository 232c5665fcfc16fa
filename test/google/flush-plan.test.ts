/** Which cells are written, and whether they hit their rows: laws P1 to P3 of flush-plan.ts. */
import { describe, expect, test } from "bun:test";
import type { Command } from "../../src/domain/command.ts";
import type { Seq, SpoolEvent } from "../../src/domain/event.ts";
import { blank } from "../../src/domain/evolve.ts";
import { DEFAULT_POLICY } from "../../src/domain/policy.ts";
import {
  hitTheirRows,
  pendienteOf,
  planFilas,
  rangesOf,
  rowsByTag,
} from "../../src/google/flush-plan.ts";
import { type Hoja, type Leida, lugaresDe } from "../../src/google/hoja.ts";
import { presentes } from "../../src/google/nombres.ts";
import { celdasOf } from "../../src/workbook/spool-cells.ts";
import {
  attempt,
  command,
  MAURICIO,
  NOW_MS,
  type SpoolParts,
  spool,
  tag,
} from "../support/builders.ts";
import { HEADER } from "./taller-hoja.ts";

const AT = lugaresDe("Operaciones", HEADER);
const TAG = tag("A-1");

/** The history of a spool: imported, then what Mauricio did. */
function historia(commands: readonly Command[], parts: SpoolParts = {}): readonly SpoolEvent[] {
  let state = { ...spool({ tag: TAG, ...parts }), version: 1 };
  const autor = { firma: null, medio: "planilla", dispositivo: null } as const;
  const events: SpoolEvent[] = [
    {
      kind: "spool",
      seq: 1 as Seq,
      atMs: NOW_MS,
      tag: TAG,
      version: 1,
      autor,
      cambio: { accion: "IMPORTAR", operacion: null, spool: { ...blank(TAG), ...state } },
      estadoDetalle: "",
    },
  ];
  for (const [i, one] of commands.entries()) {
    const result = attempt(state, one, MAURICIO);
    if (!result.ok) throw new Error(JSON.stringify(result.refusal));
    events.push({ ...result.event, seq: (i + 2) as Seq });
    state = result.spool;
  }
  return events;
}

const TOMAR = command("TOMAR");
const COMPLETAR = command("COMPLETAR");

/** The cells of a spool after so many of its events. */
const said = (events: readonly SpoolEvent[], after = events.length): Leida["celdas"] => {
  const { spool: then } = pendienteOf(events.slice(0, after), 0, null, false);
  return celdasOf(then, DEFAULT_POLICY);
};

const hoja = (...filas: readonly (readonly [string, Leida["celdas"]])[]): Hoja => ({
  title: "Operaciones",
  at: AT,
  filas: filas.map(([text, celdas], i) => ({ fila: i + 2, tag: text, celdas })),
});

const planOf = (sheet: Hoja, events: readonly SpoolEvent[], cursor = 1, undo = false) =>
  planFilas(sheet, [pendienteOf(events, cursor, null, undo)], DEFAULT_POLICY);

const TOMADO = historia([TOMAR]);
const LIBRE = said(TOMADO, 1);

describe("P1: a row", () => {
  test("is found by its tag, wherever it stands, and nothing else is written", () => {
    const sheet = hoja(["B", LIBRE], [" A-1 ", LIBRE], ["", LIBRE]);
    const [escritura, ...others] = planOf(sheet, TOMADO);
    expect(others).toEqual([]);
    expect(escritura).toMatchObject({ tag: " A-1 ", fila: 3 });
    expect(Object.keys(escritura?.celdas ?? {})).toEqual([
      "Armador",
      "Ocupado_Por",
      "Fecha_Ocupacion",
      "version",
      "Estado_Detalle",
    ]);
  });

  test("of a tag that is twice there, or not at all, is none", () => {
    expect(planOf(hoja(["A-1", LIBRE], ["A-1", LIBRE]), TOMADO)).toEqual([]);
    expect(planOf(hoja(["B", LIBRE]), TOMADO)).toEqual([]);
    const rows = rowsByTag(hoja(["A-1", LIBRE], ["B", {}], ["A-1", LIBRE], ["", {}]));
    expect([...rows].map(([one, leida]) => [one as string, leida?.fila ?? null])).toEqual([
      ["A-1", null],
      ["B", 3],
    ]);
  });
});

describe("P2: a cell", () => {
  test("that says the same already, however it is written, stays", () => {
    expect(planOf(hoja(["A-1", said(TOMADO)]), TOMADO)).toEqual([]);
    const done = historia([TOMAR, COMPLETAR]);
    const loose = { ...said(done), Fecha_Armado: "20/11/2026", Armador: " mr(93) " };
    expect(planOf(hoja(["A-1", loose]), done)).toEqual([]);
  });

  test("that says what it said at the cursor, or since, is written", () => {
    const done = historia([TOMAR, COMPLETAR]);
    const [escritura] = planOf(hoja(["A-1", said(done, 2)]), done);
    expect(escritura?.celdas).toMatchObject({ Fecha_Armado: "20-11-2026", Ocupado_Por: "" });
  });

  test("that hands changed stays until a supervisor decides; the others are written", () => {
    const typed = { ...LIBRE, Armador: "ÁS(75)" };
    const [held] = planOf(hoja(["A-1", typed]), TOMADO);
    expect(held?.celdas.Armador).toBeUndefined();
    expect(held?.celdas.Ocupado_Por).toBe("MR(93)");
    const [undone] = planOf(hoja(["A-1", typed]), TOMADO, 1, true);
    expect(undone?.celdas.Armador).toBe("MR(93)");
  });

  test("of a row that says, version and all, what the spool once was is written again", () => {
    const done = historia([TOMAR, COMPLETAR]);
    const old = said(done, 2);
    const [escritura] = planOf(hoja(["A-1", old]), done, 3);
    expect(escritura?.celdas).toMatchObject({ Ocupado_Por: "", version: "3" });
  });

  test("of a column that the tab lacks is not written", () => {
    const narrow = HEADER.filter((title) => title !== "version" && title !== "Ocupado_Por");
    const { version: _v, Ocupado_Por: _o, ...celdas } = LIBRE;
    const sheet = { ...hoja(["A-1", celdas]), at: lugaresDe("Operaciones", narrow) };
    const [escritura] = planOf(sheet, TOMADO);
    expect(Object.keys(escritura?.celdas ?? {})).toEqual([
      "Armador",
      "Fecha_Ocupacion",
      "Estado_Detalle",
    ]);
  });

  test("version of a spool that nobody acted on is the workbook's own", () => {
    const events = historia([]);
    const theirs = { ...said(events), version: "17" };
    expect(planOf(hoja(["A-1", theirs]), events)).toEqual([]);
  });

  test("of a spool whose history no longer begins at its beginning: all that differs", () => {
    const { spool: now } = pendienteOf(TOMADO, 0, null, false);
    const late = pendienteOf(TOMADO.slice(1), 1, now, false);
    expect([late.spool, late.states, late.acted]).toEqual([now, null, true]);
    const typed = { ...LIBRE, Armador: "ÁS(75)" };
    const [escritura] = planFilas(hoja(["A-1", typed]), [late], DEFAULT_POLICY);
    expect(escritura?.celdas.Armador).toBe("MR(93)");
    expect(() => pendienteOf([], 0, null, false)).toThrow(RangeError);
  });
});

describe("P3: what is sent", () => {
  const escrituras = [
    { tag: "B", fila: 4, celdas: { Armador: "MR(93)", version: "12" } },
    { tag: "A-1", fila: 2, celdas: { Armador: "" } },
  ];

  test("is nothing for the tags, then each column whole, with nothing for rows that stay", () => {
    expect(rangesOf(escrituras, hoja())).toEqual([
      { range: "zeues_TAG_SPOOL", rows: [[null]] },
      { range: "zeues_Armador", rows: [[], [""], [], ["MR(93)"]] },
      { range: "zeues_version", rows: [[], [], [], [12]] },
    ]);
    expect(rangesOf([], hoja())).toEqual([]);
  });

  test("is never the tag nor a column of others", () => {
    const all = Object.fromEntries(presentes(AT).map((name) => [name, "x"]));
    const [tags, ...columns] = rangesOf([{ tag: "B", fila: 2, celdas: all }], hoja());
    expect(tags?.rows).toEqual([[null]]);
    expect(columns.map(({ range }) => range)).toEqual(presentes(AT).map((name) => `zeues_${name}`));
  });

  const echo = (...tags: (string | number)[]) => ({
    range: "Operaciones!C1:C9",
    rows: ["TAG_SPOOL", ...tags].map((one) => [one]),
  });

  const sheet = hoja(["A-1", {}], ["X", {}], ["B", {}]);

  test("hit its rows when their tags are echoed there", () => {
    expect(hitTheirRows(escrituras, sheet, echo("A-1", "X", "B"))).toBe(true);
    expect(hitTheirRows(escrituras, sheet, echo(" A-1", "Y", "B "))).toBe(true);
    expect(hitTheirRows([], sheet, undefined)).toBe(true);
  });

  test("did not, when one of them is another, or there is none", () => {
    expect(hitTheirRows(escrituras, sheet, echo("A-1", "B", "X"))).toBe(false);
    expect(hitTheirRows(escrituras, sheet, echo("A-1"))).toBe(false);
    expect(hitTheirRows(escrituras, sheet, undefined)).toBe(false);
  });

  test("where a row's tag does not tell it, all of them must stand as they stood", () => {
    const { filas } = hoja(["D", {}], ["X", {}], ["D", {}]);
    const told = filas.map((leida) => (leida.tag === "D" ? { ...leida, clave: "obs" } : leida));
    const one = [{ tag: "D", fila: 4, celdas: { Armador: "" } }];
    const twice = { ...sheet, filas: told };
    expect(hitTheirRows(one, twice, echo("D", "X", "D"))).toBe(true);
    expect(hitTheirRows(one, twice, echo("X", "D", "D"))).toBe(false);
  });

  test("a tag that is a number is read as the reading read it", () => {
    const one = [{ tag: "1,5", fila: 2, celdas: {} }];
    expect(hitTheirRows(one, hoja(["1,5", {}]), echo(1.5))).toBe(true);
  });
});
