/** The fields of answers, to tell a mask that names one there is none of (discovery document). */
import { flat, type Schema } from "./fields.ts";
import type { Method } from "./routes.ts";

const GRID =
  "rowCount columnCount frozenRowCount frozenColumnCount hideGridlines " +
  "rowGroupControlAfter columnGroupControlAfter";

const SHEET: Schema = {
  properties: {
    ...flat("sheetId title index sheetType hidden tabColor tabColorStyle rightToLeft"),
    dataSourceSheetProperties: null,
    gridProperties: flat(GRID),
  },
  data: flat("startRow startColumn rowData rowMetadata columnMetadata"),
  ...flat("merges conditionalFormats filterViews protectedRanges basicFilter charts"),
  ...flat("bandedRanges developerMetadata rowGroups columnGroups slicers tables"),
};

const SPREADSHEET: Schema = {
  ...flat("spreadsheetId spreadsheetUrl namedRanges developerMetadata dataSources"),
  dataSourceSchedules: null,
  properties: {
    ...flat("title locale autoRecalc timeZone defaultFormat spreadsheetTheme"),
    ...flat("iterativeCalculationSettings importFunctionsExternalUrlAccessAllowed"),
  },
  sheets: SHEET,
};

const VALUES = flat("range majorDimension values");
const UPDATED: Schema = {
  ...flat("spreadsheetId updatedRange updatedRows updatedColumns updatedCells"),
  updatedData: VALUES,
};

export const SCHEMAS: Partial<Record<Method, Schema>> = {
  "spreadsheets.get": SPREADSHEET,
  "spreadsheets.batchUpdate": {
    spreadsheetId: null,
    replies: null,
    updatedSpreadsheet: SPREADSHEET,
  },
  "spreadsheets.values.get": VALUES,
  "spreadsheets.values.batchGet": { spreadsheetId: null, valueRanges: VALUES },
  "spreadsheets.values.update": UPDATED,
  "spreadsheets.values.append": { ...flat("spreadsheetId tableRange"), updates: UPDATED },
  "spreadsheets.values.batchUpdate": {
    ...flat("spreadsheetId totalUpdatedRows totalUpdatedColumns totalUpdatedCells"),
    totalUpdatedSheets: null,
    responses: UPDATED,
  },
};
