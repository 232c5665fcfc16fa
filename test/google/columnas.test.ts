/** Adding what a workbook lacks of ours, while hands are at it and answers are lost. */
import { describe, expect, test } from "bun:test";
import { Backoff } from "../../src/google/backoff.ts";
import { Budget } from "../../src/google/budget.ts";
import { openSpreadsheet } from "../../src/google/client.ts";
import { type Creado, createMissing, PROPIAS } from "../../src/google/columnas.ts";
import { METADATA_COLUMNAS } from "../../src/workbook/columns.ts";
import { type Emulator, startEmulator } from "../sheets-emulator/emulator.ts";
import { accessOf } from "./emulated.ts";
import { VirtualClock } from "./virtual-clock.ts";

const HEADER = [
  "SPLIT",
  "NV",
  "OT",
  "TAG_SPOOL",
  "Fecha_Materiales",
  "Fecha_Armado",
  "Armador",
  "Fecha_Soldadura",
  "Soldador",
  "Fecha_QC_Metrologia",
  "Cliente",
];
const ROW = ["s", "1", "2", "MK-1", "01-11-2026", "", "", "", "", "", "Puerto"];

const start = (header: readonly string[] = HEADER, rows: readonly (readonly string[])[] = [ROW]) =>
  startEmulator({
    sheets: [{ title: "Operaciones", values: [header, ...rows], columnCount: header.length }],
  });

async function create(emulator: Emulator): Promise<Creado> {
  const clock = new VirtualClock();
  const policy = {
    clock,
    budget: new Budget({ clock, before: "none" }),
    backoff: new Backoff({ clock, random: () => 0.5 }),
  };
  return clock.until(createMissing(openSpreadsheet(accessOf(emulator)), policy));
}

const headerOf = (emulator: Emulator, title = "Operaciones") => emulator.snapshot()[title]?.[0];
const NADA: Creado = { hecho: [], ojo: [] };
const CREADO: Creado = {
  hecho: [
    ...PROPIAS.map((name) => `Operaciones: columna ${name} agregada`),
    "pestaña Metadata agregada",
  ],
  ojo: [],
};

test("five columns to the right of the last title, in a tab that grows; and the tab Metadata", async () => {
  await using emulator = await start();
  expect(await create(emulator)).toEqual(CREADO);
  expect(headerOf(emulator)).toEqual([...HEADER, ...PROPIAS]);
  expect(headerOf(emulator, "Metadata")).toEqual([...METADATA_COLUMNAS]);
  expect(emulator.snapshot().Operaciones?.[1]).toEqual(ROW);
});

test("the second time nothing is missing, and nothing is written", async () => {
  await using emulator = await start();
  await create(emulator);
  const before = emulator.snapshot();
  emulator.clearCalls();
  expect(await create(emulator)).toEqual(NADA);
  expect(emulator.snapshot()).toEqual(before);
  expect(emulator.calls.filter(({ kind }) => kind === "write")).toEqual([]);
});

test("only what is missing, however the others are written", async () => {
  await using emulator = await start([...HEADER, "VERSIÓN", " ocupado por", "notas"]);
  const { hecho } = await create(emulator);
  expect(hecho).toEqual([
    "Operaciones: columna Estado_Detalle agregada",
    "Operaciones: columna Fecha_Ocupacion agregada",
    "pestaña Metadata agregada",
  ]);
});

test("a Metadata of others gets the titles that it lacks, beside what is there", async () => {
  await using emulator = await startEmulator({
    sheets: [
      { title: "Operaciones", values: [HEADER] },
      {
        title: "METADATA",
        values: [
          ["Nota", "ID"],
          ["x", "1", "sin título"],
        ],
        columnCount: 3,
      },
    ],
  });
  const { hecho } = await create(emulator);
  expect(hecho.at(-1)).toStartWith("METADATA: títulos Timestamp, Evento_Tipo,");
  const rest = METADATA_COLUMNAS.filter((name) => name !== "ID");
  expect(headerOf(emulator, "METADATA")).toEqual(["Nota", "ID", "", ...rest]);
  expect(emulator.snapshot().METADATA?.[1]).toEqual(["x", "1", "sin título"]);
});

test("cells without a title are somebody's too: ours go beyond them", async () => {
  await using emulator = await start(HEADER, [ROW, [...ROW, "", "mi cuenta"]]);
  await create(emulator);
  expect(headerOf(emulator)).toEqual([...HEADER, "", "", ...PROPIAS]);
});

describe("a workbook that is none is left alone", () => {
  test.each([
    ["no Operaciones", [{ title: "Hoja 1" }], "Falta la pestaña Operaciones"],
    ["no tag", [{ title: "Operaciones", values: [["SPLIT", "NV"]] }], "falta TAG_SPOOL"],
    [
      "a header that is not the first row",
      [{ title: "Operaciones", values: [[""], HEADER] }],
      "La fila 1 de Operaciones está en blanco",
    ],
  ])("%s", async (_, sheets, words) => {
    await using emulator = await startEmulator({ sheets });
    const before = emulator.snapshot();
    await expect(create(emulator)).rejects.toThrow(words);
    expect(emulator.snapshot()).toEqual(before);
  });
});

describe("what goes wrong on the way", () => {
  test.each(["apply-drop", "apply-cut", "apply-html", "drop", "html", "refuse"] as const)(
    "%s of each write: everything is there once",
    async (kind) => {
      await using emulator = await start();
      const faults = [1, 2, 3].flatMap(() => [
        { kind, methods: ["write"] },
        { kind: "none", methods: ["write"] } as const,
      ]);
      emulator.faults.script(faults);
      expect(await create(emulator)).toEqual(CREADO);
      expect(headerOf(emulator)).toEqual([...HEADER, ...PROPIAS]);
      expect(Object.keys(emulator.snapshot())).toEqual(["Operaciones", "Metadata"]);
    },
  );

  test("an account that may only read", async () => {
    await using emulator = await start();
    emulator.hands.share("reader");
    await expect(create(emulator)).rejects.toThrow("no puede escribir en la planilla");
  });

  test("somebody adds a column before the write: ours goes beside it", async () => {
    await using emulator = await start();
    emulator.hooks.afterApply = ({ kind, method }) => {
      if (kind !== "write" || !method.endsWith("batchUpdate")) return;
      if (headerOf(emulator)?.includes("Mi columna")) return;
      emulator.hands.put("Operaciones", 1, HEADER.length, "Mi columna");
    };
    const { ojo } = await create(emulator);
    expect(ojo).toEqual([]);
    expect(headerOf(emulator)).toEqual([...HEADER, "Mi columna", ...PROPIAS]);
  });

  test.each([1, 2, 7])("%i columns inserted in the moment of the write", async (count) => {
    await using emulator = await start();
    let inserted = false;
    emulator.hooks.beforeApply = ({ kind, ranges }) => {
      if (inserted || kind !== "write" || !ranges.join().includes("Operaciones")) return;
      inserted = true;
      emulator.hands.insertColumns("Operaciones", "OT", count);
    };
    const { hecho, ojo } = await create(emulator);
    const covered = HEADER.slice(-count).slice(0, PROPIAS.length);
    expect(ojo).toEqual([
      "en Operaciones alguien insertó columnas mientras se escribía, y un título de ZEUES quedó " +
        `sobre ${covered.map((title) => `«${title}»`).join(", ")}: se volvió a poner; ` +
        "revisa que esté bien",
    ]);
    expect(hecho).toEqual(CREADO.hecho);
    const empty = new Array<string>(count).fill("");
    const titles = headerOf(emulator)?.filter((title) => !PROPIAS.includes(title as never));
    expect(titles).toEqual(["SPLIT", "NV", ...empty, ...HEADER.slice(2)]);
    const header = headerOf(emulator) ?? [];
    for (const name of PROPIAS) expect(header.filter((title) => title === name)).toEqual([name]);
    expect(emulator.hands.read("Operaciones", 2, "Cliente")).toBe("Puerto");
    expect(header.indexOf("version")).toBeGreaterThan(header.indexOf("Cliente"));
  });

  test.each([
    ["renamed", (e: Emulator) => e.hands.renameHeader("Operaciones", "OT", "Orden"), "Orden"],
    ["deleted", (e: Emulator) => e.hands.deleteColumns("Operaciones", "OT"), null],
  ])("a column %s in that moment is no harm", async (_, act, then) => {
    await using emulator = await start();
    let acted = false;
    emulator.hooks.beforeApply = ({ kind, ranges }) => {
      if (acted || kind !== "write" || !ranges.join().includes("Operaciones")) return;
      acted = true;
      act(emulator);
    };
    expect(await create(emulator)).toEqual(CREADO);
    const rest = headerOf(emulator)?.filter((title) => title !== "");
    const orden = then === null ? [] : [then];
    expect(rest).toEqual(["SPLIT", "NV", ...orden, ...HEADER.slice(3), ...PROPIAS]);
  });
});
