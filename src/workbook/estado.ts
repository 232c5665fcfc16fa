/**
 * Estado_Detalle read back, for what columns cannot say: which operation is occupied, and how an
 * inspection ended. Only here, at first sight of a row (spec 3); afterwards it is output.
 */
import type { Inspeccion, Ocupable } from "../domain/spool.ts";
import { plain } from "../domain/trabajador.ts";

export interface EstadoLeido {
  /** The occupied operation, where the text names one. */
  readonly operacion: Ocupable | null;
  /** How the inspection stands below the occupation; null where columns say it. */
  readonly inspeccion: Inspeccion["estado"] | null;
  /** `Ciclo 2/3` is 2; null where the text has none. */
  readonly ciclo: number | null;
}

/** No Estado_Detalle is nearly as long; longer text is somebody's note. */
const ESTADO_MAX = 500;

const FORMAS: readonly (readonly [RegExp, Omit<EstadoLeido, "ciclo">])[] = [
  [/trabajando arm\b/, { operacion: "ARM", inspeccion: null }],
  [/trabajando sold\b/, { operacion: "SOLD", inspeccion: null }],
  [/^en_reparacion\b/, { operacion: "REPARACION", inspeccion: "rechazado" }],
  [/^reparacion_pausada\b/, { operacion: null, inspeccion: "reparacion pausada" }],
  [/^pendiente_metrologia\b/, { operacion: null, inspeccion: "reparado" }],
  [/^bloqueado\b/, { operacion: null, inspeccion: "bloqueado" }],
  [/^disponible - .*\brechazado\b/, { operacion: null, inspeccion: "rechazado" }],
  [/^disponible - arm \w+, sold \w+/, { operacion: null, inspeccion: null }],
];

/** Reads one of the forms of spec 3. @returns null for text that is none of them. */
export function readEstado(text: string): EstadoLeido | null {
  if (text.length > ESTADO_MAX) return null;
  const line = plain(text);
  const forma = FORMAS.find(([pattern]) => pattern.test(line));
  if (!forma) return null;
  const ciclo = /\(ciclo (\d{1,3})\b/.exec(line)?.[1];
  return { ...forma[1], ciclo: ciclo === undefined ? null : Number(ciclo) };
}

/** What a text says, however labels and limits are written: `LC (97)` is `LC(97)` is worker 97. */
export function estadoMeaning(text: string): string {
  const line = text.trim();
  if (line.length > ESTADO_MAX) return line;
  return line.replace(/[^\s()]*\s*\((\d+)\)/g, "($1)").replace(/(Ciclo \d+)\/\d+/, "$1");
}
