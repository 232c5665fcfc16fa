/**
 * Rendered rows: each is drawn once per version and kind, for the page, the stream and the
 * poster's answer alike (spec 6; architecture: one row function).
 */

import { SpoolRow } from "../../views/spool-row.tsx";
import type { Policy } from "../domain/policy.ts";
import type { Spool, Tag } from "../domain/spool.ts";
import { cumple } from "../floor/filtro.ts";
import type { Floor } from "../floor/floor.ts";
import type { RowKind, Slice } from "./vista.ts";

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
    const html = String(SpoolRow({ kind, spool, orden, policy: this.#policy }));
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

  /** How many rows a slice has. */
  count(slice: Slice): number {
    const entries = this.#floor.list(slice.list);
    if (slice.q === "" && !slice.filtro) return entries.length;
    let count = 0;
    for (const { tag } of entries) {
      const spool = this.#floor.spool(tag);
      if (spool && this.belongs(spool, slice)) count++;
    }
    return count;
  }

  /** The rows of a slice after an order key ("" = from the top), at most `limit`. */
  page(slice: Slice, after: string, limit: number): SliceRows {
    const entries = this.#floor.list(slice.list);
    const html: string[] = [];
    let last = after;
    let more: string | null = null;
    for (let at = after === "" ? 0 : this.#floor.after(slice.list, after); ; at++) {
      const entry = entries[at];
      if (!entry) break;
      const spool = this.#floor.spool(entry.tag);
      if (!spool || !this.belongs(spool, slice)) continue;
      if (html.length === limit) {
        more = last;
        break;
      }
      html.push(this.row(slice.row, spool, entry.orden));
      last = entry.orden;
    }
    return { html: html.join(""), total: this.count(slice), more };
  }
}
