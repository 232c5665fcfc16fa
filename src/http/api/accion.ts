/** One action asked by a program, from its request to its answer; occupation, metrología, batch. */
import type { Context } from "hono";
import type { z } from "zod";
import { type ActRequest, act, type Outcome } from "../../actions/act.ts";
import type { Actor, Command } from "../../domain/command.ts";
import type { SpoolEvent } from "../../domain/event.ts";
import type { Tag } from "../../domain/spool.ts";
import type { TrabajadorId } from "../../domain/trabajador.ts";
import { LedgerUnavailable } from "../../ledger/ledger.ts";
import { type Deps, type Env, OWN_WRITE_MS } from "../context.ts";
import { tell, tellEdge } from "../refusals.ts";
import { readBody, readKey } from "./check.ts";
import { good, type Result, refuse, reply } from "./reply.ts";
import { doneJson } from "./to-wire.ts";
import { DISPOSITIVO } from "./token.ts";

export interface Asked<B> {
  readonly body: B;
  readonly actor: Actor;
  /** `Idempotency-Key` as it came; undefined when there is none. */
  readonly key: string | undefined;
}

/** Reads what every action has: its body, who acts, the idempotency key. */
export async function readAsked<B extends { readonly worker_id: TrabajadorId }>(
  c: Context<Env>,
  deps: Deps,
  schema: z.ZodType<B>,
): Promise<Result<Asked<B>>> {
  const body = await readBody(c, schema);
  if (!body.ok) return body;
  const key = readKey(c);
  if (!key.ok) return key;
  const { worker_id } = body.value;
  const trabajador = deps.floor.trabajador(worker_id);
  if (!trabajador) {
    return refuse(tell({ code: "TRABAJADOR_NO_ENCONTRADO", id: String(worker_id) }));
  }
  const actor: Actor = { trabajador, medio: "api", dispositivo: DISPOSITIVO };
  return good({ body: body.value, actor, key: key.value });
}

async function acted(
  deps: Deps,
  request: ActRequest,
): Promise<Result<Extract<Outcome, { ok: true }>>> {
  try {
    const outcome = await act(deps.act, request);
    if (outcome.ok) return good(outcome);
    const { refusal } = outcome;
    return refuse(refusal ? tell(refusal) : tellEdge("CLAVE_REUTILIZADA"));
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
    deps.log.warn({ err: error }, "ledger away");
    return refuse(tellEdge("SERVICIO_NO_DISPONIBLE"));
  }
}

/**
 * Does one action, counts it, and waits (bounded) until this process shows it, so that the asker's
 * next GET does.
 */
export async function perform(deps: Deps, request: ActRequest): Promise<Result<SpoolEvent>> {
  const { accion } = request.command;
  const outcome = await acted(deps, request);
  if (!outcome.ok) {
    deps.metrics.acciones.inc({ accion, resultado: outcome.told.code });
    return outcome;
  }
  const { event, repeated } = outcome.value;
  deps.metrics.acciones.inc({ accion, resultado: repeated ? "repeated" : "ok" });
  await deps.floor.reached(event.seq, OWN_WRITE_MS);
  return good(event);
}

/** Keys of programs and of pages never meet: each way has its prefix. */
const API_PREFIX = "api:";

/** What a request of one spool holds, whatever its action. */
interface OneSpool {
  readonly tag_spool: Tag;
  readonly worker_id: TrabajadorId;
  readonly version?: number | null | undefined;
}

/** Answers a request for one action on one spool. */
export async function answerOne<B extends OneSpool>(
  c: Context<Env>,
  deps: Deps,
  schema: z.ZodType<B>,
  commandOf: (body: B) => Command,
): Promise<Response> {
  const asked = await readAsked(c, deps, schema);
  if (!asked.ok) return reply(c, asked.told);
  const { body, actor, key } = asked.value;
  const outcome = await perform(deps, {
    tag: body.tag_spool,
    command: commandOf(body),
    actor,
    ...(typeof body.version === "number" ? { expectedVersion: body.version } : {}),
    ...(key === undefined ? {} : { idempotencyKey: `${API_PREFIX}${key}` }),
  });
  return outcome.ok ? c.json(doneJson(outcome.value)) : reply(c, outcome.told);
}
