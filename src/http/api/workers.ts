/** `GET /api/workers`: everybody the workbook knows, by Id (spec 9). */
import { Hono } from "hono";
import type { Deps, Env } from "../context.ts";
import { workerJson } from "./to-wire.ts";
import type { Workers } from "./wire.ts";

export const workersRoutes = (deps: Deps): Hono<Env> =>
  new Hono<Env>().get("/", (c) => {
    const all = [...deps.floor.trabajadores()].sort((a, b) => a.id - b.id);
    return c.json({ workers: all.map(workerJson) } satisfies Workers);
  });
