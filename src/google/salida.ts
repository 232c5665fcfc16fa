/**
 * How far the sheet is, and what of ours may be in it that nobody verified: the outbox's memory, a
 * document of the ledger (docs/decisions/sheets.md, "What is remembered").
 */
import { SEQ_ZERO, type Seq } from "../domain/event.ts";
import type { Propias } from "./repair.ts";
import type { Value } from "./spreadsheet.ts";

export const SALIDA_DOCUMENT = "planilla:salida";

/** Rows at the end of Metadata as they were read. */
export type Cola = readonly (readonly Value[])[];

/** A write whose answer was lost may still be applied within this time; a request's own is 30 s. */
export const LATE_MS = 120_000;

/** What was sent for a tag. */
export interface Enviada extends Propias {
  /** Until when it may still be applied, epoch milliseconds; 0 = its answer came, or will. */
  readonly hastaMs: number;
}

/** What was sent and not verified: where it went is found out by reading. */
export interface Intento {
  readonly enviadas: readonly Enviada[];
  /** What the rows said that the ledger can't tell: without a tag, twice there, unknown. */
  readonly ajenas: readonly Propias[];
  /** The end of Metadata before: rows inserted meanwhile may have moved it under the write. */
  readonly cola: Cola;
}

export interface Salida {
  /** All events up to it are in the sheet. */
  readonly seq: Seq;
  /** The log that it counts in (ledger L6). */
  readonly epoch: string;
  readonly intento: Intento | null;
}

/** Before the first write. */
const nada = (epoch: string): Salida => ({ seq: SEQ_ZERO, epoch, intento: null });

/**
 * Reads the document.
 * @param head where the log stands: a restored ledger may stand before what was written once
 */
export function parseSalida(
  text: string | null,
  { epoch, head, nowMs }: { readonly epoch: string; readonly head: Seq; readonly nowMs: number },
): Salida {
  if (text === null) return nada(epoch);
  const { seq, intento } = JSON.parse(text) as Salida;
  return {
    seq: Math.min(seq, head) as Seq,
    epoch,
    intento: intento && { ...intento, enviadas: lost(intento.enviadas, nowMs) },
  };
}

/** Sent, and no answer will come any more. */
export const lost = (enviadas: readonly Propias[], nowMs: number): readonly Enviada[] =>
  enviadas.map((sent) => ({ ...sent, hastaMs: nowMs + LATE_MS }));

/** What an intent still stands for when a reading, or an answer, has shown all rows right. */
export function settled(intento: Intento | null, nowMs: number): Intento | null {
  const late = intento?.enviadas.filter(({ hastaMs }) => hastaMs > nowMs) ?? [];
  if (!intento || late.length === 0) return null;
  return { ...intento, enviadas: late.map((one) => ({ ...one, tarde: true })) };
}

/** An intent and what is to be sent on top of it. */
export function intend(
  open: Intento | null,
  sent: readonly Propias[],
  ajenas: readonly Propias[],
  cola: Cola,
): Intento {
  const fresh = sent.map(({ tag, celdas }): Enviada => ({ tag, celdas, hastaMs: 0 }));
  const keyOf = ({ tag, celdas }: Propias): string => JSON.stringify([tag, celdas]);
  const enviadas = new Map((open?.enviadas ?? []).map((one) => [keyOf(one), one]));
  for (const one of fresh) {
    const { hastaMs = 0 } = enviadas.get(keyOf(one)) ?? {};
    // What was sent for a tag last comes last.
    enviadas.delete(keyOf(one));
    enviadas.set(keyOf(one), { ...one, hastaMs });
  }
  const rows = new Map([...(open?.cola ?? []), ...cola].map((row) => [JSON.stringify(row), row]));
  return { enviadas: [...enviadas.values()], ajenas, cola: [...rows.values()] };
}
