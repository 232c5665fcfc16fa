/** Cells by spreadsheets.batchUpdate and spreadsheets.get through the real client. */
import { afterAll, beforeEach, expect, test } from "bun:test";
import type { sheets_v4 } from "googleapis/build/src/apis/sheets";
import { batchHouse } from "./batch-house.ts";
import { refusal } from "./real-client.ts";

const house = await batchHouse();
const { api, range, read, refused, rows, send, spreadsheetId } = house;

afterAll(() => house.emulator.stop());
beforeEach(() => house.reset());

test("a sort keeps rows whole and formulas on their row, blanks last", async () => {
  const sortSpecs = [{ dimensionIndex: 0, sortOrder: "DESCENDING" }];
  await send(
    { insertDimension: { range: rows(1, 2) } },
    { sortRange: { range: range(1, 5), sortSpecs } },
  );
  expect(await read("A1:C5", "UNFORMATTED_VALUE")).toEqual([
    ["tag", "n", "double"],
    ["c", 3, 6],
    ["b", 2, 4],
    ["a", 1, 2],
  ]);
  expect(await read("C2")).toEqual([["=B2*2"]]);
});

test("cells are updated and repeated under a mask", async () => {
  await send(
    {
      updateCells: {
        start: { sheetId: 0, rowIndex: 1, columnIndex: 1 },
        rows: [{ values: [{ userEnteredValue: { numberValue: 45293 } }] }],
        fields: "userEnteredValue",
      },
    },
    {
      repeatCell: {
        range: range(1, 4, 1, 2),
        cell: { userEnteredFormat: { numberFormat: { type: "DATE", pattern: "yyyy-mm-dd" } } },
        fields: "userEnteredFormat.numberFormat",
      },
    },
    {
      repeatCell: {
        range: range(1, 3, 2, 3),
        cell: { userEnteredValue: { formulaValue: "=B2+1" } },
        fields: "userEnteredValue",
      },
    },
  );
  expect(await read("B2:C3", "FORMATTED_VALUE")).toEqual([
    ["2024-01-02", "2024-01-03"],
    ["1900-01-02", "1900-01-03"],
  ]);
  expect(await read("C2:C3")).toEqual([["=B2+1"], ["=B3+1"]]);
});

test("a range that starts beyond the grid is refused, one that ends beyond it is taken", async () => {
  const repeat = (given: sheets_v4.Schema$GridRange) => ({
    repeatCell: { range: { sheetId: 1, ...given }, cell: {}, fields: "userEnteredFormat" },
  });
  const message = (text: string) =>
    `Invalid requests[0].repeatCell: Range (T!${text}) exceeds grid limits. ` +
    "Max rows: 5, max columns: 3";
  const open = { startRowIndex: 5, startColumnIndex: 0, endColumnIndex: 2 };
  expect(await refused(repeat(open))).toBe(message("A6:B"));
  const right = { startColumnIndex: 3, startRowIndex: 0, endRowIndex: 2 };
  expect(await refused(repeat(right))).toBe(message("D1:2"));
  await send(
    repeat({ startRowIndex: 4, endRowIndex: 9 }),
    repeat({ startRowIndex: 3, endRowIndex: 3 }),
  );
});

test("find and replace tells what it changed", async () => {
  const data = await send({ findReplace: { find: "B", replacement: "x", sheetId: 0 } });
  expect(data.replies?.[0]?.findReplace).toEqual({
    valuesChanged: 2,
    rowsChanged: 2,
    sheetsChanged: 1,
    occurrencesChanged: 2,
  });
});

test("what is pasted is read as if typed, what is copied takes its formulas along", async () => {
  await send(
    {
      pasteData: {
        coordinate: { sheetId: 1, rowIndex: 0, columnIndex: 0 },
        data: "1\t=A1+1\n3/4/2024\tx",
        delimiter: "\t",
        type: "PASTE_NORMAL",
      },
    },
    {
      copyPaste: {
        source: {
          sheetId: 1,
          startRowIndex: 0,
          endRowIndex: 1,
          startColumnIndex: 0,
          endColumnIndex: 2,
        },
        destination: {
          sheetId: 1,
          startRowIndex: 2,
          endRowIndex: 4,
          startColumnIndex: 0,
          endColumnIndex: 2,
        },
        pasteType: "PASTE_NORMAL",
      },
    },
  );
  expect(await read("T!A1:B4")).toEqual([
    [1, "=A1+1"],
    [45355, "x"],
    [1, "=A3+1"],
    [1, "=A4+1"],
  ]);
});

test("cells are pushed down and pulled up", async () => {
  await send({ insertRange: { range: range(1, 2, 0, 1), shiftDimension: "ROWS" } });
  expect(await read("A1:A6")).toEqual([["tag"], [], ["b"], ["c"], ["a"], ["sum"]]);
  await send({ deleteRange: { range: range(1, 3, 0, 1), shiftDimension: "ROWS" } });
  expect(await read("A1:B4")).toEqual([
    ["tag", "n"],
    ["c", 2],
    ["a", 3],
    ["sum", 1],
  ]);
});

test("grid data tells what was entered, what it comes to and what it shows", async () => {
  const { data } = await api.get({ spreadsheetId, ranges: ["S!C5:D5"], includeGridData: true });
  expect(data.sheets).toHaveLength(1);
  expect(data.sheets?.[0]?.data?.[0]).toMatchObject({
    startRow: 4,
    startColumn: 2,
    rowData: [
      {
        values: [
          {
            userEnteredValue: { formulaValue: "=COUNTIF(A:A,A2)" },
            effectiveValue: { numberValue: 1 },
            formattedValue: "1",
          },
        ],
      },
    ],
  });
});

test("only the fields asked for are answered, and a field that there is none is refused", async () => {
  const fields = "spreadsheetId,sheets/properties(sheetId,title)";
  expect((await api.get({ spreadsheetId, fields })).data).toEqual({
    spreadsheetId,
    sheets: [
      { properties: { sheetId: 0, title: "S" } },
      { properties: { sheetId: 1, title: "T" } },
    ],
  });
  const { error } = await refusal(api.get({ spreadsheetId, fields: "sheets.sheetProperties" }));
  expect(error).toMatchObject({
    message: "Request contains an invalid argument.",
    details: [{ fieldViolations: [{ field: "sheets.sheetProperties" }] }],
  });
});

test("a formula is kept with its references in order and its titles as they are", async () => {
  const kept = async (formula: string) => {
    await api.values.update({
      spreadsheetId,
      range: "T!A1",
      valueInputOption: "USER_ENTERED",
      requestBody: { values: [[formula]] },
    });
    return (await read("T!A1"))?.[0]?.[0];
  };
  expect(await kept("=sum( s!a3:a3 )")).toBe("=sum( S!A3 )");
  expect(await kept("='S'!B3:a2")).toBe("=S!A2:B3");
  expect(await kept("=s!$d$3 + 1")).toBe("=S!$D$3 + 1");
  expect(await kept('=if(true,"a3:a3",S!3:3)')).toBe('=if(true,"a3:a3",S!3:3)');
  expect(await kept("=SUM(A:a)")).toBe("=SUM(A:A)");
});
