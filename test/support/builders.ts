/**
 * Builders over fixtures (architecture, Style): each gives something sound, and a test names only
 * what it is about. The clock stands at 20-11-2026 10:30:00 in Santiago.
 */
import { toEvent } from "../../src/actions/act.ts";
import type { Accion, Actor, Command } from "../../src/domain/command.ts";
import { decide } from "../../src/domain/decide.ts";
import type { Pending, SpoolEvent } from "../../src/domain/event.ts";
import { blank } from "../../src/domain/evolve.ts";
import { type Fecha, parseFecha } from "../../src/domain/fecha.ts";
import { DEFAULT_POLICY, type Policy } from "../../src/domain/policy.ts";
import type { Refusal } from "../../src/domain/refusal.ts";
import {
  type Inspeccion,
  type Ocupable,
  type Ocupacion,
  parseTag,
  type Spool,
  type Tag,
  type Trabajo,
} from "../../src/domain/spool.ts";
import {
  firmaOf,
  parseTrabajadorId,
  type Rol,
  type Trabajador,
  type TrabajadorId,
} from "../../src/domain/trabajador.ts";

export const ZONE = "America/Santiago";
/** 20-11-2026 10:30:00 in Santiago (-03:00). */
export const NOW_MS = Date.UTC(2026, 10, 20, 13, 30);
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

export function tag(text: string): Tag {
  const parsed = parseTag(text);
  if (!parsed) throw new Error(`no tag: ${JSON.stringify(text)}`);
  return parsed;
}

export function fecha(text: string): Fecha {
  const parsed = parseFecha(text);
  if (!parsed) throw new Error(`no date: ${JSON.stringify(text)}`);
  return parsed;
}

export function id(value: number): TrabajadorId {
  const parsed = parseTrabajadorId(value);
  if (!parsed) throw new Error(`no worker's Id: ${value}`);
  return parsed;
}

/** The day on which `NOW_MS` falls in the shop. */
export const HOY = fecha("20-11-2026");

export interface TrabajadorParts {
  readonly id?: number;
  readonly nombre?: string;
  readonly apellido?: string;
  readonly activo?: boolean;
  readonly roles?: readonly Rol[];
  readonly version?: number;
}

/** Mauricio Rodríguez (93), active, Armador, unless told otherwise. */
export const trabajador = (parts: TrabajadorParts = {}): Trabajador => ({
  version: 1,
  nombre: "Mauricio",
  apellido: "Rodríguez",
  activo: true,
  roles: ["Armador"],
  ...parts,
  id: id(parts.id ?? 93),
});

/** MR(93), Armador. */
export const MAURICIO = trabajador();
/** ÍN(51), Armadora. */
export const INGRID = trabajador({ id: 51, nombre: "Íngrid", apellido: "Núñez" });
/** ÁS(75), Soldador. */
export const ALVARO = trabajador({
  id: 75,
  nombre: "Álvaro",
  apellido: "Silva",
  roles: ["Soldador"],
});
/** LC(97), Ayudante: may do ARM and SOLD. */
export const LUIS = trabajador({
  id: 97,
  nombre: "Luis",
  apellido: "Cáceres",
  roles: ["Ayudante"],
});
/** ÑF(80), Metrologia. */
export const NUSTA = trabajador({
  id: 80,
  nombre: "Ñusta",
  apellido: "Fuentes",
  roles: ["Metrologia"],
});
/** RP(168), Supervisora. */
export const ROSA = trabajador({
  id: 168,
  nombre: "Rosa",
  apellido: "Pérez",
  roles: ["Supervisor"],
});

export const actor = (
  quien: Trabajador,
  { medio = "tablet", dispositivo = null }: Partial<Omit<Actor, "trabajador">> = {},
): Actor => ({ trabajador: quien, medio, dispositivo });

export const policy = (parts: Partial<Policy> = {}): Policy => ({ ...DEFAULT_POLICY, ...parts });

export const pendiente: Trabajo = { estado: "pendiente" };
export const pausado = (quien: Trabajador): Trabajo => ({
  estado: "pausado",
  trabajador: firmaOf(quien),
});
export const completado = (quien: Trabajador, dia = "01-11-2026"): Trabajo => ({
  estado: "completado",
  trabajador: firmaOf(quien),
  fecha: fecha(dia),
});

/** An occupation that began an hour before `NOW_MS`. */
export const ocupacion = (
  operacion: Ocupable,
  quien: Trabajador,
  desdeMs = NOW_MS - HOUR_MS,
): Ocupacion => ({ operacion, trabajador: firmaOf(quien), desdeMs });

export interface SpoolParts extends Partial<Omit<Spool, "tag">> {
  readonly tag?: string;
}

/** A spool as it lies ready for ARM: materials there, nothing begun, free, version 1. */
export function spool(parts: SpoolParts = {}): Spool {
  const { tag: text = "MK-1300-SL-28000-001", ...rest } = parts;
  return {
    ...blank(tag(text)),
    version: 1,
    nv: "NV0600",
    ot: "00001",
    fechaMateriales: fecha("13-08-2026"),
    ...rest,
  };
}

/** ARM completed by Mauricio. */
export const armado = (parts: SpoolParts = {}): Spool =>
  spool({ arm: completado(MAURICIO), ...parts });

/** ARM and SOLD completed: waits for metrología. */
export const soldado = (parts: SpoolParts = {}): Spool =>
  armado({ sold: completado(ALVARO, "05-11-2026"), ...parts });

/** ARM and SOLD completed, with metrología in the state named; rejected ones in cycle 1. */
export function inspeccionado(
  estado: Inspeccion["estado"],
  parts: Omit<SpoolParts, "inspeccion"> = {},
): Spool {
  const inspeccion: Inspeccion =
    estado === "aprobado" ? { estado, fecha: fecha("10-11-2026") } : { estado };
  const ciclo = estado === "pendiente" || estado === "aprobado" ? 0 : 1;
  return soldado({ inspeccion, ciclo, ...parts });
}

/** A command of each action with what it needs; `operacion` is ARM unless told otherwise. */
export function command(accion: Accion, operacion: Ocupable = "ARM"): Command {
  switch (accion) {
    case "LIBERAR":
    case "DESBLOQUEAR":
      return { accion, motivo: "Fin de turno" };
    case "APROBAR":
    case "RECHAZAR":
    case "DESHACER":
      return { accion };
    case "ANOTAR":
      return { accion, texto: "Falta una unión" };
    default:
      return { accion, operacion };
  }
}

export type Attempt =
  | { readonly ok: true; readonly spool: Spool; readonly event: Pending<SpoolEvent> }
  | { readonly ok: false; readonly refusal: Refusal };

/** Decides one command and evolves the spool when it is accepted. */
export function attempt(
  before: Spool,
  cmd: Command,
  who: Actor | Trabajador,
  nowMs = NOW_MS,
  rules: Policy = DEFAULT_POLICY,
): Attempt {
  const by = "trabajador" in who ? who : actor(who);
  const decision = decide(before, cmd, by, rules, nowMs);
  if (!decision.ok) return decision;
  const { event, after } = toEvent(before, decision.cambio, by, rules, nowMs);
  return { ok: true, spool: after, event };
}

/** The spool after a command that must be accepted; throws with the refusal otherwise. */
export function apply(
  before: Spool,
  cmd: Command,
  who: Actor | Trabajador,
  nowMs = NOW_MS,
  rules: Policy = DEFAULT_POLICY,
): Spool {
  const result = attempt(before, cmd, who, nowMs, rules);
  if (!result.ok) throw new Error(`${cmd.accion} refused: ${JSON.stringify(result.refusal)}`);
  return result.spool;
}

/** Why a command is refused, or null when it is accepted. */
export function refusalOf(
  before: Spool,
  cmd: Command,
  who: Actor | Trabajador,
  rules: Policy = DEFAULT_POLICY,
): Refusal | null {
  const result = attempt(before, cmd, who, NOW_MS, rules);
  return result.ok ? null : result.refusal;
}
