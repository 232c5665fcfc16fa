/**
 * What all audiences need of one batch of changes, worked out once: thirty workers' pages differ in
 * what each holds, and have the rest in common.
 */
import type { Policy } from "../domain/policy.ts";
import type { Spool } from "../domain/spool.ts";
import { type Place, placesOf } from "../floor/lists.ts";
import type { Slice } from "./vista.ts";

/** One fragment; a later one with the same id takes its place in a coalesced frame. */
export interface Fragment {
  readonly id: string;
  readonly html: string;
}

/** A spool before and after a change; null: it is new. */
export interface Moved {
  readonly before: Spool | null;
  readonly after: Spool;
}

export class Batch {
  readonly #policy: Policy;
  readonly #places = new Map<Spool, readonly Place[]>();
  readonly #slices = new Map<Spool, Map<string, readonly Fragment[]>>();

  constructor(policy: Policy) {
    this.#policy = policy;
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
