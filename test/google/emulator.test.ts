/** The client against the emulator: what Google would store, and what it would refuse. */
import { expect, test } from "bun:test";
import type { Access } from "../../src/google/access.ts";
import { Backoff } from "../../src/google/backoff.ts";
import { Budget } from "../../src/google/budget.ts";
import { openSpreadsheet } from "../../src/google/client.ts";
import { withPolicy } from "../../src/google/retry.ts";
import { type Emulator, startEmulator } from "../sheets-emulator/emulator.ts";
import { VirtualClock } from "./virtual-clock.ts";

const accessOf = ({ account, apiRoot, spreadsheetId, tokenUrl }: Emulator): Access => ({
  sheetId: spreadsheetId,
  account: { email: account.email, privateKey: account.privateKey },
  credentialsFile: null,
  apiRoot,
  tokenUrl,
});

const start = () =>
  startEmulator({
    sheets: [
      {
        title: "Operaciones",
        values: [
          ["TAG_SPOOL", "NV"],
          ["MK-1", 7],
          ["MK-2", "0042"],
        ],
      },
      { title: "Metadata", sheetId: 77, rowCount: 2, columnCount: 3 },
    ],
  });

test("several ranges in one read, as they are stored; tabs with their sizes", async () => {
  await using emulator = await start();
  const sheet = openSpreadsheet(accessOf(emulator));
  const [operaciones, metadata] = await sheet.read(["Operaciones!A1:B", "Metadata!A1:C2"]);
  expect(operaciones?.rows).toEqual([
    ["TAG_SPOOL", "NV"],
    ["MK-1", 7],
    ["MK-2", "0042"],
  ]);
  expect(metadata).toEqual({ range: "Metadata!A1:C2", rows: [] });
  const { sheets, locale, timeZone } = await sheet.properties();
  expect([locale, timeZone]).toEqual(["es_CL", "America/Santiago"]);
  expect(sheets[1]).toEqual({ sheetId: 77, title: "Metadata", rowCount: 2, columnCount: 3 });
});

test("a write is RAW, skips null, empties with a blank text, and echoes what stands there", async () => {
  await using emulator = await start();
  const sheet = openSpreadsheet(accessOf(emulator));
  const data = [
    { range: "Operaciones!A2:C2", rows: [[null, "1E5", "=1+1"]] },
    { range: "Operaciones!A3:C3", rows: [[null, "", true]] },
  ];
  const echo = await sheet.write(data, { echo: true });
  expect(echo.map(({ rows }) => rows)).toEqual([[["MK-1", "1E5", "=1+1"]], [["MK-2", "", true]]]);
  const [read] = await sheet.read(["Operaciones!A2:C3"]);
  expect(read?.rows).toEqual([
    ["MK-1", "1E5", "=1+1"],
    ["MK-2", "", true],
  ]);
});

test("a tab grows, and one is added once", async () => {
  await using emulator = await start();
  const sheet = openSpreadsheet(accessOf(emulator));
  const row = [{ range: "Metadata!A3", rows: [["x"]] }];
  await expect(sheet.write(row)).rejects.toMatchObject({
    fault: { kind: "denied", reason: "grid" },
  });
  await sheet.grow(77, { rows: 5, columns: 1 });
  await sheet.write(row);
  const size = { rowCount: 10, columnCount: 11 };
  const added = await sheet.addTab({ title: "Metadata 2", ...size });
  const { sheets } = await sheet.properties();
  expect(sheets[1]).toMatchObject({ rowCount: 7, columnCount: 4 });
  expect(sheets[2]).toEqual(added);
  await expect(sheet.addTab({ title: "Metadata 2", ...size })).rejects.toMatchObject({
    fault: { kind: "denied", reason: "exists" },
  });
});

test("unshared, shared to read only, of another id, without the tab", async () => {
  await using emulator = await start();
  const sheet = openSpreadsheet(accessOf(emulator));
  const { email } = emulator.account;
  const denied = (reason: string) => ({ fault: { kind: "denied", reason } });
  await expect(sheet.read(["Otra!A1"])).rejects.toMatchObject(denied("tab"));
  emulator.share(email, "reader");
  const write = () => sheet.write([{ range: "Operaciones!A1", rows: [["x"]] }]);
  await expect(write()).rejects.toMatchObject(denied("readonly"));
  await sheet.properties();
  emulator.share(email, null);
  await expect(sheet.properties()).rejects.toMatchObject(denied("unshared"));
  const other = openSpreadsheet({ ...accessOf(emulator), sheetId: "otra-planilla" });
  await expect(other.properties()).rejects.toMatchObject(denied("missing"));
});

test("past the quota Google says which bucket is full", async () => {
  const nowMs = Date.now();
  await using emulator = await startEmulator({ limits: { readsPerUser: 1 }, now: () => nowMs });
  const sheet = openSpreadsheet(accessOf(emulator));
  await sheet.properties();
  await expect(sheet.properties()).rejects.toMatchObject({
    fault: { kind: "busy", reason: "quota", bucket: expect.stringContaining("PerUser") },
  });
});

test("200 reads and writes as fast as they may: the emulator's quota never refuses one", async () => {
  const clock = new VirtualClock();
  // The token's signature is of today, and the quota's minutes are the clock's.
  const offsetMs = Date.now() - clock.now();
  await using emulator = await startEmulator({ now: () => clock.now() + offsetMs });
  const sheet = openSpreadsheet(accessOf(emulator));
  const budget = new Budget({ clock, before: "none" });
  const backoff = new Backoff({ clock, random: () => 1 });
  const results: string[] = [];
  const policy = {
    clock,
    budget,
    backoff,
    onAttempt: ({ result }: { result: string }) => void results.push(result),
  };
  const one = async (n: number) => {
    using grant = await budget.hold({ read: 1, write: 1 }, 3_600_000);
    await withPolicy({ kind: "read", run: () => sheet.properties(), grant }, policy);
    const run = () => sheet.write([{ range: `Sheet1!A${n + 1}`, rows: [[n]] }]);
    await withPolicy({ kind: "write", run, grant }, policy);
  };
  await clock.until(Promise.all(Array.from({ length: 100 }, (_, n) => one(n))));
  expect(results).toEqual(new Array(200).fill("ok"));
});

test.each(["apply-drop", "apply-cut", "apply-html", "drop"] as const)(
  "a write that may have been applied (%s) is told so, and was sent once",
  async (kind) => {
    await using emulator = await start();
    const sheet = openSpreadsheet(accessOf(emulator));
    await sheet.properties();
    emulator.faults.script([{ kind }]);
    const write = sheet.write([{ range: "Operaciones!B2", rows: [["nuevo"]] }]);
    const lost = kind === "apply-html" ? "server" : "cut";
    await expect(write).rejects.toMatchObject({ fault: { reason: lost }, mayBeApplied: true });
    expect(emulator.calls.filter((call) => call.kind === "write")).toHaveLength(1);
    const [read] = await sheet.read(["Operaciones!B2"]);
    expect(read?.rows).toEqual([[kind === "drop" ? 7 : "nuevo"]]);
  },
);

test("a key that is revoked is told when its token has ended", async () => {
  await using emulator = await start();
  emulator.oauth.revokeKey(emulator.account.email);
  const sheet = openSpreadsheet(accessOf(emulator));
  const denied = { fault: { kind: "denied", reason: "credential" }, mayBeApplied: false };
  await expect(sheet.properties()).rejects.toMatchObject(denied);
  expect(emulator.calls.map(({ kind }) => kind)).toEqual(["token"]);
});

test("an hour in the dark: nothing was applied, few were sent, and it goes on by itself", async () => {
  const clock = new VirtualClock();
  const offsetMs = Date.now() - clock.now();
  await using emulator = await startEmulator({ now: () => clock.now() + offsetMs });
  const sheet = openSpreadsheet(accessOf(emulator));
  await sheet.properties();
  const backAtMs = clock.now() + 3_000_000;
  emulator.faults.dark(backAtMs + offsetMs);
  const policy = {
    clock,
    budget: new Budget({ clock, before: "none" }),
    backoff: new Backoff({ clock, random: () => 0.5 }),
  };
  const poll = async () => {
    for (;;) {
      const reading = withPolicy({ kind: "read", run: () => sheet.properties() }, policy);
      if (await reading.catch(() => null)) return;
    }
  };
  await clock.until(poll());
  expect(clock.now() - backAtMs).toBeLessThanOrEqual(64_000);
  expect(emulator.calls.length).toBeLessThan(150);
});
