/**
 * What the sheet lacks: the spools with events after the cursor, and rows that must be written
 * again (docs/decisions/sheets.md). Kept from the ledger's own log; nothing else feeds it.
 */
import type { Event, Seq, SpoolEvent } from "../domain/event.ts";
import type { Tag } from "../domain/spool.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { isOurs } from "../workbook/plan-export.ts";

/** A write carries this much of the log at most: some 1.5 MB of the 2 that Google recommends. */
export const BATCH_EVENTS = 2_000;

/** An event that the sheet lacks. */
interface Espera {
  readonly seq: Seq;
  readonly tag: Tag;
  readonly atMs: number;
  readonly ours: boolean;
}

/** One flush's share. */
export interface Lote {
  /** Events of spools after the cursor, oldest first. */
  readonly events: readonly SpoolEvent[];
  /** Where the cursor goes when all of it is in the sheet. */
  readonly hasta: Seq;
  /** Spools to be looked at; `true` = their hand edits are written over. */
  readonly tags: ReadonlyMap<Tag, boolean>;
}

export class Pendientes {
  #cola: Espera[] = [];
  readonly #ultimo = new Map<Tag, Seq>();
  readonly #repasar = new Map<Tag, boolean>();
  #head: Seq;
  #unfollow: () => void = () => {};
  readonly #listeners = new Set<() => void>();

  constructor(cursor: Seq) {
    this.#head = cursor;
  }

  async follow(ledger: Pick<Ledger, "follow">): Promise<void> {
    this.#unfollow = await ledger.follow(this.#head, (events) => this.#add(events));
  }

  stop(): void {
    this.#unfollow();
  }

  /** Told when something new waits. */
  onNews(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Whether the sheet lacks events of a spool. */
  has(tag: Tag): boolean {
    return this.#ultimo.has(tag);
  }

  /** Whether there is anything to do. */
  get some(): boolean {
    return this.#cola.length > 0 || this.#repasar.size > 0;
  }

  /** Actions that the sheet lacks, and when the oldest of them happened. */
  get behind(): { readonly count: number; readonly sinceMs: number | null } {
    const ours = this.#cola.filter((one) => one.ours);
    return { count: ours.length, sinceMs: ours[0]?.atMs ?? null };
  }

  /** These rows must be looked at again. @param undo hand edits in them are written over */
  again(tags: Iterable<Tag>, undo: (tag: Tag) => boolean): void {
    for (const tag of tags) this.#repasar.set(tag, undo(tag));
    if (this.#repasar.size > 0) this.#tell();
  }

  /** The next share after the cursor. */
  async next(ledger: Pick<Ledger, "read">, cursor: Seq): Promise<Lote> {
    const read = await ledger.read(cursor, BATCH_EVENTS);
    const events = read.filter((event) => event.kind === "spool");
    const hasta = read.at(-1)?.seq ?? cursor;
    const tags = new Map(events.map(({ tag }) => [tag, false]));
    for (const [tag, undo] of this.#repasar) tags.set(tag, undo);
    return { events, hasta, tags };
  }

  /** The sheet has all up to `cursor`, and the rows of these tags were looked at. */
  done({ tags }: Lote, cursor: Seq): void {
    for (const tag of tags.keys()) this.#repasar.delete(tag);
    const rest = this.#cola.findIndex(({ seq }) => seq > cursor);
    this.#cola = rest < 0 ? [] : this.#cola.slice(rest);
    for (const [tag, seq] of this.#ultimo) if (seq <= cursor) this.#ultimo.delete(tag);
  }

  #add(events: readonly Event[]): void {
    for (const event of events) {
      this.#head = event.seq;
      if (event.kind !== "spool") continue;
      const { seq, tag, atMs } = event;
      this.#cola.push({ seq, tag, atMs, ours: isOurs(event) });
      this.#ultimo.set(tag, seq);
    }
    if (this.some) this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
