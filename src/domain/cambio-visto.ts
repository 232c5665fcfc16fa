/** A hand edit as a page showed it, so that a decision is about nothing else. Pure. */
import type { CambioAMano } from "./planilla.ts";
import type { Tag } from "./spool.ts";

export interface CambioVisto {
  readonly tag: Tag;
  /** Its `huellaDe`. */
  readonly huella: string;
}

const RADIX = 36;

/** Names what a page shows of a hand edit: another cell, text or version, another name. */
export const huellaDe = ({ version, celdas }: CambioAMano): string =>
  Bun.hash(
    JSON.stringify([version, celdas.map(({ columna, dice, decia }) => [columna, dice, decia])]),
  ).toString(RADIX);
