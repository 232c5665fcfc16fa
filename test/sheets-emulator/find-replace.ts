/** findReplace: what it finds is replaced and read again as if it were typed. */
import { invalid, type JsonObject } from "./api-error.ts";
import type { Act, Tools } from "./batch-act.ts";
import { readTyped, type Typing } from "./entered.ts";
import { gridBlock, textOf } from "./grid-range.ts";
import { type Block, isFormula, type Sheet } from "./model.ts";

function pattern(given: JsonObject): RegExp {
  const find = textOf(given.find);
  if (find === "") throw invalid("'find' must be set.");
  const escaped = given.searchByRegex === true ? find : find.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  try {
    const whole = given.matchEntireCell === true ? `^(?:${escaped})$` : escaped;
    return new RegExp(whole, given.matchCase === true ? "g" : "gi");
  } catch {
    throw invalid(`Invalid regular expression: ${find}`);
  }
}

function searched({ spreadsheet }: Tools, given: JsonObject): Block[] {
  if (given.range !== undefined) return [gridBlock(spreadsheet, given.range)];
  if (given.allSheets !== true) return [gridBlock(spreadsheet, { sheetId: given.sheetId ?? 0 })];
  return spreadsheet.sheets.map(({ properties: { sheetId } }) =>
    gridBlock(spreadsheet, { sheetId }),
  );
}

interface Search {
  readonly wanted: RegExp;
  readonly replacement: string;
  readonly formulas: boolean;
  readonly typing: Typing;
}

interface Tally {
  values: number;
  formulas: number;
  occurrences: number;
  readonly rows: Set<string>;
  readonly sheets: Set<Sheet>;
}

function replaceIn(sheet: Sheet, row: number, column: number, search: Search, tally: Tally): void {
  const { wanted, replacement, typing } = search;
  const value = sheet.at(row, column)?.value ?? null;
  if (value === null || (isFormula(value) && !search.formulas)) return;
  const old = isFormula(value) ? value.formula : String(value);
  const found = old.match(wanted)?.length ?? 0;
  if (found === 0) return;
  const next = readTyped(old.replace(wanted, replacement), typing.locale, typing.thisYear);
  sheet.putValue(row, column, next.value);
  tally[isFormula(value) ? "formulas" : "values"] += 1;
  tally.occurrences += found;
  tally.rows.add(`${sheet.properties.sheetId}/${row}`);
  tally.sheets.add(sheet);
}

export const findReplace: Act = (tools, given) => {
  const text = textOf(given.replacement);
  const search: Search = {
    wanted: pattern(given),
    // A replacement that is no expression is taken as it is, `$&` too.
    replacement: given.searchByRegex === true ? text : text.replaceAll("$", "$$$$"),
    formulas: given.includeFormulas === true,
    typing: tools.typing,
  };
  const tally: Tally = {
    values: 0,
    formulas: 0,
    occurrences: 0,
    rows: new Set(),
    sheets: new Set(),
  };
  for (const { sheet, row, rowEnd, column, columnEnd } of searched(tools, given)) {
    for (let r = row; r < Math.min(rowEnd, sheet.rows.length); r++) {
      for (let c = column; c < columnEnd; c++) replaceIn(sheet, r, c, search, tally);
    }
  }
  const counts = {
    valuesChanged: tally.values,
    formulasChanged: tally.formulas,
    rowsChanged: tally.rows.size,
    sheetsChanged: tally.sheets.size,
    occurrencesChanged: tally.occurrences,
  };
  return Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0));
};
