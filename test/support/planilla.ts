/** What the sync with the workbook would leave in the ledger, planted; sound unless told else. */

import type { Pending, Planilla, PlanillaEvent, Seq } from "../../src/domain/event.ts";
import {
  type CambioAMano,
  type Congelada,
  type EstadoDeColumnas,
  SINCRONIA_DOCUMENT,
  type Sincronia,
} from "../../src/domain/planilla.ts";
import type { Spool, Tag } from "../../src/domain/spool.ts";
import type { Floor } from "../../src/floor/floor.ts";
import type { Ledger, Write } from "../../src/ledger/ledger.ts";
import { parseSincronia } from "../../src/sincronia.ts";
import { completado, MAURICIO, NOW_MS } from "./builders.ts";
import { SHOWN_MAX_MS } from "./shop.ts";

export const estadoDe = ({ arm, sold, inspeccion, ciclo, ocupacion }: Spool): EstadoDeColumnas => ({
  arm,
  sold,
  inspeccion,
  ciclo,
  ocupacion,
});

/** Hands wrote Armador and Fecha_Armado of a spool, and it may be accepted. */
export const cambio = (spool: Spool, parts: Partial<CambioAMano> = {}): CambioAMano => ({
  tag: spool.tag,
  fila: 12,
  celdas: [
    { columna: "Armador", decia: "", dice: "MR(93)" },
    { columna: "Fecha_Armado", decia: "", dice: "01-11-2026" },
  ],
  motivo: "El carrete estaba tomado cuando se leyó",
  estado: { ...estadoDe(spool), arm: completado(MAURICIO) },
  version: spool.version,
  vistoMs: NOW_MS,
  deshacer: null,
  ...parts,
});

export const congelada = (parts: Partial<Congelada> = {}): Congelada => ({
  desdeMs: NOW_MS,
  filas: 132,
  total: 2_000,
  motivo: "faltan 120 filas y cambiaron 12",
  huella: "lectura-1",
  aplicar: null,
  ...parts,
});

export const sincronia = (parts: Partial<Sincronia> = {}): Sincronia => ({
  atMs: NOW_MS,
  pendientes: 0,
  pendienteDesdeMs: null,
  leidaMs: NOW_MS,
  sinConexionDesdeMs: null,
  motivo: null,
  ...parts,
});

/** The record as the sheet's reading would write it next. */
export function planillaWrite(before: Planilla | null, parts: Partial<Planilla>, atMs = NOW_MS) {
  const version = (before?.version ?? 0) + 1;
  const planilla: Planilla = { problemas: [], leidaMs: atMs, ...before, ...parts, version };
  const autor = { firma: null, medio: "planilla", dispositivo: null } as const;
  const event: Pending<PlanillaEvent> = { kind: "planilla", atMs, version, autor, planilla };
  return {
    key: "planilla",
    expectedVersion: version - 1,
    state: planilla,
    event,
  } as const satisfies Write;
}

/** A running shop's ledger; what it shows of what is planted is waited for. */
export const planterOf = (running: {
  readonly floor: Floor;
  readonly act: { readonly ledger: unknown };
}) => {
  const ledger = running.act.ledger as Ledger;
  const { floor } = running;
  return {
    ledger,
    async planilla(parts: Partial<Planilla>, atMs = NOW_MS): Promise<void> {
      const result = await ledger.commit({ writes: [planillaWrite(floor.planilla, parts, atMs)] });
      const seq = result.kind === "committed" ? result.events.at(-1)?.seq : undefined;
      if (!(await floor.reached((seq ?? Number.POSITIVE_INFINITY) as Seq, SHOWN_MAX_MS))) {
        throw new Error("the planted record is not shown");
      }
    },
    async sincronia(told: Sincronia): Promise<void> {
      const text = JSON.stringify(told);
      if (!parseSincronia(text)) throw new Error(`none: ${text}`);
      await ledger.putDocuments({ [SINCRONIA_DOCUMENT]: text });
    },
    spool(tag: string): Spool {
      const spool = floor.spool(tag as Tag);
      if (!spool) throw new Error(`no spool ${tag}`);
      return spool;
    },
  };
};

/** A sheet is configured; nobody is asked for it while `holdSheet` is false. */
export const SHEET = {
  env: { GOOGLE_SHEET_ID: "1aBcD3fGh1jKlMn0pQrStUvWxYz_0123456789ABCDEF" },
  holdSheet: false,
  sheetReadMs: 50,
} as const;
