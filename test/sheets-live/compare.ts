/** Two runs of the same checks, step by step: what the emulator takes for granted and what is. */
import type { Answer } from "./google.ts";
import type { Result } from "./run.ts";

export interface Difference {
  /** `check: step`. */
  readonly at: string;
  readonly emulator: string;
  readonly google: string;
}

/** What is another number in each run and means nothing. */
const IDS = new Set(["sheetId", "metadataId", "protectedRangeId"]);

/** A JSON value as its leaves by path: `body.values[0][1]`. */
function leaves(value: unknown, path: string, into: Map<string, string>): Map<string, string> {
  if (Array.isArray(value)) {
    for (const [at, one] of value.entries()) leaves(one, `${path}[${at}]`, into);
    // Where there is none, that is what is told.
    if (value.length === 0) into.set(path, "[]");
  } else if (typeof value === "object" && value !== null) {
    for (const [key, one] of Object.entries(value)) {
      if (IDS.has(key)) into.set(`${path}.${key}`, "#");
      else leaves(one, `${path}.${key}`, into);
    }
  } else into.set(path, JSON.stringify(value));
  return into;
}

/** An answer without what differs from one spreadsheet, tab or project to the next. */
function normalised({ tab }: Result, spreadsheetId: string, answer: Answer): Map<string, string> {
  const { status, headers, body } = answer;
  const text = JSON.stringify({ status, retryAfter: headers["retry-after"], body })
    .replaceAll(tab.title, "PESTAÑA")
    .replaceAll(spreadsheetId, "PLANILLA")
    .replaceAll(/(project_number:|projects\/)\d+/g, "$1N")
    // In texts too: `No grid with id: 123`.
    .replaceAll(new RegExp(`\\b${tab.sheetId}\\b`, "g"), "0");
  return leaves(JSON.parse(text), "", new Map());
}

const shown = (paths: readonly string[], of: ReadonlyMap<string, string>): string =>
  paths.map((path) => `${path.slice(1)} = ${of.get(path) ?? "(no está)"}`).join("; ");

/** A run, and the spreadsheet in which it was. */
export interface Side {
  readonly spreadsheetId: string;
  readonly results: readonly Result[];
}

/** The steps that were answered otherwise; those that only one side did are not compared. */
export function differences(emulator: Side, google: Side): Difference[] {
  const all: Difference[] = [];
  for (const result of google.results) {
    const theirs = emulator.results.find(({ check }) => check.name === result.check.name);
    for (const [at, answer] of result.answers.entries()) {
      const assumed = theirs?.answers[at];
      if (!theirs || !assumed) continue;
      const one = normalised(theirs, emulator.spreadsheetId, assumed);
      const other = normalised(result, google.spreadsheetId, answer);
      const paths = [...new Set([...one.keys(), ...other.keys()])];
      const differing = paths.filter((path) => one.get(path) !== other.get(path));
      if (differing.length === 0) continue;
      const place = `${result.check.name}: ${answer.step}`;
      all.push({ at: place, emulator: shown(differing, one), google: shown(differing, other) });
    }
  }
  return all;
}

/** A cell of a table in Markdown. */
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

export const tableOf = (rows: readonly Difference[]): string =>
  [
    "| check | emulator's assumption | what Google said |",
    "|---|---|---|",
    ...rows.map(({ at, ...two }) => `| ${[at, two.emulator, two.google].map(cell).join(" | ")} |`),
  ].join("\n");
