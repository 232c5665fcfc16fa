/** The cells of one row of Operaciones, with what is to be said of them. */
import { type Fecha, fechaOf, type Lectura } from "../domain/fecha.ts";
import type { Policy } from "../domain/policy.ts";
import type { Firma, TrabajadorId } from "../domain/trabajador.ts";
import { readDate, readEtiqueta, shown } from "./cell.ts";
import type { ColumnaOperaciones, Columnas } from "./columns.ts";
import type { EstadoLeido } from "./estado.ts";
import type { Rastro } from "./metadata.ts";
import { cellAt, type Row } from "./tab.ts";

export interface RowContext {
  readonly at: Columnas<ColumnaOperaciones>;
  readonly ficha: readonly (readonly [string, number])[];
  readonly firmas: ReadonlyMap<TrabajadorId, Firma>;
  readonly policy: Policy;
}

const AVISO_FECHA = "Fecha en otra forma que DD-MM-YYYY; se leyó bien.";
const ESCRIBE = "escribe la etiqueta, como MR(93)";
export const AVISO_ETIQUETA = "Etiqueta de trabajador con espacios; se leyó bien.";

export interface Reading extends RowContext {
  readonly row: Row;
  readonly rastro: Rastro;
  readonly estado: EstadoLeido | null;
  readonly errores: string[];
  readonly avisos: string[];
}

export const textAt = (r: Reading, column: ColumnaOperaciones): string =>
  cellAt(r.row, r.at[column]);

export function lecturaAt(r: Reading, column: ColumnaOperaciones): Lectura | null {
  const text = textAt(r, column);
  const date = readDate(text, column === "Fecha_Ocupacion");
  if (date.kind === "imposible") r.errores.push(`${column} no es una fecha: ${shown(text)}`);
  if (date.kind !== "fecha") return null;
  if (!date.exact) r.avisos.push(AVISO_FECHA);
  return date.lectura;
}

export function fechaAt(r: Reading, column: ColumnaOperaciones): Fecha | null {
  const lectura = lecturaAt(r, column);
  return lectura && fechaOf(lectura);
}

/** Somebody's signature; who left the shop is kept with the label as name. */
export function firmaAt(r: Reading, column: "Armador" | "Soldador"): Firma | null {
  const text = textAt(r, column);
  if (text.trim() === "") return null;
  const label = readEtiqueta(text);
  if (!label) {
    r.errores.push(`${column} no se entiende: ${shown(text)}; ${ESCRIBE}`);
    return null;
  }
  if (!label.exact) r.avisos.push(AVISO_ETIQUETA);
  const known = r.firmas.get(label.id);
  if (known) return known;
  r.avisos.push(`${column} ya no está en Trabajadores: ${shown(label.etiqueta)}.`);
  return { id: label.id, nombre: label.etiqueta, etiqueta: label.etiqueta };
}
