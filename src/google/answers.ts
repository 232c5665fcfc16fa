/**
 * Google's answers as our types. Its own say that anything may be missing or null, and a cut body
 * may still be JSON: what an answer must have to be whole is checked here.
 */
import type { NamedColumn, Properties, RangeRows, Sheet, Value } from "./spreadsheet.ts";

type Maybe<T> = T | null | undefined;

export interface RawRange {
  readonly range?: Maybe<string>;
  readonly values?: Maybe<readonly (readonly unknown[])[]>;
}

interface RawSheet {
  readonly properties?: {
    readonly sheetId?: Maybe<number>;
    readonly title?: Maybe<string>;
    readonly gridProperties?: {
      readonly rowCount?: Maybe<number>;
      readonly columnCount?: Maybe<number>;
    };
  };
}

interface RawSpreadsheet {
  readonly properties?: {
    readonly title?: Maybe<string>;
    readonly locale?: Maybe<string>;
    readonly timeZone?: Maybe<string>;
  };
  readonly sheets?: Maybe<readonly RawSheet[]>;
  readonly namedRanges?: Maybe<readonly RawName[]>;
}

interface RawName {
  readonly namedRangeId?: Maybe<string>;
  readonly name?: Maybe<string>;
  readonly range?: {
    readonly sheetId?: Maybe<number>;
    readonly startRowIndex?: Maybe<number>;
    readonly endRowIndex?: Maybe<number>;
    readonly startColumnIndex?: Maybe<number>;
    readonly endColumnIndex?: Maybe<number>;
  };
}

const isValue = (value: unknown): value is Value =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";

const isRow = (row: readonly unknown[]): row is readonly Value[] => row.every(isValue);

/** Rows as they come; what is no value (null) is a blank. */
export function rangeRows({ range, values }: RawRange): RangeRows {
  const rows = (values ?? []).map((row) =>
    isRow(row) ? row : row.map((value) => (isValue(value) ? value : "")),
  );
  return { range: range ?? "", rows };
}

export function sheetOf({ properties = {} }: RawSheet): Sheet {
  const { sheetId, title, gridProperties = {} } = properties;
  if (typeof title !== "string") throw new TypeError("a tab without a title was answered");
  const { rowCount, columnCount } = gridProperties;
  // Google leaves out what is 0, also as an id: the first tab's is.
  return {
    sheetId: sheetId ?? 0,
    title,
    rowCount: rowCount ?? 0,
    columnCount: columnCount ?? 0,
  };
}

function nameOf({ namedRangeId, name, range = {} }: RawName): NamedColumn {
  const { sheetId, startRowIndex, endRowIndex, startColumnIndex, endColumnIndex } = range;
  const column = startColumnIndex ?? 0;
  const rows = (startRowIndex ?? 0) > 0 || typeof endRowIndex === "number";
  return {
    id: namedRangeId ?? "",
    name: name ?? "",
    sheetId: sheetId ?? 0,
    column,
    whole: !rows && endColumnIndex === column + 1,
  };
}

export function propertiesOf({ properties = {}, sheets, namedRanges }: RawSpreadsheet): Properties {
  const { title, locale, timeZone } = properties;
  if (!sheets || sheets.length === 0) throw new TypeError("a workbook without tabs was answered");
  return {
    title: title ?? "",
    locale: locale ?? "",
    timeZone: timeZone ?? "",
    sheets: sheets.map(sheetOf),
    names: (namedRanges ?? []).map(nameOf),
  };
}

/** A list of the length that was asked for. Throws when it has another: it was cut. */
export function needAll<T>(list: Maybe<readonly T[]>, count: number): readonly T[] {
  if (list?.length === count) return list;
  throw new TypeError(`${count} asked, ${list?.length ?? 0} answered`);
}
