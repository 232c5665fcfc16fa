/** Which cells of ours hands changed, and which rows are stale copies. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Seq, SpoolEvent } from "../../src/domain/event.ts";
import { operacionesColumns } from "../../src/workbook/columns.ts";
import {
  detalleTocado,
  esCopiaVieja,
  estadosDe,
  type PropiasLeidas,
  propiasDe,
  tocadas,
} from "../../src/workbook/hand-edits.ts";
import { celdasOf } from "../../src/workbook/spool-cells.ts";
import { history as histories } from "../domain/sequences.ts";
import { ALVARO, command, LUIS, MAURICIO, policy } from "../support/builders.ts";
import { Taller } from "./intake-taller.ts";
import { LISTO, operaciones, TOMADO } from "./libro.ts";

const P = policy();

test("texts of our columns: absent where the tab lacks one, empty where the row is short", () => {
  const header = operaciones([]).header.filter((title) => title !== "version");
  const tab = operaciones([TOMADO], header);
  const leidas = propiasDe(tab.rows[0]?.slice(0, 8) ?? [], operacionesColumns(tab));
  expect(leidas).toMatchObject({ Armador: "MR(93)", Soldador: "", Ocupado_Por: "" });
  expect(leidas).not.toHaveProperty("version");
  expect(leidas).not.toHaveProperty("NV");
});

describe("touched cells", () => {
  const taller = Taller.ofRows(LISTO).act(command("TOMAR"), MAURICIO);
  const taken = taller.spool();
  const leidas = celdasOf(taken, P);

  test("what only is written otherwise is not touched", () => {
    const odd = { ...leidas, Armador: "MR (93)", Ocupado_Por: " MR(93)", Fecha_Armado: " " };
    expect(tocadas(odd, [taken], P)).toEqual([]);
    const iso = { ...leidas, Fecha_Ocupacion: "2026-11-20 10:30:00" };
    expect(tocadas(iso, [taken], P)).toEqual([]);
  });

  test("each cell for itself, never version, Notas and Estado_Detalle", () => {
    const all = { ...leidas, Armador: "LC(97)", Fecha_Armado: "1", version: "9", Notas: "x" };
    expect(tocadas({ ...all, Estado_Detalle: "x" }, [taken], P)).toEqual([
      "Fecha_Armado",
      "Armador",
    ]);
    expect(detalleTocado({ ...all, Estado_Detalle: "x" }, [taken], P)).toBe(true);
    expect(detalleTocado(all, [taken], P)).toBe(false);
  });

  test("of a pending spool any of its states may stand there, cell by cell", () => {
    const states = estadosDe(taller.history(taken.tag)) ?? [];
    const half = { ...celdasOf(states[0] ?? taken, P), Armador: "MR(93)" };
    expect(tocadas(half, [taken], P)).toEqual(["Ocupado_Por", "Fecha_Ocupacion"]);
    expect(tocadas(half, states, P)).toEqual([]);
  });

  test("a column that the tab lacks is not touched", () => {
    const { Armador: _, Estado_Detalle: __, ...some } = leidas;
    expect(tocadas(some, [taken], P)).toEqual([]);
    expect(detalleTocado(some, [taken], P)).toBe(false);
  });
});

describe("stale copies", () => {
  const taller = Taller.ofRows({ ...LISTO, version: "17" });
  const { tag } = taller.spool();
  const undone = { ...celdasOf(taller.spool(), P), version: "17" };
  taller.act(command("TOMAR"), MAURICIO).act(command("COMPLETAR"), MAURICIO);
  const done = celdasOf(taller.spool(), P);
  taller.act(command("TOMAR", "SOLD"), ALVARO).act(command("PAUSAR", "SOLD"), ALVARO);
  const past = (leidas: PropiasLeidas, events = taller.history(tag)) =>
    esCopiaVieja(leidas, events, P);

  test("a row that says all that ZEUES had written once", () => {
    expect(past(done)).toBe(true);
    expect(past({ ...done, Notas: "whatever" })).toBe(true);
  });

  test("one cell, the version or Estado_Detalle says otherwise: an edit", () => {
    expect(past({ ...done, Armador: "LC(97)" })).toBe(false);
    expect(past({ ...done, version: "5" })).toBe(false);
    expect(past({ ...done, Estado_Detalle: celdasOf(taller.spool(), P).Estado_Detalle })).toBe(
      false,
    );
  });

  test("a row of before the first action has the version that the sheet had", () => {
    expect(past(undone)).toBe(true);
    // Hands emptied the cells of ours that ZEUES had written since: Estado_Detalle stays.
    const { Estado_Detalle, version } = celdasOf(taller.spool(), P);
    expect(past({ ...undone, Estado_Detalle, version })).toBe(false);
  });

  test("hands that put back what hands had changed are no stale copy", () => {
    const other = Taller.ofRows({ ...LISTO, Armador: "MR(93)" });
    const before = celdasOf(other.spool(), P);
    const event = { ...taller.history(tag)[0], tag, version: 2 } as SpoolEvent;
    const estado = { ...other.spool(), arm: { estado: "pausado", trabajador: firmaLuis } } as const;
    const log = [
      ...other.history(tag),
      { ...event, cambio: { accion: "CORREGIR", operacion: null, estado } } as SpoolEvent,
    ];
    expect(past({ ...before, version: "2" }, log)).toBe(false);
  });

  test("nothing tells without version and Estado_Detalle, or without the beginning", () => {
    const { version: _, Estado_Detalle: __, ...bare } = done;
    expect(past(bare)).toBe(false);
    expect(past(done, taller.history(tag).slice(1))).toBe(false);
    expect(past({ ...bare, Estado_Detalle: done.Estado_Detalle })).toBe(true);
    expect(past({ ...bare, version: done.version })).toBe(true);
  });
});

const firmaLuis = { id: LUIS.id, nombre: "Luis Cáceres", etiqueta: "LC(97)" };

test("whatever was done: the state now is not touched, and every state was a state once", () => {
  fc.assert(
    fc.property(histories, ({ scenario, events, end }) => {
      const rules = scenario.policy;
      const log = events.map((event, i): SpoolEvent => ({ ...event, seq: (i + 1) as Seq }));
      expect(tocadas(celdasOf(end, rules), [end], rules)).toEqual([]);
      expect(detalleTocado(celdasOf(end, rules), [end], rules)).toBe(false);
      for (const state of estadosDe(log) ?? []) {
        expect(esCopiaVieja(celdasOf(state, rules), log, rules)).toBe(true);
      }
    }),
    { numRuns: 25 },
  );
});
