/** Which rows Metadata gets, and where: laws M1 and M2 of log-plan.ts. */
import { describe, expect, test } from "bun:test";
import type { Seq, SpoolEvent } from "../../src/domain/event.ts";
import { DEFAULT_POLICY } from "../../src/domain/policy.ts";
import {
  coveredRows,
  type Final,
  idsOf,
  logRanges,
  nextFila,
  planLog,
  stands,
  stoodStill,
} from "../../src/google/log-plan.ts";
import type { Value } from "../../src/google/spreadsheet.ts";
import { eventIdOf } from "../../src/workbook/event-id.ts";
import { attempt, command, MAURICIO, spool } from "../support/builders.ts";
import { METADATA_HEADER } from "./taller-hoja.ts";

const before = spool({ version: 4 });

/** TOMAR of a spool whose history begins before what is known. */
function tomar(seq: number): SpoolEvent {
  const result = attempt(before, command("TOMAR"), MAURICIO);
  if (!result.ok) throw new Error("refused");
  return { ...result.event, seq: seq as Seq };
}

const [UNO, DOS] = [tomar(11), tomar(12)];

const final = (filas: Final["filas"], desde = 5, header: Final["header"] = METADATA_HEADER) =>
  ({ title: "Metadata", header, desde, filas }) satisfies Final;

const fila = (id: string): Value[] => [id, "01-11-2026 10:00:00"];
const NOTA: Value[] = ["", "", "NOTA"];

const planned = (end: Final, events: readonly SpoolEvent[], covered: Final["filas"] = []) =>
  planLog(end, events, () => events, covered, DEFAULT_POLICY);

describe("M1: the last row of ours", () => {
  const end = final([fila("a"), fila("b"), NOTA]);

  test("stands where it stood when its ID is read there", () => {
    expect(stands(end, { fila: 6, id: "b" })).toBe(true);
    expect(stands(end, { fila: 5, id: "b" })).toBe(false);
    expect(stands(end, { fila: 9, id: "b" })).toBe(false);
  });

  test("is the header when there is none yet: that always stands", () => {
    expect(stands(final([], 2), { fila: 1, id: "" })).toBe(true);
    expect(stoodStill([], { fila: 1, id: "" })).toBe(true);
  });

  test("stood still under a write when the echo says so", () => {
    const echo = (value: Value) => [{ range: "Metadata!A6", rows: [[value]] }];
    expect(stoodStill(echo("b"), { fila: 6, id: "b" })).toBe(true);
    expect(stoodStill(echo("a"), { fila: 6, id: "b" })).toBe(false);
    expect(stoodStill([{ range: "Metadata!A6", rows: [] }], { fila: 6, id: "b" })).toBe(false);
  });
});

describe("the next rows", () => {
  test("go below all that stands there, of others too, never into the header", () => {
    expect(nextFila(final([fila("a"), NOTA]))).toBe(7);
    expect(nextFila(final([], 1))).toBe(2);
  });

  test("are one for each event, oldest first, in the columns of their names", () => {
    const { rows, fila: first, id } = planned(final([fila("a")]), [UNO, DOS]);
    expect(first).toBe(6);
    expect(id).toBe(eventIdOf(DOS));
    expect(rows.map(([one]) => one)).toEqual([eventIdOf(UNO), eventIdOf(DOS)]);
    const at = (title: (typeof METADATA_HEADER)[number]) =>
      rows[0]?.[METADATA_HEADER.indexOf(title)];
    expect(at("TAG_SPOOL")).toBe(before.tag);
    expect(at("Accion")).toBe("TOMAR");
    expect(at("Timestamp")).toBe("20-11-2026 10:30:00");
    expect([at("Worker_ID"), at("Worker_Nombre")]).toEqual([93, "MR(93)"]);
  });

  test("leave columns that are not ours as they are", () => {
    const header = ["Revisado", ...METADATA_HEADER];
    const { rows } = planned(final([], 2, header), [UNO]);
    expect(rows[0]?.slice(0, 2)).toEqual([null, eventIdOf(UNO)]);
  });

  test("M2: are none for an event whose ID is there", () => {
    const end = final([fila(` ${eventIdOf(UNO)} `)]);
    expect(planned(end, [UNO, DOS]).rows.map(([one]) => one)).toEqual([eventIdOf(DOS)]);
    expect(planned(end, [UNO])).toEqual({ rows: [], fila: 6, id: null });
    expect([...idsOf(end)]).toEqual([eventIdOf(UNO)]);
  });

  test("begin with rows of others that a write of ours covered", () => {
    const { rows, id } = planned(final([fila("a")]), [UNO], [NOTA]);
    expect(rows[0]).toEqual(NOTA);
    expect(id).toBe(eventIdOf(UNO));
    expect(planned(final([fila("a")]), [], [NOTA]).id).toBeNull();
  });
});

describe("what is sent", () => {
  test("is the place of the last one, to see it echoed, and the rows at absolute places", () => {
    const end = final([fila("a")]);
    const [echo, block] = logRanges(end, planned(end, [UNO, DOS]), { fila: 5, id: "a" });
    expect(echo).toEqual({ range: "'Metadata'!A5:A5", rows: [[null]] });
    expect(block?.range).toBe("'Metadata'!A6:K7");
    expect(block?.rows).toHaveLength(2);
  });

  test("is nothing without rows", () => {
    const end = final([fila("a")]);
    expect(logRanges(end, planned(end, []), { fila: 5, id: "a" })).toEqual([]);
  });

  test("is as wide as a covered row that was wider than the header", () => {
    const end = final([fila("a")]);
    const wide = new Array<Value>(13).fill("x");
    const [, block] = logRanges(end, planned(end, [], [wide]), { fila: 5, id: "a" });
    expect(block?.range).toBe("'Metadata'!A6:M6");
  });
});

test("rows that were covered: by ID where they have one, else whole, and never blank ones", () => {
  const cola = [fila("a"), fila("b"), NOTA, ["", "", "OTRA"], ["", ""]];
  const end = [["", "", "OTRA"]];
  expect(coveredRows(cola, 0, new Set(["a"]), end)).toEqual([fila("b"), NOTA]);
});
