/**
 * Developer metadata, as far as a reader of rows needs it: made on a spreadsheet, a sheet, a row or
 * a column, found by key or id. Whether the service lets a row's follow a sort is unknown: here it
 * stays at its row.
 */
import { invalid, type JsonObject } from "./api-error.ts";
import { object } from "./grid-range.ts";
import type { DeveloperMetadata, Spreadsheet } from "./model.ts";

export function metadataBody(one: DeveloperMetadata): JsonObject {
  const { metadataId, metadataKey, metadataValue, visibility, sheetId, dimension, index } = one;
  const location: JsonObject =
    sheetId === null
      ? { locationType: "SPREADSHEET", spreadsheet: true }
      : dimension === null
        ? { locationType: "SHEET", sheetId }
        : {
            locationType: dimension === "ROWS" ? "ROW" : "COLUMN",
            dimensionRange: { sheetId, dimension, startIndex: index, endIndex: index + 1 },
          };
  return {
    metadataId,
    metadataKey,
    ...(metadataValue === null ? {} : { metadataValue }),
    location,
    visibility,
  };
}

type Place = Pick<DeveloperMetadata, "sheetId" | "dimension" | "index">;

function placeOf(location: JsonObject): Place {
  if (location.spreadsheet === true) return { sheetId: null, dimension: null, index: 0 };
  if (location.dimensionRange === undefined) {
    return { sheetId: Number(location.sheetId ?? 0), dimension: null, index: 0 };
  }
  const range = object(location.dimensionRange);
  const index = Number(range.startIndex ?? 0);
  if (Number(range.endIndex) - index !== 1) {
    throw invalid("Developer metadata can only be associated with a single row or column.");
  }
  const dimension = range.dimension === "COLUMNS" ? "COLUMNS" : "ROWS";
  return { sheetId: Number(range.sheetId ?? 0), dimension, index };
}

export function createMetadata(spreadsheet: Spreadsheet, given: JsonObject): JsonObject {
  const { metadataKey, metadataValue, visibility, location, metadataId } = given;
  if (typeof metadataKey !== "string") throw invalid("Developer metadata must have a key.");
  const free = spreadsheet.metadata.reduce((max, one) => Math.max(max, one.metadataId), 0) + 1;
  const made: DeveloperMetadata = {
    metadataId: typeof metadataId === "number" ? metadataId : free,
    metadataKey,
    metadataValue: typeof metadataValue === "string" ? metadataValue : null,
    visibility: typeof visibility === "string" ? visibility : "DOCUMENT",
    ...placeOf(object(location)),
  };
  spreadsheet.metadata.push(made);
  return { developerMetadata: metadataBody(made) };
}

export function searchMetadata(spreadsheet: Spreadsheet, body: JsonObject): JsonObject {
  const filters = (Array.isArray(body.dataFilters) ? body.dataFilters : []) as JsonObject[];
  const lookups = filters.map((one) => (one.developerMetadataLookup ?? {}) as JsonObject);
  const matched = spreadsheet.metadata.filter((one) =>
    lookups.some(
      ({ metadataKey, metadataId, metadataValue }) =>
        (metadataKey === undefined || metadataKey === one.metadataKey) &&
        (metadataId === undefined || metadataId === one.metadataId) &&
        (metadataValue === undefined || metadataValue === one.metadataValue),
    ),
  );
  if (matched.length === 0) return {};
  return {
    matchedDeveloperMetadata: matched.map((one) => ({
      developerMetadata: metadataBody(one),
      dataFilters: filters,
    })),
  };
}
