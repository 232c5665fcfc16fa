/** `POST /api/notas`: a remark on a spool, free or taken (issue 3). */
import { Hono } from "hono";
import type { Deps, Env } from "../context.ts";
import { answerOne } from "./accion.ts";
import { requests } from "./check.ts";

export const notasRoutes = (deps: Deps): Hono<Env> =>
  new Hono<Env>().post("/", async (c) =>
    answerOne(c, deps, (await requests()).NotaBody, ({ texto }) => ({ accion: "ANOTAR", texto })),
  );
