/** 10,000 rows by 40 columns (issue 5) go through the emulator whole; bench/sheet.ts times it. */
import { expect, test } from "bun:test";
import { startEmulator } from "./emulator.ts";
import { realClient } from "./real-client.ts";

const ROWS = 10_000;
const WRITTEN = 200;

test("10,000 rows by 40 columns are read, sorted, made room in and written", async () => {
  const values = Array.from({ length: ROWS }, (_, r) =>
    Array.from({ length: 40 }, (_, c) => (c === 0 ? (r * 7919) % ROWS : r * c)),
  );
  await using emulator = await startEmulator({ sheets: [{ title: "Grande", values }] });
  const { spreadsheetId, hands } = emulator;
  const api = realClient(emulator).spreadsheets.values;
  const read = async () => {
    const ask = { spreadsheetId, range: "Grande", valueRenderOption: "UNFORMATTED_VALUE" } as const;
    return ((await api.get(ask)).data.values ?? []) as unknown[][];
  };
  expect(await read()).toEqual(values);
  hands.sort("Grande", 0);
  hands.insertRows("Grande", ROWS / 2, 10);
  const ranges = Array.from({ length: WRITTEN }, (_, i) => `Grande!B${i + 2}`);
  await api.batchUpdate({
    spreadsheetId,
    requestBody: {
      valueInputOption: "RAW",
      data: ranges.map((range) => ({ range, values: [["x"]] })),
    },
  });
  const after = await read();
  const blank = after.splice(ROWS / 2 - 1, 10);
  expect(blank).toEqual(Array.from({ length: 10 }, () => []));
  const [head, ...rest] = after;
  const sorted = values.slice(1).sort(([a], [b]) => Number(a) - Number(b));
  const written = sorted.map(([first, second, ...others], at) => [
    first,
    at < WRITTEN ? "x" : second,
    ...others,
  ]);
  expect([head, ...rest]).toEqual([values[0], ...written]);
});
