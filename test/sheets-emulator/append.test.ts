/** values.append through the real client: tables as the guide describes them. */
import { afterAll, beforeEach, expect, test } from "bun:test";
import { startEmulator } from "./emulator.ts";
import { realClient } from "./real-client.ts";

const emulator = await startEmulator({
  locale: "en_US",
  sheets: [{ title: "Sheet1" }, { title: "Full", rowCount: 3, columnCount: 2 }],
  limits: { readsPerUser: 1e6, writesPerUser: 1e6, readsPerProject: 1e6, writesPerProject: 1e6 },
});
const api = realClient(emulator);
const { spreadsheetId } = emulator;

afterAll(() => emulator.stop());
beforeEach(() => api.spreadsheets.values.clear({ spreadsheetId, range: "Sheet1" }));

const put = (range: string, values: unknown[][]) =>
  api.spreadsheets.values.update({
    spreadsheetId,
    range,
    valueInputOption: "RAW",
    requestBody: { values },
  });

const append = async (range: string, values: unknown[][], more = {}) => {
  const call = { spreadsheetId, range, valueInputOption: "RAW", requestBody: { values }, ...more };
  return (await api.spreadsheets.values.append(call)).data;
};

/** The guide's example: a table at A1:C2 and one at B4:D6. */
async function twoTables() {
  await put("A1", [
    ["x", "y", "z"],
    ["x", "y", "z"],
  ]);
  await put("B4", [
    ["x", "y", ""],
    ["", "y", "z"],
    ["x", "y", "z"],
  ]);
}

test("without a table values go where the range begins", async () => {
  expect(await append("Sheet1", [["a", "", "c"]])).toEqual({
    spreadsheetId,
    updates: {
      spreadsheetId,
      updatedRange: "Sheet1!A1:C1",
      updatedRows: 1,
      updatedColumns: 3,
      updatedCells: 3,
    },
  });
  const below = await append("'Sheet1'!A1", [["a", "", "c"]]);
  expect(below).toMatchObject({
    tableRange: "Sheet1!A1",
    updates: { updatedRange: "Sheet1!A2:C2" },
  });
});

/** The guide's own list. */
const GUIDE: readonly (readonly [string, string])[] = [
  ["Sheet1", "Sheet1!B7"],
  ["B4", "Sheet1!B7"],
  ["C5:D5", "Sheet1!B7"],
  ["B2:D4", "Sheet1!B7"],
  ["A3:G10", "Sheet1!B7"],
  ["D4", "Sheet1!B7"],
  ["A1", "Sheet1!A3"],
  ["E4", "Sheet1!E4"],
  ["A4", "Sheet1!A4"],
  ["F10", "Sheet1!F10"],
];

for (const [range, wanted] of GUIDE) {
  test(`of the guide's two tables ${range} appends at ${wanted}`, async () => {
    await twoTables();
    expect((await append(range, [["n"]])).updates?.updatedRange).toBe(wanted);
  });
}

test("a full sheet grows, in rows and in columns", async () => {
  await put("Full!A1", [
    ["a", "b"],
    ["a", "b"],
    ["a", "b"],
  ]);
  const { updates } = await append("Full", [["c", "d", "e"]]);
  expect(updates?.updatedRange).toBe("Full!A4:C4");
  const { data } = await api.spreadsheets.get({ spreadsheetId, fields: "sheets.properties" });
  expect(data.sheets?.[1]?.properties?.gridProperties).toEqual({ rowCount: 4, columnCount: 3 });
});

test("OVERWRITE writes over what is below, INSERT_ROWS makes room", async () => {
  await put("A1", [["a"], ["b"], [""], ["sum"]]);
  await append("A1", [["c"], ["d"]], { insertDataOption: "INSERT_ROWS" });
  const column = async () =>
    (await api.spreadsheets.values.get({ spreadsheetId, range: "A1:A9" })).data.values?.flat();
  expect(await column()).toEqual(["a", "b", "c", "d", "sum"]);
  await put("A1:A9", [["a"], [""], ["", ""].slice(0, 1), ["sum"]]);
  await append("A1", [["c"], ["d"], ["e"]]);
  expect((await column())?.slice(0, 4)).toEqual(["a", "c", "d", "e"]);
});

test("the answer may hold the values", async () => {
  const more = { includeValuesInResponse: true, responseValueRenderOption: "UNFORMATTED_VALUE" };
  const { updates } = await append("Sheet1", [[1, "x"]], more);
  expect(updates?.updatedData).toEqual({
    range: "Sheet1!A1:B1",
    majorDimension: "ROWS",
    values: [[1, "x"]],
  });
});
