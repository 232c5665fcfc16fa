/** Who used this tablet last: their names stand first, so that a name is one touch away. */
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { parseTrabajadorId, type Trabajador } from "../domain/trabajador.ts";
import type { Env } from "./context.ts";

const COOKIE = "zeues-recientes";
/** Two rows of buttons on an upright tablet. */
const MAX = 6;
const KEPT_S = 30 * 24 * 3_600;

const idsOf = (c: Context<Env>) =>
  (getCookie(c, COOKIE) ?? "")
    .split("-")
    .slice(0, MAX)
    .flatMap((text) => parseTrabajadorId(text) ?? []);

/** Those of `trabajadores` who signed in here last, the latest first. */
export const recientes = (c: Context<Env>, trabajadores: readonly Trabajador[]) =>
  idsOf(c).flatMap((id) => trabajadores.find((t) => t.id === id) ?? []);

/** Notes who signs in. It says nothing to anybody but this tablet, and gives no right. */
export function recordar(c: Context<Env>, { id }: Trabajador): void {
  const ids = [id, ...idsOf(c).filter((other) => other !== id)].slice(0, MAX);
  setCookie(c, COOKIE, ids.join("-"), {
    httpOnly: true,
    sameSite: "Lax",
    path: "/sesion",
    maxAge: KEPT_S,
    secure: c.get("client").secure,
  });
}
