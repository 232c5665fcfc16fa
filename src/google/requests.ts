/** What Google is asked, in its own terms. */
import type { Growth, NameChange, RangeWrite } from "./spreadsheet.ts";

/** A GET carries its ranges in the address; what is between us and Google takes 8 kB and more. */
const RANGES_BYTES_MAX = 6_000;

/** Without it a workbook's whole formatting rules come along. */
export const PROPERTIES_FIELDS =
  "properties(title,locale,timeZone)," +
  "sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)))," +
  "namedRanges(namedRangeId,name,range)";

/** Numbers as numbers, dates as serial numbers: what a locale shows can't be read back for sure. */
const AS_STORED = {
  valueRenderOption: "UNFORMATTED_VALUE",
  dateTimeRenderOption: "SERIAL_NUMBER",
} as const;

/**
 * Of values.batchGet; `formulas` = what was entered instead of what it comes to. Throws RangeError
 * for more ranges than one address carries.
 */
export function readQuery(ranges: readonly string[], formulas = false) {
  if (encodeURIComponent(ranges.join("&ranges=")).length > RANGES_BYTES_MAX) {
    throw new RangeError(`${ranges.length} ranges are too many for one read`);
  }
  const render = formulas ? { valueRenderOption: "FORMULA" } : {};
  return { ...AS_STORED, ...render, ranges: [...ranges] };
}

/** Of values.batchUpdate. RAW stores as it is: a formula is a text, `0042` too. */
export const writeBody = (data: readonly RangeWrite[], echo: boolean) => ({
  valueInputOption: "RAW",
  // Its types want lists that it may change; it does not.
  data: data.map(({ range, rows }) => ({ range, values: rows as unknown[][] })),
  includeValuesInResponse: echo,
  responseValueRenderOption: AS_STORED.valueRenderOption,
  responseDateTimeRenderOption: AS_STORED.dateTimeRenderOption,
});

/** Of batchUpdate. */
export const growRequests = (sheetId: number, { rows = 0, columns = 0 }: Growth) =>
  [
    { dimension: "ROWS", length: rows },
    { dimension: "COLUMNS", length: columns },
  ]
    .filter(({ length }) => length > 0)
    .map((more) => ({ appendDimension: { sheetId, ...more } }));

/** Of batchUpdate. A range without rows is the whole column, also of rows that come later. */
export const nameRequests = (changes: readonly NameChange[]) =>
  changes.map(({ id, name, sheetId, column }) => {
    const range = { sheetId, startColumnIndex: column, endColumnIndex: column + 1 };
    return id === null
      ? { addNamedRange: { namedRange: { name, range } } }
      : { updateNamedRange: { namedRange: { namedRangeId: id, range }, fields: "range" } };
  });
