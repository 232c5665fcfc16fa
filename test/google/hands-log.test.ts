/** Hands in the tab Metadata: one row per event, exactly once, and nothing of others is lost. */
import { expect, test } from "bun:test";
import { Sheet } from "../sheets-emulator/model.ts";
import { MAURICIO, openTaller, type Taller } from "./hands-taller.ts";
import { METADATA_HEADER, SUCIAS, taller as sheetsOf } from "./taller-hoja.ts";

const TOMAR = { accion: "TOMAR", operacion: "ARM" } as const;

/** Three actions, all in the sheet. */
async function withThree(): Promise<Taller> {
  const taller = await openTaller();
  for (const spool of [5, 6, 7]) await taller.does(MAURICIO, spool, TOMAR);
  await taller.live();
  await taller.expectLogWhole();
  return taller;
}

/** A fresh tab, as hands make it. */
function addTab({ emulator: { spreadsheet } }: Taller, title: string): void {
  const sheetId = Math.max(...spreadsheet.sheets.map(({ properties }) => properties.sheetId)) + 1;
  const grid = { rowCount: 50, columnCount: 11, frozenRowCount: 0, frozenColumnCount: 0 };
  spreadsheet.sheets.push(new Sheet({ sheetId, title, ...grid, hidden: false, extra: {} }));
  spreadsheet.version += 1;
}

test("rows of ours deleted: they are back with the next action, each once", async () => {
  await using taller = await withThree();
  taller.hands((hands) => hands.deleteRows("Metadata", 4, 3));
  await taller.does(MAURICIO, 8, TOMAR);
  await taller.live();
  await taller.expectLogWhole();
});

test("rows of ours deleted, and nothing happens: they are back within the hour", async () => {
  await using taller = await withThree();
  // Three of them are ours; of the shadow none is.
  taller.emulator.hands.deleteRows("Metadata", 4, 2);
  await taller.hourLater();
  await taller.expectLogWhole();
});

test("rows sorted: the next one is written once, and none again", async () => {
  await using taller = await withThree();
  taller.hands((hands) => hands.sort("Metadata", "Timestamp", true));
  await taller.does(MAURICIO, 8, TOMAR);
  await taller.live();
  await taller.expectLogWhole();
});

for (const [what, at] of [
  ["among ours", 5],
  ["above all", 2],
] as const) {
  test(`rows inserted ${what} while one is being written: each is there once`, async () => {
    await using taller = await withThree();
    await taller.does(MAURICIO, 8, TOMAR);
    taller.handsBeforeWrite((hands) => {
      hands.insertRows("Metadata", at, 3);
      hands.put("Metadata", at, "Metadata_JSON", "nota de alguien");
    });
    await taller.live();
    await taller.expectLogWhole(["vieja-1", "NOTA", "nota de alguien"]);
  });
}

test("rows of others below ours, and one in the very moment of a write: none is lost", async () => {
  await using taller = await withThree();
  taller.hands((hands) => {
    const { rows } = taller.emulator.hands.sheet("Metadata");
    hands.put("Metadata", rows.length + 1, "Metadata_JSON", "una nota abajo");
  });
  await taller.does(MAURICIO, 8, TOMAR);
  await taller.live();
  await taller.expectLogWhole(["vieja-1", "NOTA", "una nota abajo"]);
});

test("an ID of ours typed over: that row is a stranger's, the event gets its own again", async () => {
  await using taller = await withThree();
  taller.hands((hands) => hands.put("Metadata", 6, "ID", "borrado"));
  await taller.does(MAURICIO, 8, TOMAR);
  await taller.live();
  await taller.expectLogWhole(["vieja-1", "NOTA", "borrado"]);
});

test("a grid without a free row: it grows", async () => {
  const sheets = sheetsOf(10, SUCIAS).map((sheet) =>
    sheet.title === "Metadata" ? { ...sheet, rowCount: 3 } : sheet,
  );
  await using taller = await openTaller(sheets);
  for (const spool of [5, 6]) await taller.does(MAURICIO, spool, TOMAR);
  await taller.live();
  await taller.expectLogWhole();
  expect(taller.chip()).toBeNull();
});

test("the column ID renamed: the message names it; back: it goes on", async () => {
  await using taller = await withThree();
  taller.hands((hands) => hands.renameHeader("Metadata", "ID", "Identificador"));
  await taller.does(MAURICIO, 8, TOMAR);
  await taller.live();
  expect(taller.stand.said()?.motivo).toBe("En la hoja Metadata falta la columna ID");
  expect(taller.stand.said()?.pendientes).toBe(1);
  taller.hands((hands) => hands.renameHeader("Metadata", "Identificador", "ID"));
  await taller.live(75_000);
  taller.expectSynced(8);
  await taller.expectLogWhole();
});

test("the tab renamed: another log is none of ours; back: each row is there once", async () => {
  await using taller = await withThree();
  taller.hands((hands) => hands.renameTab("Metadata", "Registro"));
  await taller.does(MAURICIO, 8, TOMAR);
  await taller.live(75_000);
  expect(taller.cell(8, "Ocupado_Por")).toBe("MR(93)");
  taller.hands((hands) => hands.renameTab("Registro", "Metadata"));
  await taller.hourLater();
  await taller.expectLogWhole();
});

test("the tab deleted: Operaciones is written on; a new tab gets all rows within the hour", async () => {
  await using taller = await withThree();
  taller.hands((hands) => hands.deleteTab("Metadata"));
  await taller.does(MAURICIO, 8, TOMAR);
  await taller.live(75_000);
  taller.expectSynced(8);
  addTab(taller, "Metadata");
  for (const [i, title] of METADATA_HEADER.entries()) {
    taller.emulator.hands.put("Metadata", 1, i, title);
  }
  await taller.hourLater();
  await taller.expectLogWhole([]);
});

// Today the chip says that all is well, and docs/google.md that the sync stands still.
test("the tab deleted: a supervisor is told that the log is written nowhere", async () => {
  await using taller = await withThree();
  taller.hands((hands) => hands.deleteTab("Metadata"));
  await taller.does(MAURICIO, 8, TOMAR);
  await taller.live(75_000);
  expect(`${taller.chip()} ${taller.problems().join()}`).toContain("Metadata");
});
