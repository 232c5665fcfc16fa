/** One list in order: tags by their order key, found and kept by binary search. */
import type { Tag } from "../domain/spool.ts";

export interface Entry {
  readonly orden: string;
  readonly tag: Tag;
}

/** Where the first entry with an order key of at least `orden` stands in a list in order. */
function indexOf(entries: readonly Entry[], orden: string): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = entries[middle];
    if (entry !== undefined && entry.orden < orden) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where the entries after `orden` begin in a list in order. */
export function indexAfter(entries: readonly Entry[], orden: string): number {
  const at = indexOf(entries, orden);
  return entries[at]?.orden === orden ? at + 1 : at;
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

  indexOf(orden: string): number {
    return indexOf(this.#entries, orden);
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
