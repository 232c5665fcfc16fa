/** The whole HTTP side: middleware in order, routes by their address, faults told once. */
import { type Context, Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { TrieRouter } from "hono/router/trie-router";
import { LedgerUnavailable } from "../ledger/ledger.ts";
import type { Rows } from "../live/rows.ts";
import { accionesRoutes } from "./acciones.ts";
import { administracionRoutes } from "./administracion.ts";
import { reply } from "./api/reply.ts";
import { apiRoutes } from "./api/routes.ts";
import type { Deps, Env } from "./context.ts";
import { eventosRoutes } from "./eventos.ts";
import { healthRoutes } from "./health.ts";
import { needsAccess } from "./middleware/access.ts";
import { guardsBody } from "./middleware/body.ts";
import { knowsClient } from "./middleware/client.ts";
import { compressHtml } from "./middleware/compress.ts";
import { securityHeaders } from "./middleware/headers.ts";
import { needsOwnOrigin } from "./middleware/origin.ts";
import { readsOwnWrites } from "./middleware/own-writes.ts";
import { requestLog } from "./middleware/request-log.ts";
import { muroRoutes } from "./muro.ts";
import { createPages } from "./pages.ts";
import { paginasRoutes } from "./paginas.ts";
import { problemasRoutes } from "./problemas.ts";
import { RETRY_AFTER_S, tellAway, tellEdge } from "./refusals.ts";
import { sesionRoutes } from "./sesion.ts";
import { createStatic } from "./static.ts";
import { supervisorRoutes } from "./supervisor.ts";
import { tableroRoutes } from "./tablero.ts";
import { tableroEquipoRoutes } from "./tablero-equipo.ts";
import { tableroHistoriaRoutes } from "./tablero-historia.ts";
import { tableroProduccionRoutes } from "./tablero-produccion.ts";
import { tabletRoutes } from "./tablet.ts";

/** The application; `rows` are the rendered rows that pages and the hub share. */
export function createApp(deps: Deps, rows: Rows): Hono<Env> {
  const { routes: statics, assets } = createStatic();
  const pages = createPages(deps, assets);
  // What Hono's own choice comes to with these routes, without its trying another one first: that
  // is done at the first request and takes 5 to 10 ms.
  const app = new Hono<Env>({ router: new TrieRouter() });

  app.use(requestLog(deps));
  app.use(securityHeaders());
  app.use(knowsClient(deps.net));
  const ofApi = (c: Context<Env>): boolean => c.req.path.startsWith("/api/");
  app.use(
    guardsBody({
      // The API reads none before it has seen a token.
      known: (c) => ofApi(c) || c.get("session") !== undefined,
      refuse: (c, told) => (ofApi(c) ? reply(c, told) : pages.refuse(c, told)),
    }),
  );
  app.route("/", healthRoutes(deps));
  app.route("/static", statics);
  app.route("/api", apiRoutes(deps));

  app.use(needsOwnOrigin(pages, deps.log));
  app.use(compressHtml());
  app.use(readsOwnWrites(deps));
  app.use(needsAccess(deps, pages));
  app.route("/sesion", sesionRoutes(deps, pages));
  app.route("/tablet", tabletRoutes(deps, pages));
  app.route("/supervisor", supervisorRoutes(deps, pages));
  app.route("/administracion", administracionRoutes(deps, pages));
  app.route("/eventos", eventosRoutes(deps));
  app.route("/acciones", accionesRoutes(deps, pages, rows));
  app.route("/", paginasRoutes(deps, pages, rows));
  app.route("/problemas", problemasRoutes(deps, pages));
  app.route("/", tableroRoutes(deps, pages, rows));
  app.route("/", tableroEquipoRoutes(deps, pages));
  app.route("/", tableroProduccionRoutes(deps, pages));
  app.route("/", tableroHistoriaRoutes(deps, pages));
  app.route("/", muroRoutes(deps, pages, rows));
  app.notFound((c) => pages.refuse(c, tellEdge("NO_ENCONTRADO")));

  app.onError((error, c) => {
    if (error instanceof HTTPException) {
      const known = error.status === 403 ? "ORIGEN_NO_PERMITIDO" : "SOLICITUD_INVALIDA";
      return pages.refuse(c, tellEdge(known));
    }
    const away = error instanceof LedgerUnavailable;
    deps.log.error({ requestId: c.get("requestId"), err: error }, away ? "ledger away" : "fault");
    if (!away) return pages.refuse(c, tellEdge("ERROR_INTERNO"));
    c.header("Retry-After", String(RETRY_AFTER_S));
    return pages.refuse(c, tellAway(error));
  });
  return app;
}
