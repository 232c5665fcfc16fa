/** `/carrete.csv`: a spool's whole history as a table. */
import { Hono } from "hono";
import { etapaText } from "../../views/partes/duracion.ts";
import { tramosDe } from "../domain/etapa.ts";
import { formatInstant } from "../domain/fecha.ts";
import { parseTag } from "../domain/spool.ts";
import type { Deps, Env } from "./context.ts";
import { type Cell, csvAnswer, minutos } from "./csv.ts";
import type { Pages } from "./pages.ts";
import { tell } from "./refusals.ts";

const HEADER = [
  "Fecha y hora",
  "Tag",
  "Operación",
  "Acción",
  "Trabajador",
  "Id",
  "Motivo o nota",
  "Estado",
  "Etapa que terminó",
  "Minutos en ella",
];

export function tableroHistoriaRoutes(deps: Deps, pages: Pages): Hono<Env> {
  const { floor, ledger, policy, now } = deps;
  return new Hono<Env>().get("/carrete.csv", async (c) => {
    const text = c.req.query("tag") ?? "";
    const tag = parseTag(text);
    if (!tag || !floor.spool(tag)) {
      return pages.refuse(c, tell({ code: "SPOOL_NO_ENCONTRADO", tag: text }));
    }
    const events = await ledger.history(tag);
    const tramos = tramosDe(events);
    const rows = events.map(({ atMs, cambio, autor, estadoDetalle }, at): readonly Cell[] => {
      const tramo = tramos[at] ?? null;
      const dicho = cambio.accion === "ANOTAR" ? cambio.texto : null;
      return [
        formatInstant(atMs, policy.zone),
        tag,
        cambio.operacion,
        cambio.accion,
        autor.firma?.nombre ?? null,
        autor.firma?.id ?? null,
        "motivo" in cambio ? cambio.motivo : dicho,
        estadoDetalle,
        tramo && etapaText(tramo.etapa),
        tramo && minutos(tramo.hastaMs - tramo.desdeMs),
      ];
    });
    return csvAnswer(c, { name: "historia", header: HEADER, rows }, now(), policy.zone);
  });
}
