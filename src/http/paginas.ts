/** The pages: the floor's picture at its seq, rendered; each says where its stream begins. */
import { type Context, Hono } from "hono";
import { BuscarPage } from "../../views/buscar.tsx";
import { CarretePage } from "../../views/carrete.tsx";
import { InicioPage } from "../../views/inicio.tsx";
import { OperacionPage } from "../../views/operacion.tsx";
import { type ListaRows, MasRows } from "../../views/partes/lista.tsx";
import { ProblemasPage } from "../../views/problemas.tsx";
import { TableroPage } from "../../views/tablero.tsx";
import { OPERACION } from "../../views/textos.ts";
import { hasRol, ROLES_DE } from "../domain/decide.ts";
import type { SpoolEvent } from "../domain/event.ts";
import { isOperacion, OPERACIONES, parseTag, type Tag } from "../domain/spool.ts";
import { LedgerUnavailable } from "../ledger/ledger.ts";
import type { Rows } from "../live/rows.ts";
import { type Slice, slicesOf, type Vista } from "../live/vista.ts";
import type { Deps, Env } from "./context.ts";
import { Q_MAX } from "./eventos.ts";
import { isHtmx, type Pages } from "./pages.ts";
import { tell, tellEdge } from "./refusals.ts";

/** Rows on a page before "Mostrar más": what a tablet draws at once without stutter (spec 10). */
export const PAGE_ROWS = 200;
/** A supervisor's list is whole up to here: the busiest shop has some dozens occupied. */
const TABLERO_ROWS = 2_000;

/** A slice's rows after `tras`, and the address of those after them. */
function rowsOf(rows: Rows, slice: Slice, c: Context<Env>, limit: number): ListaRows {
  const url = new URL(c.req.url);
  const { html, total, more } = rows.page(slice, url.searchParams.get("tras") ?? "", limit);
  if (more === null) return { html, total, mas: null };
  url.searchParams.set("tras", more);
  return { html, total, mas: { url: `${url.pathname}${url.search}`, tras: more } };
}

/** A whole slice: what one person holds. */
function whole(rows: Rows, slice: Slice): ListaRows {
  const { html, total } = rows.page(slice, "", Number.POSITIVE_INFINITY);
  return { html, total, mas: null };
}

/** The search text of a page, cut to what a stream takes. */
const searched = (c: Context<Env>): string => (c.req.query("q") ?? "").trim().slice(0, Q_MAX);

function operacion(c: Context<Env>, pages: Pages, rows: Rows) {
  const op = c.req.param("op") ?? "";
  if (!isOperacion(op)) return pages.refuse(c, tellEdge("NO_ENCONTRADO"));
  const q = searched(c);
  const { trabajador } = c.get("actor");
  const vista: Vista = { kind: "operacion", operacion: op, trabajadorId: trabajador.id, q };
  const [mine, open] = slicesOf(vista);
  if (!mine || !open) throw new Error("an operation's page has two lists");
  const disponibles = rowsOf(rows, open, c, PAGE_ROWS);
  if (isHtmx(c) && c.req.query("tras")) return c.html(MasRows({ rows: disponibles }));
  const shell = pages.live(c, OPERACION[op], vista);
  const permitida = hasRol(trabajador, ROLES_DE[op]);
  const mios = whole(rows, mine);
  return c.html(OperacionPage({ shell, operacion: op, q, mios, disponibles, permitida }));
}

/** A spool's history; null while the ledger is away, which must not cost the page (spec 5). */
async function historyOf({ ledger, log }: Deps, tag: Tag): Promise<readonly SpoolEvent[] | null> {
  try {
    return await ledger.history(tag);
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
    log.warn({ err: error }, "no history: ledger away");
    return null;
  }
}

async function carrete(c: Context<Env>, deps: Deps, pages: Pages) {
  const text = c.req.query("tag") ?? "";
  const tag = parseTag(text);
  const spool = tag && deps.floor.spool(tag);
  if (!tag || !spool) return pages.refuse(c, tell({ code: "SPOOL_NO_ENCONTRADO", tag: text }));
  const trabajadorId = c.get("actor").trabajador.id;
  // The seq is taken before the history is read: what commits meanwhile comes by the stream.
  const shell = pages.live(c, tag, { kind: "carrete", tag, trabajadorId });
  const historia = await historyOf(deps, tag);
  return c.html(CarretePage({ shell, spool, policy: deps.policy, historia }));
}

export function paginasRoutes(deps: Deps, pages: Pages, rows: Rows): Hono<Env> {
  const { floor, policy } = deps;
  const routes = new Hono<Env>();

  routes.get("/", (c) => {
    const { trabajador } = c.get("actor");
    const vista: Vista = { kind: "inicio", trabajadorId: trabajador.id };
    const [mine] = slicesOf(vista);
    if (!mine) throw new Error("the home page has one list");
    const puertas = OPERACIONES.map((op) => ({
      operacion: op,
      disponibles: floor.list(`disponibles:${op}`).length,
      permitida: hasRol(trabajador, ROLES_DE[op]),
    }));
    const shell = pages.live(c, "Inicio", vista);
    return c.html(InicioPage({ shell, mios: whole(rows, mine), puertas }));
  });

  routes.get("/buscar", (c) => {
    const q = searched(c);
    const vista: Vista = { kind: "buscar", q };
    const [all] = slicesOf(vista);
    if (!all) throw new Error("the search page has one list");
    const encontrados = rowsOf(rows, all, c, PAGE_ROWS);
    if (isHtmx(c) && c.req.query("tras")) return c.html(MasRows({ rows: encontrados }));
    return c.html(BuscarPage({ shell: pages.live(c, "Buscar", vista), q, encontrados }));
  });

  routes.get("/tablero", (c) => {
    const vista: Vista = { kind: "tablero" };
    const [occupied] = slicesOf(vista);
    if (!occupied) throw new Error("the dashboard has one list");
    const ocupados = rowsOf(rows, occupied, c, TABLERO_ROWS);
    const shell = pages.live(c, "Tablero", vista);
    return c.html(TableroPage({ shell, ocupados, planilla: floor.planilla }));
  });

  routes.get("/operacion/:op", (c) => operacion(c, pages, rows));
  routes.get("/carrete", (c) => carrete(c, deps, pages));
  routes.get("/problemas", (c) => {
    const shell = pages.still(c, "Problemas de la planilla");
    return c.html(ProblemasPage({ shell, planilla: floor.planilla, zone: policy.zone }));
  });
  return routes;
}
