/** Parameters and bodies, read as the API's gateway reads them, with its refusals. */
import { badField, invalid, type Json, type JsonObject } from "./api-error.ts";
import type { InputOption } from "./entered.ts";
import type { DateTimeRender, Dimension, RenderOptions, ValueRender } from "./render.ts";

const V4 = "type.googleapis.com/google.apps.sheets.v4";

/** A field that holds one of some names; snake_case in the refusal, as the gateway writes it. */
function oneOf<T extends string>(
  value: Json | undefined,
  field: string,
  type: string,
  names: readonly T[],
  fallback: T,
): T {
  if (value === undefined || value === null || value === "") return fallback;
  const found = names.find((name) => name === value);
  if (found !== undefined) return found;
  if (typeof value === "string" && value.endsWith("_UNSPECIFIED")) return fallback;
  throw badField(field, `Invalid value at '${field}' (${V4}.${type}), ${JSON.stringify(value)}`);
}

const VALUE_RENDER: readonly ValueRender[] = ["FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA"];
const DATE_RENDER: readonly DateTimeRender[] = ["SERIAL_NUMBER", "FORMATTED_STRING"];

export interface Source {
  readonly [name: string]: Json | undefined;
}

/** valueRenderOption and dateTimeRenderOption, or those of the answer to a write. */
export function renderOptions(source: Source, prefix: "" | "response" = ""): RenderOptions {
  const name = (plain: string) =>
    prefix === "" ? plain : `response${plain[0]?.toUpperCase()}${plain.slice(1)}`;
  const snake = prefix === "" ? "" : "response_";
  return {
    value: oneOf(
      source[name("valueRenderOption")],
      `${snake}value_render_option`,
      "ValueRenderOption",
      VALUE_RENDER,
      "FORMATTED_VALUE",
    ),
    dateTime: oneOf(
      source[name("dateTimeRenderOption")],
      `${snake}date_time_render_option`,
      "DateTimeRenderOption",
      DATE_RENDER,
      "SERIAL_NUMBER",
    ),
  };
}

export const dimensionOf = (source: Source): Dimension =>
  oneOf(source.majorDimension, "major_dimension", "Dimension", ["ROWS", "COLUMNS"], "ROWS");

export function inputOption(source: Source): InputOption {
  const value = source.valueInputOption;
  if (value === undefined || value === "" || value === "INPUT_VALUE_OPTION_UNSPECIFIED") {
    throw invalid("'valueInputOption' is required but not specified");
  }
  const names: readonly InputOption[] = ["RAW", "USER_ENTERED"];
  return oneOf(value, "value_input_option", "ValueInputOption", names, "RAW");
}

export const insertsRows = (source: Source): boolean =>
  oneOf(
    source.insertDataOption,
    "insert_data_option",
    "AppendValuesRequest.InsertDataOption",
    ["OVERWRITE", "INSERT_ROWS"],
    "OVERWRITE",
  ) === "INSERT_ROWS";

/** Query booleans are words, in any case; body booleans are booleans. */
export const isTrue = (value: Json | undefined): boolean =>
  value === true || (typeof value === "string" && /^(true|1)$/i.test(value));

export function textList(value: Json | undefined): readonly string[] {
  if (value === undefined || value === null) return [];
  const list = Array.isArray(value) ? (value as readonly Json[]) : [value];
  return list.map(String);
}

/** Reads a JSON body. @throws ApiError 400 as the gateway words it */
export function readBody(text: string): JsonObject {
  if (text.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badField("", `Invalid JSON payload received. Unexpected token.\n${text.slice(0, 80)}\n^`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as JsonObject;
  }
  throw badField(
    "",
    'Invalid JSON payload received. Unknown name "": Root element must be a message.',
  );
}

/** A misspelt field is refused, not passed over. @param at `requests[0]`, "" at the top */
export function knownNames(body: JsonObject, names: readonly string[], at = ""): void {
  const unknown = Object.keys(body).filter((key) => !names.includes(key));
  if (unknown.length === 0) return;
  const where = at === "" ? "" : ` at '${at}'`;
  const lines = unknown.map(
    (key) => `Invalid JSON payload received. Unknown name "${key}"${where}: Cannot find field.`,
  );
  throw invalid(lines.join("\n"), [
    {
      "@type": "type.googleapis.com/google.rpc.BadRequest",
      fieldViolations: lines.map((description) =>
        at === "" ? { description } : { field: at, description },
      ),
    },
  ]);
}
