/** Requests that the rules accept as things stand, so that states are reached and left. */

import type { Command } from "../../src/domain/command.ts";
import { decide } from "../../src/domain/decide.ts";
import { OCUPABLES, type Spool, type Tag } from "../../src/domain/spool.ts";
import type { Trabajador } from "../../src/domain/trabajador.ts";
import type { Floor } from "../../src/floor/floor.ts";
import type { Shot } from "./connection.ts";
import { headersOf, type Move } from "./shots.ts";

const OCCUPYING = ["TOMAR", "PAUSAR", "COMPLETAR", "CANCELAR"] as const;
const COMMANDS: readonly Command[] = [
  ...OCCUPYING.flatMap((accion) => OCUPABLES.map((operacion) => ({ accion, operacion }))),
  { accion: "LIBERAR", motivo: "fuzz" },
  { accion: "DESBLOQUEAR", motivo: "fuzz" },
  { accion: "APROBAR" },
  { accion: "RECHAZAR", motivo: "fuzz" },
  { accion: "DESHACER" },
];

const PATHS: Readonly<Record<Command["accion"], string>> = {
  TOMAR: "/api/occupation/tomar",
  PAUSAR: "/api/occupation/pausar",
  COMPLETAR: "/api/occupation/completar",
  CANCELAR: "/api/occupation/cancelar",
  LIBERAR: "/api/occupation/liberar",
  DESHACER: "/api/occupation/deshacer",
  APROBAR: "/api/metrologia/aprobar",
  RECHAZAR: "/api/metrologia/rechazar",
  DESBLOQUEAR: "/api/metrologia/desbloquear",
  ANOTAR: "/api/notas",
};

interface Allowed {
  readonly command: Command;
  readonly trabajador: Trabajador;
}

const REMARK: Command = { accion: "ANOTAR", texto: "fuzz" };

/** What may be done to a spool now, and by whom. */
function allowedOn(floor: Floor, spool: Spool, nowMs: number): readonly Allowed[] {
  const can = (command: Command, trabajador: Trabajador): boolean => {
    const actor = { trabajador, medio: "api", dispositivo: null } as const;
    return decide(spool, command, actor, floor.policy, nowMs).ok;
  };
  return [...floor.trabajadores()].flatMap((trabajador) =>
    COMMANDS.filter((command) => can(command, trabajador)).map((command) => ({
      command,
      trabajador,
    })),
  );
}

/** Spools that are looked at for something to do; finished ones have nothing. */
const LOOK_MAX = 30;

/** Most moves are within so many spools, which get through their lives and pass on. */
const WINDOW = 50;
const EVENTS_EACH = 6;

/** Something that may be done now, on the nth spool or on one that follows; else a remark. */
function something(floor: Floor, tags: readonly Tag[], { spool, choice }: Move) {
  const nowMs = Date.now();
  const base = Math.floor(floor.seq / EVENTS_EACH);
  const nth = spool % 4 === 0 ? spool : base + (spool % WINDOW);
  for (let more = 0; more < Math.min(LOOK_MAX, tags.length); more++) {
    const tag = tags[(nth + more) % tags.length] as Tag;
    const found = floor.spool(tag);
    const allowed = found ? allowedOn(floor, found, nowMs) : [];
    // First what is done, then by whom, or it would nearly always be a TOMAR.
    const acciones = [...new Set(allowed.map(({ command }) => command.accion))];
    const accion = acciones[choice % Math.max(1, acciones.length)];
    const able = allowed.filter(({ command }) => command.accion === accion);
    const one = able[Math.floor(choice / acciones.length) % Math.max(1, able.length)];
    if (one) return { tag, ...one };
  }
  const trabajador = [...floor.trabajadores()].find(({ activo }) => activo);
  return { tag: tags[nth % tags.length] as Tag, command: REMARK, trabajador };
}

/** The request of a move, as things stand on the floor. */
export function shotOfMove(floor: Floor, tags: readonly Tag[], token: string, move: Move): Shot {
  const { tag, command, trabajador } = something(floor, tags, move);
  const { accion, ...rest } = command;
  const body = new TextEncoder().encode(
    JSON.stringify({ tag_spool: tag, worker_id: trabajador?.id, ...rest }),
  );
  return {
    method: "POST",
    target: PATHS[accion],
    headers: headersOf(token, { body, key: move.key }),
    body,
    chunked: false,
  };
}
