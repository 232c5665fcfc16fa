/**
 * What is to be done about one row of a known, sound spool whose tag is unique (spec 7, "In";
 * docs/decisions/sheets.md). The engineers' columns are taken always; for columns of ours:
 *
 * | the row says                              | then                                        |
 * |-------------------------------------------|---------------------------------------------|
 * | what ZEUES has, or had while pending      | nothing; a wrong version is written again   |
 * | what the spool once was, to the last cell | it is written again                         |
 * | something else that makes sense, free     | CORREGIR; SUPERVISOR_OVERRIDE of a BLOQUEADO |
 * | something else                            | it waits in `cambios`                       |
 * | another Estado_Detalle alone              | it waits; is written where ZEUES never did  |
 * | a blank Estado_Detalle                    | it is written again, but where it undoes a  |
 * |                                           | BLOQUEADO; with many blank it never does    |
 */
import type { SpoolEvent } from "../domain/event.ts";
import type { CambioAMano, EstadoDeColumnas } from "../domain/planilla.ts";
import type { Policy } from "../domain/policy.ts";
import type { Spool } from "../domain/spool.ts";
import { enPantalla } from "../domain/trabajador.ts";
import { ESCRITAS, type Escrita } from "./columns.ts";
import { readEstado } from "./estado.ts";
import {
  detalleTocado,
  esCopiaVieja,
  estadosDe,
  type PropiasLeidas,
  propiasDe,
  tocadas,
} from "./hand-edits.ts";
import type { ImportChange } from "./import-change.ts";
import { editar, spoolChange, theirs } from "./import-row.ts";
import { enmiendaOf } from "./intake-estado.ts";
import type { IntakeInput } from "./intake-input.ts";
import { isOurs } from "./plan-export.ts";
import type { Fila, Libro } from "./rows.ts";
import { celdasOf, sameMeaning } from "./spool-cells.ts";
import { cellAt, headerKey, type Row } from "./tab.ts";

/** What is to be done about a row; absent = nothing. */
export interface Juicio {
  readonly change?: ImportChange | null;
  /** Waits for a supervisor. */
  readonly cambio?: CambioAMano | undefined;
  readonly repasar?: boolean;
  /** Only the spool's history can tell. */
  readonly duda?: boolean;
  /** What hands typed into columns of ours, where that is taken or waits. */
  readonly manos?: string;
}

/** The sheet that is read. */
export interface Vista {
  readonly input: IntakeInput;
  readonly libro: Libro;
  /** Estado_Detalle is blank in more rows than hands empty: the column is new, or was put back. */
  readonly enBlanco: boolean;
}

/** A row of a known spool with all that is asked about it. */
interface Caso extends Vista {
  readonly fila: number;
  readonly row: Row;
  readonly leidas: PropiasLeidas;
  readonly known: Spool;
  /** The change of the engineers' columns, which comes first. */
  readonly edicion: ImportChange | null;
  readonly pendiente: boolean;
  /** How it waits since an earlier read. */
  readonly prior: CambioAMano | undefined;
}

/** What hands did to columns of ours. */
interface Manos {
  readonly touched: readonly Escrita[];
  /** Estado_Detalle says something else than ZEUES. */
  readonly detalle: boolean;
}

const DETALLE_NUESTRO = "Estado_Detalle lo escribe ZEUES";
const DETALLE_KEY = headerKey("Estado_Detalle");
const EN_CAMINO = "hay un cambio de ZEUES que va en camino";

/** What hands typed; Estado_Detalle counts only alone: ZEUES writes over it with any action. */
function typed({ celdas }: CambioAMano): string {
  const rest = celdas.filter(({ columna }) => headerKey(columna) !== DETALLE_KEY);
  const decisive = rest.length > 0 ? rest : celdas;
  return JSON.stringify(decisive.map(({ columna, dice }) => [headerKey(columna), dice]));
}

/** Whether two say that hands typed the very same. */
export const sameEdit = (a: CambioAMano | undefined, b: CambioAMano): boolean =>
  a !== undefined && typed(a) === typed(b);

/**
 * Whether an edit whose row can't be told now (gone, or its tag twice there) still waits: not when
 * ZEUES itself says by now all that hands typed.
 */
export function sigueEsperando({ celdas }: CambioAMano, known: Spool, policy: Policy): boolean {
  const nuestras = celdasOf(known, policy);
  return celdas.some(({ columna, dice }) => {
    const name = ESCRITAS.find((one) => headerKey(one) === headerKey(columna));
    return name !== undefined && !sameMeaning(name, dice, nuestras[name]);
  });
}

/** Why it waits; who has the spool is always named. */
function porQue({ ocupacion }: Spool, motivo: string | null): string {
  const ocupante = ocupacion && `está ocupado por ${enPantalla(ocupacion.trabajador)}`;
  return [ocupante, motivo].filter((one) => one !== null).join("; ");
}

/** The hand edit as it waits; what was decided of the very same cells still holds. */
function cambioDe(
  caso: Caso,
  columns: readonly Escrita[],
  motivo: string | null,
  estado: EstadoDeColumnas | null,
): CambioAMano {
  const { input, libro, fila, leidas, known, edicion, prior } = caso;
  const celdas = celdasOf(known, input.policy);
  const cambio: CambioAMano = {
    tag: known.tag,
    fila,
    celdas: columns.map((name) => ({
      columna: cellAt(libro.tab.header, libro.context.at[name]),
      dice: leidas[name] ?? "",
      decia: celdas[name],
    })),
    motivo: porQue(known, motivo),
    estado,
    version: edicion?.state.version ?? known.version,
    vistoMs: input.nowMs,
    deshacer: null,
  };
  if (!prior || !sameEdit(prior, cambio)) return cambio;
  return { ...cambio, vistoMs: prior.vistoMs, deshacer: prior.deshacer };
}

/** What waits; a supervisor's undoing is the outbox's to write. */
const espera = (cambio: CambioAMano): Juicio => ({
  cambio,
  repasar: cambio.deshacer !== null,
  manos: typed(cambio),
});

/** The row's columns of ours were changed, in a way that tells a state. */
function corregir(caso: Caso, manos: Manos, columns: readonly Escrita[]): Juicio {
  const { input, libro, row, leidas, known, edicion, pendiente } = caso;
  const bloqueado = known.inspeccion.estado === "bloqueado";
  const desbloquea = bloqueado && manos.detalle && !leeBloqueado(leidas);
  const { touched } = manos;
  const { context } = libro;
  const enmienda = enmiendaOf({ known, row, leidas, touched, desbloquea, context });
  const { estado } = enmienda;
  if (estado === null) return espera(cambioDe(caso, columns, enmienda.motivo, null));
  const enCamino = pendiente && !known.ocupacion ? EN_CAMINO : null;
  const cambio = cambioDe(caso, columns, enmienda.motivo ?? enCamino, estado);
  if (cambio.motivo !== "" || cambio.deshacer) return espera(cambio);
  // One change of a spool in a commit: the engineers' first, this one with the next read.
  if (edicion) return { manos: typed(cambio) };
  const override = bloqueado && estado.inspeccion.estado !== "bloqueado";
  const accion = override ? "SUPERVISOR_OVERRIDE" : "CORREGIR";
  const change = spoolChange(input, known, { accion, operacion: null, estado });
  return { change, manos: typed(cambio) };
}

const leeBloqueado = ({ Estado_Detalle = "" }: PropiasLeidas): boolean =>
  readEstado(Estado_Detalle)?.inspeccion === "bloqueado";

/** What differs from what ZEUES has, in the light of what the spool once was. */
function conHistoria(caso: Caso, history: readonly SpoolEvent[]): Juicio {
  const { input, leidas, known, pendiente, prior } = caso;
  const states = pendiente ? estadosDe(history) : [known];
  // The spool went on while this was read, or its past is gone: the next read tells.
  if (!states || history.at(-1)?.version !== known.version) return { cambio: prior };
  const manos: Manos = {
    touched: tocadas(leidas, states, input.policy),
    detalle: detalleTocado(leidas, states, input.policy),
  };
  if (!pendiente && esCopiaVieja(leidas, history, input.policy)) return { repasar: true };
  const bloqueado = known.inspeccion.estado === "bloqueado";
  const desbloquea = bloqueado && manos.detalle && !leeBloqueado(leidas);
  // What ZEUES never wrote is the earlier system's, or nobody's.
  const nuestro = history.some(isOurs) && !pendiente;
  const columns = [...manos.touched];
  if (manos.detalle && (desbloquea || nuestro)) columns.push("Estado_Detalle");
  if (manos.touched.length > 0 || desbloquea) return corregir(caso, manos, columns);
  if (columns.length > 0) return espera(cambioDe(caso, columns, DETALLE_NUESTRO, null));
  return { repasar: manos.detalle && !pendiente };
}

/** Whether something was ever done to the spool in ZEUES; undefined = not known. */
function actuado({ input, known }: Caso): boolean | undefined {
  // Its only event is its import.
  if (known.version === 1) return false;
  return input.actuado(known.tag) ?? input.history.get(known.tag)?.some(isOurs);
}

/** Columns of ours. */
function propias(caso: Caso): Juicio {
  const { input, leidas, known, pendiente } = caso;
  const touched = tocadas(leidas, [known], input.policy).length > 0;
  const detalle = detalleTocado(leidas, [known], input.policy);
  const bloqueado = known.inspeccion.estado === "bloqueado";
  if (touched || (detalle && bloqueado)) {
    const history = input.history.get(known.tag);
    return history ? conHistoria(caso, history) : { duda: true };
  }
  const version = leidas.version?.trim() ?? String(known.version);
  if (pendiente || (!detalle && version === String(known.version))) return {};
  const acted = actuado(caso);
  if (acted === undefined) return { duda: true };
  if (!detalle || !acted) return { repasar: acted || detalle };
  const history = input.history.get(known.tag);
  return history ? conHistoria(caso, history) : { duda: true };
}

/** The row's columns of ours; without Estado_Detalle where that is blank and no hand meant it. */
function leer({ libro, enBlanco }: Vista, row: Row, { inspeccion }: Spool) {
  const { Estado_Detalle, ...rest } = propiasDe(row, libro.context.at);
  if (Estado_Detalle === undefined) return { leidas: rest, vacia: false };
  const vacia = Estado_Detalle.trim() === "" && (enBlanco || inspeccion.estado !== "bloqueado");
  return { leidas: vacia ? rest : { ...rest, Estado_Detalle }, vacia };
}

/** Judges the row of a known sound spool whose tag is unique. */
export function juzgar(
  vista: Vista,
  known: Spool,
  read: Fila,
  prior: CambioAMano | undefined,
): Juicio {
  const { input, libro } = vista;
  const [fila] = read.filas as readonly [number];
  const row = libro.tab.rows[fila - 2] ?? [];
  const edicion = editar(input, known, theirs(read, known, input.policy));
  const { leidas, vacia } = leer(vista, row, known);
  const pendiente = input.pendientes(known.tag);
  const juicio = propias({ ...vista, fila, row, leidas, known, edicion, pendiente, prior });
  return {
    ...juicio,
    ...(vacia && !pendiente ? { repasar: true } : {}),
    ...(edicion ? { change: edicion } : {}),
  };
}
