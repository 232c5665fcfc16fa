/** Where a spool stands in each operation, as the dashboard's tiles count it. Pure. */
import type { Planilla } from "../domain/event.ts";
import { estadoDe, OPERACIONES, type Operacion, type Spool } from "../domain/spool.ts";
import type { Firma, TrabajadorId } from "../domain/trabajador.ts";
import type { Floor } from "./floor.ts";
import type { ListKey } from "./lists.ts";

/** `pendiente` waits for something first; `disponible` can be taken now, never begun. */
export const SITUACIONES = [
  "pendiente",
  "disponible",
  "progreso",
  "pausado",
  "completado",
] as const;
export type Situacion = (typeof SITUACIONES)[number];

/** What is counted of each operation. Metrología is instant; reparación begins with a rejection. */
export const CASILLAS: Readonly<Record<Operacion, readonly Situacion[]>> = {
  ARM: SITUACIONES,
  SOLD: SITUACIONES,
  METROLOGIA: ["disponible", "completado"],
  REPARACION: ["disponible", "progreso", "pausado"],
};

/** The dashboard's tiles: the lists that each of them counts. */
export const FICHAS: readonly ListKey[] = [
  "ocupados",
  "bloqueados",
  "inconsistentes",
  ...OPERACIONES.flatMap((operacion) =>
    CASILLAS[operacion].map((situacion) => `en:${operacion}:${situacion}` as const),
  ),
];

/** What the wall counts beside its own list. */
export const FICHAS_DEL_MURO: readonly ListKey[] = [
  "en:ARM:progreso",
  "en:SOLD:progreso",
  "en:REPARACION:progreso",
  "en:METROLOGIA:disponible",
  "bloqueados",
];

/** What the page of the workbook's problems lists, hand edits that wait among them. */
export const problemasTotal = (planilla: Planilla | null): number =>
  (planilla?.problemas.length ?? 0) + (planilla?.cambios?.length ?? 0);

/** How many spools a worker holds. */
export interface Carga {
  readonly firma: Firma;
  readonly total: number;
}

/** Who holds how many, the most first. */
export function cargas(floor: Floor): readonly Carga[] {
  const held = new Map<TrabajadorId, { firma: Firma; total: number }>();
  for (const { tag } of floor.list("ocupados")) {
    const firma = floor.spool(tag)?.ocupacion?.trabajador;
    if (!firma) continue;
    const carga = held.get(firma.id) ?? { firma, total: 0 };
    carga.total += 1;
    held.set(firma.id, carga);
  }
  return [...held.values()].sort((a, b) => b.total - a.total || a.firma.id - b.firma.id);
}

/** ARM or SOLD. */
function trabajada(spool: Spool, operacion: "ARM" | "SOLD", abierta: boolean): Situacion {
  const estado = estadoDe(spool, operacion);
  if (estado === "pausado" || estado === "completado") return estado;
  return abierta ? "disponible" : "pendiente";
}

/**
 * A spool's place in an operation; null when the operation does not count it.
 * @param abierta whether it is open for the operation (domain/decide, `closed`)
 */
export function situacionEn(
  spool: Spool,
  operacion: Operacion,
  abierta: boolean,
): Situacion | null {
  if (spool.inconsistencia !== null) return null;
  if (spool.ocupacion?.operacion === operacion) return "progreso";
  const { estado } = spool.inspeccion;
  switch (operacion) {
    case "METROLOGIA":
      if (estado === "aprobado") return "completado";
      return abierta ? "disponible" : null;
    case "REPARACION":
      if (estado === "reparacion pausada") return "pausado";
      return estado === "rechazado" ? "disponible" : null;
    default:
      return trabajada(spool, operacion, abierta);
  }
}
