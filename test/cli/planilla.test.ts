/** `zeues planilla`: what it prints, and when it touches the sheet. */
import { expect, test } from "bun:test";
import { doctor } from "../../src/cli/doctor.ts";
import { planilla } from "../../src/cli/planilla.ts";
import { readConfig } from "../../src/config.ts";
import { type DeniedReason, type Fault, SheetsError } from "../../src/google/failure.ts";
import { type Emulator, startEmulator } from "../sheets-emulator/emulator.ts";
import { loadFolder } from "../sheets-emulator/load-csv.ts";
import { tempFolder } from "../support/shop.ts";
import { workbookFolder } from "../support/workbook.ts";

const envOf = ({ account, apiRoot, spreadsheetId, tokenUrl }: Emulator) => ({
  GOOGLE_SHEET_ID: spreadsheetId,
  GOOGLE_API_ROOT: apiRoot,
  GOOGLE_TOKEN_URL: tokenUrl,
  GOOGLE_SERVICE_ACCOUNT_EMAIL: account.email,
  GOOGLE_PRIVATE_KEY: account.privateKey,
});

async function run(env: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  const code = await planilla({ config: readConfig(env), args, print });
  return { code, lines };
}

const shop = async () =>
  startEmulator({ sheets: await loadFolder(workbookFolder("taller-sucio"), true) });

test("without options it looks, tells how it is used, and changes nothing", async () => {
  await using emulator = await shop();
  const before = emulator.snapshot();
  const { code, lines } = await run(envOf(emulator));
  expect(code).toBe(0);
  expect(lines).toContain("bien   Operaciones: 309 carretes");
  expect(lines.join("\n")).toContain("«FECHA QC METROLOGÍA» se lee como Fecha_QC_Metrologia");
  expect(lines.join("\n")).toContain("zeues planilla --crear");
  expect(lines.join("\n")).not.toContain("PRIVATE KEY");
  expect(emulator.calls.filter(({ kind }) => kind === "write")).toEqual([]);
  expect(emulator.snapshot()).toEqual(before);
});

test("--crear adds what is missing, says so, and the second time that nothing is", async () => {
  await using emulator = await shop();
  emulator.hands.deleteColumns("Operaciones", "Notas");
  emulator.hands.deleteTab("Metadata");
  expect(await run(envOf(emulator), "--crear")).toEqual({
    code: 0,
    lines: ["Listo: Operaciones: columna Notas agregada.", "Listo: pestaña Metadata agregada."],
  });
  expect(await run(envOf(emulator), "--crear")).toEqual({ code: 0, lines: ["No falta nada."] });
});

test("an unknown option touches nothing", async () => {
  await using emulator = await shop();
  for (const args of [["--crearr"], ["--crear", "--x"], ["constructor"]]) {
    expect(await run(envOf(emulator), ...args)).toMatchObject({ code: 2 });
  }
  expect(emulator.calls).toEqual([]);
});

test("without a sheet it says which variable is missing", async () => {
  await expect(run({})).rejects.toThrow("planilla necesita GOOGLE_SHEET_ID");
});

test("a refusal is one sentence that says what to do", async () => {
  await using emulator = await shop();
  emulator.hands.unshare();
  await expect(run(envOf(emulator), "--crear")).rejects.toThrow(
    /^La planilla no está compartida con zeues@\S+: ábrela y compártela como Editor\. Repite/,
  );
});

test("zeues doctor asks Google too, beside the ledger", async () => {
  await using emulator = await shop();
  using folder = tempFolder();
  const lines: string[] = [];
  const env = { ...envOf(emulator), ZEUES_DATA: folder.path };
  const code = await doctor({ env, nowMs: Date.now, print: (line) => void lines.push(line) });
  expect(code).toBe(0);
  expect(lines.join("\n")).toContain("todavía no hay registro; se crea al empezar");
  expect(lines).toContain(`bien   planilla de Google «Taller», como ${emulator.account.email}`);
  expect(lines.at(-1)).toMatch(/^Nada mal, \d avisos?\.$/);
  emulator.hands.unshare();
  const print = (line: string) => void lines.push(line);
  expect(await doctor({ env, nowMs: Date.now, print })).toBe(1);
});

const DENIED: Readonly<Record<DeniedReason, true>> = {
  unshared: true,
  readonly: true,
  missing: true,
  credential: true,
  "no-credential": true,
  clock: true,
  "api-off": true,
  scope: true,
  protected: true,
  tab: true,
  grid: true,
  full: true,
  office: true,
  exists: true,
  request: true,
};

const FAULTS: readonly Fault[] = [
  ...(Object.keys(DENIED) as DeniedReason[]).map((reason) => ({ kind: "denied", reason }) as const),
  { kind: "busy", reason: "quota", bucket: null, retryAfterMs: 0 },
  { kind: "busy", reason: "server", status: 503, retryAfterMs: 0 },
  { kind: "busy", reason: "unreachable" },
  { kind: "busy", reason: "token" },
  { kind: "busy", reason: "waiting", waitMs: 0 },
  { kind: "lost", reason: "timeout" },
  { kind: "lost", reason: "cut" },
  { kind: "lost", reason: "stopped" },
];

test.each(FAULTS)("docs/google.md says what to do about %j", async (fault) => {
  const page = await Bun.file("docs/google.md").text();
  const [sentence = ""] = new SheetsError(fault, { account: "CUENTA" }).message.split(/:| \(/);
  expect(page.replaceAll(/\s+/g, " ")).toContain(sentence);
});
