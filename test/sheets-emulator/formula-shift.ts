/**
 * References follow when rows and columns come, go and move, and when a sheet is renamed. Simple A1
 * references only: text inside strings and INDIRECT stays.
 */
import { columnIndex, columnName, quoteTitle } from "./a1.ts";
import { splitReference } from "./formula-parse.ts";
import { tokensOf } from "./formula-tokens.ts";
import { localeOf } from "./locale.ts";
import { isFormula, type Sheet, type Spreadsheet } from "./model.ts";

export type Axis = "ROWS" | "COLUMNS";

export interface Shift {
  /** Where a line goes: null when it is gone. */
  readonly at: (index: number) => number | null;
  /** Where a range of lines goes, both ends included, when its ends alone do not tell. */
  readonly span?: (first: number, last: number) => readonly [number, number];
}

interface End {
  readonly columnFixed: string;
  readonly column: string;
  readonly rowFixed: string;
  readonly row: string;
}

const END = /^(\$?)([A-Za-z]*)(\$?)(\d*)$/;

function endOf(text: string): End {
  const [, columnFixed = "", column = "", rowFixed = "", row = ""] = END.exec(text) ?? [];
  // `$5` has its sign before the row.
  if (column === "" && columnFixed !== "") return { columnFixed: "", column, rowFixed: "$", row };
  return { columnFixed, column, rowFixed, row };
}

const textOf = ({ columnFixed, column, rowFixed, row }: End): string =>
  `${columnFixed}${column}${rowFixed}${row}`;

const indexOf = (end: End, axis: Axis): number | null => {
  if (axis === "ROWS") return end.row === "" ? null : Number(end.row) - 1;
  return end.column === "" ? null : columnIndex(end.column);
};

const withIndex = (end: End, axis: Axis, index: number): End =>
  axis === "ROWS" ? { ...end, row: String(index + 1) } : { ...end, column: columnName(index) };

/** The first line from `start` towards `end` that is left, in its new place. */
function firstLeft(start: number, end: number, at: Shift["at"]): number | null {
  const step = end >= start ? 1 : -1;
  for (let i = start; i !== end + step; i += step) {
    const index = at(i);
    if (index !== null) return index;
  }
  return null;
}

/** A range keeps what is left of it; it is gone when nothing is. An open end stays open. */
function shiftEnds(first: End, last: End, axis: Axis, shift: Shift): [End, End] | null {
  const [from, to] = [indexOf(first, axis), indexOf(last, axis)];
  if (from === null && to === null) return [first, last];
  if (from === null || to === null) {
    const moved = shift.at(from ?? to ?? 0);
    if (moved === null) return null;
    return from === null
      ? [first, withIndex(last, axis, moved)]
      : [withIndex(first, axis, moved), last];
  }
  const [start, end] = shift.span
    ? shift.span(from, to)
    : [firstLeft(from, to, shift.at), firstLeft(to, from, shift.at)];
  if (start === null || end === null) return null;
  return [withIndex(first, axis, start), withIndex(last, axis, end)];
}

function shiftReference(area: string, axis: Axis, shift: Shift): string | null {
  const [a = "", b] = area.split(":");
  const first = endOf(a);
  const ends = shiftEnds(first, b === undefined ? first : endOf(b), axis, shift);
  if (!ends) return null;
  return b === undefined ? textOf(ends[0]) : `${textOf(ends[0])}:${textOf(ends[1])}`;
}

/** Rewrites all formulas of a spreadsheet. @param rewrite null keeps the reference as it is */
function rewriteAll(
  spreadsheet: Spreadsheet,
  rewrite: (title: string | null, area: string, own: Sheet) => string | null,
): void {
  const locale = localeOf(spreadsheet.properties.locale);
  const renewed = (formula: string, own: Sheet): string => {
    const texts = tokensOf(formula, locale).map(({ kind, text }) => {
      if (kind !== "ref") return text;
      const { title, area } = splitReference(text);
      return rewrite(title, area, own) ?? text;
    });
    return `=${texts.join("")}`;
  };
  for (const sheet of spreadsheet.sheets) {
    for (const row of sheet.rows) {
      for (const [c, cell] of row.entries()) {
        if (!cell || !isFormula(cell.value)) continue;
        const formula = renewed(cell.value.formula, sheet);
        if (formula !== cell.value.formula) row[c] = { ...cell, value: { formula } };
      }
    }
  }
}

/** The corners of a reference in order; one cell twice is that cell (`B3:a2`, `A3:A3`). */
function orderedArea(text: string): string {
  const [a = "", b] = text.toUpperCase().split(":");
  if (b === undefined) return a;
  const [first, last] = [endOf(a), endOf(b)];
  const swap = (axis: Axis): boolean => {
    const [from, to] = [indexOf(first, axis), indexOf(last, axis)];
    return from !== null && to !== null && from > to;
  };
  const [rows, columns] = [swap("ROWS"), swap("COLUMNS")];
  const corner = (row: End, column: End): string =>
    textOf({
      row: row.row,
      rowFixed: row.rowFixed,
      column: column.column,
      columnFixed: column.columnFixed,
    });
  const start = corner(rows ? last : first, columns ? last : first);
  const end = corner(rows ? first : last, columns ? first : last);
  return start === end && /\d/.test(start) && /[A-Z]/.test(start) ? start : `${start}:${end}`;
}

/**
 * A formula as the service keeps it: references in capitals and in order, titles as their sheets
 * have them, everything else as it was entered (seen in answers: `=sum( sales!a3:a3 )` comes back
 * as `=sum( Sales!A3 )`).
 */
export function canonicalFormula(formula: string, spreadsheet: Spreadsheet): string {
  const texts = tokensOf(formula, localeOf(spreadsheet.properties.locale)).map((token) => {
    if (token.kind !== "ref") return token.text;
    const { title, area } = splitReference(token.text);
    if (title === null) return orderedArea(area);
    const sheet = spreadsheet.byTitle(title);
    return `${quoteTitle(sheet?.properties.title ?? title)}!${orderedArea(area)}`;
  });
  return `=${texts.join("")}`;
}

/** After lines of `moved` came, went or moved. */
export function shiftFormulas(
  spreadsheet: Spreadsheet,
  moved: Sheet,
  axis: Axis,
  shift: Shift,
): void {
  rewriteAll(spreadsheet, (title, area, own) => {
    const target = title === null ? own : spreadsheet.byTitle(title);
    if (target !== moved) return null;
    const prefix = title === null ? "" : `${quoteTitle(title)}!`;
    const shifted = shiftReference(area, axis, shift);
    return prefix + (shifted ?? "#REF!");
  });
}

/** After a sheet was renamed, or deleted (`to` null). Call while `from` still names it. */
export function renameInFormulas(spreadsheet: Spreadsheet, from: string, to: string | null): void {
  const folded = from.toLowerCase();
  rewriteAll(spreadsheet, (title, area) => {
    if (title?.toLowerCase() !== folded) return null;
    return to === null ? "#REF!" : `${quoteTitle(to)}!${area}`;
  });
}

/** An end moved along its axis; null when it would leave the sheet. A fixed one stays. */
function movedEnd(end: End, axis: Axis, by: number): End | null {
  const fixed = axis === "ROWS" ? end.rowFixed : end.columnFixed;
  const index = fixed === "" ? indexOf(end, axis) : null;
  if (index === null) return end;
  return index + by < 0 ? null : withIndex(end, axis, index + by);
}

/** A formula copied so many rows and columns away: relative references go along. */
export function copiedFormula(
  formula: string,
  rows: number,
  columns: number,
  localeName: string,
): string {
  const moved = (text: string): string | null => {
    const down = movedEnd(endOf(text), "ROWS", rows);
    const across = down && movedEnd(down, "COLUMNS", columns);
    return across && textOf(across);
  };
  const texts = tokensOf(formula, localeOf(localeName)).map(({ kind, text }) => {
    if (kind !== "ref") return text;
    const { area } = splitReference(text);
    const ends = area.split(":").map(moved);
    return (
      text.slice(0, text.length - area.length) + (ends.includes(null) ? "#REF!" : ends.join(":"))
    );
  });
  return `=${texts.join("")}`;
}
