/** A small spreadsheet with formulas, and the calls of the tests of batchUpdate. */
import type { sheets_v4 } from "googleapis/build/src/apis/sheets";
import { startEmulator } from "./emulator.ts";
import { realClient, refusal } from "./real-client.ts";

const MANY = 1e6;
const limits = {
  readsPerUser: MANY,
  writesPerUser: MANY,
  readsPerProject: MANY,
  writesPerProject: MANY,
};

const SEED = [
  ["tag", "n", "double"],
  ["b", 2, "=B2*2"],
  ["c", 3, "=B3*2"],
  ["a", 1, "=B4*2"],
  ["sum", "=SUM(B2:B4)", "=COUNTIF(A:A,A2)"],
];

export async function batchHouse() {
  const emulator = await startEmulator({ locale: "en_US", timeZone: "Etc/GMT", limits });
  const api = realClient(emulator).spreadsheets;
  const { spreadsheetId } = emulator;
  const update = (requests: sheets_v4.Schema$Request[]) =>
    api.batchUpdate({ spreadsheetId, requestBody: { requests } });
  return {
    emulator,
    api,
    spreadsheetId,
    /** The spreadsheet as it was at first. */
    reset: () =>
      emulator.addSpreadsheet(spreadsheetId, {
        locale: "en_US",
        timeZone: "Etc/GMT",
        sheets: [
          { title: "S", values: SEED, typed: true },
          { title: "T", rowCount: 5, columnCount: 3 },
        ],
      }),
    send: async (...requests: sheets_v4.Schema$Request[]) => (await update(requests)).data,
    refused: async (...requests: sheets_v4.Schema$Request[]) =>
      (await refusal(update(requests))).message,
    read: async (range: string, valueRenderOption = "FORMULA") =>
      (await api.values.get({ spreadsheetId, range, valueRenderOption })).data.values,
    properties: async () =>
      (await api.get({ spreadsheetId, fields: "sheets.properties" })).data.sheets?.map(
        (sheet) => sheet.properties,
      ),
    rows: (startIndex: number, endIndex: number, dimension = "ROWS") => ({
      sheetId: 0,
      dimension,
      startIndex,
      endIndex,
    }),
    range: (startRowIndex: number, endRowIndex: number, startColumnIndex = 0, end = 3) => ({
      sheetId: 0,
      startRowIndex,
      endRowIndex,
      startColumnIndex,
      endColumnIndex: end,
    }),
  };
}
