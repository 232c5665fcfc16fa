/**
 * What a stream watches ("vista") and the slices of the floor's lists that its page shows.
 * Streams with the same key are one audience: they get the same bytes (spec 6).
 */
import type { Operacion, Tag } from "../domain/spool.ts";
import type { TrabajadorId } from "../domain/trabajador.ts";
import { consultaDe, type Filtro, OCUPADOS } from "../floor/filtro.ts";
import type { ListKey } from "../floor/lists.ts";

export type Vista =
  /** The dashboard; without a filter it shows who is at work, without a text all of them. */
  | { readonly kind: "tablero"; readonly filtro?: Filtro; readonly q?: string }
  /** The wall: who is at work, and the tiles. */
  | { readonly kind: "muro" }
  | {
      readonly kind: "inicio";
      readonly trabajadorId: TrabajadorId;
      /** The operation whose open spools stand on the home page; null shows doors alone. */
      readonly operacion: Operacion | null;
      readonly q: string;
    }
  | {
      readonly kind: "operacion";
      readonly operacion: Operacion;
      readonly trabajadorId: TrabajadorId;
      /** Search text; "" shows all. */
      readonly q: string;
    }
  /** Every spool whose tag, NV or OT holds the text, whatever its state. */
  | { readonly kind: "buscar"; readonly q: string }
  | { readonly kind: "carrete"; readonly tag: Tag; readonly trabajadorId: TrabajadorId }
  /** What waits for a decision about the workbook; a supervisor has buttons. */
  | { readonly kind: "problemas"; readonly trabajadorId: TrabajadorId }
  /** The stream for programs (`/api/sse/stream`): every event, as JSON, never coalesced. */
  | { readonly kind: "json" };

/** How a row is drawn; each has its own `<ul>` on a page. */
export type RowKind =
  | "ocupado"
  | "situado"
  | "bloqueado"
  | "mio"
  | "encontrado"
  | `disponible:${Operacion}`;

export interface Slice {
  readonly list: ListKey;
  /** Id of the `<ul>` that shows it. */
  readonly ul: "ocupados" | "bloqueados" | "mios" | "disponibles" | "encontrados";
  readonly row: RowKind;
  readonly q: string;
  /** What the list does not tell of its spools; null or absent: all of them belong. */
  readonly filtro?: Filtro | null;
}

/** One audience's name: equal vistas have equal keys. */
export const vistaKey = (vista: Vista): string => JSON.stringify(Object.entries(vista).sort());

/**
 * Pages of different workers that show the same but for the worker's own list. null: a page that no
 * other worker's is like.
 * @returns the family's name and the list that is its worker's own
 */
export function familyOf(vista: Vista): { readonly name: string; readonly own: ListKey } | null {
  if (vista.kind !== "inicio" && vista.kind !== "operacion") return null;
  const { kind, operacion, q, trabajadorId } = vista;
  return { name: `${kind} ${operacion} ${q}`, own: `mios:${trabajadorId}` };
}

const mios = (id: TrabajadorId): Slice => ({ list: `mios:${id}`, ul: "mios", row: "mio", q: "" });

const abiertos = (operacion: Operacion | null, q: string): readonly Slice[] =>
  operacion === null
    ? []
    : [{ list: `disponibles:${operacion}`, ul: "disponibles", row: `disponible:${operacion}`, q }];

const bloqueados: Slice = { list: "bloqueados", ul: "bloqueados", row: "bloqueado", q: "" };

/** What a dashboard lists; only who is at work has a name and a time to show. */
function filtrados(filtro: Filtro, q: string): Slice {
  const { list, resto } = consultaDe(filtro);
  const row = filtro.estado === "progreso" ? "ocupado" : "situado";
  return { list, ul: "ocupados", row, q, filtro: resto };
}

/** The list slices that a vista's page shows, in the page's order. */
export function slicesOf(vista: Vista): readonly Slice[] {
  switch (vista.kind) {
    case "tablero":
      return [filtrados(vista.filtro ?? OCUPADOS, vista.q ?? ""), bloqueados];
    case "muro":
      return [filtrados(OCUPADOS, "")];
    case "inicio":
    case "operacion":
      return [mios(vista.trabajadorId), ...abiertos(vista.operacion, vista.q)];
    case "buscar":
      return [{ list: "todos", ul: "encontrados", row: "encontrado", q: vista.q }];
    default:
      return [];
  }
}
