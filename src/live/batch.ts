/**
 * What all audiences need of one batch of changes, worked out once: thirty workers' pages differ in
 * what each holds, and have the rest in common.
 */
import type { Policy } from "../domain/policy.ts";
import type { Spool } from "../domain/spool.ts";
import type { Change } from "../floor/floor.ts";
import { type ListKey, type Place, placesOf } from "../floor/lists.ts";
import { encodeShared } from "./frame.ts";
import type { Slice } from "./vista.ts";

/** One fragment; a later one with the same id takes its place in a coalesced frame. */
export interface Fragment {
  readonly id: string;
  readonly html: string;
}

/** Fragments by their id: of those with one id the last, where the last stands. */
export type Pending = Map<string, string>;

/** Adds fragments to those that wait. */
export function addTo(pending: Pending, fragments: readonly Fragment[]): void {
  for (const { id, html } of fragments) {
    // Deleted first, so that the last write also stands last: a count comes after its rows.
    pending.delete(id);
    pending.set(id, html);
  }
}

/** One frame with all that waits. @param seq of everything in it */
export const frameOf = (pending: Pending, seq: number): Uint8Array =>
  encodeShared({ event: "spool_update", id: seq, data: [...pending.values()].join("") });

/** What one batch puts on pages that show the same, and the frame of that alone, made once. */
export class Swaps {
  readonly fragments: readonly Fragment[];
  #frame: { readonly seq: number; readonly bytes: Uint8Array } | null = null;

  constructor(fragments: readonly Fragment[]) {
    this.fragments = fragments;
  }

  /** @param seq of the last change in the batch */
  frame(seq: number): Uint8Array {
    if (this.#frame?.seq !== seq) {
      const pending: Pending = new Map();
      addTo(pending, this.fragments);
      this.#frame = { seq, bytes: frameOf(pending, seq) };
    }
    return this.#frame.bytes;
  }
}

/** A spool before and after a change; null: it is new. */
export interface Moved {
  readonly before: Spool | null;
  readonly after: Spool;
}

export class Batch {
  /** In the log's order. */
  readonly changes: readonly Change[];
  readonly #policy: Policy;
  readonly #places = new Map<Spool, readonly Place[]>();
  readonly #slices = new Map<Spool, Map<string, readonly Fragment[]>>();
  readonly #swaps = new Map<string, Swaps>();
  /** The lists that a changed spool stood in or stands in. */
  #touched: ReadonlySet<ListKey> | null = null;

  constructor(changes: readonly Change[], policy: Policy) {
    this.changes = changes;
    this.#policy = policy;
  }

  /** Whether a changed spool stood in a list or stands in it. */
  touches(list: ListKey): boolean {
    this.#touched ??= new Set(
      this.changes
        .flatMap(({ before, after }) => [before, after])
        .flatMap((spool) => (spool ? this.placesOf(spool) : []))
        .map(({ key }) => key),
    );
    return this.#touched.has(list);
  }

  /** What the batch puts on all pages of a family (vista.ts), made once. */
  ofFamily(family: string, make: () => readonly Fragment[]): Swaps {
    let swaps = this.#swaps.get(family);
    if (!swaps) {
      swaps = new Swaps(make());
      this.#swaps.set(family, swaps);
    }
    return swaps;
  }

  /** The lists that a spool stands in. */
  placesOf(spool: Spool): readonly Place[] {
    let places = this.#places.get(spool);
    if (!places) {
      places = placesOf(spool, this.#policy);
      this.#places.set(spool, places);
    }
    return places;
  }

  /** What a change does to a slice: made once for all pages that show it. */
  ofSlice({ after }: Moved, slice: Slice, make: () => readonly Fragment[]): readonly Fragment[] {
    // A filter is one vista's own.
    if (slice.filtro) return make();
    let ofSpool = this.#slices.get(after);
    if (!ofSpool) {
      ofSpool = new Map();
      this.#slices.set(after, ofSpool);
    }
    const name = `${slice.list} ${slice.ul} ${slice.row} ${slice.q}`;
    let made = ofSpool.get(name);
    if (!made) {
      made = make();
      ofSpool.set(name, made);
    }
    return made;
  }
}
