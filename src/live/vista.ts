/**
 * What a stream watches ("vista") and the slices of the floor's lists that its page shows.
 * Streams with the same key are one audience: they get the same bytes (spec 6).
 */
import type { Operacion, Tag } from "../domain/spool.ts";
import type { TrabajadorId } from "../domain/trabajador.ts";
import type { ListKey } from "../floor/lists.ts";

export type Vista =
  | { readonly kind: "tablero" }
  | { readonly kind: "inicio"; readonly trabajadorId: TrabajadorId }
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
  /** The stream for programs (`/api/sse/stream`): every event, as JSON, never coalesced. */
  | { readonly kind: "json" };

/** How a row is drawn; each has its own `<ul>` on a page. */
export type RowKind = "ocupado" | "mio" | "encontrado" | `disponible:${Operacion}`;

export interface Slice {
  readonly list: ListKey;
  /** Id of the `<ul>` that shows it. */
  readonly ul: "ocupados" | "mios" | "disponibles" | "encontrados";
  readonly row: RowKind;
  readonly q: string;
}

/** One audience's name: equal vistas have equal keys. */
export const vistaKey = (vista: Vista): string => JSON.stringify(Object.entries(vista).sort());

/** The list slices that a vista's page shows, in the page's order. */
export function slicesOf(vista: Vista): readonly Slice[] {
  switch (vista.kind) {
    case "tablero":
      return [{ list: "ocupados", ul: "ocupados", row: "ocupado", q: "" }];
    case "inicio":
      return [{ list: `mios:${vista.trabajadorId}`, ul: "mios", row: "mio", q: "" }];
    case "operacion":
      return [
        { list: `mios:${vista.trabajadorId}`, ul: "mios", row: "mio", q: "" },
        {
          list: `disponibles:${vista.operacion}`,
          ul: "disponibles",
          row: `disponible:${vista.operacion}`,
          q: vista.q,
        },
      ];
    case "buscar":
      return [{ list: "todos", ul: "encontrados", row: "encontrado", q: vista.q }];
    default:
      return [];
  }
}
