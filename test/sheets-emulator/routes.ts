/** Paths to methods, as the discovery document of the Sheets API v4 has them. */
import type { CallKind } from "./quota.ts";

export type Method =
  | "spreadsheets.create"
  | "spreadsheets.get"
  | "spreadsheets.batchUpdate"
  | "spreadsheets.values.get"
  | "spreadsheets.values.update"
  | "spreadsheets.values.append"
  | "spreadsheets.values.clear"
  | "spreadsheets.values.batchGet"
  | "spreadsheets.values.batchUpdate"
  | "spreadsheets.values.batchClear"
  | "spreadsheets.developerMetadata.get"
  | "spreadsheets.developerMetadata.search";

export interface Route {
  readonly method: Method;
  readonly kind: CallKind;
  readonly spreadsheetId: string;
  /** The range, or what else the path names. */
  readonly name: string;
}

type Entry = readonly [verb: string, path: RegExp, method: Method, kind: CallKind];

const ID = "^/v4/spreadsheets/([^/:]+)";

const ROUTES: readonly Entry[] = [
  ["POST", /^\/v4\/spreadsheets$/, "spreadsheets.create", "write"],
  ["GET", new RegExp(`${ID}$`), "spreadsheets.get", "read"],
  ["POST", new RegExp(`${ID}:batchUpdate$`), "spreadsheets.batchUpdate", "write"],
  ["GET", new RegExp(`${ID}/values:batchGet$`), "spreadsheets.values.batchGet", "read"],
  ["POST", new RegExp(`${ID}/values:batchUpdate$`), "spreadsheets.values.batchUpdate", "write"],
  ["POST", new RegExp(`${ID}/values:batchClear$`), "spreadsheets.values.batchClear", "write"],
  ["POST", new RegExp(`${ID}/values/(.+):append$`), "spreadsheets.values.append", "write"],
  ["POST", new RegExp(`${ID}/values/(.+):clear$`), "spreadsheets.values.clear", "write"],
  ["GET", new RegExp(`${ID}/values/(.+)$`), "spreadsheets.values.get", "read"],
  ["PUT", new RegExp(`${ID}/values/(.+)$`), "spreadsheets.values.update", "write"],
  [
    "POST",
    new RegExp(`${ID}/developerMetadata:search$`),
    "spreadsheets.developerMetadata.search",
    "read",
  ],
  [
    "GET",
    new RegExp(`${ID}/developerMetadata/(\\d+)$`),
    "spreadsheets.developerMetadata.get",
    "read",
  ],
];

/** @param path as it came, still encoded: a range's own colon must not be taken for a method's */
export function routeOf(verb: string, path: string): Route | null {
  for (const [wanted, pattern, method, kind] of ROUTES) {
    const match = verb === wanted ? pattern.exec(path) : null;
    if (!match) continue;
    const [, id = "", name = ""] = match;
    return { method, kind, spreadsheetId: decoded(id), name: decoded(name) };
  }
  return null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
