/**
 * Nobody gets further than the table of access lets them (http/access, spec 8). Who asks is told
 * from memory alone.
 */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { hasRol } from "../../domain/decide.ts";
import type { Trabajador } from "../../domain/trabajador.ts";
import { actorOf, SESSION_MS } from "../../identity/session.ts";
import { type Quien, quienPuede } from "../access.ts";
import type { Deps, Env } from "../context.ts";
import { readCookie, writeCookie } from "../cookies.ts";
import { ownPath } from "../own-path.ts";
import type { Pages } from "../pages.ts";
import { type Told, tellEdge } from "../refusals.ts";
import { type LimitName, tellTooMany } from "./limits.ts";

/** Whoever changes who may come in gave their password this recently (ASVS 5.0, 7.5.1). */
export const RECIENTE_MS = 30 * 60_000;

const wantsPage = (c: Context<Env>): boolean =>
  c.req.header("Accept")?.includes("text/html") === true &&
  c.req.header("HX-Request") === undefined;

const here = (c: Context<Env>): string => {
  const { pathname, search } = new URL(c.req.url);
  return encodeURIComponent(ownPath(pathname + search));
};

/** To sign in: a page is sent there, a form told so, a script given the status. */
function unknown(c: Context<Env>, { refuse }: Pick<Pages, "refuse">, where = "/sesion") {
  const told = tellEdge("SIN_SESION");
  if (!wantsPage(c)) return c.text(`${told.code}: ${told.message}`, told.status);
  if (c.req.method !== "GET") return refuse(c, told);
  return c.redirect(`${where}?volver=${here(c)}`, 303);
}

/** Whether they may administer: the password was given, and the workbook says Supervisor. */
export const administra = (c: Context<Env>): boolean =>
  c.get("session")?.prueba === "clave" && hasRol(c.get("actor").trabajador, ["Supervisor"]);

/** Sets `tablet`, and `session` and `actor` where there is a session that holds. */
function identify(c: Context<Env>, { accesos, sessions }: Deps): Trabajador | null {
  const tablet = accesos.tablet(readCookie(c, "zeues-tablet"));
  c.set("tablet", tablet);
  const found = sessions.find(readCookie(c, "zeues"), tablet?.id ?? null);
  if (!found) return null;
  const { sesion, trabajador } = found;
  c.set("session", sesion);
  c.set("actor", { ...actorOf(sesion, trabajador), requestId: c.get("requestId") });
  return trabajador;
}

/**
 * Pages that look for news by themselves keep nobody signed in: what a person does is a POST or
 * a page that they open; what they do on it, the page tells (`/sesion/sigo`).
 */
function used(c: Context<Env>, { sessions, now }: Deps): void {
  const { method, path } = c.req;
  if (path === "/eventos" || path === "/sesion/viva") return;
  if (method !== "POST" && c.req.header("HX-Request") !== undefined) return;
  const cookie = sessions.renew(readCookie(c, "zeues"));
  const leftMs = c.get("session").sinceMs + SESSION_MS - now();
  if (cookie !== null) writeCookie(c, "zeues", cookie, Math.max(0, leftMs));
}

const changes = ({ req: { method } }: Context<Env>): boolean =>
  method !== "GET" && method !== "HEAD";

const refuseRol = (message: string): Told => ({ ...tellEdge("SIN_PERMISO"), message });

function administracion(c: Context<Env>, deps: Deps, pages: Pick<Pages, "refuse">) {
  if (!hasRol(c.get("actor").trabajador, ["Supervisor"])) {
    return pages.refuse(c, refuseRol("Para esto se necesita el rol Supervisor"));
  }
  const { prueba, sinceMs } = c.get("session");
  const reads = !changes(c);
  const recent = reads || deps.now() - sinceMs < RECIENTE_MS;
  if (prueba === "clave" && recent) return null;
  if (reads) return c.redirect(`/sesion/clave?volver=${here(c)}`, 303);
  return pages.refuse(c, tellEdge("SIN_SESION", "Para este cambio, entra otra vez con tu clave"));
}

/** Where a secret is tried, or a code. */
const TRIES = new Set([
  "/sesion",
  "/sesion/pin",
  "/sesion/pin/mio",
  "/sesion/clave",
  "/administracion/clave",
]);
const CODES = new Set(["/tablet", "/supervisor"]);

/** The limits that a request counts in, and as whom (middleware/limits). */
function limitsOf(c: Context<Env>): readonly (readonly [limit: LimitName, key: string])[] {
  const { path } = c.req;
  const { bucket } = c.get("client");
  const tablet = c.get("tablet");
  if (changes(c) && TRIES.has(path)) return [["entrada", tablet?.id ?? bucket]];
  if (changes(c) && CODES.has(path)) {
    return [
      ["entrada", bucket],
      ["altas", "todos"],
    ];
  }
  const session = c.get("session");
  if (session) return [[changes(c) ? "cambios" : "lecturas", session.hash]];
  return [tablet ? ["lecturas", tablet.id] : ["nadie", bucket]];
}

/** A refusal when one of them is used up. */
async function tooMany(
  c: Context<Env>,
  { limits, log, metrics }: Deps,
  pages: Pick<Pages, "refuse">,
) {
  for (const [limit, key] of limitsOf(c)) {
    const taken = await limits.take(limit, key);
    if (taken.ok) continue;
    const { address } = c.get("client");
    log.warn({ requestId: c.get("requestId"), limit, address }, "too many requests");
    metrics.limited.inc({ limit });
    return pages.refuse(c, tellTooMany(c, taken.retryAfterS));
  }
  return null;
}

/** What stands in the way; null = nothing. */
function stopped(c: Context<Env>, quien: Quien | null, deps: Deps, pages: Pick<Pages, "refuse">) {
  const known = c.get("session") !== undefined;
  switch (quien) {
    case "publico":
      return null;
    case "demo":
      return deps.demo ? null : pages.refuse(c, tellEdge("NO_ENCONTRADO"));
    case "tablet":
      return known || c.get("tablet") ? null : unknown(c, pages);
    case "sesion":
      return known ? null : unknown(c, pages);
    case "administracion":
      return known ? administracion(c, deps, pages) : unknown(c, pages, "/sesion/clave");
    default:
      // No line of the table: nobody who is not in is told whether it exists.
      return known ? pages.refuse(c, tellEdge("NO_ENCONTRADO")) : unknown(c, pages);
  }
}

/** Notes that somebody known asked for what is not theirs. */
async function told(c: Context<Env>, { log }: Deps, stop: Response): Promise<Response> {
  const { method, path } = c.req;
  const quien = c.get("actor")?.trabajador.id;
  const { address } = c.get("client");
  const about = { requestId: c.get("requestId"), method, path, quien, address };
  if (stop.status === 403) log.warn(about, "not allowed");
  return stop;
}

/** Lets pass whom the table lets. Tokens are looked at by the API itself. */
export const needsAccess = (deps: Deps, pages: Pick<Pages, "refuse">) =>
  createMiddleware<Env>(async function needsAccessMiddleware(c, next) {
    const quien = quienPuede(c.req.method, c.req.path);
    identify(c, deps);
    const stop = (await tooMany(c, deps, pages)) ?? stopped(c, quien, deps, pages);
    if (stop) return await told(c, deps, await stop);
    if (c.get("session") !== undefined && quien !== "publico") used(c, deps);
    await next();
  });
