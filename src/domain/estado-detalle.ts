/**
 * Estado_Detalle: the one-line state that the sheet and every screen show (spec 3). Output only.
 */
import type { Policy } from "./policy.ts";
import { estadoDe, type Spool } from "./spool.ts";

/** `Ciclo 2/3`, or `Ciclo 2` where the limit is off. */
const ciclo = (spool: Spool, policy: Policy): string =>
  policy.maxCycles > 0 ? `Ciclo ${spool.ciclo}/${policy.maxCycles}` : `Ciclo ${spool.ciclo}`;

function inspeccionado(spool: Spool, policy: Policy): string {
  const hecho = "Disponible - ARM completado, SOLD completado";
  switch (spool.inspeccion.estado) {
    case "pendiente":
      return `${hecho}, Metrología pendiente`;
    case "aprobado":
      return `${hecho}, METROLOGIA APROBADO ✓`;
    case "rechazado":
      return `${hecho}, RECHAZADO (${ciclo(spool, policy)}) - Pendiente reparación`;
    case "reparacion pausada":
      return `REPARACION_PAUSADA (${ciclo(spool, policy)})`;
    case "reparado":
      return "PENDIENTE_METROLOGIA";
    case "bloqueado":
      return "BLOQUEADO - Contactar supervisor";
  }
}

/**
 * The Estado_Detalle of a spool.
 * @returns one of the forms of spec 3; for an inconsistent spool `INCONSISTENTE - ` and the reason.
 */
export function estadoDetalle(spool: Spool, policy: Policy): string {
  if (spool.inconsistencia !== null) return `INCONSISTENTE - ${spool.inconsistencia}`;
  const { ocupacion } = spool;
  if (ocupacion?.operacion === "REPARACION") {
    const quien = ocupacion.trabajador.etiqueta;
    return `EN_REPARACION (${ciclo(spool, policy)}) - Ocupado: ${quien}`;
  }
  const estados = `ARM ${estadoDe(spool, "ARM")}, SOLD ${estadoDe(spool, "SOLD")}`;
  if (ocupacion) {
    return `${ocupacion.trabajador.etiqueta} trabajando ${ocupacion.operacion} (${estados})`;
  }
  const terminado = spool.arm.estado === "completado" && spool.sold.estado === "completado";
  return terminado ? inspeccionado(spool, policy) : `Disponible - ${estados}`;
}
