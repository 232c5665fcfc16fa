/**
 * What people are told of the sync: one state at a time, the most pressing one (spec 7, "Said
 * plainly"). Pure; the chip's words are views'.
 */
import { SINCRONIA_VIEJA_MS, type Sincronia } from "./planilla.ts";

export type EstadoDePlanilla =
  /** Nothing is known yet. */
  | { readonly kind: "leyendo" }
  | { readonly kind: "al dia" }
  /** Events that the sheet lacks, and when the oldest of them happened. */
  | { readonly kind: "pendientes"; readonly total: number; readonly desdeMs: number }
  | { readonly kind: "sin conexion"; readonly desdeMs: number; readonly motivo: string | null }
  /** No process keeps the sheet in step. */
  | { readonly kind: "nadie"; readonly desdeMs: number }
  /** The import stands still until a supervisor looks. */
  | { readonly kind: "detenida" };

export interface LoSabido {
  /** What was told last; null = nothing since `desdeMs`. */
  readonly sincronia: Sincronia | null;
  readonly congelada: boolean;
  /** Since when this process listens, epoch milliseconds. */
  readonly desdeMs: number;
}

/** The state at an instant: what waits for a person comes first, then what does not work. */
export function estadoDePlanilla(
  { sincronia, congelada, desdeMs }: LoSabido,
  nowMs: number,
): EstadoDePlanilla {
  if (congelada) return { kind: "detenida" };
  const toldMs = sincronia?.atMs ?? desdeMs;
  if (nowMs - toldMs > SINCRONIA_VIEJA_MS) return { kind: "nadie", desdeMs: toldMs };
  if (!sincronia) return { kind: "leyendo" };
  const { sinConexionDesdeMs, motivo, pendientes, pendienteDesdeMs, leidaMs, atMs } = sincronia;
  if (sinConexionDesdeMs !== null) {
    return { kind: "sin conexion", desdeMs: sinConexionDesdeMs, motivo };
  }
  if (pendientes > 0) {
    return { kind: "pendientes", total: pendientes, desdeMs: pendienteDesdeMs ?? atMs };
  }
  return leidaMs === null ? { kind: "leyendo" } : { kind: "al dia" };
}

/** Whether a process keeps the sheet in step and reaches it, whatever else is to be said. */
export const sincroniza = (sabido: LoSabido, nowMs: number): boolean => {
  const { kind } = estadoDePlanilla({ ...sabido, congelada: false }, nowMs);
  return kind === "al dia" || kind === "pendientes";
};
