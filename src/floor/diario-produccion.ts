/** How much the shop gets done: per day and operation, and how long spools stand. Pure. */

import type { Etapa } from "../domain/etapa.ts";
import type { SpoolEvent } from "../domain/event.ts";
import { OPERACIONES, type Operacion } from "../domain/spool.ts";
import type { Dia, Periodo } from "./diario-dias.ts";
import { cuenta, type Tramada } from "./diario-equipo.ts";

export interface Produccion {
  readonly dia: Dia;
  /** Completed, or approved by metrología. */
  readonly hechos: Readonly<Record<Operacion, number>>;
}

const isHecho = ({ cambio: { accion } }: SpoolEvent): boolean =>
  accion === "COMPLETAR" || accion === "APROBAR";

/** What was done on each of the days. */
export function porDia(entries: readonly Tramada[], dias: readonly Dia[]): readonly Produccion[] {
  const out = dias.map((dia) => ({
    dia,
    hechos: { ARM: 0, SOLD: 0, METROLOGIA: 0, REPARACION: 0 },
  }));
  for (const entry of entries) {
    const { event } = entry;
    const { operacion } = event.cambio;
    if (!isHecho(event) || operacion === null || !cuenta(entry)) continue;
    const day = out.find(({ dia }) => event.atMs >= dia.desdeMs && event.atMs < dia.hastaMs);
    if (day) day.hechos[operacion] += 1;
  }
  return out;
}

/** How long spools stood in a stage. */
export interface Estadia {
  readonly etapa: Etapa;
  /** Stages that ended in the period. */
  readonly total: number;
  /** Half of them were no longer than this, milliseconds; 0 when there are none. */
  readonly medianaMs: number;
}

const ESTADOS: readonly Etapa["estado"][] = ["espera", "progreso", "pausado", "bloqueado"];

/** Stages that exist: metrología is instant, a block ends in metrología alone. */
const ETAPAS: readonly Etapa[] = OPERACIONES.flatMap((operacion) =>
  ESTADOS.filter((estado) =>
    operacion === "METROLOGIA"
      ? estado === "espera" || estado === "bloqueado"
      : estado !== "bloqueado",
  ).map((estado) => ({ operacion, estado })),
);

function median(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** The stages that ended in a period, in the order of the work. */
export function estadias(entries: readonly Tramada[], periodo: Periodo): readonly Estadia[] {
  const spans = new Map<string, number[]>();
  for (const { tramo } of entries) {
    if (!tramo || tramo.deshecho) continue;
    if (tramo.hastaMs < periodo.desdeMs || tramo.hastaMs >= periodo.hastaMs) continue;
    const key = `${tramo.etapa.operacion} ${tramo.etapa.estado}`;
    const known = spans.get(key);
    if (known) known.push(tramo.hastaMs - tramo.desdeMs);
    else spans.set(key, [tramo.hastaMs - tramo.desdeMs]);
  }
  return ETAPAS.map((etapa) => {
    const all = (spans.get(`${etapa.operacion} ${etapa.estado}`) ?? []).sort((a, b) => a - b);
    return { etapa, total: all.length, medianaMs: median(all) };
  });
}
