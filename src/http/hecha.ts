/**
 * `GET /acciones/hecha`: what became of a tap whose answer was lost, by its idempotency key. It
 * sends nothing again: 404 when it was not done.
 */
import { type Context, Hono } from "hono";
import type { SpoolEvent } from "../domain/event.ts";
import type { Rows } from "../live/rows.ts";
import { ledgerKey, readKey } from "./accion-form.ts";
import type { Deps, Env } from "./context.ts";
import { hecho, loteHecho } from "./hecho.ts";
import { LOTE_MAX } from "./lote.ts";
import { awaitSeen } from "./middleware/own-writes.ts";
import type { Pages } from "./pages.ts";
import { tellEdge } from "./refusals.ts";

/** The event remembered under a key, if there is one. */
async function recalled({ ledger }: Deps, key: string): Promise<readonly SpoolEvent[]> {
  const events = (await ledger.recall(key))?.events ?? [];
  return events.filter((event) => event.kind === "spool");
}

async function answer(c: Context<Env>, deps: Deps, pages: Pages, rows: Rows): Promise<Response> {
  const key = readKey(c);
  if (key === null || key === "malformed") {
    return pages.refuse(c, tellEdge("SOLICITUD_INVALIDA", "Falta la clave de idempotencia"));
  }
  const [one] = await recalled(deps, ledgerKey(c, key));
  if (one) {
    await awaitSeen(deps, one.seq);
    return c.html(hecho(c, deps, rows, one));
  }
  const places = Array.from({ length: LOTE_MAX }, (_, place) => ledgerKey(c, key, place));
  const hechos = (await Promise.all(places.map((place) => recalled(deps, place)))).flat();
  return hechos.length > 0
    ? c.html(loteHecho(c, deps, rows, hechos, [], null))
    : pages.refuse(c, tellEdge("NO_ENCONTRADO", "No se hizo"));
}

export const hechaRoutes = (deps: Deps, pages: Pages, rows: Rows): Hono<Env> =>
  new Hono<Env>().get("/", (c) => answer(c, deps, pages, rows));
