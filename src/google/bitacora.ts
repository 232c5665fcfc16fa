/**
 * The workbook's log as the outbox knows it: where its end is, and which events of the ledger it
 * lacks. Read whole when a holder begins, once an hour, and whenever rows are not where they were
 * (docs/decisions/sheets.md, "Metadata").
 */
import { SEQ_ZERO, type Seq, type SpoolEvent } from "../domain/event.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { METADATA_COLUMNAS } from "../workbook/columns.ts";
import { eventIdOf } from "../workbook/event-id.ts";
import { metadataColumns } from "../workbook/metadata.ts";
import { isOurs } from "../workbook/plan-export.ts";
import { DEFAULT_DIALECT, type Row, WorkbookError } from "../workbook/tab.ts";
import { blockRange, columnRange, headerRange, rowsFrom } from "./a1.ts";
import { type Conexion, logSheets } from "./conexion.ts";
import { headerOf } from "./hoja.ts";
import { COLA_ROWS, coveredRows, type Final, type Ultima } from "./log-plan.ts";
import type { Cola } from "./salida.ts";
import type { RangeRows, Sheet } from "./spreadsheet.ts";

/** Beyond this a tab opens slowly in a browser; the log goes on in the next one. */
const TAB_ROWS_MAX = 100_000;
/** A tab grows by so many rows at once. */
const GROW_ROWS = 1_000;
/** Events read at a time while they are compared: a few milliseconds. */
const SCAN_EVENTS = 2_000;
/** What a scan finds missing at most; the next one finds the rest. */
const MISSING_MAX = 2_000;
/** Whoever clears or cuts the log finds it whole again within the hour. */
const SCAN_EVERY_MS = 3_600_000;

interface Lugar {
  readonly sheet: Sheet;
  readonly header: Row;
}

export class Bitacora {
  readonly #conexion: Conexion;
  readonly #ledger: Pick<Ledger, "read">;
  #lugar: Lugar | null = null;
  #ultima: Ultima = { fila: 1, id: "" };
  #scanAtMs = Number.NEGATIVE_INFINITY;
  /** Events after the cursor that are in the sheet already. */
  #there = new Set<Seq>();
  #missing: SpoolEvent[] = [];
  /** More were missing than a scan remembers. */
  #more = false;
  #covered: Cola = [];

  constructor(conexion: Conexion, ledger: Pick<Ledger, "read">) {
    this.#conexion = conexion;
    this.#ledger = ledger;
  }

  get ultima(): Ultima {
    return this.#ultima;
  }

  /** Rows of others that a write of ours covered: they go below again. */
  get covered(): Cola {
    return this.#covered;
  }

  /** Events up to the cursor that the sheet lacks, oldest first. */
  get missing(): readonly SpoolEvent[] {
    return this.#missing;
  }

  /** Whether an event after the cursor still has to be written. */
  lacks({ seq }: SpoolEvent): boolean {
    return !this.#there.has(seq);
  }

  /** All must be read again: rows are not where they were. */
  doubt(): void {
    this.#scanAtMs = Number.NEGATIVE_INFINITY;
  }

  get doubted(): boolean {
    return this.#conexion.policy.clock.now() - this.#scanAtMs >= SCAN_EVERY_MS;
  }

  /** Whether it must be read whole before anything is written: also where its tab is another. */
  async strange(): Promise<boolean> {
    const sheet = logSheets(await this.#conexion.properties()).at(-1);
    return this.doubted || sheet?.title !== this.#lugar?.sheet.title;
  }

  /** What a flush reads: the header and the end. Null where the workbook has no log. */
  async ranges(): Promise<readonly [string, string] | null> {
    const sheet = logSheets(await this.#conexion.properties()).at(-1);
    if (!sheet) return null;
    const columns = Math.max(sheet.columnCount, 1);
    return [headerRange(sheet.title), rowsFrom(sheet.title, this.#desde(), columns)];
  }

  #desde(): number {
    return Math.max(2, this.#ultima.fila - COLA_ROWS + 1);
  }

  /** The end as `ranges` was answered. @throws WorkbookError when there is no column ID */
  final(header: RangeRows, rows: RangeRows, title: string): Final {
    const titles = headerOf(header);
    needId(title, titles);
    // A formula that gives "" down to the tab's end is no row.
    const last = rows.rows.findLastIndex((row) => !isBlankRow(row));
    const filas = rows.rows.slice(0, last + 1);
    return { title, header: titles, desde: this.#desde(), filas };
  }

  /** Rows of these events are there, written now or found: also where the cursor stays for now. */
  wrote(ultima: Ultima | null, events: readonly SpoolEvent[]): void {
    if (ultima) this.#ultima = ultima;
    for (const { seq } of events) this.#there.add(seq);
    const seqs = new Set(events.map(({ seq }) => seq));
    this.#missing = this.#missing.filter(({ seq }) => !seqs.has(seq));
    this.#covered = [];
    if (this.#more && this.#missing.length === 0) this.doubt();
  }

  /** Forgets what lies behind the cursor. */
  passed(cursor: Seq): void {
    for (const seq of this.#there) if (seq <= cursor) this.#there.delete(seq);
  }

  /** Makes room for `count` more rows, in a new tab where this one is full. */
  async makeRoom(fila: number, count: number): Promise<"room" | "moved"> {
    const sheet = logSheets(await this.#conexion.properties()).at(-1);
    if (!sheet) throw new WorkbookError("Falta la hoja Metadata en la planilla");
    if (fila > TAB_ROWS_MAX) {
      await this.#rotate(sheet);
      return "moved";
    }
    const lacking = fila + count - 1 - sheet.rowCount;
    if (lacking > 0) await this.#conexion.grow(sheet.sheetId, { rows: lacking + GROW_ROWS });
    return "room";
  }

  async #rotate({ title }: Sheet): Promise<void> {
    const number = Number(/(\d*)$/.exec(title)?.[1] || 1) + 1;
    const next = `${title.replace(/[\s_]*\d*$/, "")}_${number}`;
    const columnCount = METADATA_COLUMNAS.length;
    await this.#conexion.addTab({ title: next, rowCount: GROW_ROWS, columnCount });
    this.doubt();
  }

  /** A tab that was just added, maybe by a holder that died then, has no header yet. */
  async #begin(title: string): Promise<Row> {
    const range = blockRange(title, 1, 1, 0, METADATA_COLUMNAS.length - 1);
    await this.#conexion.write([{ range, rows: [METADATA_COLUMNAS] }]);
    return METADATA_COLUMNAS;
  }

  /**
   * Reads all IDs and compares them with the ledger's log.
   * @param cola the end of the tab before a write that may have covered rows
   */
  async learn(cursor: Seq, cola: Cola): Promise<void> {
    const sheets = logSheets(await this.#conexion.properties());
    const ids = new Set<string>();
    this.#lugar = null;
    this.#ultima = { fila: 1, id: "" };
    for (const sheet of sheets) await this.#learnTab(sheet, ids);
    const place = this.#idPlace();
    const lost = cola.length === 0 ? [] : coveredRows(cola, place, ids, await this.#end());
    const idOf = (row: Cola[number]): string => String(row[place] ?? "").trim();
    const ours = await this.#scan(cursor, ids, new Set(lost.map(idOf)));
    this.#covered = lost.filter((row) => !ours.has(idOf(row)));
    this.#scanAtMs = this.#conexion.policy.clock.now();
  }

  async #learnTab(sheet: Sheet, ids: Set<string>): Promise<void> {
    const [first] = await this.#conexion.read([headerRange(sheet.title)]);
    if (!first) return;
    const read = headerOf(first);
    const header = read.length === 0 && ids.size > 0 ? await this.#begin(sheet.title) : read;
    const place = needId(sheet.title, header);
    const [column] = await this.#conexion.read([columnRange(sheet.title, place)]);
    let ultima: Ultima = { fila: 1, id: "" };
    for (const [index, [value = ""]] of (column?.rows ?? []).entries()) {
      const id = String(value).trim();
      if (index === 0 || id === "") continue;
      ids.add(id);
      ultima = { fila: index + 1, id };
    }
    this.#lugar = { sheet, header };
    this.#ultima = ultima;
  }

  #idPlace(): number {
    return this.#lugar ? placeOfId(this.#lugar.header) : -1;
  }

  /** The last rows, whole: where a row without an ID would be. */
  async #end(): Promise<Cola> {
    if (!this.#lugar) return [];
    const { title, columnCount } = this.#lugar.sheet;
    const desde = Math.max(2, this.#ultima.fila - 2 * COLA_ROWS);
    const [end] = await this.#conexion.read([rowsFrom(title, desde, columnCount)]);
    return end?.rows ?? [];
  }

  #note(event: SpoolEvent, there: boolean, cursor: Seq): void {
    if (event.seq > cursor) {
      if (there) this.#there.add(event.seq);
    } else if (!there) {
      if (this.#missing.length < MISSING_MAX) this.#missing.push(event);
      else this.#more = true;
    }
  }

  /** @returns which of some IDs are of events of ours */
  async #scan(
    cursor: Seq,
    ids: ReadonlySet<string>,
    asked: ReadonlySet<string>,
  ): Promise<ReadonlySet<string>> {
    const ours = new Set<string>();
    this.#missing = [];
    this.#there = new Set();
    this.#more = false;
    for (let after = SEQ_ZERO; ; ) {
      const events = await this.#ledger.read(after, SCAN_EVENTS);
      for (const event of events) {
        if (event.kind !== "spool" || !isOurs(event)) continue;
        const id = eventIdOf(event);
        if (asked.has(id)) ours.add(id);
        this.#note(event, ids.has(id), cursor);
      }
      const last = events.at(-1);
      if (!last) break;
      after = last.seq;
    }
    return ours;
  }
}

const isBlankRow = (row: Cola[number]): boolean => row.every((value) => value === "");

const placeOfId = (header: Row): number =>
  metadataColumns({ name: "", dialect: DEFAULT_DIALECT, header, rows: [] }).ID;

function needId(title: string, header: Row): number {
  const place = placeOfId(header);
  if (place >= 0) return place;
  throw new WorkbookError(`En la hoja ${title} falta la columna ID`);
}
