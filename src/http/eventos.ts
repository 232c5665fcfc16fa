/**
 * `GET /eventos`: the live stream of a vista (spec 6). Bytes come from live/hub; this is its HTTP.
 */
import { type Context, Hono } from "hono";
import { isOperacion, parseTag } from "../domain/spool.ts";
import type { TrabajadorId } from "../domain/trabajador.ts";
import { SESSION_MS } from "../identity/session.ts";
import type { Sink } from "../live/stream.ts";
import type { Vista } from "../live/vista.ts";
import type { Deps, Env } from "./context.ts";
import { awaitSeen } from "./middleware/own-writes.ts";
import { tellEdge } from "./refusals.ts";
import { parseTablero, Q_MAX } from "./tablero-filtro.ts";

/** Bun's controller of a `type: "direct"` stream, as far as it is used here. */
interface DirectController {
  write(bytes: Uint8Array): number | Promise<number>;
  flush(): unknown;
  close(error?: Error): unknown;
}

const HEADERS = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-cache, no-transform",
  "X-Accel-Buffering": "no",
};

/**
 * The vista that a query names. The worker is the session's, never the query's.
 * @returns null for one that does not exist.
 */
export function parseVista(query: URLSearchParams, trabajadorId: TrabajadorId): Vista | null {
  const kind = query.get("vista");
  if (kind === "tablero") return parseTablero(query);
  if (kind === "muro") return { kind };
  if (kind === "problemas") return { kind, trabajadorId };
  if (kind === "carrete") {
    const tag = parseTag(query.get("tag") ?? "");
    return tag && { kind, tag, trabajadorId };
  }
  return parseSearched(kind, query, trabajadorId);
}

/** A vista that a text narrows. */
function parseSearched(
  kind: string | null,
  query: URLSearchParams,
  trabajadorId: TrabajadorId,
): Vista | null {
  const q = (query.get("q") ?? "").trim();
  if (q.length > Q_MAX) return null;
  if (kind === "buscar") return { kind, q };
  const operacion = query.get("op") ?? "";
  if (kind === "inicio") {
    return { kind, trabajadorId, operacion: isOperacion(operacion) ? operacion : null, q };
  }
  if (kind === "operacion") {
    return isOperacion(operacion) ? { kind, operacion, trabajadorId, q } : null;
  }
  return null;
}

/**
 * The seq that a client shows: `Last-Event-ID` (it reconnects), else `desde` (its page's).
 * @returns null when it says none, "malformed" when it says nonsense.
 */
export function parseDesde(c: Context<Env>): number | null | "malformed" {
  const text = c.req.header("Last-Event-ID") || c.req.query("desde");
  if (text === undefined || text === "") return null;
  return /^\d{1,15}$/.test(text) ? Number(text) : "malformed";
}

function sinkOf(controller: DirectController, done: () => void): Sink {
  return {
    write(bytes) {
      const taken = controller.write(bytes);
      controller.flush();
      return taken instanceof Promise ? taken : undefined;
    },
    end() {
      controller.close();
      done();
    },
    cut() {
      // A plain close would first deliver all that waits (field notes).
      controller.close(new Error("cut"));
      done();
    },
  };
}

/** The stream's response; it lives until the client goes or the hub ends it. */
export function openStream(
  c: Context<Env>,
  { hub, metrics }: Pick<Deps, "hub" | "metrics">,
  join: Parameters<Deps["hub"]["attach"]>[0] extends infer J ? Omit<J & object, "sink"> : never,
): Response {
  c.env.server.timeout(c.req.raw, 0);
  const { promise, resolve } = Promise.withResolvers<void>();
  const kind = join.vista.kind === "json" ? "json" : "html";
  let detach: (() => void) | null = null;
  const gone = (): void => {
    if (!detach) return;
    detach();
    detach = null;
    metrics.streams.dec({ kind });
    resolve();
  };
  const body = {
    type: "direct",
    pull(controller: DirectController) {
      metrics.streams.inc({ kind });
      // `end` may be called while joining (a stopping server): then there is nothing to detach.
      detach = () => {};
      detach = hub.attach({ ...join, sink: sinkOf(controller, resolve) });
      return promise;
    },
    cancel: gone,
  };
  c.req.raw.signal.addEventListener("abort", gone);
  promise.then(gone);
  return c.body(new ReadableStream(body as unknown as UnderlyingSource), 200, HEADERS);
}

/** `/eventos?vista=tablero|muro|inicio|operacion|carrete|problemas&desde=SEQ&epoca=LOG`. */
export function eventosRoutes(deps: Deps): Hono<Env> {
  return new Hono<Env>().get("/", async (c) => {
    const query = new URL(c.req.url).searchParams;
    const session = c.get("session");
    const vista = parseVista(query, session.trabajadorId);
    const desde = parseDesde(c);
    if (!vista || desde === "malformed") {
      const { status, message } = tellEdge("SOLICITUD_INVALIDA");
      return c.text(message, status);
    }
    // A page of another process may be a little ahead of this one.
    await awaitSeen(deps, desde);
    return openStream(c, deps, {
      vista,
      desde,
      epoch: query.get("epoca"),
      session: { ...session, untilMs: session.sinceMs + SESSION_MS },
    });
  });
}
