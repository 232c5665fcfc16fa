/**
 * `GET /eventos`: the live stream of a vista (spec 6). Bytes come from live/hub; this is its HTTP.
 */
import { type Context, Hono } from "hono";
import { isOperacion, parseTag } from "../domain/spool.ts";
import type { TrabajadorId } from "../domain/trabajador.ts";
import type { Join, Sink, Viewer } from "../live/stream.ts";
import type { Vista } from "../live/vista.ts";
import type { Deps, Env } from "./context.ts";
import { type StreamHolder, tellTooManyStreams } from "./middleware/limits.ts";
import { awaitSeen } from "./middleware/own-writes.ts";
import { anothers } from "./own-page.ts";
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

/**
 * One client's connection: what the hub writes to, and what ends with it, once. A class, for there
 * are thousands: closures were a third of what a stream holds.
 */
class Connection implements Sink {
  readonly #release: () => void;
  #controller: DirectController | null = null;
  #detach: (() => void) | null = null;
  #end: (() => void) | null = null;
  #over = false;

  constructor(release: () => void) {
    this.#release = release;
  }

  /** @returns what stays pending for the connection's life */
  begin(controller: DirectController, attach: () => () => void): Promise<void> {
    this.#controller = controller;
    const detach = attach();
    // A stopping server ends it while it joins.
    if (this.#over) detach();
    else this.#detach = detach;
    return new Promise((end) => {
      if (this.#over) end();
      else this.#end = end;
    });
  }

  write(bytes: Uint8Array): Promise<unknown> | undefined {
    const taken = this.#controller?.write(bytes);
    this.#controller?.flush();
    return taken instanceof Promise ? taken : undefined;
  }

  end(): void {
    this.#controller?.close();
    this.gone();
  }

  cut(): void {
    // A plain close would first deliver all that waits (field notes).
    this.#controller?.close(new Error("cut"));
    this.gone();
  }

  /** The client is gone, or was before its stream began. */
  gone(): void {
    if (this.#over) return;
    this.#over = true;
    this.#release();
    this.#detach?.();
    this.#end?.();
  }
}

/** Who holds a stream, for the bound on how many they may. */
export type Holder = readonly [kind: StreamHolder, key: string];

/**
 * The stream's response; it lives until the client goes or the hub ends it.
 * @returns null when the holder, or all together, have too many open
 */
export function openStream(
  c: Context<Env>,
  { hub, metrics, limits }: Pick<Deps, "hub" | "metrics" | "limits">,
  holder: Holder,
  join: Omit<Join, "sink">,
): Response | null {
  // Nobody reads its body, so nothing would ever end it.
  if (c.req.method === "HEAD") return c.body(null, 200, HEADERS);
  const release = limits.openStream(...holder);
  if (!release) {
    metrics.limited.inc({ limit: "flujos" });
    return null;
  }
  c.env.server.timeout(c.req.raw, 0);
  return c.body(bodyOf(new Connection(release), hub, join), 200, HEADERS);
}

/** Apart from the request, so that nothing of it is kept for as long as its stream. */
function bodyOf(connection: Connection, hub: Deps["hub"], join: Omit<Join, "sink">) {
  const source = {
    type: "direct",
    pull: (controller: DirectController) =>
      connection.begin(controller, () => hub.attach({ ...join, sink: connection })),
    cancel: () => connection.gone(),
  };
  return new ReadableStream(source as unknown as UnderlyingSource);
}

/** The vista that whoever asks may watch: on a tablet that nobody signed in on, the wall. */
function parseOwnVista(c: Context<Env>, query: URLSearchParams): Vista | null {
  const session = c.get("session");
  return session ? parseVista(query, session.trabajadorId) : { kind: "muro" };
}

/** The stream holds while the session does, or the tablet that nobody signed in on. */
function viewerOf(c: Context<Env>, { sessions, accesos }: Deps): Viewer {
  const session = c.get("session");
  const id = c.get("tablet")?.id ?? "";
  return {
    holds: () => (session ? sessions.holds(session.hash) : accesos.get("tablet", id) !== null),
  };
}

function holderOf(c: Context<Env>): Holder {
  const session = c.get("session");
  return session ? ["sesion", session.hash] : ["tablet", c.get("tablet")?.id ?? ""];
}

/** `/eventos?vista=tablero|muro|inicio|operacion|carrete|problemas&desde=SEQ&epoca=LOG`. */
export function eventosRoutes(deps: Deps): Hono<Env> {
  return new Hono<Env>().get("/", async (c) => {
    const query = new URL(c.req.url).searchParams;
    const viewer = viewerOf(c, deps);
    const vista = parseOwnVista(c, query);
    const desde = parseDesde(c);
    const onlyWall = !c.get("session") && query.get("vista") !== "muro";
    if (onlyWall || anothers(c)) {
      const { status, message } = tellEdge("SIN_SESION");
      return c.text(message, status);
    }
    if (!vista || desde === "malformed") {
      const { status, message } = tellEdge("SOLICITUD_INVALIDA");
      return c.text(message, status);
    }
    // A page of another process may be a little ahead of this one.
    await awaitSeen(deps, desde);
    await deps.hub.filled;
    const stream = openStream(c, deps, holderOf(c), {
      vista,
      desde,
      epoch: query.get("epoca"),
      viewer,
    });
    if (stream) return stream;
    const { status, message } = tellTooManyStreams(c);
    return c.text(message, status);
  });
}
