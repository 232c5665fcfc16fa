/**
 * The JSON that programs get (spec 9): a schema per shape; the types of what is answered and the
 * published document (openapi.ts) both come from it.
 */
import { z } from "zod";
import { ACCIONES } from "../../domain/command.ts";
import type { Message } from "../../domain/message.ts";
import { OCUPABLES, OPERACIONES } from "../../domain/spool.ts";
import { ROLES } from "../../domain/trabajador.ts";
import type { Told } from "../refusals.ts";

/** Every code of spec 3 and of the edge; a code that is missing here does not compile. */
const CODES = [
  "SPOOL_NO_ENCONTRADO",
  "TRABAJADOR_NO_ENCONTRADO",
  "ROL_NO_AUTORIZADO",
  "NO_ES_OCUPANTE",
  "SPOOL_BLOQUEADO",
  "SPOOL_OCUPADO",
  "CONFLICTO_DE_VERSION",
  "DEPENDENCIAS_NO_SATISFECHAS",
  "TRANSICION_INVALIDA",
  "SPOOL_INCONSISTENTE",
  "SOLICITUD_INVALIDA",
  "CLAVE_REUTILIZADA",
  "SIN_SESION",
  "CREDENCIAL_INVALIDA",
  "CODIGO_INVALIDO",
  "SIN_PERMISO",
  "ORIGEN_NO_PERMITIDO",
  "NO_ENCONTRADO",
  "CUERPO_DEMASIADO_GRANDE",
  "TIPO_NO_SOPORTADO",
  "DEMASIADAS_SOLICITUDES",
  "ERROR_INTERNO",
  "SERVICIO_NO_DISPONIBLE",
] as const satisfies readonly Told["code"][];

const instant = z.iso
  .datetime({ offset: true })
  .meta({ description: "ISO 8601 with the offset of the shop's zone" });
const day = z.iso.date().meta({ description: "A day in the shop's zone, YYYY-MM-DD" });
const text = z.string().meta({ description: "null when the cell is empty" }).nullable();
const version = z.int().min(0).meta({ description: "Counts the spool's events" });
const seq = z.int().min(1).meta({ description: "The event's place in the log" });
const operacion = z.enum(OPERACIONES);

export const WorkerRef = z.object({ worker_id: z.int().min(1), worker_nombre: z.string() });
export type WorkerRef = z.infer<typeof WorkerRef>;

export const Spool = z.object({
  tag_spool: z.string(),
  nv: text,
  ot: text,
  estado_detalle: z.string(),
  operacion: z.enum(OCUPABLES).nullable().meta({ description: "The one it is occupied in" }),
  ocupado_por: WorkerRef.nullable(),
  fecha_ocupacion: instant.nullable(),
  version,
});
export type Spool = z.infer<typeof Spool>;

const Trabajo = z.object({
  estado: z.enum(["pendiente", "en progreso", "pausado", "completado"]),
  worker: WorkerRef.nullable().meta({ description: "Armador or Soldador" }),
  fecha: day.nullable().meta({ description: "When it was completed" }),
});

export const SpoolDetail = Spool.extend({
  fecha_materiales: day.nullable(),
  arm: Trabajo,
  sold: Trabajo,
  metrologia: z.object({
    estado: z.enum([
      "pendiente",
      "aprobado",
      "rechazado",
      "en reparacion",
      "reparacion pausada",
      "reparado",
      "bloqueado",
    ]),
    fecha: day.nullable().meta({ description: "When it was approved" }),
    ciclo: z.int().min(0).meta({ description: "Consecutive rejections" }),
  }),
  inconsistencia: z.string().nullable().meta({ description: "Why the sheet's row makes no sense" }),
  ficha: z
    .record(z.string(), z.string())
    .meta({ description: "The engineers' columns that are not empty" }),
  notas: z
    .array(z.object({ texto: z.string(), ...WorkerRef.shape, timestamp: instant }))
    .meta({ description: "Remarks made here, oldest first" }),
});
export type SpoolDetail = z.infer<typeof SpoolDetail>;

export const Spools = z.object({
  spools: z.array(Spool),
  cursor: z.string().nullable().meta({ description: "Of the page that follows; null at the end" }),
});
export type Spools = z.infer<typeof Spools>;

export const Occupied = z.object({
  tag_spool: z.string(),
  ...WorkerRef.shape,
  operacion: z.enum(OCUPABLES),
  estado_detalle: z.string(),
  fecha_ocupacion: instant,
});
export type Occupied = z.infer<typeof Occupied>;

export const OccupiedList = z.array(Occupied);

const type = z.enum(["TOMAR", "PAUSAR", "COMPLETAR", "STATE_CHANGE"]);
const accion = z.enum([...ACCIONES, "IMPORTAR", "EDITAR", "CORREGIR", "SUPERVISOR_OVERRIDE"]);

export const HistoryEvent = z.object({
  seq,
  type,
  accion,
  operacion: operacion.nullable(),
  worker_id: z.int().min(1).nullable(),
  worker_nombre: z.string().nullable(),
  timestamp: instant,
  estado_detalle: z.string(),
  texto: z.string().nullable().meta({ description: "A remark, or the reason that was given" }),
});
export type HistoryEvent = z.infer<typeof HistoryEvent>;

export const History = z.object({ tag_spool: z.string(), events: z.array(HistoryEvent) });
export type History = z.infer<typeof History>;

export const Worker = z.object({
  id: z.int().min(1),
  nombre: z.string(),
  apellido: z.string(),
  etiqueta: z.string().meta({ description: "Initials and Id, MR(93)" }),
  roles: z.array(z.enum(ROLES)),
  activo: z.boolean(),
});
export type Worker = z.infer<typeof Worker>;

export const Workers = z.object({ workers: z.array(Worker) });
export type Workers = z.infer<typeof Workers>;

/** The stream's data and `spools:updates` (spec 5). */
export const StreamMessage = z.object({
  type,
  tag_spool: z.string(),
  worker: z.string().nullable().meta({ description: "Label, MR(93)" }),
  estado_detalle: z.string(),
  timestamp: instant,
  seq,
  operacion: operacion.nullable(),
  accion,
  version,
}) satisfies z.ZodType<Message>;

export const Done = z.object({
  ok: z.literal(true),
  tag_spool: z.string(),
  version,
  seq,
  estado_detalle: z.string(),
});
export type Done = z.infer<typeof Done>;

export const Refused = z.object({
  ok: z.literal(false),
  error: z.enum(CODES),
  message: z.string().meta({ description: "One Spanish sentence for people" }),
  ocupado_por: WorkerRef.nullable(),
});
export type Refused = z.infer<typeof Refused>;

export const Results = z.object({
  results: z
    .array(z.discriminatedUnion("ok", [Done, Refused]))
    .meta({ description: "One per tag, in the order asked" }),
});
export type Results = z.infer<typeof Results>;
