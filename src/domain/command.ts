/** What somebody wants done to one spool, and who they are (spec 3). Parsed at the edge. */
import type { Ocupable } from "./spool.ts";
import type { Trabajador } from "./trabajador.ts";

export type Command =
  | { readonly accion: "TOMAR" | "PAUSAR" | "COMPLETAR" | "CANCELAR"; readonly operacion: Ocupable }
  | { readonly accion: "LIBERAR" | "DESBLOQUEAR"; readonly motivo: string }
  | { readonly accion: "APROBAR" | "RECHAZAR"; readonly motivo?: string }
  /** Takes back one's own COMPLETAR, for DESHACER_MS. */
  | { readonly accion: "DESHACER" }
  | { readonly accion: "ANOTAR"; readonly texto: string };

export type Accion = Command["accion"];

export const ACCIONES: readonly Accion[] = [
  "TOMAR",
  "PAUSAR",
  "COMPLETAR",
  "CANCELAR",
  "LIBERAR",
  "DESBLOQUEAR",
  "APROBAR",
  "RECHAZAR",
  "DESHACER",
  "ANOTAR",
];

/** By which way an action came in; it is kept in the log with the actor (spec 8). */
export type Medio = "tablet" | "api" | "planilla" | "demo" | "consola";

/**
 * Who acts. Identity produces it, every request has one; later sign-in (PIN, password, device)
 * changes how it is made, not what it is.
 */
export interface Actor {
  readonly trabajador: Trabajador;
  readonly medio: Medio;
  /** Which tablet, session or program, as identity names it; never a secret. */
  readonly dispositivo: string | null;
  /** Which request it is, in the logs; absent where nobody asked by HTTP. */
  readonly requestId?: string;
}
