/**
 * `Authorization: Bearer` (spec 8): which program may use the JSON API, and in whose name it acts.
 * Cookies count for nothing here, so that no browser can be made to call it.
 */
import { timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Actor } from "../../domain/command.ts";
import type { Trabajador } from "../../domain/trabajador.ts";
import { sha256 } from "../../identity/secret.ts";
import type { Viewer } from "../../live/stream.ts";
import { quienPuede } from "../access.ts";
import type { Deps, Env, Programa } from "../context.ts";
import type { Holder } from "../eventos.ts";
import { tellTooMany } from "../middleware/limits.ts";
import { type Told, tellEdge } from "../refusals.ts";
import { reply } from "./reply.ts";

/** The log's name of the token of the environment, never the token itself (spec 8). */
const DE_ENTORNO = "ZEUES_API_TOKEN";

/** Hashes are compared, so that neither the time nor a length tells anything about it. */
const same = (given: string, wanted: string): boolean =>
  timingSafeEqual(Buffer.from(sha256(given)), Buffer.from(sha256(wanted)));

/** The program that a bearer names; null for none, a revoked one, one whose time is up. */
function programaOf(given: string, { apiToken, accesos }: Deps): Programa | null {
  if (apiToken !== null && same(given, apiToken)) return { id: DE_ENTORNO, token: null };
  const token = accesos.token(given);
  return token && { id: token.id, token };
}

const onlyReads = ({ token }: Programa): boolean =>
  token?.roles.every((rol) => rol === "Lectura") ?? false;

function refused(c: Context<Env>, programa: Programa | null): Told | null {
  if (!programa) return tellEdge("SIN_SESION", "El token no es válido");
  if (quienPuede(c.req.method, c.req.path) === "token que actúa" && onlyReads(programa)) {
    return tellEdge("SIN_PERMISO", "Este token es solo de lectura");
  }
  return null;
}

/** Counts a call in its token's limit; a refused one in its address's. */
async function tooMany(c: Context<Env>, deps: Deps, programa: Programa | null) {
  const { limits, metrics } = deps;
  if (programa && !programa.token) return null;
  const bucket = c.get("client")?.bucket ?? "-";
  const [limit, key] = programa ? (["api", programa.id] as const) : (["nadie", bucket] as const);
  const taken = await limits.take(limit, key);
  if (taken.ok) return null;
  metrics.limited.inc({ limit });
  return tellTooMany(c, taken.retryAfterS);
}

/** Lets pass who shows a token that holds; all else gets 401, and 403 what it is not for. */
export const requireToken = (deps: Deps) =>
  createMiddleware<Env>(async function tokenRequired(c, next) {
    const [, given] = /^Bearer +(\S+) *$/i.exec(c.req.header("Authorization") ?? "") ?? [];
    if (given === undefined) {
      const message = "Falta el token: envía el encabezado Authorization: Bearer TOKEN";
      return reply(c, tellEdge("SIN_SESION", message));
    }
    const programa = programaOf(given, deps);
    const told = (await tooMany(c, deps, programa)) ?? refused(c, programa);
    if (told || !programa) {
      const { address } = c.get("client") ?? { address: null };
      const about = { requestId: c.get("requestId"), programa: programa?.id ?? null, address };
      deps.log.warn({ ...about, code: told?.code }, "token refused");
      return reply(c, told ?? tellEdge("SIN_SESION"));
    }
    c.set("programa", programa);
    await next();
  });

/**
 * The worker as this program may act for them: with the roles that both have.
 * @returns why not, for a token that is another worker's only
 */
export function actorDe({ id, token }: Programa, trabajador: Trabajador): Actor | Told {
  if (token === null) return { trabajador, medio: "api", dispositivo: id };
  if (token.trabajadorId !== null && token.trabajadorId !== trabajador.id) {
    return tellEdge("SIN_PERMISO", "Este token actúa solo por otro trabajador");
  }
  const roles = trabajador.roles.filter((rol) => token.roles.includes(rol));
  return { trabajador: { ...trabajador, roles }, medio: "api", dispositivo: id };
}

/** Idempotency keys of one program are not another's. */
export const keyPrefixDe = ({ id, token }: Programa): string => (token ? `api:${id}:` : "api:");

/** Who holds a program's stream, for the bound on them; the operator's own has none. */
export const holderDe = ({ id, token }: Programa): Holder => [token ? "token" : "entorno", id];

/** A stream ends with its token. */
export const viewerDe = ({ token }: Programa, { accesos, now }: Deps): Viewer => ({
  holds: () =>
    token === null ||
    (accesos.get("token", token.id) !== null && (token.venceMs === null || now() < token.venceMs)),
});
