/**
 * The Metadata tab: the log of the workbook. Read at first sight of a spool, for what neither
 * columns nor Estado_Detalle tell; written as one row per event, append-only (spec 4).
 */
import type { SpoolEvent } from "../domain/event.ts";
import { fechaAt, formatFecha, formatInstant, instantOf, parseLectura } from "../domain/fecha.ts";
import type { EstadoDeColumnas } from "../domain/planilla.ts";
import type { Policy } from "../domain/policy.ts";
import { isOcupable, OCUPABLES, type Ocupable, type Spool } from "../domain/spool.ts";
import { plain } from "../domain/trabajador.ts";
import { type Columnas, findColumns, METADATA_COLUMNAS } from "./columns.ts";
import { cellAt, type Row, type Tab } from "./tab.ts";

type Columna = (typeof METADATA_COLUMNAS)[number];

/** What the log tells of one spool. */
export interface Rastro {
  /** Consecutive rejections; null when the log knows of no inspection. */
  ciclo: number | null;
  /** Whether the operation was begun and paused before its last TOMAR. */
  ARM: boolean;
  SOLD: boolean;
  REPARACION: boolean;
  /** The same of the operation last completed, before it was: DESHACER brings it back. */
  completada: boolean;
}

export interface Apunte {
  /** Index in the tab's rows. */
  readonly index: number;
  readonly tag: string;
  readonly atMs: number;
  readonly accion: string;
  readonly operacion: string;
  readonly json: string;
}

export const SIN_RASTRO: Rastro = {
  ciclo: null,
  ARM: false,
  SOLD: false,
  REPARACION: false,
  completada: false,
};

export const metadataColumns = (tab: Tab): Columnas<Columna> =>
  findColumns<Columna>(tab, [], METADATA_COLUMNAS);

/**
 * The log's rows that can be placed in time, oldest first; a repeated ID counts once.
 * @param sabido tags whose rows are left out: a log of years takes a second to place in time
 */
export function readMetadata(
  tab: Tab,
  policy: Policy,
  sabido: (tag: string) => boolean = () => false,
): readonly Apunte[] {
  const at = metadataColumns(tab);
  const seen = new Set<string>();
  const out: Apunte[] = [];
  for (const [index, row] of tab.rows.entries()) {
    const tag = cellAt(row, at.TAG_SPOOL).trim();
    if (sabido(tag)) continue;
    const id = cellAt(row, at.ID).trim();
    const lectura = parseLectura(cellAt(row, at.Timestamp));
    if (!lectura || (id !== "" && seen.has(id))) continue;
    seen.add(id);
    const tipo = cellAt(row, at.Evento_Tipo).split("_")[0] ?? "";
    out.push({
      index,
      tag,
      atMs: instantOf(lectura, policy.zone),
      accion: plain(cellAt(row, at.Accion) || tipo).toUpperCase(),
      operacion: plain(cellAt(row, at.Operacion)).toUpperCase(),
      json: cellAt(row, at.Metadata_JSON),
    });
  }
  return out.sort((a, b) => a.atMs - b.atMs);
}

interface Nota {
  readonly ciclo?: unknown;
  readonly desde?: unknown;
  readonly pausadas?: unknown;
}

function notaOf(json: string): Nota {
  if (!json.includes(":")) return {};
  try {
    const nota: unknown = JSON.parse(json);
    return typeof nota === "object" && nota !== null ? nota : {};
  } catch {
    // Hands write anything into this cell; then it tells nothing.
    return {};
  }
}

/** A hand edit that was taken says the whole state anew. */
const ANEW: ReadonlySet<string> = new Set(["CORREGIR", "SUPERVISOR_OVERRIDE"]);

function begin(rastro: Rastro, pausadas: unknown): void {
  const paused: readonly unknown[] = Array.isArray(pausadas) ? pausadas : [];
  for (const operacion of OCUPABLES) rastro[operacion] = paused.includes(operacion);
  rastro.ciclo = 0;
  rastro.completada = false;
}

function follow(rastro: Rastro, { accion, operacion, json }: Apunte): void {
  const { ciclo, desde, pausadas } = notaOf(json);
  if (ANEW.has(accion)) begin(rastro, pausadas);
  if (accion === "RECHAZAR") rastro.ciclo = (rastro.ciclo ?? 0) + 1;
  if (typeof ciclo === "number" && Number.isInteger(ciclo) && ciclo > 0) rastro.ciclo = ciclo;
  if (accion === "APROBAR") rastro.ciclo = 0;
  if (accion === "RECHAZAR") rastro.REPARACION = false;
  if (isOcupable(operacion)) followPauses(rastro, accion, operacion, desde);
}

/** Whether the operation was begun before its last TOMAR. */
function followPauses(rastro: Rastro, accion: string, operacion: Ocupable, desde: unknown): void {
  const paused = accion === "TOMAR" && desde === "pausado";
  if (paused || accion === "PAUSAR" || accion === "LIBERAR") rastro[operacion] = true;
  if (accion === "COMPLETAR") rastro.completada = rastro[operacion];
  if (accion === "DESHACER") rastro[operacion] = rastro.completada;
  const ends = accion === "COMPLETAR" || (accion === "CANCELAR" && operacion === "REPARACION");
  if (ends) rastro[operacion] = false;
}

/** What the log tells, by tag as the log writes it. */
export function rastros(apuntes: readonly Apunte[]): ReadonlyMap<string, Rastro> {
  const out = new Map<string, Rastro>();
  for (const apunte of apuntes) {
    const rastro = out.get(apunte.tag) ?? { ...SIN_RASTRO };
    out.set(apunte.tag, rastro);
    follow(rastro, apunte);
  }
  return out;
}

const PAUSADO = /pausad[ao]$/;

const belowOf = (spool: Spool, operacion: Ocupable): string => {
  if (operacion === "REPARACION") return spool.inspeccion.estado;
  return (operacion === "ARM" ? spool.arm : spool.sold).estado;
};

/** The operations that stand paused in a state that hands told. */
function pausadasIn({ arm, sold, inspeccion }: EstadoDeColumnas): readonly Ocupable[] {
  const below = { ARM: arm.estado, SOLD: sold.estado, REPARACION: inspeccion.estado };
  return OCUPABLES.filter((operacion) => PAUSADO.test(below[operacion]));
}

/**
 * What only the log can tell a ledger that starts from this workbook: the cycle, and that a TOMAR
 * continued something paused (`desde`), so that CANCELAR returns to it. And what people wrote, and
 * for people what their edit led to.
 */
function jsonOf({ cambio, estadoDetalle }: SpoolEvent, antes: Spool | null): string {
  const estado = "estado" in cambio ? cambio.estado : null;
  const told = estado ?? ("ciclo" in cambio ? cambio : antes);
  const ciclo = told?.ciclo ?? 0;
  const pausadas = estado ? pausadasIn(estado) : [];
  const desde = antes && cambio.accion === "TOMAR" ? belowOf(antes, cambio.operacion) : "";
  return JSON.stringify({
    ...(ciclo > 0 && cambio.accion !== "APROBAR" ? { ciclo } : {}),
    ...(PAUSADO.test(desde) ? { desde: "pausado" } : {}),
    ...(pausadas.length > 0 ? { pausadas } : {}),
    ...("motivo" in cambio && cambio.motivo ? { motivo: cambio.motivo } : {}),
    ...("texto" in cambio ? { texto: cambio.texto } : {}),
    ...(estado ? { estado: estadoDetalle } : {}),
  });
}

/**
 * The row of one event, in the order of the tab's own header.
 * @param antes the spool before the event, null when the log no longer reaches back so far
 */
export function metadataRow(
  event: SpoolEvent,
  antes: Spool | null,
  id: string,
  tab: Tab,
  policy: Policy,
): Row {
  const { firma } = event.autor;
  const { accion, operacion } = event.cambio;
  const cells: Readonly<Record<Columna, string>> = {
    ID: id,
    Timestamp: formatInstant(event.atMs, policy.zone),
    Evento_Tipo: `${accion}_SPOOL`,
    TAG_SPOOL: event.tag,
    Worker_ID: firma ? String(firma.id) : "",
    Worker_Nombre: firma?.etiqueta ?? "",
    Operacion: operacion ?? "",
    Accion: accion,
    Fecha_Operacion: formatFecha(fechaAt(event.atMs, policy.zone)),
    Metadata_JSON: jsonOf(event, antes),
    N_UNION: "",
  };
  const at = metadataColumns(tab);
  const row = tab.header.map(() => "");
  for (const name of METADATA_COLUMNAS) if (at[name] >= 0) row[at[name]] = cells[name];
  return row;
}
