/** The live check is whole, and leaves nothing behind: against an emulator in Google's place. */
import { expect, test } from "bun:test";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../sheets-emulator/emulator.ts";
import { CHECKS, CUPO } from "./checks.ts";
import type { Answer } from "./google.ts";
import { type LiveOptions, live } from "./live.ts";

const PLENTY = 100_000;

/** A spreadsheet with a tab that somebody else uses, and a folder for the answers. */
async function openHouse(title = "Hoja 1", locale = "es_CL") {
  const emulator = await startEmulator({
    locale,
    sheets: [{ title, values: [["no se toca"]], sheetId: 7 }],
    limits: { readsPerUser: 300, readsPerProject: PLENTY, writesPerUser: PLENTY },
  });
  emulator.quota.limits = { ...emulator.quota.limits, writesPerProject: PLENTY };
  const folder = await mkdtemp(join(tmpdir(), "sheets-live-"));
  const { account, spreadsheetId: sheetId, apiRoot, tokenUrl } = emulator;
  const access = { sheetId, account, credentialsFile: null, apiRoot, tokenUrl };
  const run = (more: Partial<LiveOptions> = {}) =>
    live({
      access,
      folder: join(folder, "made"),
      cupo: false,
      limit: PLENTY,
      signal: new AbortController().signal,
      tell: () => {},
      ...more,
    });
  return {
    emulator,
    run,
    made: join(folder, "made"),
    async [Symbol.asyncDispose]() {
      await emulator.stop();
      await rm(folder, { recursive: true });
    },
  };
}

const expectUntouched = (emulator: Emulator, title = "Hoja 1", locale = "es_CL"): void => {
  expect(emulator.snapshot()).toEqual({ [title]: [["no se toca"]] });
  expect(emulator.spreadsheet.properties.locale).toBe(locale);
  expect(emulator.spreadsheet.metadata).toEqual([]);
};

const saved = async (folder: string, name: string) =>
  JSON.parse(await readFile(join(folder, `${name}.json`), "utf8")) as {
    readonly leftOut: string | null;
    readonly times: readonly { readonly step: string; readonly p95Ms: number }[];
    readonly google: readonly Answer[];
  };

test("every check is saved with what was answered or refused, and no tab stays", async () => {
  await using house = await openHouse();
  const { emulator, run, made } = house;
  const { differences, fault, cleared } = await run({ cupo: true });
  expect({ fault, cleared }).toEqual({ fault: null, cleared: true });
  for (const { name } of [...CHECKS, CUPO]) {
    const { google, leftOut } = await saved(made, name);
    expect(leftOut).toBeNull();
    expect(google.length).toBeGreaterThan(0);
    for (const { status, body } of google) {
      expect(status).toBeGreaterThanOrEqual(200);
      const { error } = Object(body) as { error?: { message: string; status: string } };
      if (status !== 200) expect(error?.message).toBeTruthy();
    }
  }
  const { times } = await saved(made, "latencias");
  expect(times.map(({ step }) => step)).toContain("escribir 500");
  expect((await saved(made, "cupo")).google.map(({ status }) => status)).toEqual([429]);
  // The same emulator twice: all that differs is the limit that this one was given.
  expect(differences.map(({ at }) => at)).toEqual(["cupo: hasta el 429"]);
  expect(differences[0]?.emulator).toMatch(/quota_limit_value = "60"$/);
  expect(differences[0]?.google).toMatch(/quota_limit_value = "300"$/);
  expectUntouched(emulator);
});

test("nothing of what is saved is secret", async () => {
  await using house = await openHouse();
  const { emulator, run, made } = house;
  await run({ cupo: true });
  const files = await readdir(made);
  expect(files).toContain("differences.md");
  for (const file of files) {
    const text = await readFile(join(made, file), "utf8");
    expect(text).not.toMatch(/ya29|Bearer|PRIVATE|assertion|access_token/);
    expect(text).not.toContain(emulator.account.privateKey.slice(200, 240));
  }
});

test("where Google says something else the table tells both, without ids of the run", async () => {
  await using house = await openHouse();
  const { emulator, run } = house;
  // Where a person's sheet has one row fewer than the check believes.
  emulator.hooks.beforeApply = ({ method }) => {
    const tab = emulator.spreadsheet.sheets.find(({ properties }) =>
      properties.title.endsWith("fuera-de-grilla"),
    );
    if (tab && method === "spreadsheets.values.get") tab.properties.rowCount = 4;
  };
  const { differences } = await run();
  const told = differences.find(({ at }) => at === "fuera-de-grilla: leer A5:D9");
  expect(told?.emulator).toContain("status = 200");
  expect(told?.google).toContain("status = 400");
  for (const { emulator: one, google: other } of differences) {
    expect(one + other).not.toMatch(/zeues-prueba-\d/);
  }
});

// The second is after the locale was changed.
test.each([
  ["spreadsheets.values.batchUpdate", 12],
  ["spreadsheets.batchUpdate", 18],
] as const)(
  "stopped after %s number %d, it takes its tabs away and puts the locale back",
  async (method, nth) => {
    await using house = await openHouse("Hoja 1", "en_US");
    const { emulator, run } = house;
    const stop = new AbortController();
    let seen = 0;
    emulator.hooks.afterApply = (call) => {
      if (call.method === method && ++seen === nth) stop.abort();
    };
    const { fault, cleared } = await run({ signal: stop.signal });
    expect(String(fault)).toContain("ZEUES se está deteniendo");
    expect(cleared).toBe(true);
    expectUntouched(emulator, "Hoja 1", "en_US");
  },
);

test("tabs whose adding was not answered are taken away too", async () => {
  await using house = await openHouse();
  const { emulator, run } = house;
  emulator.faults.add({ kind: "apply-drop", methods: ["spreadsheets.batchUpdate"], times: 1 });
  const { fault, cleared } = await run();
  expect(String(fault)).toContain("no se pueden agregar pestañas: 0");
  expect(cleared).toBe(true);
  expectUntouched(emulator);
});

test("a shop's own workbook keeps its locale; what needs another one is left out, and says so", async () => {
  await using house = await openHouse("Operaciones");
  const { emulator, run, made } = house;
  const locales = new Set<string>();
  emulator.hooks.afterApply = () => {
    locales.add(emulator.spreadsheet.properties.locale);
  };
  expect((await run()).cleared).toBe(true);
  expect([...locales]).toEqual(["es_CL"]);
  expect((await saved(made, "errores-en_US")).leftOut).toContain("keeps its locale");
  expect((await saved(made, "errores-es_CL")).google.length).toBeGreaterThan(0);
  expectUntouched(emulator, "Operaciones");
});

test("a spreadsheet that is only shared to read is refused before anything is added", async () => {
  await using house = await openHouse();
  const { emulator, run } = house;
  emulator.share(emulator.account.email, "reader");
  await expect(run()).rejects.toThrow("no se pueden agregar pestañas: 403");
  expectUntouched(emulator);
});
