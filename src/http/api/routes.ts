/** `/api`: the JSON API for programs (spec 9). Every path needs the token. */
import { type Context, Hono } from "hono";
import { LedgerUnavailable } from "../../ledger/ledger.ts";
import type { Deps, Env } from "../context.ts";
import { tellEdge } from "../refusals.ts";
import { dashboardRoutes } from "./dashboard.ts";
import { historyRoutes } from "./history.ts";
import { metrologiaRoutes } from "./metrologia.ts";
import { notasRoutes } from "./notas.ts";
import { occupationRoutes } from "./occupation.ts";
import { reply } from "./reply.ts";
import { spoolsRoutes } from "./spools.ts";
import { sseRoutes } from "./sse.ts";
import { requireToken } from "./token.ts";
import { workersRoutes } from "./workers.ts";

/** Every fault ends here as JSON, logged once; the store being away is no fault of ours (503). */
function onFault(error: Error, c: Context<Env>, { log }: Deps): Response {
  // hono/body-limit interrupts the reading of a body without Content-Length by this error.
  if (error.name === "BodyLimitError") return reply(c, tellEdge("CUERPO_DEMASIADO_GRANDE"));
  if (error instanceof LedgerUnavailable) {
    log.warn({ requestId: c.get("requestId"), err: error }, "ledger away");
    return reply(c, tellEdge("SERVICIO_NO_DISPONIBLE"));
  }
  log.error({ requestId: c.get("requestId"), err: error }, "fault");
  return reply(c, tellEdge("ERROR_INTERNO"));
}

/** The API's routes, to be mounted at `/api`. */
export function apiRoutes(deps: Deps): Hono<Env> {
  let document: object | undefined;
  return new Hono<Env>()
    .onError((error, c) => onFault(error, c, deps))
    .use("*", requireToken(deps))
    .route("/sse", sseRoutes(deps))
    .route("/dashboard", dashboardRoutes(deps))
    .route("/spools", spoolsRoutes(deps))
    .route("/history", historyRoutes(deps))
    .route("/workers", workersRoutes(deps))
    .route("/occupation", occupationRoutes(deps))
    .route("/metrologia", metrologiaRoutes(deps))
    .route("/notas", notasRoutes(deps))
    .get("/openapi.json", async (c) => {
      // The schemas of all answers: 15 ms that no start waits for.
      document ??= (await import("./openapi.ts")).openapi(deps.version);
      return c.json(document);
    })
    .all("*", (c) => reply(c, tellEdge("NO_ENCONTRADO", "Esa ruta no existe en la API")));
}
