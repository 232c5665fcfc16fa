/** `GET /api/sse/stream`: every event as JSON, for programs (spec 6). */
import { Hono } from "hono";
import type { Deps, Env } from "../context.ts";
import { openStream, parseDesde } from "../eventos.ts";
import { tellTooManyStreams } from "../middleware/limits.ts";
import { awaitSeen } from "../middleware/own-writes.ts";
import { tellEdge } from "../refusals.ts";
import { reply } from "./reply.ts";
import { holderDe, viewerDe } from "./token.ts";

export const sseRoutes = (deps: Deps): Hono<Env> =>
  new Hono<Env>().get("/stream", async (c) => {
    const desde = parseDesde(c);
    if (desde === "malformed") {
      const message = "desde (o Last-Event-ID) debe ser un número entero desde 0";
      return reply(c, tellEdge("SOLICITUD_INVALIDA", message));
    }
    // A program that remembers `desde` over a restore says of which log it was (/readyz tells it).
    const epoch = c.req.query("epoca") ?? null;
    await awaitSeen(deps, desde);
    await deps.hub.filled;
    const viewer = viewerDe(c.get("programa"), deps);
    const holder = holderDe(c.get("programa"));
    const vista = { kind: "json" } as const;
    const stream = openStream(c, deps, holder, { vista, desde, epoch, viewer });
    return stream ?? reply(c, tellTooManyStreams(c));
  });
