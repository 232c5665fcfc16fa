/** `GET /api/dashboard/occupied`: who has which spool, longest first, all of them (spec 9). */
import { Hono } from "hono";
import type { Spool } from "../../domain/spool.ts";
import type { Deps, Env } from "../context.ts";
import { spoolJson } from "./to-wire.ts";
import type { Occupied } from "./wire.ts";

function occupiedJson(spool: Spool, { policy }: Deps): readonly Occupied[] {
  const { tag_spool, ocupado_por, operacion, estado_detalle, fecha_ocupacion } = spoolJson(
    spool,
    policy,
  );
  if (!ocupado_por || !operacion || !fecha_ocupacion) return [];
  return [{ tag_spool, ...ocupado_por, operacion, estado_detalle, fecha_ocupacion }];
}

export const dashboardRoutes = (deps: Deps): Hono<Env> =>
  new Hono<Env>().get("/occupied", (c) =>
    c.json(
      deps.floor.list("ocupados").flatMap(({ tag }): readonly Occupied[] => {
        const spool = deps.floor.spool(tag);
        return spool ? occupiedJson(spool, deps) : [];
      }),
    ),
  );
