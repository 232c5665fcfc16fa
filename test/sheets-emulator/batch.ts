/** spreadsheets.batchUpdate: requests in order, all or none. */
import { invalid, type JsonObject, within } from "./api-error.ts";
import type { Tools } from "./batch-act.ts";
import { KINDS } from "./batch-kinds.ts";
import type { Calc } from "./calc.ts";
import type { Typing } from "./entered.ts";
import { locate, type Spreadsheet } from "./model.ts";
import { isTrue, knownNames, textList } from "./options.ts";
import { resource } from "./resource.ts";

const NAMES = [
  ..."requests includeSpreadsheetInResponse responseRanges responseIncludeGridData".split(" "),
];

function one(tools: Tools, request: JsonObject, i: number): JsonObject {
  const kinds = Object.keys(request).filter((name) => request[name] !== undefined);
  const [kind] = kinds;
  if (kind === undefined) throw invalid(`Invalid requests[${i}]: No request set.`);
  const act = KINDS[kind];
  if (!act) knownNames(request, Object.keys(KINDS), `requests[${i}]`);
  const given = request[kind] as JsonObject | null;
  const reply = within(`requests[${i}].${kind}`, () => act?.(tools, given ?? {}));
  return reply ? { [kind]: reply } : {};
}

/** @throws ApiError and leaves the spreadsheet as it was */
export function batchUpdate(
  spreadsheet: Spreadsheet,
  body: JsonObject,
  typing: Typing,
  calc: () => Calc,
): JsonObject {
  knownNames(body, NAMES);
  const requests = (Array.isArray(body.requests) ? body.requests : []) as readonly JsonObject[];
  if (requests.length === 0) throw invalid("Must specify at least one request.");
  const restore = spreadsheet.save();
  try {
    const replies = requests.map((request, i) => {
      const reply = one({ spreadsheet, typing, calc }, request, i);
      spreadsheet.version += 1;
      return reply;
    });
    const whole = isTrue(body.includeSpreadsheetInResponse)
      ? {
          updatedSpreadsheet: resource(spreadsheet, calc(), {
            blocks: textList(body.responseRanges).map((range) => locate(spreadsheet, range).block),
            grid: isTrue(body.responseIncludeGridData),
          }),
        }
      : {};
    return { spreadsheetId: spreadsheet.spreadsheetId, replies, ...whole };
  } catch (error) {
    restore();
    spreadsheet.version += 1;
    throw error;
  }
}
