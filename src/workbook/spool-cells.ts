/** A spool as the cells of Operaciones: the canonical text, and what any text there means. */
import { estadoDetalle } from "../domain/estado-detalle.ts";
import { fechaOf, formatFecha, formatInstant, parseLectura } from "../domain/fecha.ts";
import type { Policy } from "../domain/policy.ts";
import { firmante, type Spool, type Trabajo } from "../domain/spool.ts";
import { readEtiqueta } from "./cell.ts";
import { ESCRITAS, type Escrita } from "./columns.ts";
import { estadoMeaning } from "./estado.ts";
import { withNotas } from "./notas.ts";

export type Celdas = Readonly<Record<Escrita, string>>;

const fechaDe = (trabajo: Trabajo): string =>
  trabajo.estado === "completado" ? formatFecha(trabajo.fecha) : "";

/**
 * The cells that are ever written, in the workbook's own form (spec 4).
 * @param notas what the cell Notas holds now: its text stays
 */
export function celdasOf(spool: Spool, policy: Policy, notas = ""): Celdas {
  const { ocupacion, inspeccion } = spool;
  return {
    Fecha_Armado: fechaDe(spool.arm),
    Armador: firmante(spool, "ARM")?.etiqueta ?? "",
    Fecha_Soldadura: fechaDe(spool.sold),
    Soldador: firmante(spool, "SOLD")?.etiqueta ?? "",
    Fecha_QC_Metrologia: inspeccion.estado === "aprobado" ? formatFecha(inspeccion.fecha) : "",
    Ocupado_Por: ocupacion?.trabajador.etiqueta ?? "",
    Fecha_Ocupacion: ocupacion ? formatInstant(ocupacion.desdeMs, policy.zone) : "",
    version: String(spool.version),
    Estado_Detalle: estadoDetalle(spool, policy),
    Notas: withNotas(notas, spool.notas, policy.zone),
  };
}

function meaningOf(columna: Escrita, text: string): string {
  const trimmed = text.trim();
  switch (columna) {
    case "Fecha_Armado":
    case "Fecha_Soldadura":
    case "Fecha_QC_Metrologia": {
      const lectura = parseLectura(trimmed);
      return lectura ? fechaOf(lectura) : trimmed;
    }
    case "Fecha_Ocupacion": {
      const lectura = parseLectura(trimmed);
      return lectura ? JSON.stringify(lectura) : trimmed;
    }
    case "Armador":
    case "Soldador":
    case "Ocupado_Por":
      return String(readEtiqueta(trimmed)?.id ?? trimmed);
    case "Estado_Detalle":
      return estadoMeaning(trimmed);
    case "version":
    case "Notas":
      return trimmed;
  }
}

/** Whether two texts of a column say the same, however they are written. */
export const sameMeaning = (columna: Escrita, a: string, b: string): boolean =>
  a === b || meaningOf(columna, a) === meaningOf(columna, b);

/** Versions count a ledger's own events; Notas is the engineers' as well as ours. */
const ASIDE: ReadonlySet<Escrita> = new Set(["version", "Notas"]);

/** The columns of ours alone in which a row and a spool say something different. */
export const differences = (a: Celdas, b: Celdas): readonly Escrita[] =>
  ESCRITAS.filter((name) => !ASIDE.has(name) && !sameMeaning(name, a[name], b[name]));
