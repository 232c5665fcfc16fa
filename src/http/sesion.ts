/** `/sesion`: pick one's name, leave again (spec 8 as far as issue 2 goes). */
import { Hono } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { SesionPage } from "../../views/sesion.tsx";
import { iniciarSesion, terminarSesion, VENCIDAS_MAX } from "../actions/sesion.ts";
import { nombreCompleto, parseTrabajadorId } from "../domain/trabajador.ts";
import { actorOf, SESSION_MS } from "../identity/session.ts";
import type { Deps, Env } from "./context.ts";
import { readForm } from "./form.ts";
import { showOwn } from "./middleware/own-writes.ts";
import { COOKIE, needsSession, ownPath } from "./middleware/session.ts";
import type { Pages } from "./pages.ts";
import { tell } from "./refusals.ts";

const MS_PER_S = 1_000;

export function sesionRoutes(deps: Deps, pages: Pages): Hono<Env> {
  const { floor, ledger, sessions, now } = deps;
  const signedIn = needsSession(deps, pages);
  const routes = new Hono<Env>();

  routes.get("/", (c) => {
    const collator = new Intl.Collator("es-CL");
    const trabajadores = [...floor.trabajadores()]
      .filter((t) => t.activo)
      .sort((a, b) => collator.compare(nombreCompleto(a), nombreCompleto(b)));
    const volver = ownPath(c.req.query("volver"));
    const shell = pages.still(c, "¿Quién eres?");
    return c.html(SesionPage({ shell, trabajadores, volver }));
  });

  routes.post("/", async (c) => {
    const form = await readForm(c);
    if (!form.ok) return pages.refuse(c, form.told);
    const { trabajador: picked, volver } = form.fields;
    const text = typeof picked === "string" ? picked : "";
    const id = parseTrabajadorId(text);
    const trabajador = id === null ? undefined : floor.trabajador(id);
    if (!trabajador?.activo) {
      return pages.refuse(c, tell({ code: "TRABAJADOR_NO_ENCONTRADO", id: text.slice(0, 20) }));
    }
    const { cookie, sesion } = sessions.create(trabajador.id);
    // Another tab may still show the one before: its stream ends, and it asks who is there.
    const antes = sessions.find(getCookie(c, COOKIE) ?? "");
    const vencidas = sessions.expired(VENCIDAS_MAX);
    const inicio = { sesion, actor: actorOf(sesion, trabajador), antes, vencidas };
    const seq = await iniciarSesion(ledger, inicio, now());
    setCookie(c, COOKIE, cookie, {
      httpOnly: true,
      sameSite: "Lax",
      path: "/",
      maxAge: SESSION_MS / MS_PER_S,
      secure: new URL(c.req.url).protocol === "https:",
    });
    await showOwn(c, deps, seq);
    return c.redirect(ownPath(typeof volver === "string" ? volver : "/"), 303);
  });

  routes.get("/viva", signedIn, (c) => c.body(null, 204));

  routes.post("/salir", signedIn, async (c) => {
    const seq = await terminarSesion(ledger, c.get("session"), c.get("actor"), now());
    deleteCookie(c, COOKIE, { path: "/" });
    if (seq !== null) await showOwn(c, deps, seq);
    return c.redirect("/sesion", 303);
  });
  return routes;
}
