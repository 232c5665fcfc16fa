/** The outbox's memory: how far the sheet is, and what of ours nobody verified. */
import { describe, expect, test } from "bun:test";
import type { Seq } from "../../src/domain/event.ts";
import {
  type Intento,
  intend,
  LATE_MS,
  lost,
  parseSalida,
  type Salida,
  settled,
} from "../../src/google/salida.ts";
import { NOW_MS } from "../support/builders.ts";

const seq = (n: number): Seq => n as Seq;
const MIA = { tag: "A", celdas: { Armador: "MR(93)" } };
const OTRA = { tag: "B", celdas: { Armador: "" } };
const AJENA = { tag: "", celdas: { Armador: "una nota" } };

const intento = (parts: Partial<Intento> = {}): Intento => ({
  enviadas: [{ ...MIA, hastaMs: 0 }],
  ajenas: [AJENA],
  cola: [["id-1", 3]],
  ...parts,
});

describe("after a start", () => {
  const here = { epoch: "log-1", head: seq(100), nowMs: NOW_MS };

  test("nothing was ever sent where there is no document", () => {
    expect(parseSalida(null, here)).toEqual({ seq: seq(0), epoch: "log-1", intento: null });
  });

  test("it is as it was stored", () => {
    const salida: Salida = { seq: seq(7), epoch: "log-1", intento: null };
    expect(parseSalida(JSON.stringify(salida), here)).toEqual(salida);
  });

  test("what was under way may still be applied for two minutes", () => {
    const salida: Salida = { seq: seq(7), epoch: "log-1", intento: intento() };
    expect(parseSalida(JSON.stringify(salida), here).intento).toEqual(
      intento({ enviadas: [{ ...MIA, hastaMs: NOW_MS + LATE_MS }] }),
    );
    expect(LATE_MS).toBe(120_000);
  });

  test("a log that was restored to before the cursor is counted from its own end", () => {
    const salida: Salida = { seq: seq(700), epoch: "log-0", intento: null };
    expect(parseSalida(JSON.stringify(salida), here)).toMatchObject({
      seq: seq(100),
      epoch: "log-1",
    });
  });
});

describe("an intent", () => {
  test("is what is to be sent, and what those rows said", () => {
    expect(intend(null, [MIA, OTRA], [AJENA], [["id-1"]])).toEqual({
      enviadas: [
        { ...MIA, hastaMs: 0 },
        { ...OTRA, hastaMs: 0 },
      ],
      ajenas: [AJENA],
      cola: [["id-1"]],
    });
  });

  test("on top of an open one: both, and of the same thing what may be applied later stays", () => {
    const open = intento({ enviadas: lost([MIA], NOW_MS) });
    const both = intend(open, [OTRA, MIA], [AJENA], [["id-2"], ["id-1", 3]]);
    expect(both.enviadas).toHaveLength(2);
    expect(both.enviadas).toContainEqual({ ...MIA, hastaMs: NOW_MS + LATE_MS });
    expect(both.enviadas).toContainEqual({ ...OTRA, hastaMs: 0 });
    expect(both.cola).toEqual([["id-1", 3], ["id-2"]]);
  });

  test("that a reading has shown right is forgotten", () => {
    expect(settled(intento(), NOW_MS)).toBeNull();
    expect(settled(null, NOW_MS)).toBeNull();
  });

  test("but for what may still be applied, until its time is up", () => {
    const { enviadas } = intento();
    const open = intento({ enviadas: [...enviadas, ...lost([OTRA], NOW_MS)] });
    const rest = intento({
      enviadas: lost([OTRA], NOW_MS).map((one) => ({ ...one, tarde: true })),
    });
    expect(settled(open, NOW_MS + LATE_MS - 1)).toEqual(rest);
    expect(settled(open, NOW_MS + LATE_MS)).toBeNull();
  });
});
