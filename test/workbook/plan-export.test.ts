/** Which cells are written, and which never (laws X1, X2 of plan-export). */
import { describe, expect, test } from "bun:test";
import { planExport } from "../../src/workbook/plan-export.ts";
import { findTab, type Tab } from "../../src/workbook/tab.ts";
import { apply, command, MAURICIO, policy, spool, tag } from "../support/builders.ts";
import { LISTO, libro, metadata, TOMADO } from "./libro.ts";

const A1 = tag("A-1");
const ready = spool({ tag: "A-1", nv: "NV0600" });
const held = apply(ready, command("TOMAR"), MAURICIO);

const written = (tabs: readonly Tab[], current = held): readonly Tab[] =>
  planExport({
    tabs,
    spools: new Map([[A1, current]]),
    trabajadores: [],
    events: [],
    policy: policy(),
    eventId: ({ seq }) => String(seq),
  });

const rowsOf = (tabs: readonly Tab[], name = "Operaciones") => findTab(tabs, name)?.rows;

describe("Operaciones", () => {
  test("only whitelisted columns change", () => {
    const tabs = libro(LISTO);
    const [was] = rowsOf(tabs) ?? [];
    const [is] = rowsOf(written(tabs)) ?? [];
    const { header } = tabs[0] ?? { header: [] };
    const changed = header.filter((_, i) => was?.[i] !== is?.[i]);
    expect(changed).toEqual(["Armador", "Ocupado_Por", "Fecha_Ocupacion", "Estado_Detalle"]);
  });

  test("a sound spool whose row was repeated since is not written, in neither row", () => {
    const tabs = libro(LISTO, { ...LISTO, TAG_SPOOL: " A-1" });
    expect(rowsOf(written(tabs))).toEqual(rowsOf(tabs) ?? []);
  });

  test("rows without tag, of unknown tags and of inconsistent spools stay", () => {
    const tabs = libro({ ...LISTO, TAG_SPOOL: "" }, { ...LISTO, TAG_SPOOL: "a-1" }, LISTO);
    const bad = { ...held, inconsistencia: "no" };
    expect(rowsOf(written(tabs, bad))).toEqual(rowsOf(tabs) ?? []);
  });

  test("a cell that already says so keeps its text", () => {
    const tabs = libro({
      ...TOMADO,
      Armador: "MR (93)",
      Ocupado_Por: "  MR(93)",
      Fecha_Ocupacion: "2026-11-20 10:30",
      version: "96d0cc5f",
    });
    expect(rowsOf(written(tabs))).toEqual(rowsOf(tabs) ?? []);
  });

  test("a row shorter than the header is filled up only as far as it is written", () => {
    const [tab, ...rest] = libro(LISTO);
    if (!tab) throw new Error("no tab");
    const short = { ...tab, rows: tab.rows.map((row) => row.slice(0, 4)) };
    const [row] = rowsOf(written([short, ...rest])) ?? [];
    expect(row).toHaveLength(15);
    expect(row?.slice(0, 4)).toEqual(["NV0600-1", "NV0600", "00001", "A-1"]);
  });
});

test("without events Metadata is left alone, and none is made", () => {
  const log = metadata("x,y,z");
  expect(rowsOf(written([...libro(LISTO), log]), "Metadata")).toBe(log.rows);
  expect(rowsOf(written(libro(LISTO)), "Metadata")).toBeUndefined();
});
