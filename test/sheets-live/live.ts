/** The whole: the checks against an emulator and against the spreadsheet, saved and compared. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { quantile } from "../../bench/support/stats.ts";
import type { Access } from "../../src/google/access.ts";
import { startEmulator } from "../sheets-emulator/emulator.ts";
import { GOOGLE_LIMITS } from "../sheets-emulator/quota.ts";
import { CHECKS, CUPO } from "./checks.ts";
import { type Difference, differences, type Side, tableOf } from "./compare.ts";
import { type Answer, openGoogle } from "./google.ts";
import { type Book, type Result, readBook, runChecks } from "./run.ts";

export interface LiveOptions {
  readonly access: Access;
  /** Where the answers are saved, made when it is missing. */
  readonly folder: string;
  /** Use up a minute's reads to see a 429. */
  readonly cupo: boolean;
  /** Requests of a kind in a minute; the product's own by default. */
  readonly limit?: number;
  readonly signal: AbortSignal;
  readonly tell: (line: string) => void;
}

export interface Live {
  readonly differences: readonly Difference[];
  readonly results: readonly Result[];
  readonly cleared: boolean;
  readonly prefix: string;
  readonly fault: unknown;
}

/** More than all checks ask for. */
const PLENTY = 100_000;
const NEVER = new AbortController().signal;

/** The same checks in a spreadsheet that is emulated, of the same locale. */
async function emulated(book: Book, cupo: boolean): Promise<Side> {
  const { locale, timeZone } = book;
  const limits = { readsPerUser: PLENTY, writesPerUser: PLENTY };
  const project = { readsPerProject: PLENTY, writesPerProject: PLENTY };
  const options = { locale, timeZone, limits: { ...limits, ...project } };
  await using emulator = await startEmulator(options);
  const { account, spreadsheetId, apiRoot, tokenUrl } = emulator;
  const access = { sheetId: spreadsheetId, account, credentialsFile: null, apiRoot, tokenUrl };
  const google = await openGoogle(access, { limit: PLENTY, signal: NEVER });
  const compared = CHECKS.filter(({ timesOnly }) => !timesOnly);
  const run = { book, clearing: google };
  const { results } = await runChecks(google, { ...run, checks: compared });
  if (!cupo) return { spreadsheetId, results };
  // The writes of before count in this minute: the one that adds the tab would be refused.
  const writes = { writesPerUser: PLENTY, writesPerProject: PLENTY };
  emulator.quota.limits = { ...GOOGLE_LIMITS, ...writes };
  const last = await runChecks(google, { ...run, checks: [CUPO] });
  return { spreadsheetId, results: [...results, ...last.results] };
}

/** p50 and p95 of the steps that were done more than once, milliseconds. */
function timesOf(answers: readonly Answer[]) {
  const steps = [...new Set(answers.map(({ step }) => step))];
  return steps.flatMap((step) => {
    const all = answers.filter((answer) => answer.step === step && answer.status === 200);
    if (all.length < 2) return [];
    const ms = all.map((answer) => answer.ms);
    return [{ step, n: ms.length, p50Ms: quantile(ms, 0.5), p95Ms: quantile(ms, 0.95) }];
  });
}

/** @throws LiveError, or what keeps it from signing in; nothing was changed then */
export async function live(options: LiveOptions): Promise<Live> {
  const { access, folder, cupo, limit, signal, tell } = options;
  const some = limit === undefined ? {} : { limit };
  const google = await openGoogle(access, { ...some, signal });
  const book = await readBook(google);
  await mkdir(folder, { recursive: true });
  const emulator = await emulated(book, cupo);
  const save = async (result: Result): Promise<void> => {
    const { check, answers } = result;
    const { name, question } = check;
    const assumed = emulator.results.find((one) => one.check.name === name)?.answers ?? [];
    const times = timesOf(answers);
    const leftOut = answers.length === 0 ? "the shop's own workbook keeps its locale" : null;
    const saved = { name, question, leftOut, times, google: answers, emulator: assumed };
    await writeFile(join(folder, `${name}.json`), `${JSON.stringify(saved, null, 2)}\n`);
    tell(`${name}: ${answers.length} answers`);
    for (const { step, n, p50Ms, p95Ms } of times) {
      tell(`  ${step}: p50 ${p50Ms} ms, p95 ${p95Ms} ms (${n})`);
    }
  };
  const clearing = await openGoogle(access, { ...some, signal: NEVER });
  const checks = cupo ? [...CHECKS, CUPO] : CHECKS;
  const run = await runChecks(google, { checks, book, clearing, onResult: save });
  const different = differences(emulator, { spreadsheetId: access.sheetId, results: run.results });
  await writeFile(join(folder, "differences.md"), `${tableOf(different)}\n`);
  return { ...run, differences: different };
}
