/**
 * What the stream and an action's answer swap in (docs/decisions/swaps.md). `<hx-fila>` is a
 * template that htmx hands to live.js: a row to put in its sorted place, or, empty, to take away.
 * Its attributes are our own ids and numbers only; texts stand in the row, escaped. It is written
 * without JSX, which escapes: see `attr`.
 */
import type { Tag } from "../src/domain/spool.ts";
import { attr } from "./partes/attr.ts";
import { numero } from "./textos.ts";

const RADIX = 36;

/** An element id for a spool's row; 64 bits of hash, since a tag may hold anything. */
export const rowId = (ul: string, tag: Tag): string => `${ul}-${Bun.hash(tag).toString(RADIX)}`;

interface Fila {
  /** Id of the list. */
  readonly ul: string;
  /** Id of the row. */
  readonly id: string;
  /** The spool's version that the row shows: an older one never replaces it. */
  readonly version: number;
}

/** Puts `li` (rendered, with this id) in its place in the list, new or changed. */
export const filaUpsert = ({ ul, id, version, li }: Fila & { readonly li: string }): string =>
  `<hx-fila id="${id}" data-ul="${ul}" data-v="${attr(version)}">${li}</hx-fila>`;

/** Takes the row away. */
export const filaGone = (fila: Fila): string => filaUpsert({ ...fila, li: "" });

interface CuentaProps {
  /** What is counted: a list's id. */
  readonly ul: string;
  readonly total: number;
}

/** How many a list has, in a page. Out-of-band marks in whole pages would be torn out by htmx. */
export const Cuenta = ({ ul, total }: CuentaProps): string =>
  `<span id="n-${ul}" class="cuenta">${numero(total)}</span>`;

/** The same swapped into a page that is there. */
export const cuentaSwap = ({ ul, total }: CuentaProps): string =>
  `<span id="n-${ul}" class="cuenta" hx-swap-oob="true">${numero(total)}</span>`;
