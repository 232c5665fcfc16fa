/** The whole HTTP side: middleware in order, routes by their address, faults told once. */
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { csrf } from "hono/csrf";
import { HTTPException } from "hono/http-exception";
import { secureHeaders } from "hono/secure-headers";
import { LedgerUnavailable } from "../ledger/ledger.ts";
import type { Rows } from "../live/rows.ts";
import { accionesRoutes } from "./acciones.ts";
import { apiRoutes } from "./api/routes.ts";
import type { Deps, Env } from "./context.ts";
import { eventosRoutes } from "./eventos.ts";
import { healthRoutes } from "./health.ts";
import { compressHtml } from "./middleware/compress.ts";
import { readsOwnWrites } from "./middleware/own-writes.ts";
import { requestLog } from "./middleware/request-log.ts";
import { needsSession } from "./middleware/session.ts";
import { muroRoutes } from "./muro.ts";
import { createPages } from "./pages.ts";
import { paginasRoutes } from "./paginas.ts";
import { problemasRoutes } from "./problemas.ts";
import { RETRY_AFTER_S, tellAway, tellEdge } from "./refusals.ts";
import { sesionRoutes } from "./sesion.ts";
import { createStatic } from "./static.ts";
import { tableroRoutes } from "./tablero.ts";
import { tableroEquipoRoutes } from "./tablero-equipo.ts";
import { tableroHistoriaRoutes } from "./tablero-historia.ts";
import { tableroProduccionRoutes } from "./tablero-produccion.ts";

/** A batch of 50 tags of 1,000 characters, four bytes each, fits; nothing else is larger. */
const BODY_MAX_BYTES = 256 * 1024;

const CSP = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'"],
  connectSrc: ["'self'"],
  manifestSrc: ["'self'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
  baseUri: ["'none'"],
};

/** The application; `rows` are the rendered rows that pages and the hub share. */
export function createApp(deps: Deps, rows: Rows): Hono<Env> {
  const { routes: statics, assets } = createStatic();
  const pages = createPages(deps, assets);
  const app = new Hono<Env>();

  app.use(requestLog(deps));
  app.use(
    secureHeaders({
      contentSecurityPolicy: CSP,
      referrerPolicy: "same-origin",
      xFrameOptions: "DENY",
      // A shop's network is often plain HTTP, where browsers ignore these three and say so in the
      // console; a proxy that ends TLS sets them.
      strictTransportSecurity: false,
      crossOriginOpenerPolicy: false,
      originAgentCluster: false,
    }),
  );
  app.use(
    bodyLimit({
      maxSize: BODY_MAX_BYTES,
      onError: (c) => {
        const told = tellEdge("CUERPO_DEMASIADO_GRANDE");
        if (!c.req.path.startsWith("/api/")) return pages.refuse(c, told);
        const { code, message, status } = told;
        return c.json({ ok: false, error: code, message, ocupado_por: null }, status);
      },
    }),
  );
  app.route("/", healthRoutes(deps));
  app.route("/static", statics);
  app.route("/api", apiRoutes(deps));

  app.use(csrf());
  app.use(compressHtml());
  app.use(readsOwnWrites(deps));
  app.route("/sesion", sesionRoutes(deps, pages));
  app.use(needsSession(deps, pages));
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
