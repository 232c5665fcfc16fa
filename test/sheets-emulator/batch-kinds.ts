/** The kinds of requests of batchUpdate that are known. */
import { invalid, type JsonObject } from "./api-error.ts";
import type { Act } from "./batch-act.ts";
import { CELL_KINDS } from "./batch-cells.ts";
import { DATA_KINDS } from "./batch-data.ts";
import { LINE_KINDS } from "./batch-lines.ts";
import { updateSpreadsheetProperties } from "./batch-properties.ts";
import { SHEET_KINDS } from "./batch-sheets.ts";
import { findReplace } from "./find-replace.ts";
import { createMetadata } from "./metadata.ts";
import { NAMED_KINDS } from "./named-ranges.ts";

/** How a sheet looks, which no answer of ours depends on: taken, and nothing kept. */
const LOOKS = [
  ..."updateDimensionProperties autoResizeDimensions updateBorders setBasicFilter".split(" "),
  ..."clearBasicFilter setDataValidation mergeCells unmergeCells".split(" "),
];

/** Real kinds that do more than that: better refused than passed over. */
const NOT_EMULATED = [
  ..."addBanding addChart addConditionalFormatRule addDataSource addDimensionGroup".split(" "),
  ..."addFilterView addProtectedRange addSlicer addTable autoFill".split(" "),
  ..."deleteBanding deleteConditionalFormatRule deleteDataSource".split(" "),
  ..."deleteDeveloperMetadata deleteDimensionGroup deleteDuplicates deleteEmbeddedObject".split(
    " ",
  ),
  ..."deleteFilterView deleteProtectedRange deleteTable duplicateFilterView".split(" "),
  ..."randomizeRange refreshDataSource textToColumns trimWhitespace".split(" "),
  ..."updateBanding updateChartSpec updateConditionalFormatRule updateDataSource".split(" "),
  ..."updateDeveloperMetadata updateDimensionGroup updateEmbeddedObjectBorder".split(" "),
  ..."updateEmbeddedObjectPosition updateFilterView updateProtectedRange".split(" "),
  ..."updateSlicerSpec updateTable cancelDataSourceRefresh".split(" "),
];

const table = (kinds: readonly string[], act: Act) =>
  Object.fromEntries(kinds.map((kind) => [kind, act]));

export const KINDS: Readonly<Record<string, Act>> = {
  ...table(LOOKS, () => undefined),
  ...table(NOT_EMULATED, () => {
    throw invalid("This kind of request is not emulated.");
  }),
  ...SHEET_KINDS,
  ...LINE_KINDS,
  ...CELL_KINDS,
  ...DATA_KINDS,
  ...NAMED_KINDS,
  findReplace,
  updateSpreadsheetProperties,
  createDeveloperMetadata: ({ spreadsheet }, given) =>
    createMetadata(spreadsheet, (given.developerMetadata ?? {}) as JsonObject),
};
