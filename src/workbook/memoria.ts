/**
 * What the last read of the workbook made of each row. The sheet is read every ten seconds and
 * hardly a row of it changes: 10,000 rows of 40 columns are a third of a second to read, a few
 * milliseconds to compare.
 */
import type { Spool, Tag } from "../domain/spool.ts";
import type { Rastro } from "./metadata.ts";
import type { RowContext } from "./row-cells.ts";
import type { RowReading } from "./spool-row.ts";
import type { Row } from "./tab.ts";

interface Recuerdo {
  readonly row: Row;
  readonly rastro: Rastro;
  readonly reading: RowReading;
}

function sameRow(a: Row, b: Row): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** One for each sheet that is read again and again; holds as many rows as the sheet. */
export class Memoria {
  #context = "";
  #last: ReadonlyMap<Tag, Recuerdo> = new Map();
  #now = new Map<Tag, Recuerdo>();
  /** A row's reading, and the spool beside which it asked for nothing. */
  readonly #enPaz = new WeakMap<Spool, Spool>();

  /** Begins a read; what was read in another light (columns, people, policy) is forgotten. */
  begin({ at, ficha, firmas, policy }: RowContext): void {
    const context = JSON.stringify([at, ficha, [...firmas.values()], policy]);
    this.#last = context === this.#context ? this.#now : new Map();
    this.#context = context;
    this.#now = new Map();
  }

  /** The reading of a tag's only row: of the last read where nothing changed, else by `read`. */
  reading(tag: Tag, row: Row, rastro: Rastro, read: () => RowReading): RowReading {
    const last = this.#last.get(tag);
    const same = last?.rastro === rastro && sameRow(last.row, row);
    const recuerdo = same ? last : { row, rastro, reading: read() };
    this.#now.set(tag, recuerdo);
    return recuerdo.reading;
  }

  /** Whether this reading asked for nothing beside this very spool. */
  enPaz = (reading: Spool, known: Spool): boolean => this.#enPaz.get(reading) === known;

  keepEnPaz(reading: Spool, known: Spool): void {
    this.#enPaz.set(reading, known);
  }
}
