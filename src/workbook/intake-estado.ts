/**
 * The state that a row edited by hand tells. Its columns tell it; what columns can't tell is as
 * ZEUES knows it, for Estado_Detalle in the row is our own old output (spec 3). Only where hands
 * undid a BLOQUEADO in Estado_Detalle, that text is read (spec 7).
 */
import { estadoDetalle } from "../domain/estado-detalle.ts";
import type { EstadoDeColumnas } from "../domain/planilla.ts";
import type { Spool, Trabajo } from "../domain/spool.ts";
import { plain } from "../domain/trabajador.ts";
import { readEtiqueta, shown } from "./cell.ts";
import { ESCRITAS, type Escrita } from "./columns.ts";
import { readEstado } from "./estado.ts";
import type { PropiasLeidas } from "./hand-edits.ts";
import type { Rastro } from "./metadata.ts";
import type { RowContext } from "./row-cells.ts";
import { celdasOf, sameMeaning } from "./spool-cells.ts";
import { type RowReading, readSpoolRow } from "./spool-row.ts";
import type { Row } from "./tab.ts";

/** What the row tells, or why it makes no sense. */
export type Enmienda =
  /** `motivo`: why a supervisor must look first; null = it can be taken. */
  | { readonly estado: EstadoDeColumnas; readonly motivo: string | null }
  | { readonly estado: null; readonly motivo: string };

export interface FilaAMano {
  readonly known: Spool;
  readonly row: Row;
  readonly leidas: PropiasLeidas;
  /** The columns that hands changed. */
  readonly touched: readonly Escrita[];
  /** Whether Estado_Detalle undoes a BLOQUEADO. */
  readonly desbloquea: boolean;
  readonly context: RowContext;
}

const RECHAZADO = "Disponible - ARM completado, SOLD completado, RECHAZADO";

/** Estado_Detalle that undoes a BLOQUEADO; what it leaves open is as DESBLOQUEAR has it. */
function desbloqueado(text: string): string {
  const leido = readEstado(text);
  return leido?.inspeccion || /metrologia pendiente/.test(plain(text)) ? text : RECHAZADO;
}

/** Reads the row with another Estado_Detalle, and with the known spool for what it lacks. */
function read({ known, row, context }: FilaAMano, detalle: string): RowReading {
  const celdas = celdasOf(known, context.policy);
  const at = { ...context.at };
  const copy = [...row];
  while (copy.length <= Math.max(...Object.values(at))) copy.push("");
  for (const name of ESCRITAS) if (at[name] < 0) at[name] = copy.push(celdas[name]) - 1;
  copy[at.Estado_Detalle] = detalle;
  const rastro: Rastro = {
    ciclo: known.ciclo,
    ARM: known.arm.estado === "pausado",
    SOLD: known.sold.estado === "pausado",
    REPARACION: known.inspeccion.estado === "reparacion pausada",
    completada: false,
  };
  return readSpoolRow(known.tag, copy, rastro, { ...context, at });
}

const firmado = (trabajo: Trabajo): string =>
  JSON.stringify([
    trabajo.estado,
    trabajo.estado === "pendiente" ? null : trabajo.trabajador.id,
    trabajo.estado === "completado" ? trabajo.fecha : null,
  ]);

/** What a label doesn't tell (the name of who left the shop) is not lost. */
const kept = (said: Trabajo, known: Trabajo): Trabajo =>
  firmado(said) === firmado(known) ? known : said;

function ocupacionOf({ known, touched }: FilaAMano, said: Spool): Spool["ocupacion"] {
  const same = !touched.includes("Ocupado_Por") && !touched.includes("Fecha_Ocupacion");
  // The cell has whole seconds only.
  return same && known.ocupacion?.operacion === said.ocupacion?.operacion
    ? known.ocupacion
    : said.ocupacion;
}

/** Typed labels of nobody. Who left the shop is one too: a slip, unless a supervisor knows him. */
function desconocidos({ leidas, touched, context }: FilaAMano): string | null {
  const motivos = (["Armador", "Soldador"] as const).flatMap((name) => {
    const label = touched.includes(name) ? readEtiqueta(leidas[name] ?? "") : null;
    if (!label || context.firmas.has(label.id)) return [];
    return [`${name} no está en Trabajadores: ${shown(label.etiqueta)}`];
  });
  return motivos.length > 0 ? motivos.join("; ") : null;
}

/** The state that a row edited by hand tells. */
export function enmiendaOf(fila: FilaAMano): Enmienda {
  const { known, leidas, touched, desbloquea, context } = fila;
  const text = leidas.Estado_Detalle ?? "";
  const detalle = desbloquea ? desbloqueado(text) : estadoDetalle(known, context.policy);
  const { spool: said } = read(fila, detalle);
  if (said.inconsistencia !== null) return { estado: null, motivo: said.inconsistencia };
  const keeps = said.inspeccion.estado === known.inspeccion.estado;
  const estado: EstadoDeColumnas = {
    arm: kept(said.arm, known.arm),
    sold: kept(said.sold, known.sold),
    inspeccion: said.inspeccion,
    ciclo: keeps ? known.ciclo : said.ciclo,
    ocupacion: ocupacionOf(fila, said),
  };
  const celdas = celdasOf({ ...known, ...estado }, context.policy);
  const unsaid = touched.filter((name) => !sameMeaning(name, leidas[name] ?? "", celdas[name]));
  return unsaid.length === 0
    ? { estado, motivo: desconocidos(fila) }
    : { estado: null, motivo: `${unsaid.join(" y ")} no calza con las demás columnas` };
}
