/** `/tablero`: who has which spool, now, narrowed by what the address says; the same as CSV. */
import { type Context, Hono } from "hono";
import type { FichasProps } from "../../views/partes/ficha-cuenta.tsx";
import type { Opcion } from "../../views/partes/filtros.tsx";
import { MasRows } from "../../views/partes/lista.tsx";
import { umbralSwap } from "../../views/partes/umbral.tsx";
import { HechoSwap } from "../../views/rechazo.tsx";
import { TableroPage } from "../../views/tablero.tsx";
import { ajustar } from "../actions/ajustar.ts";
import { parseUmbral, UMBRAL_MAX_HORAS } from "../domain/ajustes.ts";
import { hasRol } from "../domain/decide.ts";
import { estadoDetalle } from "../domain/estado-detalle.ts";
import { formatInstant } from "../domain/fecha.ts";
import { OPERACIONES, type Spool } from "../domain/spool.ts";
import { firmaOf } from "../domain/trabajador.ts";
import { OCUPADOS } from "../floor/filtro.ts";
import type { Floor } from "../floor/floor.ts";
import { CASILLAS, cargas, problemasTotal } from "../floor/resumen.ts";
import type { Rows } from "../live/rows.ts";
import { type Slice, slicesOf } from "../live/vista.ts";
import type { Deps, Env } from "./context.ts";
import { type Cell, csvAnswer, minutos } from "./csv.ts";
import { readForm } from "./form.ts";
import { showOwn } from "./middleware/own-writes.ts";
import { backOf, isHtmx, type Pages } from "./pages.ts";
import { PAGE_ROWS, rowsOf, whole } from "./paginas.ts";
import { tell, tellEdge } from "./refusals.ts";
import { parseTablero, Q_MAX, tableroQuery, tituloDe, vaciaDe } from "./tablero-filtro.ts";

function fichasOf(floor: Floor): FichasProps {
  return {
    fichas: OPERACIONES.map((operacion) => ({
      operacion,
      casillas: CASILLAS[operacion].map((situacion) => ({
        situacion,
        total: floor.list(`en:${operacion}:${situacion}`).length,
      })),
    })),
    ocupados: floor.list("ocupados").length,
    bloqueados: floor.list("bloqueados").length,
    inconsistentes: floor.list("inconsistentes").length,
    problemas: problemasTotal(floor.planilla),
  };
}

/** Whom the address names, then all who are active or hold something, each with their load. */
function trabajadoresOf(floor: Floor, elegido: string): readonly Opcion[] {
  const held = new Map(cargas(floor).map((carga) => [carga.firma.id, carga]));
  const known = [...floor.trabajadores()]
    .filter((t) => t.activo || held.has(t.id) || String(t.id) === elegido)
    .map(firmaOf);
  const all = [...held.values()].map(({ firma }) => firma).concat(known);
  const opciones = new Map<string, string>();
  for (const { id, etiqueta } of all) {
    opciones.set(String(id), `${etiqueta} · ${held.get(id)?.total ?? 0}`);
  }
  if (elegido !== "" && !opciones.has(elegido)) {
    opciones.set(elegido, `Desconocido: ${elegido.slice(0, 20)}`);
  }
  const sorted = [...opciones].map(([valor, texto]) => ({ valor, texto }));
  const chosen = (valor: string): number => Number(valor === elegido);
  sorted.sort(
    (a, b) => chosen(b.valor) - chosen(a.valor) || a.texto.localeCompare(b.texto, "es-CL"),
  );
  return [{ valor: "", texto: "Todos" }, ...sorted];
}

/** The address's query, its search text cut to what a stream takes. */
function queryOf(c: Context<Env>): URLSearchParams {
  const { searchParams } = new URL(c.req.url);
  const q = searchParams.get("q");
  if (q !== null) searchParams.set("q", q.trim().slice(0, Q_MAX));
  return searchParams;
}

const FILTRO_DESCONOCIDO = tellEdge(
  "SOLICITUD_INVALIDA",
  "Ese filtro no existe: revisa la operación y el estado en la dirección",
);

const EXTRA = ["tablero.css", "tablero.js"] as const;

function tablero(c: Context<Env>, deps: Deps, pages: Pages, rows: Rows) {
  const { floor, policy } = deps;
  const query = queryOf(c);
  const vista = parseTablero(query);
  if (!vista) return pages.refuse(c, FILTRO_DESCONOCIDO);
  const [list, blocked] = slicesOf(vista);
  if (!list || !blocked) throw new Error("the dashboard has two lists");
  const ocupados = rowsOf(rows, list, c, PAGE_ROWS);
  if (isHtmx(c) && c.req.query("tras")) return c.html(MasRows({ rows: ocupados }));
  const { q = "", filtro = OCUPADOS } = vista;
  const trabajador = query.get("trabajador") ?? "";
  const shell = pages.live(c, "Tablero", vista);
  const sincronia = pages.chip();
  return c.html(
    TableroPage({
      shell: { ...shell, extra: sincronia ? [...EXTRA, "planilla.js"] : EXTRA },
      filtros: {
        q,
        trabajador,
        trabajadores: trabajadoresOf(floor, trabajador),
        operacion: filtro.operacion,
        estado: filtro.estado,
      },
      titulo: tituloDe(vista, floor),
      vacia: vaciaDe(vista, trabajador, floor),
      ocupados,
      csv: `/tablero.csv?${new URLSearchParams(tableroQuery(vista))}`,
      bloqueados: whole(rows, blocked),
      fichas: fichasOf(floor),
      planilla: floor.planilla,
      sincronia,
      cargas: cargas(floor),
      actividad: floor.diario.actividad(),
      zone: policy.zone,
      umbralHoras: floor.ajustes.umbralHoras,
      supervisor: hasRol(c.get("actor").trabajador, ["Supervisor"]),
    }),
  );
}

/** Sets the threshold for all screens; supervisors only. */
async function guardarUmbral(c: Context<Env>, deps: Deps, pages: Pages): Promise<Response> {
  const form = await readForm(c);
  if (!form.ok) return pages.refuse(c, form.told);
  const { horas } = form.fields;
  const umbralHoras = typeof horas === "string" ? parseUmbral(horas) : null;
  if (umbralHoras === null) {
    const message = `Las horas deben ser un número de 1 a ${UMBRAL_MAX_HORAS}`;
    return pages.refuse(c, tellEdge("SOLICITUD_INVALIDA", message));
  }
  const { floor, ledger, now } = deps;
  const done = await ajustar(ledger, floor.ajustes, { umbralHoras }, c.get("actor"), now());
  if (!done.ok) return pages.refuse(c, tell(done.refusal));
  await showOwn(c, deps, done.event.seq);
  if (!isHtmx(c)) return c.redirect(backOf(c), 303);
  const message = `Se marcan los de más de ${umbralHoras} h en todas las pantallas`;
  return c.html(HechoSwap({ message }) + umbralSwap(umbralHoras));
}

const CSV_HEADER = [
  "Tag",
  "NV",
  "OT",
  "Trabajador",
  "Id",
  "Operación",
  "Desde",
  "Minutos",
  "Estado",
];

function* spoolsOf(slice: Slice, floor: Floor, rows: Rows): Generator<Spool> {
  for (const { tag } of floor.list(slice.list)) {
    const spool = floor.spool(tag);
    if (spool && rows.belongs(spool, slice)) yield spool;
  }
}

function csvRow(spool: Spool, { policy, now }: Deps): readonly Cell[] {
  const { ocupacion } = spool;
  return [
    spool.tag,
    spool.nv,
    spool.ot,
    ocupacion?.trabajador.nombre ?? null,
    ocupacion?.trabajador.id ?? null,
    ocupacion?.operacion ?? null,
    ocupacion ? formatInstant(ocupacion.desdeMs, policy.zone) : null,
    ocupacion ? minutos(now() - ocupacion.desdeMs) : null,
    estadoDetalle(spool, policy),
  ];
}

export function tableroRoutes(deps: Deps, pages: Pages, rows: Rows): Hono<Env> {
  const { floor, policy, now } = deps;
  const routes = new Hono<Env>();
  routes.get("/tablero", (c) => tablero(c, deps, pages, rows));
  routes.post("/tablero/umbral", (c) => guardarUmbral(c, deps, pages));
  routes.get("/tablero.csv", (c) => {
    const vista = parseTablero(queryOf(c));
    const [list] = vista ? slicesOf(vista) : [];
    if (!list) return pages.refuse(c, FILTRO_DESCONOCIDO);
    const spools = [...spoolsOf(list, floor, rows)].map((spool) => csvRow(spool, deps));
    const table = { name: "carretes", header: CSV_HEADER, rows: spools };
    return csvAnswer(c, table, now(), policy.zone);
  });
  return routes;
}
