/**
 * `/administracion`: who may come in, given and taken away by supervisors (spec 8). The table of
 * access (http/access) lets only them in; nothing here is kept by a browser, and what is shown once
 * is the answer to the form that made it.
 */
import { Hono } from "hono";
import { AdministracionPage } from "../../views/administracion.tsx";
import { claveRoutes } from "./administracion-clave.ts";
import { adminOf } from "./administracion-comun.ts";
import { personasRoutes } from "./administracion-personas.ts";
import { pinRoutes } from "./administracion-pin.ts";
import { registroRoutes } from "./administracion-registro.ts";
import { sesionesRoutes } from "./administracion-sesiones.ts";
import { supervisoresRoutes } from "./administracion-supervisores.ts";
import { tabletsRoutes } from "./administracion-tablets.ts";
import { tokensRoutes } from "./administracion-tokens.ts";
import type { Deps, Env } from "./context.ts";
import type { Pages } from "./pages.ts";

export function administracionRoutes(deps: Deps, pages: Pages): Hono<Env> {
  const { accesos, sessions, floor } = deps;
  return new Hono<Env>()
    .use(async function noStoreMiddleware(c, next) {
      c.header("Cache-Control", "no-store");
      await next();
    })
    .get("/", (c) => {
      const activas = [...floor.trabajadores()].filter(({ activo }) => activo);
      const resumen = {
        personas: activas.length,
        conPin: activas.filter(({ id }) => accesos.get("pin", String(id))).length,
        supervisores: accesos.all("supervisor").length,
        tablets: accesos.all("tablet").length,
        tokens: accesos.all("token").length,
        sesiones: sessions.all().filter(({ hash }) => sessions.holds(hash)).length,
      };
      return c.html(AdministracionPage({ admin: adminOf(c, deps, pages, null), resumen }));
    })
    .route("/", personasRoutes(deps, pages))
    .route("/", pinRoutes(deps, pages))
    .route("/", supervisoresRoutes(deps, pages))
    .route("/tablets", tabletsRoutes(deps, pages))
    .route("/tokens", tokensRoutes(deps, pages))
    .route("/sesiones", sesionesRoutes(deps, pages))
    .route("/registro", registroRoutes(deps, pages))
    .route("/clave", claveRoutes(deps, pages));
}
