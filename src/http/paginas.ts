/** The pages: the floor's picture at its seq, rendered; each says where its stream begins. */
import { type Context, Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { BuscarPage } from "../../views/buscar.tsx";
import { CarretePage } from "../../views/carrete.tsx";
import { InicioPage } from "../../views/inicio.tsx";
import { OperacionPage } from "../../views/operacion.tsx";
import { type ListaRows, MasRows } from "../../views/partes/lista.tsx";
import { OPERACION } from "../../views/textos.ts";
import { hasRol, ROLES_DE } from "../domain/decide.ts";
import type { SpoolEvent } from "../domain/event.ts";
import { isOperacion, OPERACIONES, type Operacion, parseTag, type Tag } from "../domain/spool.ts";
import type { Trabajador } from "../domain/trabajador.ts";
import { LedgerUnavailable } from "../ledger/ledger.ts";
import type { Rows } from "../live/rows.ts";
import { type Slice, slicesOf, type Vista } from "../live/vista.ts";
import type { Deps, Env } from "./context.ts";
import { isHtmx, type Pages } from "./pages.ts";
import { tell, tellEdge } from "./refusals.ts";
import { Q_MAX } from "./tablero-filtro.ts";

/** Rows on a page before "Mostrar más": what a tablet draws at once without stutter (spec 10). */
export const PAGE_ROWS = 200;
/** A slice's rows after `tras`, and the address of those after them. */
export function rowsOf(rows: Rows, slice: Slice, c: Context<Env>, limit: number): ListaRows {
  const url = new URL(c.req.url);
  const { html, total, more } = rows.page(slice, url.searchParams.get("tras") ?? "", limit);
  if (more === null) return { html, total, mas: null };
  url.searchParams.set("tras", more);
  return { html, total, mas: { url: `${url.pathname}${url.search}`, tras: more } };
}

/** A whole slice: what one person holds, what waits for a supervisor. */
export function whole(rows: Rows, slice: Slice): ListaRows {
  const { html, total } = rows.page(slice, "", Number.POSITIVE_INFINITY);
  return { html, total, mas: null };
}

/** The search text of a page, cut to what a stream takes. */
const searched = (c: Context<Env>): string => (c.req.query("q") ?? "").trim().slice(0, Q_MAX);

/** Which of their operations a worker chose last on this tablet. */
const OP_COOKIE = "zeues-op";

/**
 * The operation on a worker's home: the one asked for, else the one chosen last, else the first
 * that their roles are for. null for those whose roles are for none; anybody may repair.
 */
function ownOperacion(c: Context<Env>, trabajador: Trabajador): Operacion | null {
  const own = OPERACIONES.filter(
    (op) => ROLES_DE[op].length > 0 && hasRol(trabajador, ROLES_DE[op]),
  );
  const asked = c.req.query("op") ?? "";
  if (isOperacion(asked) && hasRol(trabajador, ROLES_DE[asked])) {
    if (own.includes(asked)) {
      const { secure } = c.get("client");
      setCookie(c, OP_COOKIE, asked, { httpOnly: true, sameSite: "Lax", path: "/", secure });
    }
    return asked;
  }
  const last = getCookie(c, OP_COOKIE) ?? "";
  return own.find((op) => op === last) ?? own[0] ?? null;
}

function inicio(c: Context<Env>, { floor }: Deps, pages: Pages, rows: Rows) {
  const { trabajador } = c.get("actor");
  const operacion = ownOperacion(c, trabajador);
  const q = operacion === null ? "" : searched(c);
  const vista: Vista = { kind: "inicio", trabajadorId: trabajador.id, operacion, q };
  const [mine, open] = slicesOf(vista);
  if (!mine) throw new Error("the home page has a list of what one holds");
  const disponibles = open ? rowsOf(rows, open, c, PAGE_ROWS) : null;
  if (disponibles && isHtmx(c) && c.req.query("tras")) {
    return c.html(MasRows({ rows: disponibles }));
  }
  const puertas = OPERACIONES.map((op) => ({
    operacion: op,
    disponibles: floor.list(`disponibles:${op}`).length,
    permitida: hasRol(trabajador, ROLES_DE[op]),
  })).sort((a, b) => Number(b.permitida) - Number(a.permitida));
  const shell = pages.live(c, "Inicio", vista);
  const abierta = operacion && disponibles ? { operacion, q, disponibles } : null;
  return c.html(InicioPage({ shell, mios: whole(rows, mine), puertas, abierta }));
}

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
  const live = pages.live(c, tag, { kind: "carrete", tag, trabajadorId });
  const shell = { ...live, extra: ["tablero.css"] } as const;
  const historia = await historyOf(deps, tag);
  return c.html(CarretePage({ shell, spool, policy: deps.policy, historia }));
}

export function paginasRoutes(deps: Deps, pages: Pages, rows: Rows): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get("/", (c) => inicio(c, deps, pages, rows));

  routes.get("/buscar", (c) => {
    const q = searched(c);
    const vista: Vista = { kind: "buscar", q };
    const [all] = slicesOf(vista);
    if (!all) throw new Error("the search page has one list");
    const encontrados = rowsOf(rows, all, c, PAGE_ROWS);
    if (isHtmx(c) && c.req.query("tras")) return c.html(MasRows({ rows: encontrados }));
    const { trabajador } = c.get("actor");
    const permitidas = OPERACIONES.filter((op) => hasRol(trabajador, ROLES_DE[op]));
    const shell = pages.live(c, "Buscar", vista);
    return c.html(BuscarPage({ shell, q, encontrados, permitidas }));
  });

  routes.get("/operacion/:op", (c) => operacion(c, pages, rows));
  routes.get("/carrete", (c) => carrete(c, deps, pages));
  return routes;
}
