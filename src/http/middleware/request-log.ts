/** One log line and one count per request, with an id that its log lines share. */
import { createMiddleware } from "hono/factory";
import type { Deps, Env } from "../context.ts";

/** Streams and static files would drown the rest; health checks come every few seconds. */
const QUIET = /^\/(static\/|healthz|readyz|metrics|eventos|sesion\/viva)/;

export const requestLog = ({ log, metrics }: Pick<Deps, "log" | "metrics">) =>
  createMiddleware<Env>(async function requestLogMiddleware(c, next) {
    const requestId = crypto.randomUUID();
    c.set("requestId", requestId);
    const beganAt = performance.now();
    await next();
    const { method, path } = c.req;
    const { status } = c.res;
    metrics.requests.inc({ method, status: String(status) });
    const level = QUIET.test(path) ? "debug" : "info";
    const ms = Math.round((performance.now() - beganAt) * 10) / 10;
    log[level]({ requestId, method, path, status, ms }, "request");
  });
