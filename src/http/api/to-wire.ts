/** The domain in the wire's shapes. Pure. */

import { estadoDetalle } from "../../domain/estado-detalle.ts";
import type { SpoolEvent } from "../../domain/event.ts";
import { isoInstant } from "../../domain/fecha.ts";
import { messageType } from "../../domain/message.ts";
import type { Policy } from "../../domain/policy.ts";
import { estadoDe, firmante, type Spool } from "../../domain/spool.ts";
import { type Firma, firmaOf, type Trabajador } from "../../domain/trabajador.ts";
import type { Told } from "../refusals.ts";
import type * as wire from "./wire.ts";

const workerRef = ({ id, nombre }: Firma): wire.WorkerRef => ({
  worker_id: id,
  worker_nombre: nombre,
});

export function spoolJson(spool: Spool, policy: Policy): wire.Spool {
  const { ocupacion } = spool;
  return {
    tag_spool: spool.tag,
    nv: spool.nv || null,
    ot: spool.ot || null,
    estado_detalle: estadoDetalle(spool, policy),
    operacion: ocupacion?.operacion ?? null,
    ocupado_por: ocupacion && workerRef(ocupacion.trabajador),
    fecha_ocupacion: ocupacion && isoInstant(ocupacion.desdeMs, policy.zone),
    version: spool.version,
  };
}

function trabajoJson(spool: Spool, operacion: "ARM" | "SOLD"): wire.SpoolDetail["arm"] {
  const trabajo = operacion === "ARM" ? spool.arm : spool.sold;
  const firma = firmante(spool, operacion);
  return {
    estado: estadoDe(spool, operacion),
    worker: firma && workerRef(firma),
    fecha: trabajo.estado === "completado" ? trabajo.fecha : null,
  };
}

function metrologiaJson({ inspeccion, ocupacion, ciclo }: Spool): wire.SpoolDetail["metrologia"] {
  return {
    estado: ocupacion?.operacion === "REPARACION" ? "en reparacion" : inspeccion.estado,
    fecha: inspeccion.estado === "aprobado" ? inspeccion.fecha : null,
    ciclo,
  };
}

export const detailJson = (spool: Spool, policy: Policy): wire.SpoolDetail => ({
  ...spoolJson(spool, policy),
  fecha_materiales: spool.fechaMateriales,
  arm: trabajoJson(spool, "ARM"),
  sold: trabajoJson(spool, "SOLD"),
  metrologia: metrologiaJson(spool),
  inconsistencia: spool.inconsistencia,
  ficha: spool.ficha,
  notas: spool.notas.map(({ texto, firma, atMs }) => ({
    texto,
    ...workerRef(firma),
    timestamp: isoInstant(atMs, policy.zone),
  })),
});

export const workerJson = (trabajador: Trabajador): wire.Worker => ({
  id: trabajador.id,
  nombre: trabajador.nombre,
  apellido: trabajador.apellido,
  etiqueta: firmaOf(trabajador).etiqueta,
  roles: [...trabajador.roles],
  activo: trabajador.activo,
});

/** What a person wrote. */
function textoOf({ cambio }: SpoolEvent): string | null {
  if (cambio.accion === "ANOTAR") return cambio.texto;
  return "motivo" in cambio ? cambio.motivo : null;
}

export const eventJson = (event: SpoolEvent, zone: string): wire.HistoryEvent => ({
  seq: event.seq,
  type: messageType(event.cambio.accion),
  accion: event.cambio.accion,
  operacion: event.cambio.operacion,
  worker_id: event.autor.firma?.id ?? null,
  worker_nombre: event.autor.firma?.nombre ?? null,
  timestamp: isoInstant(event.atMs, zone),
  estado_detalle: event.estadoDetalle,
  texto: textoOf(event),
});

/** What an accepted action answers, now and when it is asked again. */
export const doneJson = (event: SpoolEvent): wire.Done => ({
  ok: true,
  tag_spool: event.tag,
  version: event.version,
  seq: event.seq,
  estado_detalle: event.estadoDetalle,
});

export const refusedJson = ({ code, message, ocupante }: Told): wire.Refused => ({
  ok: false,
  error: code,
  message,
  ocupado_por: ocupante && workerRef(ocupante),
});
