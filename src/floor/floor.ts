/**
 * The floor: every spool, worker and list in memory, fed only by `ledger.follow` (spec 5), so that
 * a page or a row never waits for a store.
 *
 * F1: it stands at one seq; everything it answers is the picture at that seq.
 * F2: events are applied in order, each once; a gap is a fault, never skipped.
 */
import { AJUSTES_INICIALES, type Ajustes, ajustesDe } from "../domain/ajustes.ts";
import type { Event, Planilla, Seq, SpoolEvent } from "../domain/event.ts";
import { SEQ_ZERO } from "../domain/event.ts";
import { blank, evolve } from "../domain/evolve.ts";
import type { Policy } from "../domain/policy.ts";
import type { Spool, Tag } from "../domain/spool.ts";
import { plain, type Trabajador, type TrabajadorId } from "../domain/trabajador.ts";
import type { Snapshot } from "../ledger/ledger.ts";
import { Diario } from "./diario.ts";
import { type ListKey, placesOf } from "./lists.ts";
import { type Entry, SortedList } from "./sorted-list.ts";

/** One event's effect. `before` and `after` are null for events that are not a spool's. */
export interface Change {
  readonly event: Event;
  readonly before: Spool | null;
  readonly after: Spool | null;
}

const NOTHING: readonly Entry[] = [];

export class Floor {
  readonly policy: Policy;
  /** What people did lately. */
  readonly diario = new Diario();
  #seq: Seq = SEQ_ZERO;
  #planilla: Planilla | null = null;
  #ajustes: Ajustes = AJUSTES_INICIALES;
  readonly #spools = new Map<Tag, Spool>();
  readonly #trabajadores = new Map<TrabajadorId, Trabajador>();
  readonly #lists = new Map<ListKey, SortedList>();
  readonly #texts = new Map<Tag, string>();
  #sought = { text: "", plain: "" };
  readonly #listeners = new Set<(changes: readonly Change[]) => void>();
  readonly #waiting = new Set<{ readonly seq: Seq; readonly done: () => void }>();

  constructor(policy: Policy, snapshot: Snapshot) {
    this.policy = policy;
    this.load(snapshot);
  }

  /** Shows this picture and nothing of an earlier one: at start, and when the log was rewound. */
  load(snapshot: Snapshot): void {
    for (const kept of [this.#spools, this.#texts, this.#lists, this.#trabajadores]) kept.clear();
    this.diario.clear();
    this.#seq = snapshot.seq;
    this.#planilla = snapshot.planilla;
    this.#ajustes = ajustesDe(snapshot.ajustes);
    const lists = new Map<ListKey, Entry[]>();
    for (const spool of snapshot.spools) {
      this.#spools.set(spool.tag, spool);
      for (const { key, orden } of placesOf(spool, this.policy)) {
        const list = lists.get(key) ?? [];
        if (list.length === 0) lists.set(key, list);
        list.push({ orden, tag: spool.tag });
      }
    }
    for (const [key, entries] of lists) this.#lists.set(key, new SortedList(entries));
    for (const t of snapshot.trabajadores) this.#trabajadores.set(t.id, t);
  }

  /** The place in the log that everything here shows. */
  get seq(): Seq {
    return this.#seq;
  }

  get planilla(): Planilla | null {
    return this.#planilla;
  }

  get ajustes(): Ajustes {
    return this.#ajustes;
  }

  spool(tag: Tag): Spool | undefined {
    return this.#spools.get(tag);
  }

  /** All spools, in no order. */
  spools(): IterableIterator<Spool> {
    return this.#spools.values();
  }

  /** The same by tag, as it stands at any time. */
  get byTag(): ReadonlyMap<Tag, Spool> {
    return this.#spools;
  }

  get count(): number {
    return this.#spools.size;
  }

  trabajador(id: TrabajadorId): Trabajador | undefined {
    return this.#trabajadores.get(id);
  }

  trabajadores(): IterableIterator<Trabajador> {
    return this.#trabajadores.values();
  }

  get trabajadoresById(): ReadonlyMap<TrabajadorId, Trabajador> {
    return this.#trabajadores;
  }

  /** A list's entries in order. */
  list(key: ListKey): readonly Entry[] {
    return this.#lists.get(key)?.entries ?? NOTHING;
  }

  /** Whether tag, NV or OT hold the text, without regard to case and accents; "" finds all. */
  matches(tag: Tag, text: string): boolean {
    if (text === "") return true;
    // Asked for one spool after the other: the text is made plain once.
    if (text !== this.#sought.text) this.#sought = { text, plain: plain(text) };
    return this.#textOf(tag).includes(this.#sought.plain);
  }

  /** Made when somebody searches: a start with many spools need not wait for it. */
  #textOf(tag: Tag): string {
    const spool = this.#spools.get(tag);
    if (!spool) return "";
    let text = this.#texts.get(tag);
    if (text === undefined) {
      text = plain(`${tag} ${spool.nv} ${spool.ot}`);
      this.#texts.set(tag, text);
    }
    return text;
  }

  /** Applies what the ledger delivered; throws on a gap (F2). */
  apply(events: readonly Event[]): void {
    const news = events.filter(({ seq }) => seq > this.#seq);
    for (const [index, { seq }] of news.entries()) {
      // Before anything is applied, so that listeners are told all that stands.
      if (seq !== this.#seq + 1 + index)
        throw new Error(`gap in the log: at ${this.#seq}, got ${seq}`);
    }
    if (news.length === 0) return;
    const changes = news.map((event) => this.#applyOne(event));
    this.#seq = (this.#seq + news.length) as Seq;
    for (const listener of this.#listeners) listener(changes);
    for (const waiter of this.#waiting) {
      if (waiter.seq <= this.#seq) {
        this.#waiting.delete(waiter);
        waiter.done();
      }
    }
  }

  /** Told of every batch of changes, after it was applied. @returns a function that ends it. */
  subscribe(listener: (changes: readonly Change[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Resolves true once `seq` is shown, false after `timeoutMs`: whoever wrote reads their write.
   */
  reached(seq: Seq, timeoutMs: number): Promise<boolean> {
    if (seq <= this.#seq) return Promise.resolve(true);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const waiter = { seq, done: () => finish(true) };
    const timer = setTimeout(() => finish(false), timeoutMs);
    const finish = (reached: boolean): void => {
      clearTimeout(timer);
      this.#waiting.delete(waiter);
      resolve(reached);
    };
    this.#waiting.add(waiter);
    return promise;
  }

  #applyOne(event: Event): Change {
    switch (event.kind) {
      case "spool":
        return this.#applySpool(event);
      case "trabajador":
        this.#trabajadores.set(event.trabajador.id, event.trabajador);
        return { event, before: null, after: null };
      case "ajustes":
        this.#ajustes = ajustesDe(event.ajustes);
        return { event, before: null, after: null };
      case "planilla":
        this.#planilla = event.planilla;
        return { event, before: null, after: null };
      case "sesion":
      case "acceso":
        // Who may come in is identity's (compose); here it only takes its place in the log.
        return { event, before: null, after: null };
    }
  }

  #applySpool(event: SpoolEvent): Change {
    const before = this.#spools.get(event.tag) ?? null;
    const after = evolve(before ?? blank(event.tag), event);
    this.#put(before, after);
    this.diario.add(event);
    return { event, before, after };
  }

  #put(before: Spool | null, after: Spool): void {
    this.#spools.set(after.tag, after);
    this.#texts.delete(after.tag);
    for (const { key, orden } of before ? placesOf(before, this.policy) : []) {
      this.#lists.get(key)?.remove(orden);
    }
    for (const { key, orden } of placesOf(after, this.policy)) {
      let list = this.#lists.get(key);
      if (!list) {
        list = new SortedList();
        this.#lists.set(key, list);
      }
      list.add({ orden, tag: after.tag });
    }
  }
}
