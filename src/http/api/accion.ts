/** One action asked by a program, from its request to its answer; occupation, metrología, batch. */
import type { Context } from "hono";
import type { z } from "zod";
import type { Actor, Command } from "../../domain/command.ts";
import type { Tag } from "../../domain/spool.ts";
import type { TrabajadorId } from "../../domain/trabajador.ts";
import type { Deps, Env } from "../context.ts";
import { perform } from "../perform.ts";
import { tell } from "../refusals.ts";
import { readBody, readKey } from "./check.ts";
import { good, type Result, refuse, reply } from "./reply.ts";
import { doneJson } from "./to-wire.ts";
import { actorDe, keyPrefixDe } from "./token.ts";

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
  const actor = actorDe(c.get("programa"), trabajador);
  if ("code" in actor) return refuse(actor);
  const named = { ...actor, requestId: c.get("requestId") };
  return good({ body: body.value, actor: named, key: key.value });
}

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
    ...(key === undefined ? {} : { idempotencyKey: `${keyPrefixDe(c.get("programa"))}${key}` }),
  });
  return outcome.ok ? c.json(doneJson(outcome.event)) : reply(c, outcome.told);
}
