/** spreadsheets.batchUpdate through the real client: sheets, rows, columns, atomicity. */
import { afterAll, beforeEach, expect, test } from "bun:test";
import type { sheets_v4 } from "googleapis/build/src/apis/sheets";
import { batchHouse } from "./batch-house.ts";

const house = await batchHouse();
const { api, emulator, properties, read, refused, rows, send, spreadsheetId } = house;

afterAll(() => house.emulator.stop());
beforeEach(() => house.reset());

test("a sheet is added with the service's defaults and answered whole", async () => {
  const data = await send({ addSheet: { properties: { title: "Metadata" } } });
  expect(data).toMatchObject({
    spreadsheetId,
    replies: [
      {
        addSheet: {
          properties: {
            title: "Metadata",
            index: 2,
            sheetType: "GRID",
            gridProperties: { rowCount: 1000, columnCount: 26 },
          },
        },
      },
    ],
  });
});

test("replies stand in the order of the requests, and are empty where there is nothing to say", async () => {
  const data = await send(
    { appendDimension: { sheetId: 1, dimension: "ROWS", length: 3 } },
    { addSheet: { properties: { title: "U", index: 0 } } },
  );
  expect(data.replies?.map((reply) => Object.keys(reply))).toEqual([[], ["addSheet"]]);
  expect((await properties())?.map((one) => one?.title)).toEqual(["U", "S", "T"]);
});

test("a batch is applied whole or not at all", async () => {
  const before = emulator.snapshot();
  const message = await refused(
    { deleteDimension: { range: rows(1, 2) } },
    { addSheet: { properties: { title: "s" } } },
  );
  expect(message).toBe(
    'Invalid requests[1].addSheet: A sheet with the name "s" already exists. ' +
      "Please enter another name.",
  );
  expect(emulator.snapshot()).toEqual(before);
});

test("properties change under their mask", async () => {
  await send(
    { updateSheetProperties: { properties: { sheetId: 0, title: "Hoja" }, fields: "title" } },
    {
      updateSheetProperties: {
        properties: { sheetId: 1, gridProperties: { rowCount: 9, frozenRowCount: 1 } },
        fields: "gridProperties(rowCount,frozenRowCount)",
      },
    },
    { updateSheetProperties: { properties: { sheetId: 0, index: 2 }, fields: "index" } },
  );
  expect(await properties()).toMatchObject([
    { title: "T", index: 0, gridProperties: { rowCount: 9, columnCount: 3, frozenRowCount: 1 } },
    { title: "Hoja", index: 1 },
  ]);
  expect(await refused({ updateSheetProperties: { properties: { sheetId: 0 } } })).toContain(
    "At least one field must be listed in 'fields'",
  );
});

test("formulas follow rows that come, go and move", async () => {
  await send({ insertDimension: { range: rows(1, 3), inheritFromBefore: false } });
  expect(await read("B4:C7")).toEqual([
    [2, "=B4*2"],
    [3, "=B5*2"],
    [1, "=B6*2"],
    ["=SUM(B4:B6)", "=COUNTIF(A:A,A4)"],
  ]);
  await send({ deleteDimension: { range: rows(3, 4) } });
  expect(await read("B4:C6")).toEqual([
    [3, "=B4*2"],
    [1, "=B5*2"],
    ["=SUM(B4:B5)", "=COUNTIF(A:A,#REF!)"],
  ]);
  await send({ moveDimension: { source: rows(3, 4), destinationIndex: 5 } });
  expect(await read("A4:C6")).toEqual([
    ["a", 1, "=B4*2"],
    ["c", 3, "=B5*2"],
    ["sum", "=SUM(B4:B5)", "=COUNTIF(A:A,#REF!)"],
  ]);
});

test("formulas follow columns and a sheet's new name", async () => {
  await api.values.update({
    spreadsheetId,
    range: "T!A1",
    valueInputOption: "USER_ENTERED",
    requestBody: { values: [["=S!B2+1"]] },
  });
  await send(
    { insertDimension: { range: rows(0, 1, "COLUMNS") } },
    { updateSheetProperties: { properties: { sheetId: 0, title: "Mi hoja" }, fields: "title" } },
  );
  expect(await read("T!A1")).toEqual([["='Mi hoja'!C2+1"]]);
  await send({ deleteSheet: { sheetId: 0 } });
  expect(await read("T!A1", "UNFORMATTED_VALUE")).toEqual([["#REF!"]]);
});

test("a new locale shows numbers, dates and formulas in its own way", async () => {
  await send({
    updateSpreadsheetProperties: { properties: { locale: "es_CL" }, fields: "locale" },
  });
  expect(await read("C5")).toEqual([["=COUNTIF(A:A;A2)"]]);
  const { data } = await api.get({ spreadsheetId });
  expect(data.properties).toMatchObject({ locale: "es_CL", autoRecalc: "ON_CHANGE" });
});

test("developer metadata stays with its row", async () => {
  const location = { dimensionRange: rows(2, 3) };
  const developerMetadata = {
    metadataKey: "k",
    metadataValue: "v",
    location,
    visibility: "DOCUMENT",
  };
  await send(
    { createDeveloperMetadata: { developerMetadata } },
    { insertDimension: { range: rows(0, 1) } },
  );
  const { data } = await api.developerMetadata.search({
    spreadsheetId,
    requestBody: { dataFilters: [{ developerMetadataLookup: { metadataKey: "k" } }] },
  });
  const found = data.matchedDeveloperMetadata?.[0]?.developerMetadata;
  expect(found?.location?.dimensionRange).toEqual(rows(3, 4));
});

test("a sheet is duplicated with all that is in it", async () => {
  const data = await send({ duplicateSheet: { sourceSheetId: 0, newSheetName: "copy" } });
  expect(data.replies?.[0]?.duplicateSheet?.properties).toMatchObject({ title: "copy", index: 0 });
  expect(await read("copy!A2:C2")).toEqual([["b", 2, "=B2*2"]]);
});

test("a new spreadsheet belongs to who made it", async () => {
  const { data } = await api.create({ requestBody: { properties: { title: "Nueva" } } });
  expect(data).toMatchObject({
    properties: { title: "Nueva", locale: "en_US", timeZone: "Etc/GMT" },
    sheets: [{ properties: { sheetId: 0, title: "Sheet1", index: 0, sheetType: "GRID" } }],
  });
  const id = data.spreadsheetId ?? "";
  await api.values.append({
    spreadsheetId: id,
    range: "Sheet1",
    valueInputOption: "RAW",
    requestBody: { values: [["x"]] },
  });
  expect(emulator.snapshot(id)).toEqual({ Sheet1: [["x"]] });
});

test("requests that are none are refused", async () => {
  expect(await refused()).toBe("Must specify at least one request.");
  expect(await refused({ sortRnage: {} } as sheets_v4.Schema$Request)).toBe(
    `Invalid JSON payload received. Unknown name "sortRnage" at 'requests[0]': Cannot find field.`,
  );
  expect(await refused({ deleteSheet: { sheetId: 9 } })).toBe(
    "Invalid requests[0].deleteSheet: No sheet with id: 9",
  );
  expect(await refused({ deleteDimension: { range: rows(1000, 1001) } })).toBe(
    "Invalid requests[0].deleteDimension: Cannot delete a row that doesn't exist. " +
      "Tried to delete row index 1000 but there are only 1000 rows.",
  );
});
