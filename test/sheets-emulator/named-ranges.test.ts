/** Named ranges: names that go along with their columns. */
import { expect, test } from "bun:test";
import type { sheets_v4 } from "googleapis/build/src/apis/sheets";
import { type Emulator, startEmulator } from "./emulator.ts";
import { realClient, refusal } from "./real-client.ts";

const open = async () => {
  const emulator = await startEmulator({
    sheets: [
      {
        title: "Datos",
        values: [
          ["A", "B", "C"],
          [1, 2, 3],
          [4, 5, 6],
        ],
        rowCount: 5,
        columnCount: 4,
      },
    ],
  });
  const api = realClient(emulator);
  return { emulator, api };
};

const batch = (
  api: sheets_v4.Sheets,
  { spreadsheetId }: Emulator,
  ...requests: sheets_v4.Schema$Request[]
) => api.spreadsheets.batchUpdate({ spreadsheetId, requestBody: { requests } });

const columnB = { name: "col_B", range: { sheetId: 0, startColumnIndex: 1, endColumnIndex: 2 } };

const read = async (api: sheets_v4.Sheets, { spreadsheetId }: Emulator, range: string) =>
  (await api.spreadsheets.values.get({ spreadsheetId, range })).data;

test("a name stands for a whole column, and goes along when columns come, move and go", async () => {
  const { emulator, api } = await open();
  await using _ = emulator;
  const { data } = await batch(api, emulator, { addNamedRange: { namedRange: columnB } });
  expect(data.replies?.[0]?.addNamedRange?.namedRange?.name).toBe("col_B");
  expect((await read(api, emulator, "col_B")).range).toBe("Datos!B1:B5");
  emulator.hands.insertColumns("Datos", "A");
  const inserted = await read(api, emulator, "COL_b");
  expect(inserted.range).toBe("Datos!C1:C5");
  expect(inserted.values).toEqual([["B"], ["2"], ["5"]]);
  emulator.hands.moveColumns("Datos", "B", "A");
  expect((await read(api, emulator, "col_B")).range).toBe("Datos!B1:B5");
  emulator.hands.deleteColumns("Datos", "B");
  const gone = await refusal(read(api, emulator, "col_B"));
  expect([gone.status, gone.message]).toEqual([400, "Unable to parse range: col_B"]);
});

test("a write through a name leaves rows without a value as they are, and echoes them all", async () => {
  const { emulator, api } = await open();
  await using _ = emulator;
  await batch(api, emulator, { addNamedRange: { namedRange: columnB } });
  const { data } = await api.spreadsheets.values.batchUpdate({
    spreadsheetId: emulator.spreadsheetId,
    requestBody: {
      valueInputOption: "RAW",
      includeValuesInResponse: true,
      data: [{ range: "col_B", values: [[], [null], ["x"]] }],
    },
  });
  expect(data.responses?.[0]?.updatedData?.values).toEqual([["B"], ["2"], ["x"]]);
  expect(emulator.hands.read("Datos", 2, "B")).toBe(2);
});

test("names are in the resource, are moved by hand, and are one each", async () => {
  const { emulator, api } = await open();
  await using _ = emulator;
  await batch(api, emulator, { addNamedRange: { namedRange: columnB } });
  const { spreadsheetId } = emulator;
  const get = async () => (await api.spreadsheets.get({ spreadsheetId })).data.namedRanges ?? [];
  const [named] = await get();
  expect(named?.range).toEqual({ startColumnIndex: 1, endColumnIndex: 2 });
  const twin = await refusal(batch(api, emulator, { addNamedRange: { namedRange: columnB } }));
  expect(twin.message).toContain("already exists");
  const range = { sheetId: 0, startColumnIndex: 2, endColumnIndex: 3 };
  const moved = { namedRangeId: named?.namedRangeId ?? "", range };
  await batch(api, emulator, { updateNamedRange: { namedRange: moved, fields: "range" } });
  expect((await read(api, emulator, "col_B")).values).toEqual([["C"], ["3"], ["6"]]);
  await batch(api, emulator, {
    deleteNamedRange: { namedRangeId: moved.namedRangeId },
  });
  expect(await get()).toEqual([]);
});
