/** `GET /api/history/TAG`: all that happened to a spool, oldest first (spec 9), from the log. */
import { Hono } from "hono";
import type { Deps, Env } from "../context.ts";
import { tell } from "../refusals.ts";
import { readTag } from "./check.ts";
import { reply } from "./reply.ts";
import { eventJson } from "./to-wire.ts";
import type { History } from "./wire.ts";

export const historyRoutes = (deps: Deps): Hono<Env> =>
  new Hono<Env>().get("/:tag{[\\s\\S]+}", async (c) => {
    const tag = readTag(c, "/history/");
    if (!tag.ok) return reply(c, tag.told);
    if (!deps.floor.spool(tag.value)) {
      return reply(c, tell({ code: "SPOOL_NO_ENCONTRADO", tag: tag.value }));
    }
    const history = await deps.ledger.history(tag.value);
    const events = history.map((event) => eventJson(event, deps.policy.zone));
    return c.json({ tag_spool: tag.value, events } satisfies History);
  });
