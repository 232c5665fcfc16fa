/**
 * Our columns by name. A range of A1 notation means another column as soon as hands insert or move
 * one, and a write would cover what is the engineers'. A named range goes along with its column in
 * the very same step, so that what is written to `zeues_Armador` is written to Armador or nowhere
 * (developers.google.com/workspace/sheets/api/samples/ranges).
 */
import {
  type ColumnaOperaciones,
  type Columnas,
  ESCRITAS,
  type Escrita,
} from "../workbook/columns.ts";
import type { NameChange, NamedColumn } from "./spreadsheet.ts";

export type Lugares = Columnas<ColumnaOperaciones>;

/** Columns of ours that the tab has. */
export const presentes = (at: Lugares): readonly Escrita[] =>
  ESCRITAS.filter((name) => at[name] >= 0);

export type ConNombre = Escrita | "TAG_SPOOL";

/** Columns that have a name: the tag first. */
export const conNombre = (at: Lugares): readonly ConNombre[] => ["TAG_SPOOL", ...presentes(at)];

/** The name of a column of Operaciones in the sheet. */
export const nombreDe = (column: ConNombre): string => `zeues_${column}`;

/** Names that are missing or stand for another column. */
export function nameChanges(
  names: readonly NamedColumn[],
  sheetId: number,
  at: Lugares,
): readonly NameChange[] {
  return conNombre(at).flatMap((column): readonly NameChange[] => {
    const name = nombreDe(column);
    const known = names.find((one) => one.name.toLowerCase() === name.toLowerCase());
    const change = { name, sheetId, column: at[column] };
    if (!known) return [{ ...change, id: null }];
    const right = known.whole && known.sheetId === sheetId && known.column === at[column];
    return right ? [] : [{ ...change, id: known.id }];
  });
}

/** Which tab and column an answer's range is; null when it is not a whole column. */
export function columnOf(
  range: string,
): { readonly title: string; readonly column: number } | null {
  const parts = /^(?:'((?:[^']|'')*)'|([^'!]*))!([A-Z]{1,3})1(?::\3\d+)?$/.exec(range);
  if (!parts) return null;
  const [, quotedTitle, plainTitle = "", letters = ""] = parts;
  const title = quotedTitle?.replaceAll("''", "'") ?? plainTitle;
  const column = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  return { title, column };
}
