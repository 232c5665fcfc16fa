/** `POST /api/metrologia/…`: approve, reject, unblock (spec 3, 9). */
import { Hono } from "hono";
import type { Deps, Env } from "../context.ts";
import { answerOne } from "./accion.ts";
import { AprobarBody, DesbloquearBody, RechazarBody } from "./requests.ts";

export const metrologiaRoutes = (deps: Deps): Hono<Env> =>
  new Hono<Env>()
    .post("/aprobar", (c) => answerOne(c, deps, AprobarBody, () => ({ accion: "APROBAR" })))
    .post("/rechazar", (c) =>
      answerOne(c, deps, RechazarBody, ({ motivo }) => ({
        accion: "RECHAZAR",
        ...(motivo ? { motivo } : {}),
      })),
    )
    .post("/desbloquear", (c) =>
      answerOne(c, deps, DesbloquearBody, ({ motivo }) => ({ accion: "DESBLOQUEAR", motivo })),
    );
