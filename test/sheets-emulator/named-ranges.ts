/**
 * Named ranges: a name in place of A1 notation, which goes along when lines come, go and move.
 * Source: developers.google.com/workspace/sheets/api/samples/ranges and the reference of
 * AddNamedRangeRequest, UpdateNamedRangeRequest, DeleteNamedRangeRequest.
 */
import { type Area, parseArea } from "./a1.ts";
import { invalid, type Json, type JsonObject } from "./api-error.ts";
import type { Act } from "./batch-act.ts";
import type { Axis, Shift } from "./formula-shift.ts";
import { count, gridBlock, object, sheetOf, textOf } from "./grid-range.ts";
import type { NamedRange, Sheet, Spreadsheet } from "./model.ts";

/** Letters, digits, underscores; no digit first; none that reads as a cell or a truth value. */
function checkName(spreadsheet: Spreadsheet, name: string, id: string | null): void {
  const good = /^[\p{L}_][\p{L}\p{N}_.]{0,249}$/u.test(name) && parseArea(name) === null;
  if (!good || /^(true|false|r\d*c\d*)$/i.test(name)) {
    throw invalid(`Cannot add named range with invalid name: ${name}`);
  }
  const twin = spreadsheet.named.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (twin && twin.namedRangeId !== id) {
    throw invalid(`Cannot add named range with name: ${name}. The named range already exists.`);
  }
}

/** The range as given: a side that is left open stays open. */
function areaOf(spreadsheet: Spreadsheet, given: Json | undefined): Area {
  gridBlock(spreadsheet, given);
  const range = object(given);
  const side = (name: string): number | null => count(range[name], `range.${name}`) ?? null;
  return {
    row: side("startRowIndex"),
    rowEnd: side("endRowIndex"),
    column: side("startColumnIndex"),
    columnEnd: side("endColumnIndex"),
  };
}

const addNamedRange: Act = ({ spreadsheet }, given) => {
  const { name, namedRangeId, range } = object(given.namedRange);
  checkName(spreadsheet, textOf(name), null);
  const added: NamedRange = {
    namedRangeId: textOf(namedRangeId) || `nr${spreadsheet.named.length}${spreadsheet.version}`,
    name: textOf(name),
    sheetId: sheetOf(spreadsheet, object(range).sheetId).properties.sheetId,
    area: areaOf(spreadsheet, range),
  };
  spreadsheet.named = [...spreadsheet.named, added];
  return { namedRange: namedRange(added) };
};

function wanted({ named }: Spreadsheet, id: string): NamedRange {
  const found = named.find(({ namedRangeId }) => namedRangeId === id);
  if (!found) throw invalid(`No named range with id: ${id}`);
  return found;
}

const updateNamedRange: Act = ({ spreadsheet }, given) => {
  const { name, namedRangeId, range } = object(given.namedRange);
  const old = wanted(spreadsheet, textOf(namedRangeId));
  const fields = textOf(given.fields).split(",");
  const all = fields.includes("*");
  const renamed = all || fields.includes("name") ? { name: textOf(name) } : {};
  if (renamed.name !== undefined) checkName(spreadsheet, renamed.name, old.namedRangeId);
  const moved =
    all || fields.includes("range")
      ? {
          sheetId: sheetOf(spreadsheet, object(range).sheetId).properties.sheetId,
          area: areaOf(spreadsheet, range),
        }
      : {};
  const next = { ...old, ...renamed, ...moved };
  spreadsheet.named = spreadsheet.named.map((one) => (one === old ? next : one));
  return undefined;
};

const deleteNamedRange: Act = ({ spreadsheet }, given) => {
  const old = wanted(spreadsheet, textOf(given.namedRangeId));
  spreadsheet.named = spreadsheet.named.filter((one) => one !== old);
  return undefined;
};

export const NAMED_KINDS = { addNamedRange, updateNamedRange, deleteNamedRange };

/** As the resource shows it. */
export function namedRange({ namedRangeId, name, sheetId, area }: NamedRange): JsonObject {
  const { row, rowEnd, column, columnEnd } = area;
  return {
    namedRangeId,
    name,
    range: {
      ...(sheetId === 0 ? {} : { sheetId }),
      ...(row === null ? {} : { startRowIndex: row }),
      ...(rowEnd === null ? {} : { endRowIndex: rowEnd }),
      ...(column === null ? {} : { startColumnIndex: column }),
      ...(columnEnd === null ? {} : { endColumnIndex: columnEnd }),
    },
  };
}

/** Where lines from `start` to before `end` are by now; null when they are all gone. */
function moved(start: number, end: number, shift: Shift): readonly [number, number] | null {
  if (shift.span) {
    const [first, last] = shift.span(start, end - 1);
    return [first, last + 1];
  }
  const places: number[] = [];
  for (let line = start; line < end; line++) {
    const place = shift.at(line);
    if (place !== null) places.push(place);
  }
  return places.length === 0 ? null : [Math.min(...places), Math.max(...places) + 1];
}

/** Named ranges go along with their lines; one whose lines are all gone is none any more. */
export function shiftNamed(spreadsheet: Spreadsheet, sheet: Sheet, axis: Axis, shift: Shift): void {
  const { sheetId } = sheet.properties;
  spreadsheet.named = spreadsheet.named.flatMap((one) => {
    const { area } = one;
    const [start, end] = axis === "ROWS" ? [area.row, area.rowEnd] : [area.column, area.columnEnd];
    if (one.sheetId !== sheetId || start === null || end === null) return [one];
    const place = moved(start, end, shift);
    if (!place) return [];
    const [first, last] = place;
    const sides =
      axis === "ROWS" ? { row: first, rowEnd: last } : { column: first, columnEnd: last };
    return [{ ...one, area: { ...area, ...sides } }];
  });
}
