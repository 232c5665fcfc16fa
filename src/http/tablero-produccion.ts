/** `/produccion`: throughput per day and time in each state, as charts, tables and CSV. */
import { type Context, Hono } from "hono";
import { etapaText } from "../../views/partes/duracion.ts";
import { ProduccionPage } from "../../views/produccion.tsx";
import { formatFecha } from "../domain/fecha.ts";
import { OPERACIONES } from "../domain/spool.ts";
import { diasHasta } from "../floor/diario-dias.ts";
import { tramada } from "../floor/diario-equipo.ts";
import { DIAS } from "../floor/diario-load.ts";
import { estadias, porDia } from "../floor/diario-produccion.ts";
import type { Deps, Env } from "./context.ts";
import { csvAnswer, minutos } from "./csv.ts";
import type { Pages } from "./pages.ts";
import { estadiasSvg, produccionSvg, type Tema } from "./tablero-graficos.ts";

function figures({ floor, policy, now }: Deps) {
  const dias = diasHasta(now(), policy.zone, DIAS);
  const desdeMs = dias[0]?.desdeMs ?? 0;
  const hastaMs = dias.at(-1)?.hastaMs ?? 0;
  const entries = tramada(floor.diario.events);
  return {
    dias: porDia(entries, dias),
    estadias: estadias(entries, { desdeMs, hastaMs }),
    diario: { desdeMs: floor.diario.completoDesdeMs, quiereMs: desdeMs, zone: policy.zone },
  };
}

const temaOf = (c: Context<Env>): Tema => (c.req.query("tema") === "oscuro" ? "oscuro" : "claro");

const svg = (c: Context<Env>, text: string): Response =>
  c.body(text, 200, { "Content-Type": "image/svg+xml", "Cache-Control": "no-cache" });

export function tableroProduccionRoutes(deps: Deps, pages: Pages): Hono<Env> {
  const { policy, now } = deps;
  const routes = new Hono<Env>();
  routes.get("/produccion", (c) => {
    const extra = ["tablero.css"] as const;
    const shell = { ...pages.still(c, "Producción"), lugar: "tablero", extra } as const;
    return c.html(ProduccionPage({ shell, ...figures(deps) }));
  });
  routes.get("/graficos/produccion.svg", async (c) =>
    svg(c, await produccionSvg(figures(deps).dias, temaOf(c))),
  );
  routes.get("/graficos/estados.svg", async (c) =>
    svg(c, await estadiasSvg(figures(deps).estadias, temaOf(c))),
  );
  routes.get("/produccion.csv", (c) => {
    const header = ["Día", ...OPERACIONES];
    const rows = figures(deps).dias.map(({ dia, hechos }) => [
      formatFecha(dia.fecha),
      ...OPERACIONES.map((op) => hechos[op]),
    ]);
    return csvAnswer(c, { name: "produccion", header, rows }, now(), policy.zone);
  });
  routes.get("/estados.csv", (c) => {
    const header = ["Estado", "Operación", "Mediana en minutos", "Veces"];
    const rows = figures(deps).estadias.map(({ etapa, medianaMs, total }) => [
      etapaText(etapa),
      etapa.operacion,
      minutos(medianaMs),
      total,
    ]);
    return csvAnswer(c, { name: "estados", header, rows }, now(), policy.zone);
  });
  return routes;
}
