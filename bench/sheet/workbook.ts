/** A made-up workbook of any size: a shop's, repeated with other tags, with more columns. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { readFolder } from "../../src/cli/import.ts";
import { writeCsv } from "../../src/workbook/csv.ts";
import { headerKey, type Row, type Tab } from "../../src/workbook/tab.ts";

/** What the intake reads with every poll. */
export const TABS = ["Operaciones", "Trabajadores", "Roles"] as const;

interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** Repeats have the tag and a number; columns that are missing hold a short text. */
function widened(tab: Tab, { rows, columns }: Size): Tab {
  const at = tab.header.findIndex((title) => headerKey(title) === "tagspool");
  const extra = Array.from({ length: Math.max(0, columns - tab.header.length) }, (_, i) => i + 1);
  const row = (nth: number): Row => {
    const source = tab.rows[nth % tab.rows.length] ?? [];
    const round = Math.floor(nth / tab.rows.length);
    const own = tab.header.map((_, i) => {
      const text = source[i] ?? "";
      return i === at && round > 0 ? `${text}-R${round}` : text;
    });
    return [...own, ...extra.map((n) => `dato ${n}-${nth}`)];
  };
  const header = [...tab.header, ...extra.map((n) => `Ingeniería ${n}`)];
  return { ...tab, header, rows: Array.from({ length: rows }, (_, nth) => row(nth)) };
}

/** Writes the folder that the emulator serves. @param from a workbook as CSV */
export async function writeWide(from: string, folder: string, size: Size): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const tab of await readFolder(from)) {
    if (!TABS.some((name) => name === tab.name)) continue;
    const wide = tab.name === "Operaciones" ? widened(tab, size) : tab;
    await Bun.write(join(folder, `${tab.name}.csv`), writeCsv(wide));
  }
}
