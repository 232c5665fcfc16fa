/**
 * A1 notation and R1C1 notation, to indexes and back.
 * Source: developers.google.com/workspace/sheets/api/guides/concepts#expression and, for what is
 * said there only in examples, public reports of answers (cited below).
 */

/** The widest sheet the service allows is 18,278 columns: ZZZ. */
export const COLUMNS_MAX = 18_278;

/** Half-open, zero-based, like the API's GridRange; null = open on that side. */
export interface Area {
  readonly row: number | null;
  readonly rowEnd: number | null;
  readonly column: number | null;
  readonly columnEnd: number | null;
}

export const WHOLE: Area = { row: null, rowEnd: null, column: null, columnEnd: null };

export interface ParsedRange {
  /** Null = the first sheet. */
  readonly title: string | null;
  readonly area: Area;
  /** One cell without a colon: where writing starts, not where it ends. */
  readonly single: boolean;
}

/** 0 → A, 25 → Z, 26 → AA. */
export function columnName(index: number): string {
  let name = "";
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
  }
  return name;
}

/** A → 0, aa → 26; letters only. */
export function columnIndex(name: string): number {
  let index = 0;
  for (const letter of name.toUpperCase()) index = index * 26 + letter.charCodeAt(0) - 64;
  return index - 1;
}

interface Corner {
  readonly row: number | null;
  readonly column: number | null;
}

const CORNER = /^(?:\$?([A-Za-z]{1,3}))?(?:\$?(\d{1,9}))?$/;
const R1C1 = /^[Rr](\d{1,9})[Cc](\d{1,6})$/;

function corner(text: string): Corner | null {
  const numbered = R1C1.exec(text);
  if (numbered) {
    const [row, column] = [Number(numbered[1]) - 1, Number(numbered[2]) - 1];
    return row < 0 || column < 0 ? null : { row, column };
  }
  const match = text === "" ? null : CORNER.exec(text);
  if (!match) return null;
  const column = match[1] === undefined ? null : columnIndex(match[1]);
  const row = match[2] === undefined ? null : Number(match[2]) - 1;
  if (row !== null && row < 0) return null;
  return { row, column };
}

/** Both ends of one dimension, ordered; an end that is missing leaves the range open. */
function span(a: number | null, b: number | null): readonly [number | null, number | null] {
  if (a === null && b === null) return [null, null];
  // A5:A, and A:A5 which the sheet itself writes as A5:A.
  if (a === null || b === null) return [a ?? b, null];
  return [Math.min(a, b), Math.max(a, b) + 1];
}

/** Reads `A1`, `$A$1:B2`, `A:C`, `2:5`, `A5:A`, `R1C1:R2C2`; null when it is none of these. */
export function parseArea(text: string): { area: Area; single: boolean } | null {
  const parts = text.split(":");
  const [first, last] = [corner(parts[0] ?? ""), corner(parts[1] ?? "")];
  if (parts.length > 2 || !first) return null;
  if (parts.length === 1) {
    const { row, column } = first;
    if (row === null || column === null) return null;
    return { area: { row, rowEnd: row + 1, column, columnEnd: column + 1 }, single: true };
  }
  if (!last) return null;
  // A:5 names neither a block nor rows nor columns.
  if ((first.row === null && last.column === null) || (first.column === null && last.row === null))
    return null;
  const [row, rowEnd] = span(first.row, last.row);
  const [column, columnEnd] = span(first.column, last.column);
  return { area: { row, rowEnd, column, columnEnd }, single: false };
}

/** Whether a bare word is a cell: then it is one even where a sheet has that title. */
const isCell = (text: string): boolean => parseArea(text)?.single === true;

/** Splits `'Mi ''hoja'''!A1` into title and the rest; null when a quote is not closed. */
function splitTitle(text: string): { title: string | null; rest: string | null } | null {
  if (!text.startsWith("'")) {
    const at = text.lastIndexOf("!");
    return at < 0
      ? { title: null, rest: text }
      : { title: text.slice(0, at), rest: text.slice(at + 1) };
  }
  const match = /^'((?:[^']|'')+)'(?:!(.*))?$/s.exec(text);
  if (!match) return null;
  return { title: (match[1] ?? "").replaceAll("''", "'"), rest: match[2] ?? null };
}

/**
 * Reads a range. A bare word that is a cell is that cell on the first sheet, even if a sheet is
 * called so (pygsheets issue 416: `tab01` was read as TAB1 of 'tab01'); else it is a title.
 * @returns null when it can't be one whatever the sheets are
 */
export function parseRange(text: string): ParsedRange | null {
  const split = splitTitle(text);
  if (!split || text === "") return null;
  const { title, rest } = split;
  if (rest === null) return { title, area: WHOLE, single: false };
  const parsed = parseArea(rest);
  if (title !== null) return parsed && title !== "" ? { title, ...parsed } : null;
  return parsed ? { title: null, ...parsed } : { title: text, area: WHOLE, single: false };
}

/**
 * Titles that stand without quotes; others are quoted, also those that look like a cell. As seen
 * in answers: TRUE, x.y and Sheet_1 plain; A1, R1C1, 2026, Ünï and a-b quoted.
 */
const PLAIN_TITLE = /^[A-Za-z_][A-Za-z0-9_.]*$/;

export function quoteTitle(title: string): string {
  const plain = PLAIN_TITLE.test(title) && !isCell(title) && !/^(r|c|rc|r\d+c?|c\d+)$/i.test(title);
  return plain ? title : `'${title.replaceAll("'", "''")}'`;
}

/** Whole columns, `A:C`. */
function columnsText(column: number | null, columnEnd: number | null): string {
  if (column === null) return "";
  const name = columnName(column);
  return `${name}:${columnEnd === null ? name : columnName(columnEnd - 1)}`;
}

/** `A1:B2`, `A:C`, `2:5`, `A5:A`, `B2`; open ends as the service prints them (`AA1:2`). */
export function areaText({ row, rowEnd, column, columnEnd }: Area): string {
  if (row === null && rowEnd === null) return columnsText(column, columnEnd);
  const first = (row ?? 0) + 1;
  if (column === null && columnEnd === null) return `${first}:${rowEnd ?? first}`;
  const start = `${columnName(column ?? 0)}${first}`;
  const end = `${columnEnd === null ? "" : columnName(columnEnd - 1)}${rowEnd ?? ""}`;
  return start === end || end === "" ? start : `${start}:${end}`;
}

export function rangeText(title: string, area: Area): string {
  const text = areaText(area);
  return text === "" ? quoteTitle(title) : `${quoteTitle(title)}!${text}`;
}
