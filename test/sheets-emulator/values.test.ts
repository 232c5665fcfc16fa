/** values.* through the real client. */
import { afterAll, beforeEach, expect, test } from "bun:test";
import { startEmulator } from "./emulator.ts";
import { realClient, refusal } from "./real-client.ts";

const emulator = await startEmulator({
  locale: "en_US",
  timeZone: "Etc/GMT",
  sheets: [{ title: "Sheet1" }, { title: "Mi hoja", rowCount: 20, columnCount: 5 }],
  limits: { readsPerUser: 1e6, writesPerUser: 1e6, readsPerProject: 1e6, writesPerProject: 1e6 },
  now: () => Date.UTC(2026, 10, 25, 15),
});
const api = realClient(emulator).spreadsheets.values;
const { spreadsheetId } = emulator;

afterAll(() => emulator.stop());
beforeEach(async () => {
  await api.batchClear({ spreadsheetId, requestBody: { ranges: ["Sheet1", "'Mi hoja'"] } });
});

const write = (range: string, values: unknown[][], valueInputOption = "RAW") =>
  api.update({ spreadsheetId, range, valueInputOption, requestBody: { values } });
const get = async (range: string, more = {}) =>
  (await api.get({ spreadsheetId, range, ...more })).data;
const refusedGet = (range: string) => refusal(api.get({ spreadsheetId, range }));

test("a range is answered as the grid has it", async () => {
  const range = async (asked: string) => (await get(asked)).range;
  expect(await range("Sheet1")).toBe("Sheet1!A1:Z1000");
  expect(await range("sheet1!a1")).toBe("Sheet1!A1");
  expect(await range("A:C")).toBe("Sheet1!A1:C1000");
  expect(await range("2:5")).toBe("Sheet1!A2:Z5");
  expect(await range("A5:A")).toBe("Sheet1!A5:A1000");
  expect(await range("A2:2")).toBe("Sheet1!A2:Z2");
  expect(await range("A990:ZZ2000")).toBe("Sheet1!A990:Z1000");
  expect(await range("B2:A1")).toBe("Sheet1!A1:B2");
  expect(await range("Mi hoja!B2")).toBe("'Mi hoja'!B2");
  expect(await range("'Mi hoja'")).toBe("'Mi hoja'!A1:E20");
  expect(await range("'Mi hoja'!R1C1:R2C2")).toBe("'Mi hoja'!A1:B2");
});

test("an empty range has no values", async () => {
  expect(await get("A1:B2")).toEqual({ range: "Sheet1!A1:B2", majorDimension: "ROWS" });
});

test("blanks at the end are dropped and those in between are empty texts", async () => {
  await write("A1", [["a", "", "c", ""], [""], ["", "b"], ["", ""]]);
  expect((await get("A1:E9")).values).toEqual([["a", "", "c"], [], ["", "b"]]);
  const columns = await get("A1:E9", { majorDimension: "COLUMNS" });
  expect(columns).toMatchObject({
    majorDimension: "COLUMNS",
    values: [["a"], ["", "", "b"], ["c"]],
  });
});

test("values come formatted, unformatted or as formulas", async () => {
  await write("A1", [["1/2/2024", "50%", "=A1+1", "1,234.5", true, "x", "=1/0"]], "USER_ENTERED");
  const row = async (valueRenderOption: string, dateTimeRenderOption = "SERIAL_NUMBER") =>
    (await get("A1:G1", { valueRenderOption, dateTimeRenderOption })).values?.[0];
  expect(await row("FORMATTED_VALUE")).toEqual([
    "1/2/2024",
    "50%",
    "1/3/2024",
    "1,234.50",
    "TRUE",
    "x",
    "#DIV/0!",
  ]);
  expect(await row("UNFORMATTED_VALUE")).toEqual([45293, 0.5, 45294, 1234.5, true, "x", "#DIV/0!"]);
  expect(await row("FORMULA")).toEqual([45293, 0.5, "=A1+1", 1234.5, true, "x", "=1/0"]);
  const dated = await row("UNFORMATTED_VALUE", "FORMATTED_STRING");
  expect(dated).toEqual(["1/2/2024", 0.5, "1/3/2024", 1234.5, true, "x", "#DIV/0!"]);
});

test("RAW stores texts as they are", async () => {
  await write("A1", [["0042", "=1+1", "3-5", "TRUE", 7]]);
  const { values } = await get("A1:E1", { valueRenderOption: "UNFORMATTED_VALUE" });
  expect(values).toEqual([["0042", "=1+1", "3-5", "TRUE", 7]]);
});

test("an update tells what it wrote", async () => {
  const { data } = await write("A1:C5", [["a", null], ["b"]]);
  expect(data).toEqual({
    spreadsheetId,
    updatedRange: "Sheet1!A1:B2",
    updatedRows: 2,
    updatedColumns: 1,
    updatedCells: 2,
  });
});

test("null leaves a cell, an empty text empties it, and the answer shows all of the row", async () => {
  await write("A1", [["tag", "x", "y"]]);
  const { data } = await api.update({
    spreadsheetId,
    range: "A1:D1",
    valueInputOption: "RAW",
    includeValuesInResponse: true,
    responseValueRenderOption: "UNFORMATTED_VALUE",
    requestBody: { values: [[null, "", 3]] },
  });
  expect(data.updatedData).toEqual({
    range: "Sheet1!A1:D1",
    majorDimension: "ROWS",
    values: [["tag", "", 3]],
  });
});

test("a batch writes all its ranges and adds up", async () => {
  const { data } = await api.batchUpdate({
    spreadsheetId,
    requestBody: {
      valueInputOption: "RAW",
      data: [
        { range: "Sheet1!A1:A4", majorDimension: "COLUMNS", values: [["a", "b", "c", "d"]] },
        {
          range: "Sheet1!B1:D2",
          values: [
            ["1", "2", "3"],
            ["4", "5", "6"],
          ],
        },
      ],
    },
  });
  // The totals are those of the guide's example.
  expect(data).toMatchObject({
    totalUpdatedRows: 4,
    totalUpdatedColumns: 4,
    totalUpdatedCells: 10,
    totalUpdatedSheets: 1,
  });
  expect(data.responses?.map(({ updatedRange }) => updatedRange)).toEqual([
    "Sheet1!A1:A4",
    "Sheet1!B1:D2",
  ]);
});

test("a batch with one bad range changes nothing", async () => {
  const call = api.batchUpdate({
    spreadsheetId,
    requestBody: {
      valueInputOption: "RAW",
      data: [
        { range: "A1", values: [["x"]] },
        { range: "Falta!A1", values: [["x"]] },
      ],
    },
  });
  const { message } = await refusal(call);
  expect(message).toBe("Invalid data[1]: Unable to parse range: Falta!A1");
  expect((await get("A1")).values).toBeUndefined();
});

test("many ranges come in their order", async () => {
  await write("A1", [["a", "b"]]);
  const ranges = ["B1", "Sheet1!A1:B1", "'Mi hoja'!A1"];
  const { data } = await api.batchGet({ spreadsheetId, ranges });
  expect(data.valueRanges).toEqual([
    { range: "Sheet1!B1", majorDimension: "ROWS", values: [["b"]] },
    { range: "Sheet1!A1:B1", majorDimension: "ROWS", values: [["a", "b"]] },
    { range: "'Mi hoja'!A1", majorDimension: "ROWS" },
  ]);
});

test("clearing keeps formats and tells the range", async () => {
  await write("K1", [["50%"]], "USER_ENTERED");
  const { data } = await api.clear({ spreadsheetId, range: "K:L" });
  expect(data).toEqual({ spreadsheetId, clearedRange: "Sheet1!K1:L1000" });
  await write("K1", [[0.25]]);
  expect((await get("K1")).values).toEqual([["25%"]]);
});

test("ranges that can't be read or are beyond the grid are refused in the service's words", async () => {
  const beyond = "exceeds grid limits. Max rows: 1000, max columns: 26";
  expect(await refusedGet("Falta!A1")).toMatchObject({
    status: 400,
    error: { code: 400, message: "Unable to parse range: Falta!A1", status: "INVALID_ARGUMENT" },
  });
  expect((await refusedGet("A1001:B1001")).message).toBe(`Range (Sheet1!A1001:B1001) ${beyond}`);
  expect((await refusedGet("AA1")).message).toBe(`Range (Sheet1!AA1) ${beyond}`);
  expect((await refusedGet("A1001:B")).message).toBe(`Range (Sheet1!A1001:B) ${beyond}`);
  const cleared = refusal(api.batchClear({ spreadsheetId, requestBody: { ranges: ["A1001"] } }));
  expect((await cleared).message).toBe(`Invalid range[0]: Range (Sheet1!A1001) ${beyond}`);
});

test("a write that is larger than its range is refused", async () => {
  const wide = await refusal(write("A3:B4", [["a", "b", "c"]]));
  expect(wide.message).toBe(
    "Requested writing within range [Sheet1!A3:B4], but tried writing to column [C]",
  );
  const high = await refusal(write("A3:B4", [["a"], ["b"], ["c"]]));
  expect(high.message).toBe(
    "Requested writing within range [Sheet1!A3:B4], but tried writing to row [5]",
  );
});

test("what is no value, no list, no option is refused", async () => {
  const lists = await refusal(write("A1", ["a"] as unknown as unknown[][]));
  expect(lists.message).toBe(
    `Invalid value at 'data.values[0]' (type.googleapis.com/google.protobuf.ListValue), "a"`,
  );
  const list = await refusal(write("A1", [["x", ["y"]]]));
  expect(list.message).toStartWith("Invalid values[0][1]: list_value {\n  values {\n");
  const option = await refusal(api.update({ spreadsheetId, range: "A1", requestBody: {} }));
  expect(option.message).toBe("'valueInputOption' is required but not specified");
  const render = refusal(api.get({ spreadsheetId, range: "A1", valueRenderOption: "X" }));
  expect((await render).error.status).toBe("INVALID_ARGUMENT");
  const name = refusal(
    api.update({
      spreadsheetId,
      range: "A1",
      valueInputOption: "RAW",
      requestBody: { valeus: [] } as never,
    }),
  );
  expect((await name).message).toBe(
    `Invalid JSON payload received. Unknown name "valeus" at 'data': Cannot find field.`,
  );
});
