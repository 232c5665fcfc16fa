/** `POST /api/metrologia/…`: approve, reject, unblock (spec 3, 9). */
import { Hono } from "hono";
import type { Deps, Env } from "../context.ts";
import { answerOne } from "./accion.ts";
import { requests } from "./check.ts";

export const metrologiaRoutes = (deps: Deps): Hono<Env> =>
  new Hono<Env>()
    .post("/aprobar", async (c) =>
      answerOne(c, deps, (await requests()).AprobarBody, () => ({ accion: "APROBAR" })),
    )
    .post("/rechazar", async (c) =>
      answerOne(c, deps, (await requests()).RechazarBody, ({ motivo }) => ({
        accion: "RECHAZAR",
        ...(motivo ? { motivo } : {}),
      })),
    )
    .post("/desbloquear", async (c) =>
      answerOne(c, deps, (await requests()).DesbloquearBody, ({ motivo }) => ({
        accion: "DESBLOQUEAR",
        motivo,
      })),
    );
