/** Whose page it is that asks, where several people use one tablet. */
import type { Context } from "hono";
import type { Env } from "./context.ts";

/**
 * Whether the page that asks was made for somebody else than who is signed in by now: one that
 * stood in another tab, or in the browser's memory. Then it must begin anew.
 */
export function anothers(c: Context<Env>): boolean {
  const quien = c.req.query("quien");
  const session = c.get("session");
  return Boolean(quien) && session !== undefined && quien !== String(session.trabajadorId);
}
