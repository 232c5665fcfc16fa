/**
 * What the sync with the workbook knows and people decide: hand edits that wait for a supervisor,
 * an import that stands still, and how far sheet and ledger are apart (spec 7).
 */
import type { Spool, Tag } from "./spool.ts";
import type { Firma } from "./trabajador.ts";

/** What columns of ours tell of a spool: all that a hand edit of them may change. */
export type EstadoDeColumnas = Pick<Spool, "arm" | "sold" | "inspeccion" | "ciclo" | "ocupacion">;

/** A cell of ours that says something else than ZEUES. */
export interface CeldaAMano {
  /** As the workbook's header has it: `Fecha_Armado`. */
  readonly columna: string;
  /** What stands in the sheet. */
  readonly dice: string;
  /** What ZEUES has. */
  readonly decia: string;
}

/** A row whose columns of ours hands changed, and which waits for a supervisor. */
export interface CambioAMano {
  readonly tag: Tag;
  /** As the sheet shows it when last read. */
  readonly fila: number;
  readonly celdas: readonly CeldaAMano[];
  /** Why it was not taken by itself, a short sentence without a full stop. */
  readonly motivo: string;
  /** What the spool becomes when it is accepted; null = it can only be undone. */
  readonly estado: EstadoDeColumnas | null;
  /** The spool's version that it was compared with: of another one, it must be looked at anew. */
  readonly version: number;
  /** When it was seen first, epoch milliseconds. */
  readonly vistoMs: number;
  /** Who had it undone. It leaves the list when ZEUES's own stands in the sheet again. */
  readonly deshacer: Firma | null;
}

/** An import that stands still because the sheet changed too much at once. */
export interface Congelada {
  readonly desdeMs: number;
  /** Rows changed or gone, and how many spools are known. */
  readonly filas: number;
  readonly total: number;
  /** A short sentence without a full stop. */
  readonly motivo: string;
  /** Names what was read: whoever says that it is right says it of this reading. */
  readonly huella: string;
  /** Who said that it is right: it is imported when the sheet still reads the same. */
  readonly aplicar: Firma | null;
}

/** How far the sheet is behind, and whether it can be reached: the chip on the dashboard. */
export interface Sincronia {
  /** When this was told, epoch milliseconds; the holder tells it at least every ten seconds. */
  readonly atMs: number;
  /** Events that the sheet lacks. */
  readonly pendientes: number;
  /** When the oldest of them happened. */
  readonly pendienteDesdeMs: number | null;
  /** When the whole sheet was last read. */
  readonly leidaMs: number | null;
  /** Since when it can't be reached or used; null while all is well. */
  readonly sinConexionDesdeMs: number | null;
  /** Why, for people, without a full stop. */
  readonly motivo: string | null;
}

/** The ledger's document that holds the Sincronia, as JSON. */
export const SINCRONIA_DOCUMENT = "planilla:sincronia";
/** Told longer ago, nobody keeps the sheet in step: the holder tells every ten seconds. */
export const SINCRONIA_VIEJA_MS = 60_000;
