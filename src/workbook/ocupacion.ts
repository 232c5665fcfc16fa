/** Who holds a spool, and in which operation, as a row of Operaciones tells it. */
import { instantOf } from "../domain/fecha.ts";
import type { Ocupable, Ocupacion, Trabajo } from "../domain/spool.ts";
import type { Firma } from "../domain/trabajador.ts";
import { readEtiqueta, shown } from "./cell.ts";
import { AVISO_ETIQUETA, lecturaAt, type Reading, textAt } from "./row-cells.ts";

export interface Trabajos {
  readonly arm: Trabajo;
  readonly sold: Trabajo;
}

export const isDone = ({ arm, sold }: Trabajos): boolean =>
  arm.estado === "completado" && sold.estado === "completado";

const signer = (trabajo: Trabajo): number | null =>
  trabajo.estado === "pendiente" ? null : trabajo.trabajador.id;

/** The occupied operation: as Estado_Detalle says, else as the columns let one see. */
function occupied(r: Reading, { arm, sold }: Trabajos, quien: Firma): Ocupable | null {
  if (r.estado?.operacion) return r.estado.operacion;
  if (isDone({ arm, sold })) {
    const como = r.estado?.inspeccion;
    return como === "rechazado" || como === "reparacion pausada" ? "REPARACION" : null;
  }
  if (arm.estado === "completado") return "SOLD";
  return signer(arm) !== quien.id && signer(sold) === quien.id ? "SOLD" : "ARM";
}

/** Why these columns can't be occupied in that operation; null when they can. */
function unfit(operacion: Ocupable | null, trabajos: Trabajos, aprobado: boolean): string | null {
  if (operacion === null) return "Ocupado con todo completado y sin reparación";
  if (aprobado) return "Ocupado con metrología aprobada";
  if (operacion === "REPARACION") {
    return isDone(trabajos) ? null : "En reparación sin ARM y SOLD completados";
  }
  const trabajo = operacion === "ARM" ? trabajos.arm : trabajos.sold;
  return trabajo.estado === "completado" ? `Ocupado en ${operacion}, que ya está completado` : null;
}

/**
 * The occupation that a row tells of. What makes no sense is an error and no occupation.
 * @param aprobado there is a Fecha_QC_Metrologia
 */
export function ocupacionAt(r: Reading, trabajos: Trabajos, aprobado: boolean): Ocupacion | null {
  const text = textAt(r, "Ocupado_Por");
  const desde = lecturaAt(r, "Fecha_Ocupacion");
  const noDesde = textAt(r, "Fecha_Ocupacion").trim() === "";
  if (text.trim() === "") {
    if (!noDesde) r.errores.push("Fecha_Ocupacion sin Ocupado_Por");
    return null;
  }
  if (noDesde) r.errores.push("Ocupado_Por sin Fecha_Ocupacion");
  const label = readEtiqueta(text);
  const quien = label && r.firmas.get(label.id);
  if (!quien) {
    r.errores.push(`Ocupado_Por no está en Trabajadores: ${shown(text)}`);
    return null;
  }
  if (!label.exact) r.avisos.push(AVISO_ETIQUETA);
  const operacion = occupied(r, trabajos, quien);
  const motivo = unfit(operacion, trabajos, aprobado);
  if (motivo) r.errores.push(motivo);
  if (motivo || operacion === null || desde === null) return null;
  return { operacion, trabajador: quien, desdeMs: instantOf(desde, r.policy.zone) };
}

/** The state below an occupation: what CANCELAR returns to (domain/spool, S1). */
function below(r: Reading, operacion: "ARM" | "SOLD", trabajo: Trabajo, quien: Firma): Trabajo {
  const another = trabajo.estado === "pausado" && trabajo.trabajador.id !== quien.id;
  if (!another && !r.rastro[operacion]) return { estado: "pendiente" };
  return { estado: "pausado", trabajador: quien };
}

/** The operations as they stand below the occupation. */
export function withBelow(r: Reading, trabajos: Trabajos, ocupacion: Ocupacion | null): Trabajos {
  if (!ocupacion || ocupacion.operacion === "REPARACION") return trabajos;
  const { operacion, trabajador } = ocupacion;
  return operacion === "ARM"
    ? { ...trabajos, arm: below(r, "ARM", trabajos.arm, trabajador) }
    : { ...trabajos, sold: below(r, "SOLD", trabajos.sold, trabajador) };
}
