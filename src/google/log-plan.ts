/**
 * Which rows Metadata gets, and where: one for each event of ours, below what stands there. Pure.
 *
 * M1: a row is at the place of the last one of ours plus its ordinal; that last one's ID is read
 *     with each reading and echoed by each write, so that rows that hands moved are noticed.
 * M2: what is there by its ID is not written again.
 */
import type { SpoolEvent } from "../domain/event.ts";
import { blank, evolve } from "../domain/evolve.ts";
import type { Policy } from "../domain/policy.ts";
import type { Spool } from "../domain/spool.ts";
import { METADATA_COLUMNAS } from "../workbook/columns.ts";
import { eventIdOf } from "../workbook/event-id.ts";
import { metadataColumns, metadataRow } from "../workbook/metadata.ts";
import { DEFAULT_DIALECT, type Row, type Tab } from "../workbook/tab.ts";
import { blockRange } from "./a1.ts";
import type { RangeRows, RangeWrite, Value } from "./spreadsheet.ts";

/** How many rows above the end are read: what a write may cover when hands insert rows. */
export const COLA_ROWS = 30;

/** The last row that is known to be ours; `fila` 1 is the header, when there is none yet. */
export interface Ultima {
  readonly fila: number;
  readonly id: string;
}

/** The end of Metadata as read. */
export interface Final {
  readonly title: string;
  readonly header: Row;
  /** Number of the first row of `filas`. */
  readonly desde: number;
  readonly filas: readonly (readonly Value[])[];
}

const tabOf = ({ title, header }: Final): Tab => ({
  name: title,
  dialect: DEFAULT_DIALECT,
  header,
  rows: [],
});

export const idColumn = (final: Final): number => metadataColumns(tabOf(final)).ID;

const textAt = (row: readonly Value[] | undefined, place: number): string =>
  String(row?.[place] ?? "").trim();

/** Whether the last row of ours still stands where it was (M1). */
export function stands(final: Final, { fila, id }: Ultima): boolean {
  return fila === 1 || textAt(final.filas[fila - final.desde], idColumn(final)) === id;
}

/** IDs that the end of the tab holds. */
export function idsOf(final: Final): ReadonlySet<string> {
  const place = idColumn(final);
  return new Set(final.filas.map((row) => textAt(row, place)).filter((id) => id !== ""));
}

/** The first free row. */
export const nextFila = ({ desde, filas }: Final): number => Math.max(2, desde + filas.length);

/** An event's row as values; a column that is not ours is left alone. */
function valuesOf(
  event: SpoolEvent,
  history: readonly SpoolEvent[],
  tab: Tab,
  policy: Policy,
): readonly (Value | null)[] {
  const row = metadataRow(event, antesDe(event, history), eventIdOf(event), tab, policy);
  const at = metadataColumns(tab);
  const out: (Value | null)[] = row.map(() => null);
  for (const name of METADATA_COLUMNAS) {
    const text = row[at[name]];
    if (text === undefined) continue;
    out[at[name]] = name === "Worker_ID" && /^\d+$/.test(text) ? Number(text) : text;
  }
  return out;
}

/** The spool before an event, null when its history no longer begins at the beginning. */
function antesDe(event: SpoolEvent, history: readonly SpoolEvent[]): Spool | null {
  if (history[0]?.version !== 1 || event.version === 1) return null;
  let spool = blank(event.tag);
  for (const one of history) {
    if (one.seq >= event.seq) break;
    spool = evolve(spool, one);
  }
  return spool;
}

export interface LogPlan {
  readonly rows: readonly (readonly (Value | null)[])[];
  /** Where the first of them goes. */
  readonly fila: number;
  /** The last one's ID, null when there is none of ours. */
  readonly id: string | null;
}

/**
 * Rows for events that the end of the tab does not hold.
 * @param covered rows of others that a write of ours may have covered: they go below again
 */
export function planLog(
  final: Final,
  events: readonly SpoolEvent[],
  histories: (event: SpoolEvent) => readonly SpoolEvent[],
  covered: readonly (readonly Value[])[],
  policy: Policy,
): LogPlan {
  const there = idsOf(final);
  const missing = events.filter((event) => !there.has(eventIdOf(event)));
  const tab = tabOf(final);
  const own = missing.map((event) => valuesOf(event, histories(event), tab, policy));
  const last = missing.at(-1);
  return { rows: [...covered, ...own], fila: nextFila(final), id: last ? eventIdOf(last) : null };
}

/** What is sent: the rows, and before them the place of the last one, to see it echoed (M1). */
export function logRanges(final: Final, plan: LogPlan, { fila }: Ultima): readonly RangeWrite[] {
  const { title, header } = final;
  if (plan.rows.length === 0) return [];
  const id = idColumn(final);
  const lastFila = plan.fila + plan.rows.length - 1;
  const width = Math.max(header.length, ...plan.rows.map(({ length }) => length));
  return [
    { range: blockRange(title, fila, fila, id, id), rows: [[null]] },
    { range: blockRange(title, plan.fila, lastFila, 0, width - 1), rows: plan.rows },
  ];
}

/** Whether the echo of `logRanges` shows that no row was moved before the write. */
export const stoodStill = (echo: readonly RangeRows[], { fila, id }: Ultima): boolean =>
  fila === 1 || textAt(echo[0]?.rows[0], 0) === id;

/** Rows as they were that are not in the tab any more: by ID, or whole where they have none. */
export function coveredRows(
  cola: readonly (readonly Value[])[],
  place: number,
  ids: ReadonlySet<string>,
  end: readonly (readonly Value[])[],
): readonly (readonly Value[])[] {
  const whole = new Set(end.map((row) => JSON.stringify(row)));
  return cola.filter((row) => {
    const id = textAt(row, place);
    if (id !== "") return !ids.has(id);
    return row.some((value) => value !== "") && !whole.has(JSON.stringify(row));
  });
}
