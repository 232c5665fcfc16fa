/**
 * One log line and one count per request, with an id that its log lines share. Never what stands
 * behind `?` or in a header: secrets travel there.
 */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Deps, Env } from "../context.ts";

/** Streams and static files would drown the rest; health checks come every few seconds. */
const QUIET = /^\/(static\/|healthz|readyz|metrics|eventos|sesion\/viva)/;
/** Our own longest path is a tag's, of 1,000 characters; a stranger's may be any. */
const PATH_SHOWN = 1_100;
/** A count for each; a method that somebody made up is no new one. */
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]);

/** Who asked, as far as was found out: what is not known is left out. */
function whoAsked(c: Context<Env>) {
  const session = c.get("session") as Env["Variables"]["session"] | undefined;
  const programa = c.get("programa") as Env["Variables"]["programa"] | undefined;
  const client = c.get("client") as Env["Variables"]["client"] | undefined;
  const tablet = c.get("tablet") as Env["Variables"]["tablet"] | undefined;
  return {
    quien: session?.trabajadorId ?? programa?.id,
    tablet: tablet?.id,
    address: client?.address ?? undefined,
  };
}

export const requestLog = ({ log, metrics }: Pick<Deps, "log" | "metrics">) =>
  createMiddleware<Env>(async function requestLogMiddleware(c, next) {
    const requestId = crypto.randomUUID();
    c.set("requestId", requestId);
    const beganAt = performance.now();
    await next();
    const method = METHODS.has(c.req.method) ? c.req.method : "OTRO";
    const path = c.req.path.slice(0, PATH_SHOWN);
    const { status } = c.res;
    metrics.requests.inc({ method, status: String(status) });
    const level = QUIET.test(path) ? "debug" : "info";
    const ms = Math.round((performance.now() - beganAt) * 10) / 10;
    log[level]({ requestId, method, path, status, ms, ...whoAsked(c) }, "request");
  });
