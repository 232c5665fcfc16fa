/**
 * What programs send (spec 9): a schema per request. Fields that are not named here are ignored,
 * so that an earlier front end's extra ones do no harm. Each message ends the sentence
 * `El campo X …` (check.ts).
 */
import { z } from "zod";

import {
  NOTA_MAX,
  OCUPABLES,
  OPERACIONES,
  parseTag,
  TAG_MAX,
  type Tag,
} from "../../domain/spool.ts";
import { parseTrabajadorId, type TrabajadorId } from "../../domain/trabajador.ts";

/** Most spools in one request (spec 9). */
const BATCH_MAX = 50;
/** A reason is a sentence or two; the log keeps it for good. */
const MOTIVO_MAX = 500;
/** A page of spools: 500 are about 150 KB. */
const LIMIT_MAX = 500;
const LIMIT_DEFAULT = 100;
/** Longer search text finds nothing a shop would write. */
const Q_MAX = 200;
/** A tag's cursor is at most 6 bytes a character as JSON, and a third more in base64. */
const CURSOR_MAX = 8 * TAG_MAX + 4;

const oneOf = (words: readonly string[]): string => `debe ser uno de: ${words.join(", ")}`;

const tag = z
  .string(`debe ser un texto de 1 a ${TAG_MAX} caracteres`)
  .refine((text) => parseTag(text) !== null, `debe tener de 1 a ${TAG_MAX} caracteres`)
  .transform((text) => parseTag(text) as Tag)
  .meta({ minLength: 1, maxLength: TAG_MAX });

const WORKER_ID = "debe ser un número entero de 1 a 999999999";
const workerId = z
  .union(
    [
      z.int(WORKER_ID).min(1, WORKER_ID).max(999_999_999, WORKER_ID),
      z.string().regex(/^\s*\d{1,9}\s*$/, WORKER_ID),
    ],
    WORKER_ID,
  )
  .refine((id) => parseTrabajadorId(id) !== null, WORKER_ID)
  .transform((id) => parseTrabajadorId(id) as TrabajadorId);

const ocupable = z.enum(OCUPABLES, oneOf(OCUPABLES));
const metrologia = z.literal("METROLOGIA", "debe ser METROLOGIA").nullish();

const MOTIVO = `debe ser un texto de 1 a ${MOTIVO_MAX} caracteres`;
const motivo = z.string(MOTIVO).trim().min(1, MOTIVO).max(MOTIVO_MAX, MOTIVO);

const TEXTO = `debe ser un texto de 1 a ${NOTA_MAX} caracteres`;
const texto = z
  .string(TEXTO)
  .transform((text) => text.replace(/\r\n?/g, "\n").trim())
  .pipe(z.string().min(1, TEXTO).max(NOTA_MAX, TEXTO));

const version = z
  .int("debe ser un número entero desde 0")
  .min(0, "debe ser un número entero desde 0")
  .nullish()
  .meta({ description: "The version that was seen; at another one: CONFLICTO_DE_VERSION" });

const common = { tag_spool: tag, worker_id: workerId, version };

/** tomar, pausar, completar, cancelar. */
export const OcuparBody = z.object({ ...common, operacion: ocupable });

/** LIBERAR ends whatever the spool is occupied in, so `operacion` may be left out. */
export const LiberarBody = z.object({ ...common, operacion: ocupable.nullish(), motivo });

/** deshacer: what was completed last, whatever its operation was. */
export const DeshacerBody = z.object({ ...common, operacion: ocupable.nullish() });

/** A remark on a spool. */
export const NotaBody = z.object({ ...common, texto });

/** aprobar. */
export const AprobarBody = z.object({ ...common, operacion: metrologia });

/** rechazar; a blank reason is none. */
export const RechazarBody = AprobarBody.extend({
  motivo: z.string(MOTIVO).trim().max(MOTIVO_MAX, MOTIVO).nullish(),
});

/** desbloquear. */
export const DesbloquearBody = AprobarBody.extend({ motivo });

const batch = {
  worker_id: workerId,
  tags: z
    .array(tag, `debe ser una lista de 1 a ${BATCH_MAX} tags`)
    .min(1, `debe tener de 1 a ${BATCH_MAX} tags`)
    .max(BATCH_MAX, `debe tener de 1 a ${BATCH_MAX} tags`),
};

/** In capitals as everywhere, or as the URLs write them. */
const upper = <A extends string>(accion: A): Uppercase<A> => accion.toUpperCase() as Uppercase<A>;
const ocupar = ["TOMAR", "PAUSAR", "COMPLETAR", "CANCELAR"] as const;

export const BatchBody = z.discriminatedUnion(
  "accion",
  [
    z.object({
      ...batch,
      accion: z.enum([...ocupar, "tomar", "pausar", "completar", "cancelar"]).transform(upper),
      operacion: ocupable,
    }),
    z.object({
      ...batch,
      accion: z.enum(["LIBERAR", "liberar"]).transform(upper),
      operacion: ocupable.nullish(),
      motivo,
    }),
  ],
  oneOf([...ocupar, "LIBERAR"]),
);
export type BatchBody = z.output<typeof BatchBody>;

const LIMIT = `debe ser un número entero de 1 a ${LIMIT_MAX}`;

/** The query of `GET /api/spools`; an empty parameter is as good as none. */
export const SpoolsQuery = z.object({
  operacion: z.enum(OPERACIONES, oneOf(OPERACIONES)).optional(),
  estado: z.enum(["disponible", "ocupado"], oneOf(["disponible", "ocupado"])).optional(),
  q: z
    .string()
    .max(Q_MAX, `debe tener a lo más ${Q_MAX} caracteres`)
    .meta({ description: "Part of tag, NV or OT; case and accents do not count" })
    .default(""),
  limit: z
    .string()
    .regex(/^\d{1,4}$/, LIMIT)
    .transform(Number)
    .pipe(z.int().min(1, LIMIT).max(LIMIT_MAX, LIMIT))
    .default(LIMIT_DEFAULT),
  cursor: z
    .string()
    .max(CURSOR_MAX, "no es de esta lista")
    .meta({ description: "The `cursor` of the page before" })
    .optional(),
});
export type SpoolsQuery = z.output<typeof SpoolsQuery>;

/** The query of the stream; read by http/eventos, here for the document. */
export const StreamQuery = z.object({
  desde: z.int().min(0).meta({ description: "The `seq` already seen; without it, from now" }),
  epoca: z.string().optional().meta({
    description: "`ledger.epoch` of /readyz when `desde` was seen: another log starts anew",
  }),
});
