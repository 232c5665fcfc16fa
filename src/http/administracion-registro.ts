/** `/administracion/registro`: what happened, newest first, out of the ledger's log (spec 8). */
import { type Context, Hono } from "hono";
import { RegistroPage, type Suceso } from "../../views/administracion-registro.tsx";
import type { Seq } from "../domain/event.ts";
import { plain } from "../domain/trabajador.ts";
import { READ_LIMIT } from "../ledger/ledger.ts";
import { adminOf, filtroDe } from "./administracion-comun.ts";
import { sucesosDe } from "./administracion-sucesos.ts";
import type { Deps, Env } from "./context.ts";
import type { Pages } from "./pages.ts";
import { tellEdge } from "./refusals.ts";

const FILAS = 200;

interface Hoja {
  readonly sucesos: readonly Suceso[];
  readonly antes: number | null;
}

/**
 * The newest before a place of the log, at most FILAS of at most READ_LIMIT events read.
 * @param antes a place in the log; only what is before it
 */
async function leer(deps: Deps, antes: number, q: string): Promise<Hoja> {
  const from = Math.max(0, antes - 1 - READ_LIMIT);
  const read = await deps.ledger.read(from as Seq, READ_LIMIT);
  const events = read.filter(({ seq }) => seq < antes);
  const wanted = plain(q);
  const found = sucesosDe(deps, events)
    .filter((one) => plain(`${one.que} ${one.quien} ${one.desde}`).includes(wanted))
    .toReversed();
  const sucesos = found.slice(0, FILAS);
  const last = sucesos.at(-1);
  if (found.length > FILAS && last) return { sucesos, antes: last.seq };
  return { sucesos, antes: from > 0 ? from + 1 : null };
}

async function pagina(c: Context<Env>, deps: Deps, pages: Pages): Promise<Response> {
  const text = c.req.query("antes") ?? "";
  if (text !== "" && !/^\d{1,15}$/.test(text)) {
    return pages.refuse(c, tellEdge("SOLICITUD_INVALIDA"));
  }
  const newest = deps.floor.seq + 1;
  const asked = text === "" ? newest : Math.min(Number(text), newest);
  const q = filtroDe(c);
  const { sucesos, antes } = await leer(deps, asked, q);
  const admin = adminOf(c, deps, pages, "registro");
  return c.html(RegistroPage({ admin, q, sucesos, antes }));
}

export const registroRoutes = (deps: Deps, pages: Pages): Hono<Env> =>
  new Hono<Env>().get("/", (c) => pagina(c, deps, pages));
