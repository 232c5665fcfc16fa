/** updateSpreadsheetProperties: title, time zone, and the locale with what follows from it. */
import { invalid } from "./api-error.ts";
import type { Act } from "./batch-act.ts";
import { masked, names } from "./batch-sheets.ts";
import { translate } from "./formula-tokens.ts";
import { object, textOf } from "./grid-range.ts";
import { localeOf } from "./locale.ts";
import { isFormula, type Spreadsheet } from "./model.ts";

/** Formulas are shown in the new locale's signs; what was typed as text or number stays. */
export function changeLocale(spreadsheet: Spreadsheet, name: string): void {
  if (!/^[a-z]{2,3}(_[A-Z]{2})?$/.test(name)) throw invalid(`Unsupported locale: ${name}`);
  const [from, to] = [localeOf(spreadsheet.properties.locale), localeOf(name)];
  for (const { rows } of spreadsheet.sheets) {
    for (const row of rows) {
      for (const [c, cell] of row.entries()) {
        if (!cell || !isFormula(cell.value)) continue;
        row[c] = { ...cell, value: { formula: translate(cell.value.formula, from, to) } };
      }
    }
  }
  spreadsheet.properties.locale = name;
  spreadsheet.version += 1;
}

function checkZone(timeZone: string): string {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone });
    return timeZone;
  } catch {
    throw invalid(`Invalid time zone: ${timeZone}`);
  }
}

export const updateSpreadsheetProperties: Act = ({ spreadsheet }, given) => {
  const mask = masked(given);
  const properties = object(given.properties);
  const own = spreadsheet.properties;
  if (names(mask, "title") && properties.title !== undefined) own.title = textOf(properties.title);
  if (names(mask, "timeZone") && properties.timeZone !== undefined) {
    own.timeZone = checkZone(textOf(properties.timeZone));
  }
  if (names(mask, "locale") && properties.locale !== undefined) {
    changeLocale(spreadsheet, textOf(properties.locale));
  }
  return undefined;
};
