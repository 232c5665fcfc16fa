/**
 * The spool ("carrete") and its states (spec 3).
 *
 * S1: a spool has at most one occupation, and an operation is `en progreso` exactly while it is the
 *     occupied one: the state below the occupation says what CANCELAR returns to.
 * S2: a completed operation has its date and its worker.
 * S3: an inconsistent spool (from a sheet) is shown and never acted on.
 */
import type { Fecha } from "./fecha.ts";
import type { Firma } from "./trabajador.ts";

declare const tagBrand: unique symbol;

/** `TAG_SPOOL`: trimmed, not empty, compared case-sensitively; any text a cell may hold. */
export type Tag = string & { readonly [tagBrand]: true };

/** A cell holds 50,000 characters (Google Sheets limits); no shop writes a tag of over 1,000. */
export const TAG_MAX = 1_000;

/**
 * Reads a tag from a cell, a URL or a form.
 * @returns null when it is empty, over 1,000 long or no Unicode text (half a surrogate pair)
 */
export function parseTag(text: string): Tag | null {
  const tag = text.trim();
  return tag === "" || tag.length > TAG_MAX || !tag.isWellFormed() ? null : (tag as Tag);
}

export const OPERACIONES = ["ARM", "SOLD", "METROLOGIA", "REPARACION"] as const;
export type Operacion = (typeof OPERACIONES)[number];
/** Operations that a worker takes, pauses and completes; METROLOGIA is instant. */
export const OCUPABLES = ["ARM", "SOLD", "REPARACION"] as const;
export type Ocupable = (typeof OCUPABLES)[number];

export const isOperacion = (text: string): text is Operacion =>
  (OPERACIONES as readonly string[]).includes(text);
export const isOcupable = (text: string): text is Ocupable =>
  (OCUPABLES as readonly string[]).includes(text);

/** ARM or SOLD below the occupation (S1). */
export type Trabajo =
  | { readonly estado: "pendiente" }
  | { readonly estado: "pausado"; readonly trabajador: Firma }
  | { readonly estado: "completado"; readonly trabajador: Firma; readonly fecha: Fecha };

/**
 * Metrología and reparación below the occupation. `reparado` waits for a new inspection;
 * `bloqueado` waits for a supervisor.
 */
export type Inspeccion =
  | { readonly estado: "pendiente" }
  | { readonly estado: "aprobado"; readonly fecha: Fecha }
  | { readonly estado: "rechazado" }
  | { readonly estado: "reparacion pausada" }
  | { readonly estado: "reparado" }
  | { readonly estado: "bloqueado" };

export interface Ocupacion {
  readonly operacion: Ocupable;
  readonly trabajador: Firma;
  /** When it was taken, epoch milliseconds. */
  readonly desdeMs: number;
}

/** What a COMPLETAR ended, kept until the next action so that it can be undone (issue 3). */
export interface Completada {
  /** When it was completed, epoch milliseconds. */
  readonly atMs: number;
  readonly ocupacion: Ocupacion;
  /** What stood below the occupation: ARM's or SOLD's, or the inspection for a repair. */
  readonly debajo: Trabajo | Inspeccion;
}

/** A remark is a sentence or two; the log and the sheet's cell keep it for good. */
export const NOTA_MAX = 500;

/** A remark on a spool: never changed, never removed. */
export interface Nota {
  readonly texto: string;
  readonly firma: Firma;
  /** Epoch milliseconds. */
  readonly atMs: number;
}

export interface Spool {
  readonly tag: Tag;
  /** Counts this spool's events; 0 before the first. */
  readonly version: number;
  readonly nv: string;
  readonly ot: string;
  /** The engineers' descriptive columns that are not empty, header to text. */
  readonly ficha: Readonly<Record<string, string>>;
  readonly fechaMateriales: Fecha | null;
  readonly arm: Trabajo;
  readonly sold: Trabajo;
  readonly inspeccion: Inspeccion;
  /** Consecutive rejections. */
  readonly ciclo: number;
  readonly ocupacion: Ocupacion | null;
  /** The completion that may still be undone; the next action on the spool forgets it. */
  readonly completada: Completada | null;
  /** Oldest first. */
  readonly notas: readonly Nota[];
  /** Why the sheet's row makes no sense, in Spanish; null for a sound spool (S3). */
  readonly inconsistencia: string | null;
}

export type EstadoOperacion = "pendiente" | "en progreso" | "pausado" | "completado";

/** The state of ARM or SOLD as spec 3 names it. */
export function estadoDe(spool: Spool, operacion: "ARM" | "SOLD"): EstadoOperacion {
  if (spool.ocupacion?.operacion === operacion) return "en progreso";
  return (operacion === "ARM" ? spool.arm : spool.sold).estado;
}

/** Who is in the Armador or Soldador column: the occupant, else who paused or completed. */
export function firmante(spool: Spool, operacion: "ARM" | "SOLD"): Firma | null {
  if (spool.ocupacion?.operacion === operacion) return spool.ocupacion.trabajador;
  const trabajo = operacion === "ARM" ? spool.arm : spool.sold;
  return trabajo.estado === "pendiente" ? null : trabajo.trabajador;
}
