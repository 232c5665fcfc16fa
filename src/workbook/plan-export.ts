/**
 * The tabs as they are to be written (spec 4). Pure.
 *
 * X1: only whitelisted columns of a unique, known, sound tag are written, and of an inconsistent
 *     one the remarks; a cell that already says what we would write keeps its text, so that an
 *     untouched workbook comes out as it went in.
 * X2: every event of ours has exactly one row in Metadata, found again by its ID; rows of others
 *     stay as they are, where they are.
 * X3: exporting, importing and exporting again gives the same bytes.
 */
import type { SpoolEvent } from "../domain/event.ts";
import { blank, evolve } from "../domain/evolve.ts";
import type { Policy } from "../domain/policy.ts";
import { parseTag, type Spool, type Tag } from "../domain/spool.ts";
import type { Trabajador } from "../domain/trabajador.ts";
import {
  type Columnas,
  ESCRITAS,
  type Escrita,
  findColumns,
  METADATA_COLUMNAS,
  operacionesColumns,
} from "./columns.ts";
import { defaultTabs } from "./default-tabs.ts";
import { metadataColumns, metadataRow } from "./metadata.ts";
import { type Celdas, celdasOf, sameMeaning } from "./spool-cells.ts";
import { cellAt, DEFAULT_DIALECT, findTab, type Row, type Tab } from "./tab.ts";

export interface ExportInput {
  /** As last read; none when the ledger never read a workbook. */
  readonly tabs: readonly Tab[];
  readonly spools: ReadonlyMap<Tag, Spool>;
  readonly trabajadores: readonly Trabajador[];
  /** All events of spools, in seq order. */
  readonly events: readonly SpoolEvent[];
  readonly policy: Policy;
  /** The ID of an event's row in Metadata: the same for the same ledger and seq, always. */
  readonly eventId: (event: SpoolEvent) => string;
}

/**
 * Whether an event is logged in Metadata: actions taken in ZEUES, and hand edits of our columns
 * that were taken (CORREGIR, SUPERVISOR_OVERRIDE); not what the engineers' own columns say.
 */
export const isOurs = ({ cambio }: SpoolEvent): boolean =>
  cambio.accion !== "IMPORTAR" && cambio.accion !== "EDITAR";

/** Appends titles that the header lacks. */
function withTitles(tab: Tab, titles: readonly string[]): Tab {
  return titles.length === 0 ? tab : { ...tab, header: [...tab.header, ...titles] };
}

function uniqueTags(tab: Tab, column: number): ReadonlySet<Tag> {
  const once = new Set<Tag>();
  const seen = new Set<Tag>();
  for (const row of tab.rows) {
    const tag = parseTag(cellAt(row, column));
    if (tag === null) continue;
    if (seen.has(tag)) once.delete(tag);
    else once.add(tag);
    seen.add(tag);
  }
  return once;
}

type Edit = readonly [Escrita, string];

/** What may be written of a spool; a version only when something was done to it here. */
export function writable({ inconsistencia }: Spool, acted: boolean): readonly Escrita[] {
  if (inconsistencia !== null) return ["Notas"];
  return acted ? ESCRITAS : ESCRITAS.filter((name) => name !== "version");
}

/** The cells of a row that must change, column by column (X1). */
function editsOf(
  row: Row,
  at: Columnas<Escrita>,
  celdas: Celdas,
  names: readonly Escrita[],
): readonly Edit[] {
  return names
    .filter((name) => !sameMeaning(name, cellAt(row, at[name]), celdas[name]))
    .map((name) => [name, celdas[name]]);
}

/** The row with its edits, as wide as the header when the header grew. */
function edited(row: Row, edits: readonly Edit[], at: Columnas<Escrita>, width: number): Row {
  if (edits.length === 0 && width === 0) return row;
  const copy = [...row];
  while (copy.length < width) copy.push("");
  for (const [name, text] of edits) {
    while (copy.length < at[name]) copy.push("");
    copy[at[name]] = text;
  }
  return copy;
}

function exportOperaciones(input: ExportInput, tab: Tab): Tab {
  const { spools, policy } = input;
  const before = operacionesColumns(tab);
  const unique = uniqueTags(tab, before.TAG_SPOOL);
  const acted = new Set(input.events.filter(isOurs).map(({ tag }) => tag));
  const edits = tab.rows.map((row) => {
    const tag = parseTag(cellAt(row, before.TAG_SPOOL));
    const spool = tag !== null && unique.has(tag) ? spools.get(tag) : undefined;
    if (!spool) return [];
    const celdas = celdasOf(spool, policy, cellAt(row, before.Notas));
    return editsOf(row, before, celdas, writable(spool, acted.has(spool.tag)));
  });
  const needed = new Set(edits.flatMap((cells) => cells.map(([name]) => name)));
  const missing = ESCRITAS.filter((name) => before[name] < 0 && needed.has(name));
  const wide = withTitles(tab, missing);
  const at = operacionesColumns(wide);
  const width = missing.length > 0 ? wide.header.length : 0;
  return { ...wide, rows: tab.rows.map((row, i) => edited(row, edits[i] ?? [], at, width)) };
}

function exportMetadata(input: ExportInput, tab: Tab): Tab {
  const missing = METADATA_COLUMNAS.filter((name) => metadataColumns(tab)[name] < 0);
  const wide = withTitles(tab, missing);
  const { ID } = findColumns(wide, ["ID"]);
  const written = new Set(tab.rows.map((row) => cellAt(row, ID)));
  const states = new Map<Tag, Spool>();
  const rows: Row[] = [];
  for (const event of input.events) {
    const antes = states.get(event.tag) ?? null;
    if (antes || event.version === 1)
      states.set(event.tag, evolve(antes ?? blank(event.tag), event));
    if (!isOurs(event)) continue;
    const id = input.eventId(event);
    if (!written.has(id)) rows.push(metadataRow(event, antes, id, wide, input.policy));
  }
  return rows.length === 0 ? tab : { ...wide, rows: [...tab.rows, ...rows] };
}

const EMPTY_METADATA: Tab = {
  name: "Metadata",
  dialect: DEFAULT_DIALECT,
  header: METADATA_COLUMNAS,
  rows: [],
};

/** Makes the tabs to write; others than Operaciones and Metadata are as they were read. */
export function planExport(input: ExportInput): readonly Tab[] {
  const tabs = findTab(input.tabs, "Operaciones")
    ? input.tabs
    : defaultTabs([...input.spools.values()], input.trabajadores, input.policy);
  const metadata = findTab(tabs, "Metadata") ?? EMPTY_METADATA;
  const log = exportMetadata(input, metadata);
  const rest = log.rows.length > 0 && !tabs.includes(metadata) ? [log] : [];
  return [
    ...tabs.map((tab) => {
      if (tab === metadata) return log;
      return tab === findTab(tabs, "Operaciones") ? exportOperaciones(input, tab) : tab;
    }),
    ...rest,
  ];
}
