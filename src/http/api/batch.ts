/** `POST /api/occupation/batch`: one action on up to 50 spools, each on its own (spec 9). */
import type { Context } from "hono";
import type { Command } from "../../domain/command.ts";
import type { Deps, Env } from "../context.ts";
import { noneTried, perform } from "../perform.ts";
import { readAsked } from "./accion.ts";
import { requests } from "./check.ts";
import { reply } from "./reply.ts";
import type { BatchBody } from "./requests.ts";
import { doneJson, refusedJson } from "./to-wire.ts";
import { keyPrefixDe } from "./token.ts";
import type { Results } from "./wire.ts";

/** Not a single action's prefix, so that key `k` on tag `t` is never the single key `k t`. */
const BATCH_PREFIX = "batch/";

const commandOf = (body: BatchBody): Command =>
  body.accion === "LIBERAR"
    ? { accion: body.accion, motivo: body.motivo }
    : { accion: body.accion, operacion: body.operacion };

/**
 * Answers a batch. The idempotency key covers each spool by itself: a batch that was cut in the
 * middle is sent again whole and acts on each spool once.
 */
export async function answerBatch(c: Context<Env>, deps: Deps): Promise<Response> {
  const asked = await readAsked(c, deps, (await requests()).BatchBody);
  if (!asked.ok) return reply(c, asked.told);
  const { body, actor, key } = asked.value;
  const command = commandOf(body);
  const prefix = keyPrefixDe(c.get("programa"));
  const outcomes = await Promise.all(
    body.tags.map((tag) => {
      const idempotencyKey = `${BATCH_PREFIX}${prefix}${key} ${tag}`;
      return perform(deps, {
        tag,
        command,
        actor,
        ...(key === undefined ? {} : { idempotencyKey }),
      });
    }),
  );
  const none = noneTried(outcomes);
  if (none) return reply(c, none);
  const results = outcomes.map((one) => (one.ok ? doneJson(one.event) : refusedJson(one.told)));
  return c.json({ results } satisfies Results);
}
