/** A spool's history, newest first: who did what, when, and how long it stood before. */
import type { Tramo } from "../src/domain/etapa.ts";
import type { SpoolEvent } from "../src/domain/event.ts";
import { attr } from "./partes/attr.ts";
import { tramoText } from "./partes/duracion.ts";
import { sucesoText } from "./partes/novedad.tsx";
import { Instante } from "./partes/tiempo.tsx";

/** Larger than any seq; its digits fix the width of the sort key. */
const NEWEST_FIRST = 9_000_000_000_000_000;

export const historiaId = (seq: number): string => `h-${seq}`;
/** Newest first. */
export const historiaOrden = (seq: number): string => String(NEWEST_FIRST - seq);

function motivoOf({ cambio }: SpoolEvent): string | null {
  if (cambio.accion === "ANOTAR") return cambio.texto;
  return "motivo" in cambio ? cambio.motivo : null;
}

interface Props {
  readonly event: SpoolEvent;
  /** The stage that it ended; null where none is known. */
  readonly tramo: Tramo | null;
  readonly zone: string;
  readonly orden: string;
}

/** One `<li>` of the history. */
export function HistoriaRow({ event, tramo, zone, orden }: Props): string {
  const motivo = motivoOf(event);
  return String(
    <li
      id={historiaId(event.seq)}
      class={attr(`suceso ${event.cambio.operacion ?? ""}`)}
      data-v={attr(event.version)}
      data-k={attr(orden)}
    >
      <Instante ms={event.atMs} zone={zone} />
      <span safe>{sucesoText(event)}</span>
      {motivo ? <q safe>{motivo}</q> : null}
      {tramo ? <b class="tramo">{tramoText(tramo) as "safe"}</b> : null}
      <small safe>{event.estadoDetalle}</small>
    </li>,
  );
}
