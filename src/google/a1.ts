/** Places in A1 notation (developers.google.com/workspace/sheets/api/guides/concepts). */

/** `A` for 0, `AA` for 26. */
export function columnLetters(index: number): string {
  const letters = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letters : columnLetters(Math.floor(index / 26) - 1) + letters;
}

/** A tab's title as ranges name it: `'Hoja ''A'''`. */
export const quoted = (title: string): string => `'${title.replaceAll("'", "''")}'`;

/** A whole column, its header first: `'Operaciones'!C:C`. */
export const columnRange = (title: string, column: number): string =>
  `${quoted(title)}!${columnLetters(column)}:${columnLetters(column)}`;

/** Rows and columns, all included: `'Metadata'!A5:K9`. */
export const blockRange = (
  title: string,
  firstRow: number,
  lastRow: number,
  from: number,
  to: number,
): string => `${quoted(title)}!${columnLetters(from)}${firstRow}:${columnLetters(to)}${lastRow}`;

/** The header: `'Operaciones'!1:1`. */
export const headerRange = (title: string): string => `${quoted(title)}!1:1`;

/** Whole rows from one on: `'Metadata'!A31:ZZZ`. */
export const rowsFrom = (title: string, fila: number, columns: number): string =>
  `${quoted(title)}!A${fila}:${columnLetters(Math.max(0, columns - 1))}`;
