/** The log read as the stories of its spools: states by place, and whether each step was legal. */
import type { Actor, Command } from "../../src/domain/command.ts";
import { decide } from "../../src/domain/decide.ts";
import { estadoDetalle } from "../../src/domain/estado-detalle.ts";
import type { Event, SpoolEvent } from "../../src/domain/event.ts";
import { blank, evolve } from "../../src/domain/evolve.ts";
import type { Policy } from "../../src/domain/policy.ts";
import { isOcupable, type Spool, type Tag } from "../../src/domain/spool.ts";
import type { Trabajador } from "../../src/domain/trabajador.ts";
import { tell } from "../../src/http/refusals.ts";
import type { Ask } from "../support/api.ts";
import type { Refused } from "./history.ts";

/** One spool's events and the states between them: `states[k]` is what `events[k - 1]` left. */
export interface Story {
  readonly tag: Tag;
  readonly events: readonly SpoolEvent[];
  readonly states: readonly Spool[];
}

/** The seqs of a log stand one after another from 1 (L1). */
export function checkSeqs(log: readonly Event[]): string[] {
  return log.flatMap(({ seq }, at) => {
    const before = log[at - 1]?.seq ?? 0;
    return seq === before + 1 ? [] : [`gap: seq ${seq} comes after ${before} in the log`];
  });
}

export function storiesOf(log: readonly Event[]): Map<Tag, Story> {
  const stories = new Map<Tag, { tag: Tag; events: SpoolEvent[]; states: Spool[] }>();
  for (const event of log) {
    if (event.kind !== "spool") continue;
    const { tag } = event;
    const story = stories.get(tag) ?? { tag, events: [], states: [blank(tag)] };
    stories.set(tag, story);
    const before = story.states.at(-1) ?? blank(tag);
    story.events.push(event);
    story.states.push(evolve(before, event));
  }
  return stories;
}

/** The workers as they stand at the end of a log. */
export function trabajadoresOf(log: readonly Event[]): Map<number, Trabajador> {
  const all = new Map<number, Trabajador>();
  for (const event of log) {
    if (event.kind === "trabajador") all.set(event.trabajador.id, event.trabajador);
  }
  return all;
}

/** What a request asks for; null for what chaos never asks. */
export function commandOf({ accion, operacion }: Ask): Command | null {
  switch (accion) {
    case "TOMAR":
    case "PAUSAR":
    case "COMPLETAR":
    case "CANCELAR":
      return isOcupable(operacion) ? { accion, operacion } : null;
    case "APROBAR":
    case "RECHAZAR":
      return { accion };
    default:
      return null;
  }
}

/** The rules' answer to a request; null when it can't be judged. */
export function judge(
  spool: Spool,
  ask: Ask,
  trabajador: Trabajador | undefined,
  policy: Policy,
  atMs: number,
) {
  const command = commandOf(ask);
  if (!command || !trabajador) return null;
  const actor: Actor = { trabajador, medio: "api", dispositivo: null };
  return decide(spool, command, actor, policy, atMs);
}

/** Whether a refusal is what the rules say of a state: its code, its words, the one it names. */
export function isRight(
  refused: Refused,
  spool: Spool,
  ask: Ask,
  trabajador: Trabajador | undefined,
  policy: Policy,
  atMs: number,
): boolean {
  const decision = judge(spool, ask, trabajador, policy, atMs);
  if (!decision || decision.ok) return false;
  const { code, message, ocupante } = tell(decision.refusal);
  const named = refused.ocupado_por?.worker_id ?? null;
  return code === refused.error && message === refused.message && (ocupante?.id ?? null) === named;
}

/** The occupation by itself, without the rules: free before TOMAR, one's own before the rest. */
function checkOccupant(before: Spool, event: SpoolEvent): string | null {
  const { accion, operacion } = event.cambio;
  const holder = before.ocupacion;
  const who = event.autor.firma?.id;
  const what = `${event.tag}: seq ${event.seq} is ${accion} by ${who}`;
  if (accion === "TOMAR" || accion === "APROBAR" || accion === "RECHAZAR") {
    return holder ? `two occupants: ${what}, held by ${holder.trabajador.id}` : null;
  }
  return holder?.trabajador.id === who && holder?.operacion === operacion
    ? null
    : `not the occupant: ${what}, held by ${holder?.trabajador.id ?? "nobody"}`;
}

function checkStep(
  before: Spool,
  event: SpoolEvent,
  trabajador: Trabajador | undefined,
  policy: Policy,
): string[] {
  const { tag, seq, version, cambio, atMs } = event;
  const found: string[] = [];
  if (version !== before.version + 1) {
    found.push(`${tag}: version ${version} follows ${before.version}, seq ${seq}`);
  }
  const occupant = checkOccupant(before, event);
  if (occupant) found.push(occupant);
  const { accion, operacion } = cambio;
  const ask: Ask = { accion, operacion: operacion ?? "", tag, worker: trabajador?.id ?? 0 };
  const decision = judge(before, ask, trabajador, policy, atMs);
  const legal = decision?.ok === true && Bun.deepEquals(decision.cambio, cambio, true);
  if (!legal && !occupant) found.push(`illegal: ${accion} at seq ${seq} of ${tag}`);
  const estado = estadoDetalle(evolve(before, event), policy);
  if (estado !== event.estadoDetalle) {
    found.push(`${tag}: seq ${seq} says "${event.estadoDetalle}", it led to "${estado}"`);
  }
  return found;
}

/** Judges every step after `base`: legal where it stands, one occupant, versions one by one. */
export function checkStory(
  { events, states, tag }: Story,
  base: number,
  trabajadores: ReadonlyMap<number, Trabajador>,
  policy: Policy,
): string[] {
  return events.flatMap((event, at) => {
    if (event.seq <= base) return [];
    const trabajador = trabajadores.get(event.autor.firma?.id ?? 0);
    return checkStep(states[at] ?? blank(tag), event, trabajador, policy);
  });
}
