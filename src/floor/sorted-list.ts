/** One list in order: tags by their order key, found and kept by binary search. */
import type { Tag } from "../domain/spool.ts";

export interface Entry {
  readonly orden: string;
  readonly tag: Tag;
}

export class SortedList {
  readonly #entries: Entry[];

  /** @param entries in any order, none twice; the list keeps them */
  constructor(entries: Entry[] = []) {
    this.#entries = entries.sort((a, b) => (a.orden < b.orden ? -1 : 1));
  }

  /** In order; not to be changed by the reader. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** Where the first entry with an order key of at least `orden` stands. */
  indexOf(orden: string): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.#entries[middle];
      if (entry !== undefined && entry.orden < orden) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  add(entry: Entry): void {
    const at = this.indexOf(entry.orden);
    if (this.#entries[at]?.orden !== entry.orden) this.#entries.splice(at, 0, entry);
  }

  remove(orden: string): void {
    const at = this.indexOf(orden);
    if (this.#entries[at]?.orden === orden) this.#entries.splice(at, 1);
  }
}
