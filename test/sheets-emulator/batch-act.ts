/** What a request of batchUpdate is given and gives back. */
import type { JsonObject } from "./api-error.ts";
import type { Calc } from "./calc.ts";
import type { Typing } from "./entered.ts";
import type { Spreadsheet } from "./model.ts";

export interface Tools {
  readonly spreadsheet: Spreadsheet;
  readonly typing: Typing;
  readonly calc: () => Calc;
}
/** @returns the reply, undefined where the API answers `{}` */
export type Act = (tools: Tools, given: JsonObject) => JsonObject | undefined;
