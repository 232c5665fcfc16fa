/** What each worker did in a day or a week: actions by operation, and how long. Pure. */

import { type Tramo, tramosDe } from "../domain/etapa.ts";
import type { SpoolEvent } from "../domain/event.ts";
import type { Ocupacion, Operacion, Tag } from "../domain/spool.ts";
import type { Firma, TrabajadorId } from "../domain/trabajador.ts";
import type { Periodo } from "./diario-dias.ts";

export interface Cuenta {
  /** null: an action that is no operation's (a note). */
  readonly operacion: Operacion | null;
  readonly accion: SpoolEvent["cambio"]["accion"];
  readonly total: number;
}

export interface Jornada {
  readonly firma: Firma;
  readonly cuentas: readonly Cuenta[];
  /** With one spool or more in hand, milliseconds. */
  readonly conCarreteMs: number;
  /** The sum over their spools: two at a time count twice. */
  readonly sumaMs: number;
}

/** The stages of every spool that ended, each with the event that ended it. */
export interface Tramada {
  readonly event: SpoolEvent;
  readonly tramo: Tramo | null;
}

/** Every event with the stage that it ended, spool by spool. */
export function tramada(events: readonly SpoolEvent[]): readonly Tramada[] {
  const byTag = new Map<Tag, SpoolEvent[]>();
  for (const event of events) {
    const own = byTag.get(event.tag);
    if (own) own.push(event);
    else byTag.set(event.tag, [event]);
  }
  return [...byTag.values()].flatMap((own) => {
    const tramos = tramosDe(own);
    return own.map((event, at) => ({ event, tramo: tramos[at] ?? null }));
  });
}

/** A completion that was taken back, and the taking back, are nobody's work. */
export const cuenta = ({ event, tramo }: Tramada): boolean =>
  event.cambio.accion !== "DESHACER" && tramo?.deshecho !== true;

/** How much of spans lies in their union, milliseconds. */
function unionMs(spans: readonly Periodo[]): number {
  let sum = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const { desdeMs, hastaMs } of spans.toSorted((a, b) => a.desdeMs - b.desdeMs)) {
    sum += Math.max(0, hastaMs - Math.max(desdeMs, end));
    end = Math.max(end, hastaMs);
  }
  return sum;
}

const clip = (span: Periodo, to: Periodo): Periodo => ({
  desdeMs: Math.max(span.desdeMs, to.desdeMs),
  hastaMs: Math.min(span.hastaMs, to.hastaMs),
});

class Hoja {
  readonly cuentas = new Map<string, Cuenta>();
  readonly spans: Periodo[] = [];
  firma: Firma;

  constructor(firma: Firma) {
    this.firma = firma;
  }

  count({ cambio: { operacion, accion } }: SpoolEvent): void {
    const key = `${operacion} ${accion}`;
    const total = (this.cuentas.get(key)?.total ?? 0) + 1;
    this.cuentas.set(key, { operacion, accion, total });
  }

  jornada(): Jornada {
    const sumaMs = this.spans.reduce((sum, { desdeMs, hastaMs }) => sum + hastaMs - desdeMs, 0);
    const cuentas = [...this.cuentas.values()];
    return { firma: this.firma, cuentas, conCarreteMs: unionMs(this.spans), sumaMs };
  }
}

/**
 * Each worker's day or week, by name. Work that began before the diary and has ended has no known
 * begin, and adds no time.
 * @param abiertas what is held now, until `nowMs`
 */
export function jornadas(
  events: readonly SpoolEvent[],
  abiertas: readonly Ocupacion[],
  periodo: Periodo,
  nowMs: number,
): readonly Jornada[] {
  const hojas = new Map<TrabajadorId, Hoja>();
  const hojaOf = (firma: Firma): Hoja => {
    const known = hojas.get(firma.id);
    const hoja = known ?? new Hoja(firma);
    hoja.firma = firma; // the newest name
    if (!known) hojas.set(firma.id, hoja);
    return hoja;
  };
  const worked = (firma: Firma, span: Periodo): void => {
    const inside = clip(span, periodo);
    if (inside.hastaMs > inside.desdeMs) hojaOf(firma).spans.push(inside);
  };
  for (const entry of tramada(events)) {
    const { event, tramo } = entry;
    if (!cuenta(entry)) continue;
    const { firma } = event.autor;
    const inside = event.atMs >= periodo.desdeMs && event.atMs < periodo.hastaMs;
    if (firma && inside) hojaOf(firma).count(event);
    if (tramo?.etapa.estado === "progreso" && tramo.firma) worked(tramo.firma, tramo);
  }
  for (const { trabajador, desdeMs } of abiertas) worked(trabajador, { desdeMs, hastaMs: nowMs });
  const collator = new Intl.Collator("es-CL");
  return [...hojas.values()]
    .map((hoja) => hoja.jornada())
    .sort((a, b) => collator.compare(a.firma.nombre, b.firma.nombre));
}
