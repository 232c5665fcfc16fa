/** One cell: dates, labels of workers, yes and no, as hands write them (spec 4). */
import { type Lectura, parseLectura } from "../domain/fecha.ts";
import { parseTrabajadorId, plain, type TrabajadorId } from "../domain/trabajador.ts";

const DIA = /^\d\d-\d\d-\d{4}$/;
const INSTANTE = /^\d\d-\d\d-\d{4} \d\d:\d\d:\d\d$/;

export type DateCell =
  | { readonly kind: "vacia" }
  | { readonly kind: "imposible" }
  /** `exact`: written in the workbook's own form, not merely readable. */
  | { readonly kind: "fecha"; readonly lectura: Lectura; readonly exact: boolean };

/** Reads a date cell; `instante` wants the time too for `exact`. */
export function readDate(text: string, instante = false): DateCell {
  if (text.trim() === "") return { kind: "vacia" };
  const lectura = parseLectura(text);
  if (!lectura) return { kind: "imposible" };
  return { kind: "fecha", lectura, exact: (instante ? INSTANTE : DIA).test(text) };
}

export interface Etiqueta {
  readonly id: TrabajadorId;
  /** Without spaces: `LC(97)`. */
  readonly etiqueta: string;
  /** Whether the cell is written just so. */
  readonly exact: boolean;
}

/** Reads a worker label: `LC(97)`, `LC (97)`. @returns null when there is no `(Id)` at its end. */
export function readEtiqueta(text: string): Etiqueta | null {
  const label = text.trim();
  const open = label.lastIndexOf("(");
  if (open < 0 || !label.endsWith(")")) return null;
  const id = parseTrabajadorId(label.slice(open + 1, -1));
  if (id === null) return null;
  const etiqueta = `${label.slice(0, open).trim()}(${id})`;
  return { id, etiqueta, exact: etiqueta === text };
}

const SI = new Set(["true", "verdadero", "si", "1", "x", "activo", "yes"]);
const NO = new Set(["false", "falso", "no", "0", "", "inactivo"]);

/** Reads an Activo cell; empty is no, as an empty checkbox. @returns null when unreadable. */
export function readActivo(text: string): boolean | null {
  const word = plain(text);
  if (SI.has(word)) return true;
  return NO.has(word) ? false : null;
}

/** How much of a cell a message shows: a cell may hold 50,000 characters. */
const SHOWN_MAX = 40;

/** A cell as a message quotes it: `«31-02-2026»`. */
export function shown(text: string): string {
  const line = text.trim().replace(/\s+/g, " ");
  const whole = [...line.slice(0, SHOWN_MAX * 2 + 2)];
  return whole.length > SHOWN_MAX ? `«${whole.slice(0, SHOWN_MAX).join("")}…»` : `«${line}»`;
}
