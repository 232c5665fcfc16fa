/** `GET /api/spools` and `GET /api/spools/TAG` (spec 9), from memory. */
import { Hono } from "hono";
import { closed } from "../../domain/decide.ts";
import type { Policy } from "../../domain/policy.ts";
import { OPERACIONES, type Operacion, type Spool } from "../../domain/spool.ts";
import type { Deps, Env } from "../context.ts";
import { tell } from "../refusals.ts";
import { readQuery, readTag, requests } from "./check.ts";
import { cursorOf, pageOf, parseCursor, tagsInOrder } from "./page.ts";
import { reply } from "./reply.ts";
import type { SpoolsQuery } from "./requests.ts";
import { detailJson, spoolJson } from "./to-wire.ts";
import type { SpoolDetail, Spools } from "./wire.ts";

/**
 * Whether a spool is one that was asked for: open for the operation (`disponible`) or being worked
 * on in it (`ocupado`), for any operation where none is named; without either, every spool.
 */
function wanted(
  spool: Spool,
  { operacion, estado }: Pick<SpoolsQuery, "operacion" | "estado">,
  policy: Policy,
): boolean {
  if (!operacion && !estado) return true;
  if (spool.inconsistencia !== null) return false;
  const operaciones: readonly Operacion[] = operacion ? [operacion] : OPERACIONES;
  if (spool.ocupacion) {
    return estado !== "disponible" && operaciones.includes(spool.ocupacion.operacion);
  }
  return estado !== "ocupado" && operaciones.some((op) => closed(spool, op, policy) === null);
}

export function spoolsRoutes(deps: Deps): Hono<Env> {
  const { floor, policy } = deps;
  const tags = tagsInOrder(floor);
  return new Hono<Env>()
    .get("/", async (c) => {
      const query = readQuery(c, (await requests()).SpoolsQuery);
      if (!query.ok) return reply(c, query.told);
      const { q, limit, cursor } = query.value;
      const after = parseCursor(cursor);
      if (!after.ok) return reply(c, after.told);
      const page = pageOf(tags(), after.value, limit, (tag) => {
        const spool = floor.spool(tag);
        return spool && wanted(spool, query.value, policy) && floor.matches(tag, q) ? spool : null;
      });
      const spools = page.found.map((spool) => spoolJson(spool, policy));
      return c.json({ spools, cursor: page.next && cursorOf(page.next) } satisfies Spools);
    })
    .get("/:tag{[\\s\\S]+}", (c) => {
      const tag = readTag(c, "/spools/");
      if (!tag.ok) return reply(c, tag.told);
      const spool = floor.spool(tag.value);
      if (!spool) return reply(c, tell({ code: "SPOOL_NO_ENCONTRADO", tag: tag.value }));
      return c.json(detailJson(spool, policy) satisfies SpoolDetail);
    });
}
