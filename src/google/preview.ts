/**
 * What the sync would do with the workbook as it stands, without doing it: first contact with a
 * filled sheet deserves a look (spec 7). Reads only; names no columns, stores nothing.
 */
import { SEQ_ZERO, type Seq, type SpoolEvent } from "../domain/event.ts";
import type { Congelada } from "../domain/planilla.ts";
import type { Policy } from "../domain/policy.ts";
import type { Spool, Tag } from "../domain/spool.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Escrita } from "../workbook/columns.ts";
import { eventIdOf } from "../workbook/event-id.ts";
import type { ImportChange } from "../workbook/import-change.ts";
import { metadataColumns } from "../workbook/metadata.ts";
import { isOurs } from "../workbook/plan-export.ts";
import type { Resumen } from "../workbook/plan-import.ts";
import { cellAt, findTab, type Tab } from "../workbook/tab.ts";
import { Conexion } from "./conexion.ts";
import { type Pendiente, pendienteOf, planFilas, rowsByTag } from "./flush-plan.ts";
import { Intake } from "./intake.ts";
import { hojaOfLibro, LectorDeLibro } from "./leer-libro.ts";
import type { Policy as Calls } from "./retry.ts";
import { parseSalida, SALIDA_DOCUMENT } from "./salida.ts";
import type { Spreadsheet } from "./spreadsheet.ts";

/** A cell that would be written. */
export interface Celda {
  readonly fila: number;
  readonly tag: string;
  readonly columna: string;
  readonly dice: string;
  readonly dira: string;
}

export interface Preview {
  readonly resumen: Resumen;
  readonly changes: readonly ImportChange[];
  readonly congelada: Congelada | null;
  readonly celdas: readonly Celda[];
  /** Rows that Metadata would get. */
  readonly sucesos: number;
  /** Whether the workbook has a log at all. */
  readonly bitacora: boolean;
}

export interface PreviewDeps {
  readonly ledger: Ledger;
  readonly spreadsheet: Spreadsheet;
  readonly policy: Policy;
  readonly calls: Calls;
  readonly now: () => number;
}

/** Reads on and on, for the pages of the log. */
async function* spoolEvents({ ledger }: PreviewDeps): AsyncGenerator<SpoolEvent> {
  for (let after: Seq = SEQ_ZERO; ; ) {
    const events = await ledger.read(after);
    for (const event of events) if (event.kind === "spool") yield event;
    const last = events.at(-1);
    if (!last) return;
    after = last.seq;
  }
}

function idsOf(tab: Tab | undefined): ReadonlySet<string> {
  if (!tab) return new Set();
  const { ID } = metadataColumns(tab);
  return new Set(tab.rows.map((row) => cellAt(row, ID).trim()));
}

/** The spools as they would be, those that the sheet may not show as they are. */
async function pendientesAfter(
  deps: PreviewDeps,
  changes: readonly ImportChange[],
  repasar: readonly Tag[],
  cursor: Seq,
): Promise<readonly Pendiente[]> {
  const histories = new Map<Tag, SpoolEvent[]>();
  const due = new Set<Tag>(repasar);
  let head = cursor;
  for await (const event of spoolEvents(deps)) {
    const history = histories.get(event.tag) ?? [];
    histories.set(event.tag, history);
    history.push(event);
    if (event.seq > cursor) due.add(event.tag);
    head = event.seq;
  }
  for (const change of changes) {
    if (change.kind !== "spool") continue;
    const { tag } = change.state;
    const event = { ...change.event, seq: (head + 1) as Seq };
    histories.set(tag, [...(histories.get(tag) ?? []), event]);
    due.add(tag);
  }
  return [...due].flatMap((tag) => {
    const history = histories.get(tag) ?? [];
    return history[0]?.version === 1 ? [pendienteOf(history, cursor, null, false)] : [];
  });
}

/** @throws WorkbookError, SheetsError, LedgerUnavailable */
export async function preview(deps: PreviewDeps): Promise<Preview> {
  const { ledger, spreadsheet, policy, calls, now } = deps;
  const conexion = new Conexion({ spreadsheet, policy: calls, leftMs: () => 0 });
  const libro = await new LectorDeLibro(conexion).read();
  const snapshot = await ledger.snapshot();
  const stands = { epoch: ledger.epoch, head: snapshot.seq, nowMs: now() };
  const { seq } = parseSalida(await ledger.document(SALIDA_DOCUMENT), stands);
  const waiting = new Set<Tag>();
  const ids = idsOf(findTab(libro.tabs, "Metadata"));
  let sucesos = 0;
  for await (const event of spoolEvents(deps)) {
    if (event.seq > seq) waiting.add(event.tag);
    if (isOurs(event) && !ids.has(eventIdOf(event))) sucesos += 1;
  }
  const intake = new Intake({
    ledger,
    fence: () => ({ lease: "", fence: 0 }),
    known: () => ({
      spools: new Map(snapshot.spools.map((spool): [Tag, Spool] => [spool.tag, spool])),
      trabajadores: new Map(snapshot.trabajadores.map((one) => [one.id, one])),
      planilla: snapshot.planilla,
    }),
    pendientes: (tag) => waiting.has(tag),
    policy,
    now,
  });
  const { changes, congelada, resumen, repasar } = await intake.plan(libro);
  const own = changes.filter(({ kind, event }) => kind === "spool" && isOurs(event as SpoolEvent));
  const hoja = hojaOfLibro(libro);
  const pendientes = await pendientesAfter(deps, changes, repasar, seq);
  const rows = rowsByTag(hoja);
  const celdas = planFilas(hoja, pendientes, policy).flatMap(({ tag, fila, celdas }) =>
    Object.entries(celdas).map(([columna, dira]) => {
      const dice: string = rows.get(tag as Tag)?.celdas[columna as Escrita] ?? "";
      return { fila, tag, columna, dice, dira };
    }),
  );
  const bitacora = findTab(libro.tabs, "Metadata") !== undefined;
  return { resumen, changes, congelada, celdas, sucesos: sucesos + own.length, bitacora };
}
