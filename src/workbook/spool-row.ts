/**
 * One row of Operaciones to a spool. Columns tell the state; Estado_Detalle and the log are asked
 * only for what columns cannot say (spec 3).
 *
 * R1: what makes no sense is an error and the spool's `inconsistencia`; it is still read as far as
 *     it goes, so that people can see it.
 * R2: nothing is guessed in a column of ours: a date that is not one is no date.
 */
import { estadoDetalle } from "../domain/estado-detalle.ts";
import type { Fecha } from "../domain/fecha.ts";
import type { Inspeccion, Spool, Tag, Trabajo } from "../domain/spool.ts";
import { plain } from "../domain/trabajador.ts";
import { estadoMeaning, readEstado } from "./estado.ts";
import type { Rastro } from "./metadata.ts";
import { isDone, ocupacionAt, type Trabajos, withBelow } from "./ocupacion.ts";
import { fechaAt, firmaAt, type Reading, type RowContext, textAt } from "./row-cells.ts";
import { cellAt, type Row } from "./tab.ts";

export interface RowReading {
  /** Version 0; `inconsistencia` holds all errors. */
  readonly spool: Spool;
  readonly errores: readonly string[];
  readonly avisos: readonly string[];
  /** Fecha_Materiales could not be read: it says nothing. */
  readonly materialesImposible: boolean;
}

function trabajoAt(r: Reading, operacion: "ARM" | "SOLD"): Trabajo {
  const [dia, quien] =
    operacion === "ARM"
      ? (["Fecha_Armado", "Armador"] as const)
      : (["Fecha_Soldadura", "Soldador"] as const);
  const fecha = fechaAt(r, dia);
  const trabajador = firmaAt(r, quien);
  if (trabajador === null) {
    if (fecha !== null && textAt(r, quien).trim() === "") r.errores.push(`${dia} sin ${quien}`);
    return { estado: "pendiente" };
  }
  if (fecha === null) return { estado: "pausado", trabajador };
  return { estado: "completado", trabajador, fecha };
}

/** Metrología and reparación; only two completed operations can have one. */
function inspeccionAt(r: Reading, done: boolean, qc: Fecha | null): Inspeccion {
  if (qc) return { estado: "aprobado", fecha: qc };
  const estado = done ? r.estado?.inspeccion : null;
  if (!estado || estado === "aprobado") return { estado: "pendiente" };
  const paused = r.estado?.operacion === "REPARACION" && r.rastro.REPARACION;
  // Named as in repair, but nobody holds it: as if a supervisor had set it free.
  const freed = r.estado?.operacion === "REPARACION" && textAt(r, "Ocupado_Por").trim() === "";
  return { estado: paused || freed ? "reparacion pausada" : estado };
}

function cicloAt(r: Reading, { estado }: Inspeccion): number {
  if (estado === "pendiente" || estado === "aprobado") return 0;
  const told = r.estado?.ciclo ?? r.rastro.ciclo;
  if (told !== null && told > 0) return told;
  return estado === "bloqueado" ? r.policy.maxCycles || 3 : 1;
}

/** What is to be said of the text of Estado_Detalle, which no state depends on alone. */
function avisoEstado(r: Reading, spool: Spool): string | null {
  if (r.at.Estado_Detalle < 0) return null;
  const text = textAt(r, "Estado_Detalle");
  if (text.trim() === "") {
    return spool.ocupacion
      ? "Ocupado sin Estado_Detalle; la operación se dedujo de las columnas."
      : "Estado_Detalle vacío; el estado se dedujo de las columnas.";
  }
  if (!r.estado) return "Estado_Detalle escrito a mano; el estado se dedujo de las columnas.";
  if (spool.inconsistencia !== null) return null;
  const ours = estadoMeaning(estadoDetalle(spool, r.policy));
  return plain(estadoMeaning(text)) === plain(ours)
    ? null
    : "Estado_Detalle no calza con las columnas; valen las columnas.";
}

/** Reads the row of a tag. `rastro` is what the log tells of it. */
export function readSpoolRow(tag: Tag, row: Row, rastro: Rastro, context: RowContext): RowReading {
  const estado = readEstado(cellAt(row, context.at.Estado_Detalle));
  const r: Reading = { ...context, row, rastro, estado, errores: [], avisos: [] };
  const fechaMateriales = fechaAt(r, "Fecha_Materiales");
  const columnas: Trabajos = { arm: trabajoAt(r, "ARM"), sold: trabajoAt(r, "SOLD") };
  const done = isDone(columnas);
  const soldado = textAt(r, "Fecha_Soldadura").trim() !== "";
  if (soldado && columnas.arm.estado !== "completado") {
    r.errores.push("SOLD completado sin ARM completado");
  }
  const qc = fechaAt(r, "Fecha_QC_Metrologia");
  if (qc && !done) r.errores.push("Fecha_QC_Metrologia sin ARM y SOLD completados");
  const ocupacion = ocupacionAt(r, columnas, qc !== null);
  const inspeccion = inspeccionAt(r, done, done ? qc : null);
  const ficha = context.ficha.map(([title, place]) => [title, cellAt(row, place)] as const);
  const spool: Spool = {
    tag,
    version: 0,
    nv: textAt(r, "NV").trim(),
    ot: textAt(r, "OT").trim(),
    // fromEntries defines properties: a column named __proto__ stays a column.
    ficha: Object.fromEntries(ficha.filter(([, text]) => text.trim() !== "")),
    fechaMateriales,
    ...withBelow(r, columnas, ocupacion),
    inspeccion,
    ciclo: cicloAt(r, inspeccion),
    ocupacion,
    completada: null,
    notas: [],
    inconsistencia: r.errores.length > 0 ? r.errores.join("; ") : null,
  };
  const aviso = avisoEstado(r, spool);
  if (aviso) r.avisos.push(aviso);
  const materialesImposible =
    fechaMateriales === null && textAt(r, "Fecha_Materiales").trim() !== "";
  return { spool, errores: r.errores, avisos: r.avisos, materialesImposible };
}
