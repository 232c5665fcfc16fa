/** Bare events of one spool for tests of what is read from a log. */
import type { SpoolEvent } from "../../src/domain/event.ts";
import type { Operacion } from "../../src/domain/spool.ts";
import { firmaOf, type Trabajador } from "../../src/domain/trabajador.ts";
import { MAURICIO, tag as tagOf } from "../support/builders.ts";

export { HOUR_MS, MINUTE_MS } from "../support/builders.ts";

interface Parts {
  readonly tag?: string;
  readonly quien?: Trabajador;
  readonly seq?: number;
  readonly bloqueado?: boolean;
}

/** One action at `atMs`. */
export const suceso = (
  accion: string,
  operacion: Operacion | null,
  atMs: number,
  { tag = "SP-1", quien = MAURICIO, seq = 1, bloqueado = false }: Parts = {},
): SpoolEvent =>
  ({
    kind: "spool",
    seq,
    atMs,
    tag: tagOf(tag),
    version: seq,
    autor: { firma: firmaOf(quien), medio: "tablet", dispositivo: null },
    cambio: { accion, operacion, bloqueado, motivo: "x", texto: "x" },
    estadoDetalle: "",
  }) as unknown as SpoolEvent;
