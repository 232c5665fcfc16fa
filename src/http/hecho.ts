/** What htmx swaps in when something was done: the word that it is, and the page's own rows. */
import type { Context } from "hono";
import { LoteSwap, type Rechazado } from "../../views/lote.tsx";
import { novedadText } from "../../views/partes/novedad.tsx";
import { HechoSwap } from "../../views/rechazo.tsx";
import { DESHACER_MS } from "../domain/decide.ts";
import type { SpoolEvent } from "../domain/event.ts";
import type { Rows } from "../live/rows.ts";
import type { Deps, Env } from "./context.ts";
import { ownRows } from "./own-rows.ts";

/** Until when a completion can be undone, by the server's clock; null: not, or no longer. */
function deshacerHasta(deps: Deps, event: SpoolEvent): number | null {
  if (event.cambio.accion !== "COMPLETAR") return null;
  const hastaMs = event.atMs + DESHACER_MS;
  const last = deps.floor.spool(event.tag)?.completada?.atMs === event.atMs;
  return last && deps.now() < hastaMs ? hastaMs : null;
}

/** One action was done. */
export function hecho(c: Context<Env>, deps: Deps, rows: Rows, event: SpoolEvent): string {
  const { tag } = event;
  const hastaMs = deshacerHasta(deps, event);
  const deshacer = hastaMs === null ? null : { tag, hastaMs };
  const message = novedadText(event);
  return HechoSwap({ message, deshacer }) + ownRows(c, deps, rows, [tag]);
}

/**
 * A batch was done as far as it could be.
 * @param total how many were asked for; null when that is not known any more
 */
export function loteHecho(
  c: Context<Env>,
  deps: Deps,
  rows: Rows,
  hechos: readonly SpoolEvent[],
  rechazados: readonly Rechazado[],
  total: number | null,
): string {
  const tags = [...hechos, ...rechazados].map(({ tag }) => tag);
  const undo = hechos.flatMap((event) => {
    const hastaMs = deshacerHasta(deps, event);
    return hastaMs === null ? [] : [{ tag: event.tag, hastaMs }];
  });
  const hastaMs = Math.min(...undo.map((one) => one.hastaMs));
  const deshacer = undo.length === 0 ? null : { tags: undo.map(({ tag }) => tag), hastaMs };
  const swap = LoteSwap({ hechos: hechos.length, total, rechazados, deshacer });
  return swap + ownRows(c, deps, rows, tags);
}
