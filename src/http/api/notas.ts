/** `POST /api/notas`: a remark on a spool, free or taken (issue 3). */
import { Hono } from "hono";
import type { Deps, Env } from "../context.ts";
import { answerOne } from "./accion.ts";
import { NotaBody } from "./requests.ts";

export const notasRoutes = (deps: Deps): Hono<Env> =>
  new Hono<Env>().post("/", (c) =>
    answerOne(c, deps, NotaBody, ({ texto }) => ({ accion: "ANOTAR", texto })),
  );
