/** Refusals in words and HTTP: the only place where a code of spec 3 gets a status and a text. */
import type { Falta, Refusal, RefusalCode } from "../domain/refusal.ts";
import { enPantalla, type Firma, type Rol } from "../domain/trabajador.ts";
import { type LedgerUnavailable, OutcomeUnknown } from "../ledger/ledger.ts";

const NO_SE_SABE =
  "No se sabe si se guardó: se cortó la conexión con el registro. Mira el carrete en unos segundos";

/** Codes of spec 3 that no rule gives: the edge's own. */
export type EdgeCode =
  | "SOLICITUD_INVALIDA"
  | "CLAVE_REUTILIZADA"
  | "SIN_SESION"
  | "CREDENCIAL_INVALIDA"
  | "CODIGO_INVALIDO"
  | "SIN_PERMISO"
  | "ORIGEN_NO_PERMITIDO"
  | "NO_ENCONTRADO"
  | "CUERPO_DEMASIADO_GRANDE"
  | "TIPO_NO_SOPORTADO"
  | "DEMASIADAS_SOLICITUDES"
  | "ERROR_INTERNO"
  | "SERVICIO_NO_DISPONIBLE";

/** The statuses that the product answers with (spec 3). */
export type RefusalStatus = 400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 503;

/** What is told to a person or a program: pages and JSON alike. */
export interface Told {
  readonly code: RefusalCode | EdgeCode;
  readonly status: RefusalStatus;
  /** One Spanish sentence. */
  readonly message: string;
  /** Who has it, where that is the reason. */
  readonly ocupante: Firma | null;
}

/** Seconds after which an unavailable service is worth another try (RFC 9110, Retry-After). */
export const RETRY_AFTER_S = 2;

const EDGE: Readonly<Record<EdgeCode, readonly [RefusalStatus, string]>> = {
  SOLICITUD_INVALIDA: [400, "La solicitud está incompleta o mal escrita"],
  CLAVE_REUTILIZADA: [400, "Esa clave de idempotencia ya se usó para otra solicitud"],
  SIN_SESION: [401, "Primero di quién eres"],
  CREDENCIAL_INVALIDA: [401, "Eso no coincide. Intenta otra vez"],
  CODIGO_INVALIDO: [403, "Ese código no sirve: ya se usó, venció o está mal escrito"],
  SIN_PERMISO: [403, "Esto no te corresponde"],
  ORIGEN_NO_PERMITIDO: [403, "La solicitud viene de otro sitio y no se aceptó"],
  NO_ENCONTRADO: [404, "Esa página no existe"],
  CUERPO_DEMASIADO_GRANDE: [413, "La solicitud es demasiado grande"],
  TIPO_NO_SOPORTADO: [415, "El tipo de contenido no se acepta aquí"],
  DEMASIADAS_SOLICITUDES: [
    429,
    "Hay demasiadas solicitudes seguidas desde aquí. Espera un momento e intenta otra vez",
  ],
  ERROR_INTERNO: [500, "Algo falló en ZEUES; no se hizo ningún cambio a medias. Intenta otra vez"],
  SERVICIO_NO_DISPONIBLE: [
    503,
    "No se puede guardar ahora; no se hizo ningún cambio. Intenta otra vez en unos segundos",
  ],
};

const FALTAS: Readonly<Record<Falta, string>> = {
  "fecha de materiales": "Falta la fecha de materiales de este carrete",
  "armado iniciado": "Primero hay que comenzar el armado de este carrete",
  "armado completado": "Primero hay que completar el armado de este carrete",
  "soldadura completada": "Primero hay que completar la soldadura de este carrete",
};

const VERBOS: Readonly<Record<string, string>> = {
  TOMAR: "tomar",
  PAUSAR: "pausar",
  COMPLETAR: "completar",
  CANCELAR: "cancelar",
  LIBERAR: "liberar",
  DESBLOQUEAR: "desbloquear",
  APROBAR: "aprobar",
  RECHAZAR: "rechazar",
  DESHACER: "deshacer",
  ANOTAR: "anotar",
};

const DE_LA_PLANILLA: Readonly<
  Record<Extract<Refusal, { planilla: unknown }>["planilla"], string>
> = {
  resuelto: "Esto ya no espera una decisión",
  cambió: "La planilla cambió mientras la mirabas: revisa cómo quedó e intenta otra vez",
  "solo deshacer": "Este cambio no se puede aceptar: deshazlo o corrígelo en la planilla",
};

const oneOf = (roles: readonly Rol[]): string =>
  roles.map((rol) => (rol === "Metrologia" ? "Metrología" : rol)).join(" o ");

function statusOf(code: RefusalCode): RefusalStatus {
  switch (code) {
    case "SPOOL_NO_ENCONTRADO":
    case "TRABAJADOR_NO_ENCONTRADO":
      return 404;
    case "ROL_NO_AUTORIZADO":
    case "NO_ES_OCUPANTE":
    case "SPOOL_BLOQUEADO":
      return 403;
    case "SPOOL_OCUPADO":
    case "CONFLICTO_DE_VERSION":
      return 409;
    default:
      return 422;
  }
}

function sentence(refusal: Refusal): string {
  switch (refusal.code) {
    case "SPOOL_NO_ENCONTRADO":
      return `No hay ningún carrete ${refusal.tag}`;
    case "TRABAJADOR_NO_ENCONTRADO":
      return `No hay ningún trabajador con Id ${refusal.id}`;
    case "ROL_NO_AUTORIZADO":
      return "inactivo" in refusal
        ? "Este trabajador no está activo en la planilla"
        : `Para esto se necesita el rol ${oneOf(refusal.roles)}`;
    case "NO_ES_OCUPANTE":
      return `Este carrete lo tiene ${enPantalla(refusal.ocupacion.trabajador)}`;
    case "SPOOL_BLOQUEADO":
      return "Este carrete está bloqueado: contacta al supervisor";
    case "SPOOL_OCUPADO":
      return refusal.propio
        ? `Ya tienes este carrete en ${refusal.ocupacion.operacion}`
        : `Este carrete fue tomado por ${enPantalla(refusal.ocupacion.trabajador)}`;
    case "CONFLICTO_DE_VERSION":
      return "Este carrete cambió mientras lo mirabas: revísalo e intenta otra vez";
    case "DEPENDENCIAS_NO_SATISFECHAS":
      return FALTAS[refusal.falta];
    case "TRANSICION_INVALIDA":
      if ("planilla" in refusal) return DE_LA_PLANILLA[refusal.planilla];
      if (refusal.accion === "DESHACER") return "Ya no se puede deshacer";
      return `No se puede ${VERBOS[refusal.accion]}: este carrete está ${refusal.estado}`;
    case "SPOOL_INCONSISTENTE":
      return `Este carrete está inconsistente en la planilla: ${refusal.motivo}`;
  }
}

/** Puts a rule's refusal into words and a status (spec 3). */
export function tell(refusal: Refusal): Told {
  const ocupante = "ocupacion" in refusal ? refusal.ocupacion.trabajador : null;
  const { code } = refusal;
  return { code, status: statusOf(code), message: sentence(refusal), ocupante };
}

/** The edge's own refusal, with a more exact sentence where there is one. */
export function tellEdge(code: EdgeCode, message?: string): Told {
  const [status, text] = EDGE[code];
  return { code, status, message: message ?? text, ocupante: null };
}

/** Nothing could be stored, or nobody knows whether it was: never one for the other. */
export const tellAway = (error: LedgerUnavailable): Told =>
  error instanceof OutcomeUnknown
    ? tellEdge("SERVICIO_NO_DISPONIBLE", NO_SE_SABE)
    : tellEdge("SERVICIO_NO_DISPONIBLE");
