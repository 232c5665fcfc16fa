/**
 * Whoever wrote reads their own write, also from another process (architecture): the answer leaves
 * the seq in a cookie of a few seconds, and the next request waits until it is shown.
 */
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import type { Seq } from "../../domain/event.ts";
import { type Deps, type Env, OWN_WRITE_MS } from "../context.ts";

const COOKIE = "visto";
/** Processes lag by milliseconds; one that is away longer says so by itself. */
const KEPT_S = 10;

/** Waits (bounded) until this process shows `seq`, and lets the next one asked wait for it too. */
export async function showOwn(c: Context<Env>, { floor }: Pick<Deps, "floor">, seq: Seq) {
  await floor.reached(seq, OWN_WRITE_MS);
  setCookie(c, COOKIE, String(seq), {
    httpOnly: true,
    sameSite: "Lax",
    path: "/",
    maxAge: KEPT_S,
    secure: c.get("client").secure,
  });
}

/** Waits (bounded) for a place in the log that a client has seen elsewhere. */
export async function awaitSeen({ floor }: Pick<Deps, "floor">, seq: number | null) {
  if (seq !== null && seq > floor.seq) await floor.reached(seq as Seq, OWN_WRITE_MS);
}

export const readsOwnWrites = (deps: Pick<Deps, "floor">) =>
  createMiddleware<Env>(async function readsOwnWritesMiddleware(c, next) {
    const seen = getCookie(c, COOKIE) ?? "";
    if (/^\d{1,15}$/.test(seen)) await awaitSeen(deps, Number(seen));
    await next();
  });
