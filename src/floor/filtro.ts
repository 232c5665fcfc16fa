/**
 * What a dashboard shows of the shop: by whom, in which operation, in which state. Pure. Most
 * filters are a list of the floor; `resto` is what must still be asked of each of its spools.
 */
import { closed } from "../domain/decide.ts";
import type { Policy } from "../domain/policy.ts";
import { firmante, OPERACIONES, type Operacion, type Spool } from "../domain/spool.ts";
import type { TrabajadorId } from "../domain/trabajador.ts";
import type { ListKey } from "./lists.ts";
import { SITUACIONES, type Situacion, situacionEn } from "./resumen.ts";

export const ESTADOS = [...SITUACIONES, "bloqueado", "inconsistente"] as const;
export type Estado = (typeof ESTADOS)[number];

export interface Filtro {
  readonly trabajador: TrabajadorId | null;
  readonly operacion: Operacion | null;
  readonly estado: Estado;
}

/** Who is at work: what a dashboard shows unless it is asked for something else. */
export const OCUPADOS: Filtro = { trabajador: null, operacion: null, estado: "progreso" };

/** The Id of nobody: a filter by somebody that the shop never had finds nothing. */
export const NADIE = 0 as TrabajadorId;

export const isEstado = (text: string): text is Estado =>
  (ESTADOS as readonly string[]).includes(text);

export interface Consulta {
  readonly list: ListKey;
  /** null: every spool of the list belongs. */
  readonly resto: Filtro | null;
}

/** The floor's list that answers a filter, and what the list alone does not tell. */
export function consultaDe(filtro: Filtro): Consulta {
  const { trabajador, operacion, estado } = filtro;
  const porTrabajador = trabajador === null ? null : filtro;
  if (estado === "bloqueado") return { list: "bloqueados", resto: porTrabajador };
  if (estado === "inconsistente") return { list: "inconsistentes", resto: porTrabajador };
  if (estado === "progreso" && trabajador !== null) {
    return { list: `mios:${trabajador}`, resto: operacion === null ? null : filtro };
  }
  if (operacion !== null) return { list: `en:${operacion}:${estado}`, resto: porTrabajador };
  return estado === "progreso"
    ? { list: "ocupados", resto: null }
    : { list: "todos", resto: filtro };
}

/** Whether it is this worker's: they hold it, or, while it is free, they worked on it last. */
function isDe(spool: Spool, { trabajador, operacion }: Filtro): boolean {
  if (trabajador === null) return true;
  if (spool.ocupacion) return spool.ocupacion.trabajador.id === trabajador;
  return (["ARM", "SOLD"] as const).some(
    (op) => (operacion === null || operacion === op) && firmante(spool, op)?.id === trabajador,
  );
}

const isSituacion = (estado: Estado): estado is Situacion =>
  (SITUACIONES as readonly string[]).includes(estado);

/** Whether a spool of the filter's list belongs. */
export function cumple(spool: Spool, filtro: Filtro, policy: Policy): boolean {
  const { operacion, estado } = filtro;
  if (!isDe(spool, filtro)) return false;
  if (!isSituacion(estado)) return true;
  const operaciones = operacion === null ? OPERACIONES : [operacion];
  return operaciones.some(
    (op) => situacionEn(spool, op, closed(spool, op, policy) === null) === estado,
  );
}
