/**
 * One log line and one count per request, with the id that its log lines, its answer and whatever
 * it changes share. Never what stands behind `?` or in another header: secrets travel there.
 */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { reglaDe } from "../access.ts";
import type { Deps, Env } from "../context.ts";
import { fromTrustedProxy } from "./client.ts";
import { requestIdOf } from "./request-id.ts";

/** Streams and static files would drown the rest; health checks come every few seconds. */
const QUIET = /^\/(static\/|healthz|readyz|metrics|eventos|sesion\/viva)/;
/** Our own longest path is a tag's, of 1,000 characters; a stranger's may be any. */
const PATH_SHOWN = 1_100;
/** A count for each; a method that somebody made up is no new one. */
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]);

/** The route of what no line of the table of access names: a stranger's path is no label. */
const UNKNOWN = "otra";
const MS_PER_S = 1_000;

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

type LogDeps = Pick<Deps, "log" | "metrics" | "net">;

/** Only what a proxy that is believed sent is one that others know it by. */
const nameOf = (c: Context<Env>, net: Deps["net"]): string => {
  const header = c.req.header("X-Request-Id");
  return requestIdOf(header !== undefined && fromTrustedProxy(c, net) ? header : undefined);
};

const levelOf = (path: string, status: number): "debug" | "info" | "warn" => {
  if (status >= 500) return "warn";
  return QUIET.test(path) ? "debug" : "info";
};

export const requestLog = ({ log, metrics, net }: LogDeps) =>
  createMiddleware<Env>(async function requestLogMiddleware(c, next) {
    const requestId = nameOf(c, net);
    c.set("requestId", requestId);
    const beganAt = performance.now();
    if (c.req.method === "POST") metrics.arrivals.note(requestId, beganAt);
    await next();
    c.res.headers.set("X-Request-Id", requestId);
    const method = METHODS.has(c.req.method) ? c.req.method : "OTRO";
    const path = c.req.path.slice(0, PATH_SHOWN);
    const route = reglaDe(method, path)?.[1] ?? UNKNOWN;
    const { status } = c.res;
    const ms = performance.now() - beganAt;
    metrics.requests.inc({ method, route, status: String(status) });
    metrics.requestSeconds.observe({ route }, ms / MS_PER_S);
    const about = { requestId, method, path, status, ms: Math.round(ms * 10) / 10 };
    log[levelOf(path, status)]({ ...about, ...whoAsked(c) }, "request");
  });
