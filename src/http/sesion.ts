/** `/sesion`: who is here; a worker by name on a tablet, and out again (spec 8). */
import { type Context, Hono } from "hono";
import { SesionPage } from "../../views/sesion.tsx";
import { terminarSesion } from "../actions/sesion.ts";
import { CREDENCIALES_DEMO } from "../domain/demo.ts";
import { nombreCompleto, type Trabajador } from "../domain/trabajador.ts";
import type { Deps, Env } from "./context.ts";
import { dropCookie } from "./cookies.ts";
import { entradaShell, nameForm, picked } from "./entrada-pages.ts";
import { entrar } from "./entrar.ts";
import { fieldsOf } from "./fields.ts";
import { showOwn } from "./middleware/own-writes.ts";
import { anothers } from "./own-page.ts";
import { ownPath } from "./own-path.ts";
import type { Pages } from "./pages.ts";
import { recientes, recordar } from "./recientes.ts";
import { tellEdge } from "./refusals.ts";
import { claveRoutes } from "./sesion-clave.ts";
import { pinRoutes } from "./sesion-pin.ts";

/** Names are shown on enrolled tablets only. */
function names(c: Context<Env>, { floor }: Deps): readonly Trabajador[] {
  if (!c.get("tablet")) return [];
  const collator = new Intl.Collator("es-CL");
  return [...floor.trabajadores()]
    .filter((t) => t.activo)
    .sort((a, b) => collator.compare(nombreCompleto(a), nombreCompleto(b)));
}

/** Picks a name: enough where there is no PIN, on to the PIN where there is one. */
async function pick(c: Context<Env>, deps: Deps, pages: Pages): Promise<Response> {
  const asked = await fieldsOf(c, nameForm);
  if (!asked.ok) return pages.refuse(c, asked.told);
  const trabajador = picked(deps, asked.fields.trabajador);
  if ("code" in trabajador) return pages.refuse(c, trabajador);
  if (!c.get("tablet")) return pages.refuse(c, tellEdge("SIN_SESION"));
  const volver = ownPath(asked.fields.volver);
  if (deps.accesos.get("pin", String(trabajador.id))) {
    const query = new URLSearchParams({ trabajador: String(trabajador.id), volver });
    return c.redirect(`/sesion/pin?${query}`, 303);
  }
  if (deps.floor.ajustes.pin === "obligatorio") {
    const message = "Para entrar necesitas un PIN: pídeselo a tu supervisor";
    return pages.refuse(c, tellEdge("SIN_PERMISO", message));
  }
  await entrar(c, deps, { trabajador, prueba: "nombre" });
  recordar(c, trabajador);
  return c.redirect(volver, 303);
}

export function sesionRoutes(deps: Deps, pages: Pages): Hono<Env> {
  const { accesos, ledger, now } = deps;
  const hasPin = ({ id }: Trabajador): boolean => accesos.get("pin", String(id)) !== null;
  return (
    new Hono<Env>()
      .get("/", (c) => {
        const trabajadores = names(c, deps);
        return c.html(
          SesionPage({
            shell: entradaShell(c, pages, "¿Quién eres?"),
            tablet: c.get("tablet")?.nombre ?? null,
            trabajadores: trabajadores.map((t) => ({ trabajador: t, pin: hasPin(t) })),
            recientes: recientes(c, trabajadores),
            demo: deps.demo ? CREDENCIALES_DEMO : null,
            volver: ownPath(c.req.query("volver")),
          }),
        );
      })
      .post("/", (c) => pick(c, deps, pages))
      .route("/pin", pinRoutes(deps, pages))
      .route("/clave", claveRoutes(deps, pages))
      .get("/viva", (c) => c.body(null, anothers(c) ? 401 : 204))
      // Somebody touched the page; that the session was used is noted before (middleware/access).
      .post("/sigo", (c) => c.body(null, 204))
      .post("/salir", async (c) => {
        const seq = await terminarSesion(ledger, c.get("session"), c.get("actor"), now());
        dropCookie(c, "zeues");
        if (seq !== null) await showOwn(c, deps, seq);
        return c.redirect("/sesion", 303);
      })
  );
}
