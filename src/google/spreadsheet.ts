/**
 * The spreadsheet as the sync needs it: six requests, each of them one of Google's (a batch counts
 * once) and none when there is nothing to ask. Every one may throw SheetsError; none is repeated
 * here (retry.ts).
 */

/** As Google stores it: numbers are numbers, dates serial numbers (epoch 1899-12-30). */
export type Value = string | number | boolean;

export interface Sheet {
  /** Google's id of the tab; it outlives renames. */
  readonly sheetId: number;
  readonly title: string;
  readonly rowCount: number;
  readonly columnCount: number;
}

export interface Properties {
  readonly title: string;
  /** E.g. `es_CL`: how cells without a format are shown and typed. */
  readonly locale: string;
  /** E.g. `America/Santiago`. */
  readonly timeZone: string;
  /** In the order of the tabs; one that is a chart has 0 rows and columns. */
  readonly sheets: readonly Sheet[];
  readonly names: readonly NamedColumn[];
}

/** A named range, as far as a column of ours may be behind it. */
export interface NamedColumn {
  readonly id: string;
  readonly name: string;
  readonly sheetId: number;
  /** Its first column, from 0. */
  readonly column: number;
  /** Whether it is one column from top to bottom, however long the tab is. */
  readonly whole: boolean;
}

/** A column that gets a name; `id` of the name that stands for another so far, null = a new one. */
export interface NameChange {
  readonly id: string | null;
  readonly name: string;
  readonly sheetId: number;
  readonly column: number;
}

export interface RangeRows {
  /** In A1 notation, as Google says it: a reading's is cut to the tab's size. */
  readonly range: string;
  /**
   * As they come: blank cells inside a row are `""`, those after its last filled one are left out,
   * and so are blank rows at the end. A range with nothing in it has no rows.
   */
  readonly rows: readonly (readonly Value[])[];
}

export interface RangeWrite {
  /** In A1 notation, absolute. */
  readonly range: string;
  /** `null` leaves a cell as it is, `""` empties it. RAW: stored as they are, nothing is parsed. */
  readonly rows: readonly (readonly (Value | null)[])[];
}

export interface NewSheet {
  readonly title: string;
  readonly rowCount: number;
  readonly columnCount: number;
}

/** How many to add. */
export interface Growth {
  readonly rows?: number;
  readonly columns?: number;
}

export interface Spreadsheet {
  /** Who must be given access to the sheet; null while unknown (an identity of the machine). */
  readonly account: string | null;
  /** One read. */
  properties(): Promise<Properties>;
  /**
   * One read; the answer has the ranges in their order.
   * @param options `formulas` = a formula as it was entered (`=A1+1`), not what it comes to
   */
  read(
    ranges: readonly string[],
    options?: { readonly formulas?: boolean },
  ): Promise<readonly RangeRows[]>;
  /**
   * One write, all or nothing.
   * @returns with `echo` what stands in each written range now, in their order; else nothing
   */
  write(
    data: readonly RangeWrite[],
    options?: { readonly echo?: boolean },
  ): Promise<readonly RangeRows[]>;
  /**
   * Adds empty rows or columns at a tab's end; one write. Relative, not to a size: an absolute size
   * would cut off what hands added since it was read. Applied twice it leaves spare rows, no harm.
   */
  grow(sheetId: number, by: Growth): Promise<void>;
  /** One write. Denied as `exists` when a name is there already. */
  nameColumns(changes: readonly NameChange[]): Promise<void>;
  /** One write. Denied as `exists` when a tab has the title. */
  addTab(sheet: NewSheet): Promise<Sheet>;
}
