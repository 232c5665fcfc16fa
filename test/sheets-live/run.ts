/**
 * Checks in a spreadsheet, each in a tab of its own that is taken away again whatever happens; the
 * spreadsheet's locale is as before then.
 *
 * The ids of the tabs are ours, so that they can be taken away also when no answer told of them.
 */
import type { sheets_v4 } from "googleapis/build/src/apis/sheets";
import type { Answer, Google, Send } from "./google.ts";
import { type Check, Probe, type Tab } from "./probe.ts";

export interface Book {
  readonly locale: string;
  readonly timeZone: string;
  /** A shop's own: its locale is not touched. */
  readonly real: boolean;
}

export interface Result {
  readonly check: Check;
  readonly tab: Tab;
  /** None where it was left out. */
  readonly answers: readonly Answer[];
}

export interface Run {
  readonly results: readonly Result[];
  /** What ended it before all checks were done. */
  readonly fault: unknown;
  /** Whether the tabs are gone and the locale is as before. */
  readonly cleared: boolean;
  /** How the tabs' titles begin. */
  readonly prefix: string;
}

export class LiveError extends Error {
  override readonly name = "LiveError";
}

const said = ({ status, body }: Answer): string => `${status} ${JSON.stringify(body)}`;

/** @throws LiveError with Google's words when the spreadsheet can't be read */
export async function readBook(google: Google): Promise<Book> {
  const { spreadsheetId } = google;
  const fields = "properties(locale,timeZone),sheets.properties.title";
  const answer = await google.ask("abrir", "read", (api, options) =>
    api.spreadsheets.get({ spreadsheetId, fields }, options),
  );
  const { properties, sheets } = Object(answer.body) as sheets_v4.Schema$Spreadsheet;
  const { locale, timeZone } = properties ?? {};
  if (!locale || !timeZone) throw new LiveError(`no se puede abrir la planilla: ${said(answer)}`);
  const real = sheets?.some((sheet) => sheet.properties?.title === "Operaciones") ?? false;
  return { locale, timeZone, real };
}

const changing =
  (google: Google, requests: sheets_v4.Schema$Request[]): Send =>
  (api, options) =>
    api.spreadsheets.batchUpdate(
      { spreadsheetId: google.spreadsheetId, requestBody: { requests } },
      options,
    );

const setLocale = (locale: string) => ({
  updateSpreadsheetProperties: { properties: { locale }, fields: "locale" },
});

const addRequests = (checks: readonly Check[], tabs: readonly Tab[]) =>
  checks.map(({ rows, columns }, at) => {
    const gridProperties = { rowCount: rows, columnCount: columns };
    return { addSheet: { properties: { ...tabs[at], gridProperties } } };
  });

/** A write that may be refused for a moment: the quota, a server that is down. */
const CLEAR_TRIES = 5;

async function clear(google: Google, requests: sheets_v4.Schema$Request[]): Promise<boolean> {
  for (let nth = 0; nth < CLEAR_TRIES; nth++) {
    const { status } = await google.ask("quitar", "write", changing(google, requests));
    // 400: there is nothing of it any more, the answer of a try before was lost.
    if (status === 200 || (nth > 0 && status === 400)) return true;
  }
  return false;
}

export interface RunOptions {
  readonly checks: readonly Check[];
  readonly book: Book;
  /** Asked without an end, also when the checks were stopped. */
  readonly clearing: Google;
  readonly onResult?: (result: Result) => Promise<void>;
}

/** Changes the spreadsheet's locale. @returns the one it has then */
async function switchTo(google: Google, locale: string): Promise<string> {
  const answer = await google.ask("idioma", "write", changing(google, [setLocale(locale)]));
  if (answer.status !== 200) throw new LiveError(`no se puede cambiar el idioma: ${said(answer)}`);
  return locale;
}

/** @throws LiveError when the tabs can't be added; nothing was changed then */
export async function runChecks(google: Google, options: RunOptions): Promise<Run> {
  const { checks, book, clearing, onResult } = options;
  // Google's own ids are random numbers of this size.
  const first = 1_000_000_000 + Math.floor(Math.random() * 1_000_000_000);
  const prefix = `zeues-prueba-${first}`;
  const tabs = checks.map(({ name }, at) => ({
    title: `${prefix}-${name}`,
    sheetId: first + at,
  }));
  const adding = changing(google, addRequests(checks, tabs));
  const added = await google.ask("agregar", "write", adding);
  const words = `no se pueden agregar pestañas: ${said(added)}`;
  if (added.status >= 400 && added.status < 500) throw new LiveError(words);
  const results: Result[] = [];
  let { locale } = book;
  let fault: unknown = null;
  try {
    if (added.status !== 200) throw new LiveError(words);
    for (const [at, check] of checks.entries()) {
      const probe = new Probe(google, tabs[at] as Tab);
      const wanted = check.locale ?? locale;
      const leftOut = wanted !== locale && book.real;
      if (wanted !== locale && !leftOut) locale = await switchTo(google, wanted);
      if (!leftOut) await check.run(probe);
      const result = { check, tab: probe.tab, answers: probe.answers };
      results.push(result);
      await onResult?.(result);
    }
  } catch (error) {
    fault = error;
  }
  const removed = tabs.map(({ sheetId }) => ({ deleteSheet: { sheetId } }));
  const cleared = await clear(clearing, [setLocale(book.locale), ...removed]);
  return { results, fault, cleared, prefix };
}
