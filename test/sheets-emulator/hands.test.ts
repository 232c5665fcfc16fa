/** Hands, hooks, the command line's interface, and that rows stay whole whatever hands do. */
import { afterAll, expect, test } from "bun:test";
import fc from "fast-check";
import { Emulator, startEmulator } from "./emulator.ts";
import type { Hands } from "./hands.ts";
import { realClient } from "./real-client.ts";

const VALUES = [
  ["TAG", "n", "x"],
  ["b", 2, "=B2"],
  ["a", 1, "=B3"],
  ["c", 3, "=B4"],
];
const seeded = { locale: "en_US", sheets: [{ title: "Hoja", values: VALUES, typed: true }] };

const running = await startEmulator(seeded);
afterAll(() => running.stop());

test("hands find their way by headers", () => {
  const { hands, snapshot } = new Emulator(seeded);
  expect(hands.row("Hoja", "TAG", "a")).toBe(3);
  expect(hands.address("Hoja", 3, "n")).toBe("B3");
  hands.insertColumns("Hoja", "n");
  hands.renameHeader("Hoja", "n", "N°");
  expect(hands.read("Hoja", 3, "N°")).toBe(1);
  expect(hands.read("Hoja", 3, "x")).toEqual({ formula: "=C3" });
  expect(snapshot).toBeFunction();
});

test("hands type as people do", () => {
  const emulator = new Emulator({ ...seeded, locale: "es_CL", now: () => Date.UTC(2026, 5, 1) });
  const { hands } = emulator;
  hands.paste("Hoja!B2", [
    ["1,5", "3-5"],
    ["0042", "1E5"],
  ]);
  expect(emulator.snapshot().Hoja?.slice(1, 3)).toEqual([
    ["b", 1.5, 46145],
    ["a", 42, 100000],
  ]);
  hands.formatColumn("Hoja", "n", { type: "TEXT" });
  hands.type("Hoja!B2", "0042");
  expect(hands.read("Hoja", 2, "n")).toBe("0042");
});

test("hands act between reading and writing, and between writing and the answer", async () => {
  const { hands, hooks, spreadsheetId } = running;
  const api = realClient(running).spreadsheets.values;
  hooks.beforeApply = ({ kind }) => {
    if (kind === "write") hands.sort("Hoja", "TAG");
  };
  hooks.afterApply = ({ kind }, status) => {
    if (kind === "write" && status === 200) hands.insertRows("Hoja", 2);
  };
  await api.update({
    spreadsheetId,
    range: "Hoja!B2",
    valueInputOption: "RAW",
    requestBody: { values: [[9]] },
  });
  hooks.beforeApply = () => undefined;
  hooks.afterApply = () => undefined;
  // The write meant for row b hit row a, which the sort had put there.
  const { data } = await api.get({ spreadsheetId, range: "Hoja!A1:B5" });
  expect(data.values).toEqual([["TAG", "n"], [], ["a", "9"], ["b", "2"], ["c", "3"]]);
});

test("the command line makes hands and faults over HTTP", async () => {
  const at = (path: string) => `${running.apiRoot}_emulator/${path}`;
  const post = (path: string, body: unknown) =>
    fetch(at(path), { method: "POST", body: JSON.stringify(body) });
  expect((await post("hands/type", ["Hoja!C1", "nota"])).status).toBe(200);
  expect((await post("hands/fly", [])).status).toBe(400);
  const snapshot = (await (await fetch(at("snapshot"))).json()) as Record<string, unknown[][]>;
  expect(snapshot.Hoja?.[0]).toEqual(["TAG", "n", "nota"]);
  await post("faults", { kind: "refuse", times: 1 });
  const api = realClient(running).spreadsheets;
  const { spreadsheetId } = running;
  await expect(api.get({ spreadsheetId })).rejects.toThrow("currently unavailable");
  await api.get({ spreadsheetId });
  expect((await fetch(at("nada"))).status).toBe(404);
});

const act = fc.oneof(
  fc.record({ kind: fc.constant("sort" as const), a: fc.nat(2), b: fc.nat(1) }),
  fc.record({ kind: fc.constant("insert" as const), a: fc.nat(30), b: fc.nat(2) }),
  fc.record({ kind: fc.constant("delete" as const), a: fc.nat(30), b: fc.constant(0) }),
  fc.record({ kind: fc.constant("move" as const), a: fc.nat(30), b: fc.nat(30) }),
  fc.record({ kind: fc.constant("column" as const), a: fc.nat(3), b: fc.constant(0) }),
);

type Act = Readonly<{
  kind: "sort" | "insert" | "delete" | "move" | "column";
  a: number;
  b: number;
}>;

function perform(hands: Hands, { kind, a, b }: Act): void {
  const acts = {
    sort: () => hands.sort("H", ["TAG", "n", "x"][a] ?? "n", b === 1),
    insert: () => hands.insertRows("H", a + 2, b + 1),
    delete: () => hands.deleteRows("H", a + 2),
    move: () => hands.moveRows("H", a + 2, 1, b + 2),
    column: () => hands.insertColumns("H", a),
  };
  acts[kind]();
}

/** The keys of the rows that are left, after checking that each row says one key everywhere. */
function keysOf({ hands, spreadsheet, service }: Emulator): unknown[] {
  const sheet = hands.sheet("H");
  const [tag = 0, n = 0, x = 0] = ["TAG", "n", "x"].map((name) => hands.column("H", name));
  const calc = service.calc(spreadsheet);
  return sheet.rows.slice(1).flatMap((row) => {
    const key = row[n]?.value ?? null;
    if (key === null) return [];
    expect(row[tag]?.value).toBe(`t${key}`);
    expect(calc.value(sheet, row[x])).toBe(Number(key) * 10);
    return [key];
  });
}

test("rows stay whole whatever is sorted, inserted, deleted and moved", () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
      // Each row says its key three times: as text, as number, and by a formula on its own row.
      const rows = Array.from({ length: 25 }, (_, i) => [`t${i}`, i, `=B${i + 2}*10`]);
      const values = [["TAG", "n", "x"], ...rows];
      const emulator = new Emulator({ sheets: [{ title: "H", values, typed: true }] });
      const left = new Set<unknown>(rows.map(([, key]) => key));
      for (const one of acts) {
        if (one.kind === "delete") left.delete(emulator.hands.read("H", one.a + 2, "n"));
        perform(emulator.hands, one);
      }
      expect(new Set(keysOf(emulator))).toEqual(left);
    }),
    { numRuns: 60 },
  );
});
