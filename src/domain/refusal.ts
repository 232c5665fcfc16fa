/**
 * Why an action was refused: codes of spec 3 with what a sentence needs. No text and no HTTP status
 * here; the edge puts them into words (http/refusals).
 */
import type { Accion } from "./command.ts";
import type { Ocupacion, Tag } from "./spool.ts";
import type { Rol } from "./trabajador.ts";

/** What must come first. */
export type Falta =
  | "fecha de materiales"
  | "armado iniciado"
  | "armado completado"
  | "soldadura completada";

export type Refusal =
  | { readonly code: "SPOOL_NO_ENCONTRADO"; readonly tag: string }
  | { readonly code: "TRABAJADOR_NO_ENCONTRADO"; readonly id: string }
  | { readonly code: "ROL_NO_AUTORIZADO"; readonly roles: readonly Rol[] }
  | { readonly code: "ROL_NO_AUTORIZADO"; readonly inactivo: true }
  | { readonly code: "NO_ES_OCUPANTE"; readonly ocupacion: Ocupacion }
  | { readonly code: "SPOOL_BLOQUEADO" }
  | { readonly code: "SPOOL_OCUPADO"; readonly ocupacion: Ocupacion; readonly propio: boolean }
  | { readonly code: "CONFLICTO_DE_VERSION"; readonly tag: Tag; readonly version: number }
  | { readonly code: "DEPENDENCIAS_NO_SATISFECHAS"; readonly falta: Falta }
  | { readonly code: "TRANSICION_INVALIDA"; readonly accion: Accion; readonly estado: string }
  /** Of what waits for a decision about the workbook: decided, another, or of one way only. */
  | {
      readonly code: "TRANSICION_INVALIDA";
      readonly planilla: "resuelto" | "cambió" | "solo deshacer";
    }
  | { readonly code: "SPOOL_INCONSISTENTE"; readonly motivo: string };

export type RefusalCode = Refusal["code"];
