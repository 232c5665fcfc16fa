/** Hands at titles, named ranges and tabs: what is missing is named, and nothing else stops. */
import { expect, test } from "bun:test";
import type { Hands } from "../sheets-emulator/hands.ts";
import { ALVARO, MAURICIO, openTaller, type Taller } from "./hands-taller.ts";

const TOMAR = { accion: "TOMAR", operacion: "ARM" } as const;
const COMPLETAR = { accion: "COMPLETAR", operacion: "ARM" } as const;
/** Titles and tabs are looked at anew within a minute. */
const MINUTE_MS = 75_000;

/** An action on the floor meanwhile, which waits for the sheet; then it gets there by itself. */
async function goesOn(taller: Taller, back: (hands: Hands) => void): Promise<void> {
  await taller.does(MAURICIO, 7, TOMAR);
  await taller.live(MINUTE_MS);
  expect(taller.stand.said()).toMatchObject({
    pendientes: 1,
    sinConexionDesdeMs: expect.any(Number),
  });
  taller.hands(back);
  await taller.live(MINUTE_MS);
  expect(taller.chip()).toBeNull();
  taller.expectSynced(7);
  expect(taller.cell(7, "Ocupado_Por")).toBe("MR(93)");
  expect(taller.waits(7)).toBeUndefined();
  await taller.expectLogWhole();
  taller.expectStrangersWhole();
}

test("a critical column renamed: the message names it, the floor goes on; back: it goes on", async () => {
  await using taller = await openTaller();
  taller.hands((hands) => hands.renameHeader("Operaciones", "Armador", "Armador principal"));
  await taller.live();
  expect(taller.chip()).toBe("En la hoja Operaciones falta la columna Armador.");
  await goesOn(taller, (hands) =>
    hands.renameHeader("Operaciones", "Armador principal", "Armador"),
  );
});

test("a critical column deleted: the message names it; with the deletion undone it goes on", async () => {
  await using taller = await openTaller();
  await taller.does(MAURICIO, 5, TOMAR);
  await taller.live();
  const { rows } = taller.emulator.hands.sheet("Operaciones");
  const at = taller.emulator.hands.column("Operaciones", "Armador");
  const cells = rows.map((row) => row[at]?.value ?? null);
  taller.hands((hands) => hands.deleteColumns("Operaciones", "Armador"));
  await taller.live();
  expect(taller.chip()).toBe("En la hoja Operaciones falta la columna Armador.");
  taller.hands((hands) => {
    hands.insertColumns("Operaciones", "Obs");
    for (const [i, value] of cells.entries()) hands.put("Operaciones", i + 1, at, value);
  });
  await taller.live(MINUTE_MS);
  expect([taller.chip(), taller.waits(5), taller.frozen()]).toEqual([null, undefined, null]);
  expect(taller.cell(5, "Armador")).toBe("MR(93)");
  taller.expectStrangersWhole();
});

test("a critical column put back blank: what its cells said waits for a supervisor", async () => {
  await using taller = await openTaller();
  await taller.does(MAURICIO, 5, TOMAR);
  await taller.live();
  taller.hands((hands) => {
    const at = hands.column("Operaciones", "Armador");
    hands.deleteColumns("Operaciones", "Armador");
    hands.insertColumns("Operaciones", at);
    hands.put("Operaciones", 1, at, "Armador");
  });
  await taller.live(MINUTE_MS);
  expect(taller.waits(5)?.celdas).toEqual([{ columna: "Armador", dice: "", decia: "MR(93)" }]);
  expect(taller.waits(5)?.motivo).toBe(
    "está ocupado por Mauricio Rodríguez (93); Armador no calza con las demás columnas",
  );
  await taller.undoes(5);
  await taller.live();
  expect([taller.cell(5, "Armador"), taller.waits(5)]).toEqual(["MR(93)", undefined]);
});

test("a column of ours deleted just before a write: nothing of theirs is hit, soon it is named", async () => {
  await using taller = await openTaller();
  await taller.does(MAURICIO, 5, TOMAR);
  taller.handsBeforeWrite((hands) => hands.deleteColumns("Operaciones", "Armador"));
  await taller.live(MINUTE_MS);
  expect(taller.chip()).toBe("En la hoja Operaciones falta la columna Armador.");
  taller.expectStrangersWhole();
});

test("an optional column of ours deleted: the rest is written", async () => {
  await using taller = await openTaller();
  taller.hands((hands) => hands.deleteColumns("Operaciones", "Estado_Detalle"));
  await taller.does(MAURICIO, 5, TOMAR);
  await taller.live(MINUTE_MS);
  expect([taller.cell(5, "Ocupado_Por"), taller.cell(5, "version")]).toEqual(["MR(93)", 2]);
  expect(taller.chip()).toBeNull();
  taller.expectSynced(5);
  taller.expectStrangersWhole();
});

test("an optional column of ours that is put back blank is filled from ZEUES", async () => {
  await using taller = await openTaller();
  await taller.does(MAURICIO, 5, TOMAR);
  await taller.live();
  taller.hands((hands) => {
    const at = hands.column("Operaciones", "Estado_Detalle");
    hands.deleteColumns("Operaciones", "Estado_Detalle");
    hands.insertColumns("Operaciones", at);
    hands.put("Operaciones", 1, at, "Estado_Detalle");
  });
  await taller.live(MINUTE_MS);
  expect([taller.waits(5), taller.frozen()]).toEqual([undefined, null]);
  expect(taller.cell(5, "Estado_Detalle")).toStartWith("MR(93) trabajando ARM");
  expect(taller.cell(6, "Estado_Detalle")).toBe("Disponible - ARM pendiente, SOLD pendiente");
  taller.expectSynced(5);
  taller.expectStrangersWhole();
});

test("engineers add and move columns of their own: nothing changes but their place", async () => {
  await using taller = await openTaller();
  taller.hands((hands) => {
    hands.insertColumns("Operaciones", "Cliente");
    hands.put("Operaciones", 1, hands.column("Operaciones", "Cliente") - 1, "Grúa");
    hands.put("Operaciones", 6, "Grúa", "G-2");
    hands.moveColumns("Operaciones", "Cliente", "Notas");
  });
  await taller.live(MINUTE_MS);
  expect(taller.spool(5).ficha).toMatchObject({ Grúa: "G-2", Cliente: "Cliente 2", Obs: "obs 5" });
  expect([taller.frozen(), taller.chip()]).toEqual([null, null]);
  taller.expectStrangersWhole();
});

test("engineers rename and remove their own columns: no import stands still", async () => {
  await using taller = await openTaller();
  taller.hands((hands) => {
    hands.renameHeader("Operaciones", "Cliente", "Mandante");
    hands.deleteColumns("Operaciones", "Obs");
  });
  await taller.live(MINUTE_MS);
  expect(taller.spool(5).ficha).toMatchObject({ Mandante: "Cliente 2" });
  expect(taller.spool(5).ficha).not.toContainKey("Obs");
  expect([taller.frozen(), taller.chip()]).toEqual([null, null]);
  taller.expectStrangersWhole();
});

test("a title in other letters is understood, and listed", async () => {
  await using taller = await openTaller();
  taller.hands((hands) => {
    hands.renameHeader("Operaciones", "Armador", " ARMADÓR ");
    hands.renameHeader("Operaciones", "Fecha_QC_Metrologia", "Fecha QC Metrología");
  });
  await taller.does(MAURICIO, 5, TOMAR);
  await taller.live();
  expect(taller.cell(5, "Armador")).toBe("MR(93)");
  expect(taller.chip()).toBeNull();
  expect(taller.problems().join()).toContain(
    "Encabezado escrito de otra forma: «ARMADÓR», «Fecha QC Metrología»; se entendió.",
  );
  taller.expectSynced(5);
});

test("a column of ours copied to the right: the first is written, the copy is listed", async () => {
  await using taller = await openTaller();
  taller.hands((hands) => {
    hands.insertColumns("Operaciones", "Obs");
    hands.put("Operaciones", 1, hands.column("Operaciones", "Obs") - 1, "Armador");
  });
  await taller.does(MAURICIO, 5, TOMAR);
  await taller.live();
  const row = taller.emulator.snapshot().Operaciones?.[5];
  expect([row?.[6], row?.[7]]).toEqual(["MR(93)", ""]);
  expect(taller.problems()).toContain("1: Columna repetida: «Armador»; vale la primera.");
  taller.expectSynced(5);
});

const NAMES: readonly (readonly [string, (taller: Taller) => void])[] = [
  [
    "deleted",
    ({ emulator: { spreadsheet } }) => {
      spreadsheet.named = spreadsheet.named.filter(({ name }) => name !== "zeues_Armador");
    },
  ],
  [
    "pointed at an engineers' column",
    ({ emulator: { spreadsheet, hands } }) => {
      const column = hands.column("Operaciones", "Obs");
      spreadsheet.named = spreadsheet.named.map((one) =>
        one.name === "zeues_Armador"
          ? { ...one, area: { ...one.area, column, columnEnd: column + 1 } }
          : one,
      );
    },
  ],
  [
    "all deleted",
    ({ emulator: { spreadsheet } }) => {
      spreadsheet.named = [];
    },
  ],
];

for (const [what, change] of NAMES) {
  test(`a named range of ours ${what}: it is made anew, and no other column is written`, async () => {
    await using taller = await openTaller();
    await taller.does(MAURICIO, 5, TOMAR);
    await taller.live();
    change(taller);
    await taller.does(MAURICIO, 6, TOMAR);
    await taller.does(MAURICIO, 5, COMPLETAR);
    await taller.live(MINUTE_MS);
    expect([taller.cell(6, "Armador"), taller.cell(6, "Obs")]).toEqual(["MR(93)", "obs 6"]);
    expect(taller.cell(5, "Fecha_Armado")).toBe("20-11-2026");
    expect(taller.chip()).toBeNull();
    taller.expectSynced(6);
    taller.expectStrangersWhole();
  });
}

for (const [what, change] of NAMES) {
  // The column that such a name hit is not ours to know: what stood there is lost.
  const elsewhere = what.startsWith("pointed");
  test(`a named range of ours ${what} just before a write: the write is repeated`, async () => {
    await using taller = await openTaller();
    await taller.does(MAURICIO, 5, TOMAR);
    taller.handsBeforeWrite((hands) => {
      if (hands === taller.emulator.hands) change(taller);
    });
    await taller.live(MINUTE_MS);
    expect(taller.cell(5, "Armador")).toBe("MR(93)");
    taller.expectSynced(5);
    if (!elsewhere) taller.expectStrangersWhole();
  });
}

test("the tab Operaciones renamed: the message names it; back: it goes on", async () => {
  await using taller = await openTaller();
  taller.hands((hands) => hands.renameTab("Operaciones", "Operaciones 2026"));
  await taller.live();
  expect(taller.chip()).toContain("Falta la hoja Operaciones");
  await goesOn(taller, (hands) => hands.renameTab("Operaciones 2026", "Operaciones"));
});

test("the tab Operaciones with other letters and spaces is understood", async () => {
  await using taller = await openTaller();
  taller.hands((hands) => hands.renameTab("Operaciones", "operaciones "));
  await taller.does(MAURICIO, 5, TOMAR);
  await taller.live(MINUTE_MS);
  expect(taller.chip()).toBeNull();
  expect(taller.cell(5, "Ocupado_Por")).toBe("MR(93)");
  expect(taller.cell(5, "version")).toBe(2);
});

for (const tab of ["Trabajadores", "Roles"] as const) {
  test(`the tab ${tab} renamed: the message names it, nobody loses a role; back: it goes on`, async () => {
    await using taller = await openTaller();
    taller.hands((hands) => hands.renameTab(tab, `${tab} viejos`));
    await taller.live(MINUTE_MS);
    expect(taller.chip()).toContain(`Falta la hoja ${tab}`);
    await taller.does(MAURICIO, 5, TOMAR);
    await taller.does(ALVARO, 5, { accion: "ANOTAR", texto: "sin rol no podría" });
    taller.hands((hands) => hands.renameTab(`${tab} viejos`, tab));
    await taller.live(MINUTE_MS);
    expect(taller.chip()).toBeNull();
    taller.expectSynced(5);
    taller.expectStrangersWhole();
  });
}
