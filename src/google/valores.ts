/**
 * Cells as Google stores them, as the workbook's rules read them: text (workbook/tab). A CSV export
 * of the same sheet gives the same texts, as far as a cell's own format does not hide what it
 * holds.
 */
import { fechaOf, formatFecha, parseLectura } from "../domain/fecha.ts";
import { headerKey } from "../workbook/tab.ts";
import type { Value } from "./spreadsheet.ts";

const pad = (n: number): string => String(n).padStart(2, "0");

/** A date as the workbook writes it; null when the number is none that a shop would mean. */
function dateText(serial: number): string | null {
  const lectura = parseLectura(serial);
  if (!lectura) return null;
  const { hour, minute, second } = lectura;
  const day = formatFecha(fechaOf(lectura));
  const time = [hour, minute, second].map(pad).join(":");
  return Number.isInteger(serial) ? day : `${day} ${time}`;
}

/** Whether a column holds dates, by its name. */
export const isDateTitle = (title: string): boolean => headerKey(title).startsWith("fecha");

/**
 * A cell's text. Numbers in a column of dates are serial numbers (spec 4), elsewhere they are
 * written with the shop's comma, whatever the sheet's locale is: switching it changes no number.
 */
export function textOf(value: Value, dates: boolean): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  return (dates ? dateText(value) : null) ?? String(value).replace(".", ",");
}

/** Rows of a tab, header included, as texts. */
export function textRows(rows: readonly (readonly Value[])[]): readonly (readonly string[])[] {
  const header = (rows[0] ?? []).map((value) => textOf(value, false));
  const dates = header.map(isDateTitle);
  const below = rows.slice(1).map((row) => row.map((value, i) => textOf(value, dates[i] ?? false)));
  return [header, ...below];
}

const same = (a: readonly Value[], b: readonly Value[]): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i]);

/**
 * A tab's texts, reading after reading: a row that stands where it stood and says the same is the
 * same array again. Hardly a row changes within ten seconds, and whoever reads on tells by it.
 */
export class Textos {
  #raw: readonly (readonly Value[])[] = [];
  #texts: readonly (readonly string[])[] = [];

  rows(raw: readonly (readonly Value[])[]): readonly (readonly string[])[] {
    const [header = []] = raw;
    const known = same(header, this.#raw[0] ?? []);
    const [titles = []] = known ? this.#texts : textRows(raw.slice(0, 1));
    const dates = titles.map(isDateTitle);
    const texts = raw.map((row, i): readonly string[] => {
      const before = known ? this.#raw[i] : undefined;
      const text = this.#texts[i];
      if (before && text && same(before, row)) return text;
      return i === 0 ? titles : row.map((value, j) => textOf(value, dates[j] ?? false));
    });
    this.#raw = raw;
    this.#texts = texts;
    return texts.length > 0 ? texts : [titles];
  }
}
