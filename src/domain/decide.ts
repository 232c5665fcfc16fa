/**
 * The rules (spec 3): may this actor do this to this spool, now? Pure: (spool, command, actor,
 * policy, now) to a change or a refusal. "Why was my TOMAR refused?" is answered here alone.
 *
 * D1: rights first (active, role), then the occupation, then state and dependencies.
 * D2: SOLD is never completed before ARM, whatever the policy lets begin.
 */
import type { Accion, Actor, Command } from "./command.ts";
import type { Cambio } from "./event.ts";
import { fechaAt } from "./fecha.ts";
import type { Policy } from "./policy.ts";
import type { Falta, Refusal } from "./refusal.ts";
import { estadoDe, type Ocupable, type Operacion, type Spool } from "./spool.ts";
import type { Rol, Trabajador } from "./trabajador.ts";

export type Decision =
  | { readonly ok: true; readonly cambio: Cambio }
  | { readonly ok: false; readonly refusal: Refusal };

/** Who may do an operation; an empty list is any active worker (spec 3, roles). */
export const ROLES_DE: Readonly<Record<Operacion, readonly Rol[]>> = {
  ARM: ["Armador", "Ayudante"],
  SOLD: ["Soldador", "Ayudante"],
  METROLOGIA: ["Metrologia"],
  REPARACION: [],
};

const SUPERVISOR: readonly Rol[] = ["Supervisor"];

/** A completion can be taken back for this long … (issue 3) */
export const DESHACER_MS = 10_000;
/** … and a tap in the last moment may be this long under way. */
export const EN_CAMINO_MS = 2_000;

const refuse = (refusal: Refusal): Decision => ({ ok: false, refusal });
const accept = (cambio: Cambio): Decision => ({ ok: true, cambio });
const needs = (falta: Falta): Refusal => ({ code: "DEPENDENCIAS_NO_SATISFECHAS", falta });

const invalid = (accion: Accion, estado: string): Refusal => ({
  code: "TRANSICION_INVALIDA",
  accion,
  estado,
});

/** Whether a worker is active and has one of the roles (any, for an empty list). */
export const hasRol = (trabajador: Trabajador, roles: readonly Rol[]): boolean =>
  trabajador.activo && (roles.length === 0 || roles.some((rol) => trabajador.roles.includes(rol)));

function rights(trabajador: Trabajador, roles: readonly Rol[]): Refusal | null {
  if (!trabajador.activo) return { code: "ROL_NO_AUTORIZADO", inactivo: true };
  return hasRol(trabajador, roles) ? null : { code: "ROL_NO_AUTORIZADO", roles };
}

function untakeable(spool: Spool, operacion: Ocupable, policy: Policy): Refusal | null {
  if (operacion === "REPARACION") {
    const { estado } = spool.inspeccion;
    return estado === "rechazado" || estado === "reparacion pausada"
      ? null
      : invalid("TOMAR", estado);
  }
  const estado = estadoDe(spool, operacion);
  if (estado === "completado") return invalid("TOMAR", `${operacion} ${estado}`);
  if (operacion === "ARM") return spool.fechaMateriales ? null : needs("fecha de materiales");
  if (policy.soldAfter === "arm-completed") {
    return spool.arm.estado === "completado" ? null : needs("armado completado");
  }
  return spool.arm.estado === "pendiente" ? needs("armado iniciado") : null;
}

function uninspectable(spool: Spool, accion: "APROBAR" | "RECHAZAR"): Refusal | null {
  const { estado } = spool.inspeccion;
  if (spool.arm.estado !== "completado") return needs("armado completado");
  if (spool.sold.estado !== "completado") return needs("soldadura completada");
  return estado === "pendiente" || estado === "reparado" ? null : invalid(accion, estado);
}

/**
 * Whether a spool as it stands is open for an operation, whoever asks: the lists' membership
 * ("disponible") and the rules share it.
 * @returns null when it is open, else the reason.
 */
export function closed(spool: Spool, operacion: Operacion, policy: Policy): Refusal | null {
  const { inconsistencia, ocupacion, inspeccion } = spool;
  if (inconsistencia !== null) return { code: "SPOOL_INCONSISTENTE", motivo: inconsistencia };
  if (ocupacion) return { code: "SPOOL_OCUPADO", ocupacion, propio: false };
  if (inspeccion.estado === "bloqueado") return { code: "SPOOL_BLOQUEADO" };
  return operacion === "METROLOGIA"
    ? uninspectable(spool, "APROBAR")
    : untakeable(spool, operacion, policy);
}

function forActor(refusal: Refusal, accion: Accion, actor: Actor): Refusal {
  if (refusal.code === "TRANSICION_INVALIDA") return { ...refusal, accion };
  if (refusal.code !== "SPOOL_OCUPADO") return refusal;
  return { ...refusal, propio: refusal.ocupacion.trabajador.id === actor.trabajador.id };
}

/** The occupant's own actions: who holds it, in which operation. */
function notHolding(
  spool: Spool,
  accion: Accion,
  operacion: Ocupable,
  actor: Actor,
): Refusal | null {
  const { ocupacion, inconsistencia } = spool;
  if (inconsistencia !== null) return { code: "SPOOL_INCONSISTENTE", motivo: inconsistencia };
  if (!ocupacion) return invalid(accion, "sin ocupante");
  if (ocupacion.trabajador.id !== actor.trabajador.id) return { code: "NO_ES_OCUPANTE", ocupacion };
  return ocupacion.operacion === operacion ? null : invalid(accion, `en ${ocupacion.operacion}`);
}

function inspect(
  spool: Spool,
  command: Extract<Command, { accion: "APROBAR" | "RECHAZAR" }>,
  policy: Policy,
  nowMs: number,
): Cambio {
  if (command.accion === "APROBAR") {
    const fecha = fechaAt(nowMs, policy.zone);
    return { accion: "APROBAR", operacion: "METROLOGIA", fecha };
  }
  const ciclo = spool.ciclo + 1;
  const bloqueado = policy.maxCycles > 0 && ciclo >= policy.maxCycles;
  const motivo = command.motivo ?? null;
  return { accion: "RECHAZAR", operacion: "METROLOGIA", ciclo, bloqueado, motivo };
}

function supervise(
  spool: Spool,
  command: Extract<Command, { accion: "LIBERAR" | "DESBLOQUEAR" }>,
): Decision {
  const { accion, motivo } = command;
  const { inconsistencia, ocupacion, inspeccion } = spool;
  if (inconsistencia !== null)
    return refuse({ code: "SPOOL_INCONSISTENTE", motivo: inconsistencia });
  if (accion === "DESBLOQUEAR") {
    return inspeccion.estado === "bloqueado"
      ? accept({ accion, operacion: "METROLOGIA", motivo })
      : refuse(invalid(accion, inspeccion.estado));
  }
  return ocupacion
    ? accept({ accion, operacion: ocupacion.operacion, motivo })
    : refuse(invalid(accion, "sin ocupante"));
}

function undo(spool: Spool, actor: Actor, nowMs: number): Decision {
  const { completada, ocupacion, inconsistencia } = spool;
  if (inconsistencia !== null)
    return refuse({ code: "SPOOL_INCONSISTENTE", motivo: inconsistencia });
  if (ocupacion) {
    const propio = ocupacion.trabajador.id === actor.trabajador.id;
    return refuse({ code: "SPOOL_OCUPADO", ocupacion, propio });
  }
  if (!completada || nowMs - completada.atMs > DESHACER_MS + EN_CAMINO_MS) {
    return refuse(invalid("DESHACER", "fuera de plazo"));
  }
  const { ocupacion: before } = completada;
  if (before.trabajador.id !== actor.trabajador.id) {
    return refuse({ code: "NO_ES_OCUPANTE", ocupacion: before });
  }
  return accept({ accion: "DESHACER", operacion: before.operacion });
}

function occupy(
  spool: Spool,
  command: Extract<Command, { operacion: Ocupable }>,
  actor: Actor,
  policy: Policy,
  nowMs: number,
): Decision {
  const { accion, operacion } = command;
  if (accion === "TOMAR") {
    const refusal =
      rights(actor.trabajador, ROLES_DE[operacion]) ?? closed(spool, operacion, policy);
    return refusal ? refuse(forActor(refusal, accion, actor)) : accept({ accion, operacion });
  }
  const refusal = notHolding(spool, accion, operacion, actor);
  if (refusal) return refuse(refusal);
  if (accion !== "COMPLETAR") return accept({ accion, operacion });
  if (operacion === "SOLD" && spool.arm.estado !== "completado") {
    return refuse(needs("armado completado"));
  }
  return accept({ accion, operacion, fecha: fechaAt(nowMs, policy.zone) });
}

/**
 * Decides one command.
 * @param nowMs the instant of the action, epoch milliseconds
 * @returns the change to commit, or why not (codes of spec 3)
 */
export function decide(
  spool: Spool,
  command: Command,
  actor: Actor,
  policy: Policy,
  nowMs: number,
): Decision {
  switch (command.accion) {
    case "LIBERAR":
    case "DESBLOQUEAR": {
      const refusal = rights(actor.trabajador, SUPERVISOR);
      return refusal ? refuse(refusal) : supervise(spool, command);
    }
    case "APROBAR":
    case "RECHAZAR": {
      const refusal =
        rights(actor.trabajador, ROLES_DE.METROLOGIA) ?? closed(spool, "METROLOGIA", policy);
      return refusal
        ? refuse(forActor(refusal, command.accion, actor))
        : accept(inspect(spool, command, policy, nowMs));
    }
    case "DESHACER":
      return undo(spool, actor, nowMs);
    case "ANOTAR": {
      const refusal = rights(actor.trabajador, []);
      const { texto } = command;
      return refusal ? refuse(refusal) : accept({ accion: "ANOTAR", operacion: null, texto });
    }
    default:
      return occupy(spool, command, actor, policy, nowMs);
  }
}
