/** Every page and stream needs a session (spec 8); its worker is the request's actor. */
import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import { actorOf } from "../../identity/session.ts";
import type { Deps, Env } from "../context.ts";
import type { Pages } from "../pages.ts";
import { tellEdge } from "../refusals.ts";

export const COOKIE = "zeues";

/** A path of ours to come back to, so that no link can send a worker elsewhere. */
export function ownPath(path: string | undefined): string {
  if (!path?.startsWith("/") || path.includes("\\")) return "/";
  const url = URL.parse(path, "http://zeues.invalid");
  // `/.//host` is a path of ours that is written `//host`, which names another site.
  return url?.host === "zeues.invalid" && !url.pathname.startsWith("//")
    ? `${url.pathname}${url.search}`
    : "/";
}

/** To pick a name: a page is sent there, a form told so, a script given the status. */
function unknown(c: Context<Env>, { refuse }: Pick<Pages, "refuse">) {
  const told = tellEdge("SIN_SESION");
  const page = c.req.header("Accept")?.includes("text/html") === true;
  if (!page || c.req.header("HX-Request") !== undefined) {
    return c.text(`${told.code}: ${told.message}`, told.status);
  }
  if (c.req.method !== "GET") return refuse(c, told);
  const { pathname, search } = new URL(c.req.url);
  return c.redirect(`/sesion?volver=${encodeURIComponent(pathname + search)}`, 303);
}

/** Lets only known workers pass. An ended or unknown session is sent to pick a name. */
export const needsSession = (
  { sessions, floor }: Pick<Deps, "sessions" | "floor">,
  pages: Pick<Pages, "refuse">,
) =>
  createMiddleware<Env>(async function needsSessionMiddleware(c, next) {
    const cookie = getCookie(c, COOKIE);
    const session = cookie ? sessions.find(cookie) : null;
    const trabajador = session && floor.trabajador(session.trabajadorId);
    if (!session || !trabajador?.activo) return unknown(c, pages);
    c.set("session", session);
    c.set("actor", actorOf(session, trabajador));
    await next();
  });
