/**
 * What happened: the only thing that changes state (architecture: one direction).
 *
 * E1: an event holds all that `evolve` needs; policy and clock were asked once, when it was
 *     decided.
 * E2: an event says who, by which way, when, and the Estado_Detalle that it led to (spec 8).
 */
import type { AccesoEvent } from "./acceso.ts";
import type { Ajustes } from "./ajustes.ts";
import type { Medio } from "./command.ts";
import type { Fecha } from "./fecha.ts";
import type { CambioAMano, Congelada, EstadoDeColumnas } from "./planilla.ts";
import type { FinDeSesion, Sesion } from "./sesion.ts";
import type { Ocupable, Spool, Tag } from "./spool.ts";
import type { Firma, Trabajador } from "./trabajador.ts";

declare const seqBrand: unique symbol;

/** Place in the log: 1, 2, 3 … without a gap (spec 5). 0 is "before the first". */
export type Seq = number & { readonly [seqBrand]: true };

export const SEQ_ZERO = 0 as Seq;

/** What the engineers own of a spool; the sheet changes it at any time (spec 4). */
export type Descripcion = Pick<Spool, "nv" | "ot" | "ficha" | "fechaMateriales">;

/** What an event changes in a spool. */
export type Cambio =
  | { readonly accion: "TOMAR" | "PAUSAR" | "CANCELAR"; readonly operacion: Ocupable }
  | { readonly accion: "LIBERAR"; readonly operacion: Ocupable; readonly motivo: string }
  | { readonly accion: "COMPLETAR"; readonly operacion: Ocupable; readonly fecha: Fecha }
  | { readonly accion: "APROBAR"; readonly operacion: "METROLOGIA"; readonly fecha: Fecha }
  | {
      readonly accion: "RECHAZAR";
      readonly operacion: "METROLOGIA";
      readonly ciclo: number;
      readonly bloqueado: boolean;
      readonly motivo: string | null;
    }
  | { readonly accion: "DESBLOQUEAR"; readonly operacion: "METROLOGIA"; readonly motivo: string }
  /** The completion is taken back: the spool is occupied again, since when it was. */
  | { readonly accion: "DESHACER"; readonly operacion: Ocupable }
  | { readonly accion: "ANOTAR"; readonly operacion: null; readonly texto: string }
  /** First sight of a row: the whole spool as the sheet tells it. */
  | { readonly accion: "IMPORTAR"; readonly operacion: null; readonly spool: Spool }
  /** The engineers changed their columns of a known spool. */
  | { readonly accion: "EDITAR"; readonly operacion: null; readonly descripcion: Descripcion }
  /** Hands changed columns of ours, and it was taken; an OVERRIDE undid a BLOQUEADO (spec 7). */
  | {
      readonly accion: "CORREGIR" | "SUPERVISOR_OVERRIDE";
      readonly operacion: null;
      readonly estado: EstadoDeColumnas;
    };

/** Who did it and by which way. `firma` is null where nobody signed (an import). */
export interface Autor {
  readonly firma: Firma | null;
  readonly medio: Medio;
  readonly dispositivo: string | null;
  /** The request that it answers: finds its lines in the logs of every process. */
  readonly requestId?: string;
}

export interface SpoolEvent {
  readonly kind: "spool";
  readonly seq: Seq;
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly tag: Tag;
  /** The spool's version after this event. */
  readonly version: number;
  readonly autor: Autor;
  readonly cambio: Cambio;
  /** Estado_Detalle after this event. */
  readonly estadoDetalle: string;
}

/** A worker is new, or changed name, roles or activity. */
export interface TrabajadorEvent {
  readonly kind: "trabajador";
  readonly seq: Seq;
  readonly atMs: number;
  readonly version: number;
  readonly autor: Autor;
  readonly trabajador: Trabajador;
}

/** The workbook was read: what is wrong with it. */
export interface PlanillaEvent {
  readonly kind: "planilla";
  readonly seq: Seq;
  readonly atMs: number;
  readonly version: number;
  readonly autor: Autor;
  readonly planilla: Planilla;
}

/** A supervisor changed what holds for all screens. */
export interface AjustesEvent {
  readonly kind: "ajustes";
  readonly seq: Seq;
  readonly atMs: number;
  readonly version: number;
  readonly autor: Autor;
  readonly ajustes: Ajustes;
}

interface DeSesion {
  readonly kind: "sesion";
  readonly seq: Seq;
  readonly atMs: number;
  readonly version: number;
  readonly autor: Autor;
  /** Which session: the SHA-256 of its cookie, never the cookie. */
  readonly hash: string;
}

export interface SesionIniciada extends DeSesion {
  readonly sesion: Sesion;
  readonly fin: null;
}

/** Its record is gone. Nobody signs one whose time was up. */
export interface SesionTerminada extends DeSesion {
  readonly sesion: null;
  readonly fin: FinDeSesion;
}

/** A browser became somebody's, or nobody's again. */
export type SesionEvent = SesionIniciada | SesionTerminada;

/** `error`: the row is not acted on until mended. `aviso`: read well, but worth mending. */
export interface Problema {
  readonly gravedad: "error" | "aviso";
  readonly tab: string;
  /** Row numbers as a spreadsheet shows them: the header is row 1. */
  readonly filas: readonly number[];
  readonly tag: string | null;
  /** One short Spanish sentence. */
  readonly motivo: string;
}

/** What was last seen of the workbook. */
export interface Planilla {
  readonly version: number;
  readonly leidaMs: number;
  readonly problemas: readonly Problema[];
  /** Hand edits of our columns that wait for a supervisor; absent = none. */
  readonly cambios?: readonly CambioAMano[];
  /** The import stands still; absent or null = it does not. */
  readonly congelada?: Congelada | null;
}

export type Event =
  | SpoolEvent
  | TrabajadorEvent
  | PlanillaEvent
  | AjustesEvent
  | SesionEvent
  | AccesoEvent;

/** An event that has no place in the log yet. */
export type Pending<E extends Event = Event> = E extends Event ? Omit<E, "seq"> : never;
