/** spreadsheets.create: a body's spreadsheet, as a seed. */
import type { JsonObject } from "./api-error.ts";
import type { EmulatorOptions, SheetSeed } from "./emulator.ts";
import { count, list, object, textOf } from "./grid-range.ts";

function seedOf(given: JsonObject, i: number): SheetSeed {
  const properties = object(given.properties);
  const grid = object(properties.gridProperties);
  return {
    title: textOf(properties.title) || `Sheet${i + 1}`,
    sheetId: count(properties.sheetId, "sheetId") ?? i,
    rowCount: count(grid.rowCount, "rowCount") || 1000,
    columnCount: count(grid.columnCount, "columnCount") || 26,
    frozenRowCount: count(grid.frozenRowCount, "frozenRowCount") ?? 0,
  };
}

/** The service's own defaults where the body says nothing. */
export function seedsOf(body: JsonObject): EmulatorOptions {
  const properties = object(body.properties);
  const sheets = list(body.sheets).map(seedOf);
  return {
    title: textOf(properties.title) || "Untitled spreadsheet",
    locale: textOf(properties.locale) || "en_US",
    timeZone: textOf(properties.timeZone) || "Etc/GMT",
    sheets: sheets.length > 0 ? sheets : [{ title: "Sheet1", sheetId: 0 }],
  };
}
