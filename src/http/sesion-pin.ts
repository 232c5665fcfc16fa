/** `/sesion/pin`: a worker's PIN on an enrolled tablet, and how they change it (spec 8). */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { MiPinPage, PinPage } from "../../views/sesion-pin.tsx";
import { poner } from "../actions/acceso.ts";
import { autorOf } from "../actions/autor.ts";
import { accesoKey, parsePin } from "../domain/acceso.ts";
import { enPantalla, firmaOf } from "../domain/trabajador.ts";
import { hashSecret } from "../identity/secret.ts";
import type { Deps, Env } from "./context.ts";
import { entradaShell, nameForm, notNow, picked, SECRET_MAX, statusOf } from "./entrada-pages.ts";
import { entrar, probarPin } from "./entrar.ts";
import { fieldsOf } from "./fields.ts";
import { showOwn } from "./middleware/own-writes.ts";
import { ownPath } from "./own-path.ts";
import type { Pages } from "./pages.ts";
import { recordar } from "./recientes.ts";
import { type Told, tellEdge } from "./refusals.ts";

const pinForm = nameForm.extend({ pin: z.string().max(SECRET_MAX) });
const miForm = z.object({ pin: z.string().max(SECRET_MAX), nuevo: z.string().max(SECRET_MAX) });

/** A PIN as it may be chosen, or why not. */
export function pinElegido(text: string): string | Told {
  const pin = parsePin(text);
  if (pin === null) return tellEdge("SOLICITUD_INVALIDA", "El PIN lleva de 4 a 6 números");
  return pin === "trivial"
    ? tellEdge("SOLICITUD_INVALIDA", "Ese PIN lo adivina cualquiera: elige otro")
    : pin;
}

async function enter(c: Context<Env>, deps: Deps, pages: Pages): Promise<Response> {
  const asked = await fieldsOf(c, pinForm);
  if (!asked.ok) return pages.refuse(c, asked.told);
  const trabajador = picked(deps, asked.fields.trabajador);
  if ("code" in trabajador) return pages.refuse(c, trabajador);
  const tablet = c.get("tablet");
  if (!tablet) return pages.refuse(c, tellEdge("SIN_SESION"));
  const { pin } = asked.fields;
  const done = await probarPin(c, deps, { trabajador, tablet, pin }).catch(notNow);
  const volver = ownPath(asked.fields.volver);
  if (!done.ok) {
    const shell = entradaShell(c, pages, "Tu PIN");
    const error = done.told.message;
    return c.html(PinPage({ shell, trabajador, volver, error }), statusOf(c, done));
  }
  await entrar(c, deps, { ...done, prueba: "pin" });
  recordar(c, trabajador);
  return c.redirect(volver, 303);
}

/**
 * Changes one's own PIN. The old one is asked for: whoever finds the tablet as somebody left it
 * must not be able to lock them out.
 */
async function change(c: Context<Env>, deps: Deps, pages: Pages): Promise<Response> {
  const asked = await fieldsOf(c, miForm);
  if (!asked.ok) return pages.refuse(c, asked.told);
  const tablet = c.get("tablet");
  const actor = c.get("actor");
  const { trabajador } = actor;
  if (!tablet) return pages.refuse(c, tellEdge("SIN_PERMISO", "El PIN se cambia en un tablet"));
  const again = (message: string, status: Told["status"]) => {
    const shell = entradaShell(c, pages, "Cambiar mi PIN");
    return c.html(MiPinPage({ shell, error: message }), status);
  };
  const nuevo = pinElegido(asked.fields.nuevo);
  if (typeof nuevo !== "string") return again(nuevo.message, nuevo.status);
  const { pin } = asked.fields;
  const done = await probarPin(c, deps, { trabajador, tablet, pin }).catch(notNow);
  if (!done.ok) return again(done.told.message, statusOf(c, done));
  const clave = await hashSecret(nuevo);
  const { id } = trabajador;
  const desdeMs = deps.now();
  const seq = await poner(
    deps,
    accesoKey("pin", String(id)),
    (version) => ({ kind: "pin", version, trabajadorId: id, clave, desdeMs }),
    () => ({
      autor: autorOf(actor),
      hecho: "PIN cambiado",
      sobre: enPantalla(firmaOf(trabajador)),
    }),
  );
  await showOwn(c, deps, seq);
  // Every session of the old PIN is over; this one goes on as a new one.
  const person = deps.floor.trabajador(id) ?? trabajador;
  await entrar(c, deps, { trabajador: person, prueba: "pin", intentos: done.intentos });
  return c.redirect("/", 303);
}

export const pinRoutes = (deps: Deps, pages: Pages): Hono<Env> =>
  new Hono<Env>()
    .get("/", (c) => {
      const trabajador = picked(deps, c.req.query("trabajador") ?? "");
      if ("code" in trabajador) return pages.refuse(c, trabajador);
      const volver = ownPath(c.req.query("volver"));
      const shell = entradaShell(c, pages, "Tu PIN");
      return c.html(PinPage({ shell, trabajador, volver, error: null }));
    })
    .post("/", (c) => enter(c, deps, pages))
    .get("/mio", (c) =>
      c.html(MiPinPage({ shell: entradaShell(c, pages, "Cambiar mi PIN"), error: null })),
    )
    .post("/mio", (c) => change(c, deps, pages));
