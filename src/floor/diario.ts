/**
 * The diary: what people did, oldest first, in memory; the feed, the team's day and the charts are
 * read from it. The floor adds each event as it applies it; what was before the start is read from
 * the log once (diario-load).
 *
 * J1: it holds actions of people, hand edits of our columns among them; what else the sheet
 *     brought is nobody's work.
 * J2: it is in the order of the log, without doubles, and bounded.
 */
import type { Event, SpoolEvent } from "../domain/event.ts";
import type { Tag } from "../domain/spool.ts";

/** Two weeks of 2,000 actions a day, the busiest shop we know of; some 15 MB. */
export const DIARIO_MAX = 30_000;
/** Actions in the feed (issue 3). */
export const ACTIVIDAD_MAX = 50;

const isAccion = (event: Event): event is SpoolEvent =>
  event.kind === "spool" && event.cambio.accion !== "IMPORTAR" && event.cambio.accion !== "EDITAR";

export class Diario {
  #events: SpoolEvent[] = [];
  #completoDesdeMs: number | null = null;

  /**
   * Since when nothing is missing, epoch milliseconds; null while the log is still being read, or
   * when it was not.
   */
  get completoDesdeMs(): number | null {
    return this.#completoDesdeMs;
  }

  /** Oldest first; not to be changed by the reader. */
  get events(): readonly SpoolEvent[] {
    return this.#events;
  }

  /** Forgets all: the log it came from is another one now. */
  clear(): void {
    this.#events = [];
    this.#completoDesdeMs = null;
  }

  /** What was just applied. */
  add(event: Event): void {
    if (!isAccion(event)) return;
    this.#events.push(event);
    // Dropping in halves costs one copy per DIARIO_MAX events instead of one per event.
    if (this.#events.length >= 2 * DIARIO_MAX) this.#cut();
  }

  /** Puts what happened before all that is here, in order; from `desdeMs` on nothing is missing. */
  prepend(older: readonly Event[], desdeMs: number): void {
    this.#completoDesdeMs = desdeMs;
    this.#events = [...older.filter(isAccion), ...this.#events];
    if (this.#events.length > DIARIO_MAX) this.#cut();
  }

  #cut(): void {
    this.#events = this.#events.slice(-DIARIO_MAX);
    this.#completoDesdeMs = this.#events[0]?.atMs ?? this.#completoDesdeMs;
  }

  /** The newest actions, oldest first. */
  actividad(): readonly SpoolEvent[] {
    return this.#events.slice(-ACTIVIDAD_MAX);
  }

  /** What entered and what left the feed since it stood at `seq`. */
  actividadDesde(seq: number): { nuevas: readonly SpoolEvent[]; salidas: readonly SpoolEvent[] } {
    let first = this.#events.length;
    while (first > 0 && (this.#events[first - 1]?.seq ?? 0) > seq) first--;
    const begin = Math.max(0, this.#events.length - ACTIVIDAD_MAX);
    return {
      nuevas: this.#events.slice(Math.max(first, begin)),
      salidas: this.#events.slice(Math.max(0, first - ACTIVIDAD_MAX), Math.min(first, begin)),
    };
  }

  /** A spool's actions up to and with `seq`, oldest first. */
  de(tag: Tag, seq: number): readonly SpoolEvent[] {
    return this.#events.filter((event) => event.tag === tag && event.seq <= seq);
  }
}
