/** A workbook folder, one CSV file a tab, as the sheets of an emulator. */
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { readCsv } from "../../src/workbook/csv.ts";
import type { SheetSeed } from "./emulator.ts";

/** Rows left free below the data, as a sheet in use has them. */
const SPARE_ROWS = 500;

/** A number with zeros in front is one that somebody keeps as text: `00001`. */
const kept = (text: string): string => (/^0\d+$/.test(text) ? `'${text}` : text);

/**
 * Reads `FOLDER/*.csv`, by name. Cells are text as they are in the files; with `typed` they are
 * read as a person types them, so that numbers and dates are what they look like.
 */
export async function loadFolder(folder: string, typed: boolean): Promise<SheetSeed[]> {
  const files = (await readdir(folder)).filter((name) => /\.csv$/i.test(name)).toSorted();
  const seeds = files.map(async (name): Promise<SheetSeed> => {
    const title = basename(name).replace(/\.csv$/i, "");
    const { header, rows } = readCsv(title, await Bun.file(join(folder, name)).bytes());
    const values = typed ? [header, ...rows.map((row) => row.map(kept))] : [header, ...rows];
    return { title, values, typed, rowCount: values.length + SPARE_ROWS, frozenRowCount: 1 };
  });
  return Promise.all(seeds);
}
