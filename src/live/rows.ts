/**
 * Rendered rows: each is drawn once per version and kind, for the page, the stream and the
 * poster's answer alike (spec 6; architecture: one row function).
 */

import { SpoolRow } from "../../views/spool-row.tsx";
import type { Policy } from "../domain/policy.ts";
import type { Spool, Tag } from "../domain/spool.ts";
import { cumple } from "../floor/filtro.ts";
import type { Floor } from "../floor/floor.ts";
import { type Entry, indexAfter } from "../floor/sorted-list.ts";
import type { RowKind, Slice } from "./vista.ts";

const LESS_THAN = 0x3c;

/**
 * The same text in one piece. A text that was put together is kept as the tree of its pieces, a
 * hundred for a row, and every page that holds it would walk that tree anew: 200 rows took 660 µs
 * in a shop of 10,000 spools and 400 in one of 2,000, instead of 150 in both. JavaScriptCore makes
 * one piece of it when a character is asked for; the comparison keeps that from being optimised
 * away.
 */
function inOnePiece(html: string): string {
  if (html.charCodeAt(0) !== LESS_THAN) throw new Error("a row begins with its tag");
  return html;
}

interface Drawn {
  readonly version: number;
  readonly html: string;
}

/** A page's share of a list, and how much of it there is. */
export interface SliceRows {
  readonly html: string;
  /** Rows of the whole slice, shown or not. */
  readonly total: number;
  /** Order key of the last row shown when there are more, else null. */
  readonly more: string | null;
}

export class Rows {
  readonly #floor: Floor;
  readonly #policy: Policy;
  readonly #drawn = new Map<RowKind, Map<Tag, Drawn>>();

  constructor(floor: Floor, policy: Policy) {
    this.#floor = floor;
    this.#policy = policy;
  }

  /** The `<li>` of a spool; `orden` is its order key in the list it is drawn for. */
  row(kind: RowKind, spool: Spool, orden: string): string {
    let drawn = this.#drawn.get(kind);
    if (!drawn) {
      drawn = new Map();
      this.#drawn.set(kind, drawn);
    }
    const known = drawn.get(spool.tag);
    if (known?.version === spool.version) return known.html;
    const html = inOnePiece(String(SpoolRow({ kind, spool, orden, policy: this.#policy })));
    drawn.set(spool.tag, { version: spool.version, html });
    return html;
  }

  /** Forgets a row that left its list, so that memory follows what is shown. */
  forget(kind: RowKind, tag: Tag): void {
    this.#drawn.get(kind)?.delete(tag);
  }

  /** Forgets all rows: versions of another log may mean other things. */
  clear(): void {
    this.#drawn.clear();
  }

  /** Whether a spool of the slice's list is in the slice, as it stands. */
  belongs(spool: Spool, { q, filtro }: Slice): boolean {
    if (!this.#floor.matches(spool.tag, q)) return false;
    return !filtro || cumple(spool, filtro, this.#policy);
  }

  /** The entries of a slice in order: one walk over its list, none where all of it belongs. */
  #found(slice: Slice): readonly Entry[] {
    const entries = this.#floor.list(slice.list);
    if (slice.q === "" && !slice.filtro) return entries;
    return entries.filter(({ tag }) => {
      const spool = this.#floor.spool(tag);
      return spool !== undefined && this.belongs(spool, slice);
    });
  }

  /** How many rows a slice has. */
  count(slice: Slice): number {
    return this.#found(slice).length;
  }

  /** The rows of a slice after an order key ("" = from the top), at most `limit`. */
  page(slice: Slice, after: string, limit: number): SliceRows {
    const found = this.#found(slice);
    const from = after === "" ? 0 : indexAfter(found, after);
    const shown = found.slice(from, from + limit);
    // Appended, not joined: the one copy of it all is made when the page is sent.
    let html = "";
    for (const { tag, orden } of shown) {
      const spool = this.#floor.spool(tag);
      if (spool) html += this.row(slice.row, spool, orden);
    }
    const more = from + limit < found.length ? (shown.at(-1)?.orden ?? null) : null;
    return { html, total: found.length, more };
  }
}
