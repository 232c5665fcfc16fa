/** What the administration's pages share: their frame, who signs, what is said afterwards. */
import type { Context } from "hono";
import { z } from "zod";
import type { Admin, Lugar } from "../../views/administracion.tsx";
import type { Said } from "../actions/acceso.ts";
import { autorOf } from "../actions/autor.ts";
import { terminarSesion } from "../actions/sesion.ts";
import type { Hecho } from "../domain/acceso.ts";
import type { Seq } from "../domain/event.ts";
import type { Sesion } from "../domain/sesion.ts";
import { enPantalla, firmaOf, type Trabajador } from "../domain/trabajador.ts";
import { dispositivoOf } from "../identity/session.ts";
import type { Deps, Env } from "./context.ts";
import { RECIENTE_MS } from "./middleware/access.ts";
import { showOwn } from "./middleware/own-writes.ts";
import type { Pages } from "./pages.ts";

/** Said after a change, on the page to which it leads: codes, so that no address says anything. */
const HECHO = {
  pin: "El PIN quedó puesto.",
  "sin-pin": "El PIN se quitó.",
  politica: "Quedó guardado.",
  "sin-acceso": "El acceso se quitó.",
  anulado: "El código ya no sirve.",
  intentos: "Los intentos fallidos se olvidaron.",
  sesion: "La sesión terminó.",
  sesiones: "Las sesiones terminaron.",
  nombre: "El nombre cambió.",
  tablet: "El tablet se revocó.",
  token: "El token se revocó.",
  clave: "Tu clave cambió. Tus otras sesiones terminaron.",
  nada: "Ya no estaba: otra persona lo cambió antes.",
} as const;

export type HechoDicho = keyof typeof HECHO;

/** Names that supervisors give: to tablets and tokens. */
export const nombreSchema = z
  .string()
  .max(200)
  .transform((text) => text.normalize("NFC").replace(/\s+/g, " ").trim())
  .refine((text) => [...text].length >= 1 && [...text].length <= 60 && !/\p{C}/u.test(text));

export const NOMBRE_MALO = "El nombre lleva de 1 a 60 caracteres";

/** What a table's filter may be. */
export const filtroDe = (c: Context<Env>): string => (c.req.query("q") ?? "").trim().slice(0, 100);

export function adminOf(c: Context<Env>, deps: Deps, pages: Pages, lugar: Lugar | null): Admin {
  const titulo = lugar === "clave" ? "Mi clave" : "Administración";
  const shell = {
    ...pages.still(c, titulo),
    lugar: "administracion",
    extra: ["tablero.css", "entrada.css", "administracion.css", "entrada.js"],
  } as const;
  const said = c.req.query("hecho") ?? "";
  const recent = deps.now() - c.get("session").sinceMs < RECIENTE_MS;
  const { pathname } = new URL(c.req.url);
  return {
    shell,
    lugar,
    hecho: Object.hasOwn(HECHO, said) ? HECHO[said as HechoDicho] : null,
    // Only a page that is asked for by its address can be come back to.
    volver: recent || c.req.method !== "GET" ? null : pathname,
    zone: deps.policy.zone,
  };
}

/** What the register keeps of it. @param sobre whom or what it is about */
export const said = (c: Context<Env>, hecho: Hecho, sobre: string): Said => ({
  autor: autorOf(c.get("actor")),
  hecho,
  sobre,
});

/** A person, as the register names them. */
export const nombrar = (trabajador: Trabajador): string => enPantalla(firmaOf(trabajador));

/**
 * To the page that shows what was done.
 * @param seq its place in the log; null = it was not there any more
 */
export async function listo(
  c: Context<Env>,
  deps: Deps,
  seq: Seq | null,
  [path, hecho]: readonly [path: string, hecho: HechoDicho],
): Promise<Response> {
  if (seq !== null) await showOwn(c, deps, seq);
  return c.redirect(`${path}?hecho=${seq === null ? "nada" : hecho}`, 303);
}

/** So many ends are asked for at the same time: the ledger stores them together. */
const A_LA_VEZ = 50;

/**
 * Ends these sessions, but never the one that asks.
 * @returns its last place in the log, null when none was left. Throws LedgerUnavailable.
 */
export async function terminar(
  c: Context<Env>,
  { ledger, now }: Deps,
  sesiones: readonly Sesion[],
): Promise<Seq | null> {
  const others = sesiones.filter(({ hash }) => hash !== c.get("session").hash);
  let last: Seq | null = null;
  for (let at = 0; at < others.length; at += A_LA_VEZ) {
    const some = others.slice(at, at + A_LA_VEZ);
    const ends = await Promise.all(
      some.map((one) => terminarSesion(ledger, one, c.get("actor"), now(), "revocada")),
    );
    for (const seq of ends) if (seq !== null && seq > (last ?? 0)) last = seq;
  }
  return last;
}

/** A session of the list, by its short name. */
export const sesionDe = ({ sessions }: Deps, id: string): Sesion | undefined =>
  sessions.all().find(({ hash }) => dispositivoOf(hash) === id);
