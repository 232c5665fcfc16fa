/** `Authorization: Bearer` with `ZEUES_API_TOKEN` (spec 8): who may use the JSON API. */
import { timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import type { Env } from "../context.ts";
import { tellEdge } from "../refusals.ts";
import { reply } from "./reply.ts";

/** The actor's `dispositivo` in the log: which token, never the token (spec 8). */
export const DISPOSITIVO = "ZEUES_API_TOKEN";

const hash = (text: string): Uint8Array => new Bun.CryptoHasher("sha256").update(text).digest();

/**
 * Lets pass who shows the token, all else gets 401. Hashes are compared, so that neither the time
 * nor a length tells anything about it.
 * @param token null = none is set up: nobody passes
 */
export function requireToken(token: string | null): MiddlewareHandler<Env> {
  const wanted = token === null ? null : hash(token);
  return async function tokenRequired(c, next) {
    const [, given] = /^Bearer +(\S+) *$/i.exec(c.req.header("Authorization") ?? "") ?? [];
    if (!wanted) {
      const message = "La API no está habilitada: falta configurar ZEUES_API_TOKEN";
      return reply(c, tellEdge("SIN_SESION", message));
    }
    if (given === undefined) {
      const message = "Falta el token: envía el encabezado Authorization: Bearer TOKEN";
      return reply(c, tellEdge("SIN_SESION", message));
    }
    if (!timingSafeEqual(hash(given), wanted)) {
      return reply(c, tellEdge("SIN_SESION", "El token no es válido"));
    }
    return next();
  };
}
