/** What hands type into cells: dates, formulas, and texts that a sheet makes something else of. */
import { expect, test } from "bun:test";
import { MAURICIO, openTaller } from "./hands-taller.ts";
import { taller as sheetsOf, tagOf } from "./taller-hoja.ts";

const TOMAR = { accion: "TOMAR", operacion: "ARM" } as const;
const COMPLETAR = { accion: "COMPLETAR", operacion: "ARM" } as const;
const DATES = ["Fecha_Armado", "Fecha_Soldadura", "Fecha_QC_Metrologia"] as const;
/** 20-11-2026 as a sheet holds it. */
const SERIAL = 46346;

test("our date cells formatted as dates, and typed again as real ones: no difference", async () => {
  await using taller = await openTaller();
  await taller.finishes(5);
  await taller.live();
  const before = taller.spool(5);
  const quiet = taller.problems();
  taller.hands((hands) => {
    for (const title of [...DATES, "Fecha_Materiales"]) {
      hands.formatColumn("Operaciones", title, { type: "DATE", pattern: "dd-mm-yyyy" });
    }
  });
  taller.types(5, "Fecha_Armado", "20-11-2026");
  taller.types(5, "Fecha_Soldadura", "20/11/26");
  taller.types(5, "Fecha_Materiales", "13-08-2026");
  const writes = (): number =>
    taller.emulator.calls.filter(({ method }) => /values.batchUpdate/.test(method)).length;
  const sent = writes();
  await taller.live(60_000);
  expect(taller.spool(5)).toEqual(before);
  expect([taller.cell(5, "Fecha_Armado"), taller.cell(5, "Fecha_Soldadura")]).toEqual([
    SERIAL,
    SERIAL,
  ]);
  expect([taller.waits(5), taller.problems(), writes()]).toEqual([undefined, quiet, sent]);
  taller.expectStrangersWhole();
});

test("our instant typed as a real one: no difference", async () => {
  await using taller = await openTaller();
  await taller.does(MAURICIO, 5, TOMAR);
  await taller.live();
  taller.types(5, "Fecha_Ocupacion", String(taller.cell(5, "Fecha_Ocupacion")));
  expect(taller.cell(5, "Fecha_Ocupacion")).toBeNumber();
  await taller.live();
  expect([taller.waits(5), taller.problems(5)]).toEqual([undefined, []]);
  await taller.does(MAURICIO, 5, COMPLETAR);
  await taller.live();
  expect(taller.cell(5, "Fecha_Ocupacion")).toBe("");
  taller.expectSynced(5);
});

test("a tag formatted as a date: it is listed with what to do, its old spool as gone", async () => {
  await using taller = await openTaller();
  taller.types(5, "TAG_SPOOL", "3-5-2026");
  await taller.live();
  expect(taller.problems().join("\n")).toContain(
    "6: TAG_SPOOL quedó como número o fecha; si se ve otra cosa en la planilla, " +
      "dale a la columna formato de texto y escríbelo de nuevo.",
  );
  expect(taller.problems(5)).toEqual([": Ya no está en la planilla"]);
  taller.hands((hands) => hands.put("Operaciones", 6, "TAG_SPOOL", tagOf(5)));
  await taller.live();
  expect(taller.problems(5)).toEqual([]);
  expect(taller.problems().join()).not.toContain("quedó como número");
});

const FORMULA = '=IMPORTXML("http://x","//a")';

test("a formula in an engineers' column: what it comes to is read, the formula stays", async () => {
  await using taller = await openTaller();
  taller.types(5, "Obs", FORMULA);
  await taller.does(MAURICIO, 5, TOMAR);
  await taller.live();
  expect(taller.spool(5).ficha.Obs).toStartWith("#");
  expect(taller.cell(5, "Obs")).toBe(FORMULA);
  taller.expectSynced(5);
  taller.expectStrangersWhole();
});

test("a formula in Armador: it waits, is never run by us, and undone ZEUES's own is there", async () => {
  await using taller = await openTaller();
  await taller.does(MAURICIO, 5, TOMAR);
  await taller.does(MAURICIO, 5, COMPLETAR);
  await taller.live();
  taller.types(5, "Armador", FORMULA);
  await taller.live();
  expect(taller.waits(5)).toMatchObject({ estado: null, celdas: [{ columna: "Armador" }] });
  expect(taller.waits(5)?.motivo).toStartWith("Armador no se entiende: «#");
  expect(taller.cell(5, "Armador")).toBe(FORMULA);
  await taller.undoes(5);
  await taller.live();
  expect([taller.cell(5, "Armador"), taller.waits(5)]).toEqual(["MR(93)", undefined]);
});

test("a formula in TAG_SPOOL: its old spool is listed as gone, and the row not written", async () => {
  await using taller = await openTaller();
  taller.types(5, "TAG_SPOOL", FORMULA);
  await taller.live();
  expect(taller.problems(5)).toEqual([": Ya no está en la planilla"]);
  await taller.does(MAURICIO, 5, TOMAR);
  await taller.live();
  const row = taller.emulator.snapshot().Operaciones?.[5];
  expect([row?.[2], row?.[12]]).toEqual([FORMULA, ""]);
  taller.types(6, "TAG_SPOOL", '=""');
  await taller.live();
  expect(taller.problems()).toContain("7: Fila sin TAG_SPOOL; no se lee.");
  taller.expectStrangersWhole();
});

test("a formula in TAG_SPOOL that fails is no tag, and is listed", async () => {
  await using taller = await openTaller();
  taller.types(5, "TAG_SPOOL", "=NA()");
  await taller.live();
  expect(() => taller.spool("#N/A")).toThrow();
  expect(taller.problems()).toContain("6: TAG_SPOOL tiene un error de fórmula: «#N/A»; no se lee.");
});

for (const texto of ["=1+1", "+56 9 1234", "-3", "@aquí", '=HYPERLINK("http://x")', "0042"]) {
  test(`a remark ${texto} is text in the sheet, never run`, async () => {
    await using taller = await openTaller();
    await taller.does(MAURICIO, 5, { accion: "ANOTAR", texto });
    await taller.live();
    const { value } = taller.emulator.hands.sheet("Operaciones").at(5, 17) ?? {};
    expect(value).toBe(`20-11-2026 10:30 MR(93): ${texto}`);
    const rows = taller.emulator.hands.sheet("Metadata").rows.flat();
    expect(rows.filter((cell) => typeof cell?.value === "object" && cell.value !== null)).toEqual(
      [],
    );
    await taller.expectLogWhole();
  });
}

test("a worker whose name begins with = or +: no formula comes of it", async () => {
  await using taller = await openTaller();
  taller.hands((hands) => {
    hands.put("Trabajadores", 2, "Nombre", "=1+1");
    hands.put("Trabajadores", 2, "Apellido", "+cmd");
  });
  await taller.live();
  await taller.does(MAURICIO, 5, TOMAR);
  await taller.live();
  const { nombre } = taller.spool(5).ocupacion?.trabajador ?? {};
  expect([nombre, taller.cell(5, "Ocupado_Por")]).toEqual(["=1+1 +cmd", "C(93)"]);
  const { rows } = taller.emulator.hands.sheet("Metadata");
  expect(rows.flat().filter((cell) => typeof cell?.value === "object" && cell.value)).toEqual([]);
  expect(taller.waits(5)).toBeUndefined();
  taller.expectSynced(5);
});

for (const [typed, read] of [
  ["0042", "42"],
  ["1E5", "100000"],
  ["3-5", "46145"],
  ["1,5", "1,5"],
] as const) {
  test(`${typed} in the engineers' columns: read as the sheet holds it, nothing waits`, async () => {
    await using taller = await openTaller();
    taller.types(5, "Obs", typed);
    taller.types(6, "OT", typed);
    taller.types(7, "Fecha_Materiales", typed);
    await taller.live();
    expect([taller.spool(5).ficha.Obs, taller.spool(6).ot]).toEqual([read, read]);
    expect([5, 6, 7].map((spool) => taller.waits(spool))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const fecha = typed === "3-5" ? "2026-05-03" : "2026-08-13";
    expect(taller.spool(7).fechaMateriales as string).toBe(fecha);
    expect(taller.spool(8).version).toBe(1);
    taller.expectStrangersWhole();
  });
}

test("0042, 1E5 and 1,5 as a tag: another tag, and it is listed what to do about it", async () => {
  await using taller = await openTaller();
  for (const [i, one] of ["0042", "1E5", "1,5"].entries()) taller.types(5 + i, "TAG_SPOOL", one);
  await taller.live();
  expect(["42", "100000", "1,5"].map((tag) => taller.spool(tag).version)).toEqual([1, 1, 1]);
  expect(taller.problems().join("\n")).toContain("6, 7, 8: TAG_SPOOL quedó como número o fecha");
  await taller.does(MAURICIO, "42", TOMAR);
  await taller.live();
  expect(taller.cell("42", "Ocupado_Por")).toBe("MR(93)");
  expect(taller.row("42")).toBe(6);
});

test("0042, 1E5, 3-5 and 1,5 in Armador: it waits, saying what can't be understood", async () => {
  await using taller = await openTaller(sheetsOf(100));
  const typed = ["0042", "1E5", "3-5", "1,5"];
  for (const [i, one] of typed.entries()) taller.types(5 + i, "Armador", one);
  await taller.live();
  expect([5, 6, 7, 8].map((spool) => taller.waits(spool)?.motivo)).toEqual([
    "Armador no se entiende: «42»; escribe la etiqueta, como MR(93)",
    "Armador no se entiende: «100000»; escribe la etiqueta, como MR(93)",
    "Armador no se entiende: «46145»; escribe la etiqueta, como MR(93)",
    "Armador no se entiende: «1,5»; escribe la etiqueta, como MR(93)",
  ]);
  expect(taller.spool(5).arm.estado).toBe("pendiente");
});

test("anything in version: put right without a word", async () => {
  await using taller = await openTaller();
  for (const spool of [5, 6, 7, 8]) await taller.does(MAURICIO, spool, TOMAR);
  await taller.live();
  for (const [i, one] of ["0042", "1E5", "3-5", "1,5"].entries())
    taller.types(5 + i, "version", one);
  await taller.live();
  for (const spool of [5, 6, 7, 8]) {
    expect(taller.waits(spool)).toBeUndefined();
    taller.expectSynced(spool);
  }
  expect(taller.frozen()).toBeNull();
});
