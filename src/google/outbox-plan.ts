/** What a flush has to write, of what it has just read and of what the ledger says. */
import type { SpoolEvent } from "../domain/event.ts";
import type { CambioAMano } from "../domain/planilla.ts";
import type { Policy } from "../domain/policy.ts";
import { parseTag, type Spool, type Tag } from "../domain/spool.ts";
import { type Ledger, spoolKey } from "../ledger/ledger.ts";
import { type Escrita, isNotas, operacionesColumns } from "../workbook/columns.ts";
import { type PropiasLeidas, propiasDe } from "../workbook/hand-edits.ts";
import { isOurs } from "../workbook/plan-export.ts";
import { celdasOf } from "../workbook/spool-cells.ts";
import { cellAt, headerKey, tabDocument, tabOfDocument } from "../workbook/tab.ts";
import { type Escritura, type Pendiente, pendienteOf, planFilas } from "./flush-plan.ts";
import type { Hoja } from "./hoja.ts";
import { type Antes, antesOf, type Propias, repair, tagsMaybeHit } from "./repair.ts";

export type Histories = ReadonlyMap<Tag, readonly SpoolEvent[]>;

export interface PlanDeps {
  readonly ledger: Pick<Ledger, "history" | "state" | "document">;
  readonly policy: Policy;
  /** Hand edits that wait for a supervisor: they stand in the sheet on purpose. */
  readonly cambios: () => readonly CambioAMano[];
}

/** The events of some spools. */
export async function historiesOf({ ledger }: PlanDeps, tags: Iterable<Tag>): Promise<Histories> {
  const all = [...new Set(tags)].map(async (tag) => [tag, await ledger.history(tag)] as const);
  return new Map(await Promise.all(all));
}

const stateOf = async ({ ledger }: PlanDeps, tag: Tag): Promise<Spool | null> =>
  (await ledger.state(spoolKey(tag))) as Spool | null;

/** The pending spools as the ledger has them. @param tags `true` = hand edits are written over */
export async function pendientesOf(
  deps: PlanDeps,
  tags: ReadonlyMap<Tag, boolean>,
  histories: Histories,
  cursor: number,
): Promise<readonly Pendiente[]> {
  const out: Pendiente[] = [];
  for (const [tag, undo] of tags) {
    const history = histories.get(tag) ?? [];
    const whole = history[0]?.version === 1;
    const current = whole ? null : await stateOf(deps, tag);
    if (whole || current) out.push(pendienteOf(history, cursor, current, undo));
  }
  return out;
}

/** What a spool's row said before something hit it, as far as the ledger can tell. */
async function toldByLedger(deps: PlanDeps, hoja: Hoja, tag: Tag): Promise<PropiasLeidas | null> {
  const spool = await stateOf(deps, tag);
  // What an unsound row said is not in the ledger, but in the intent.
  if (spool?.inconsistencia !== null) return null;
  const history = await deps.ledger.history(tag);
  const imported = history.some(isOurs) ? null : await importedRow(deps, hoja.title, tag);
  if (imported) return imported;
  const held = deps.cambios().find((cambio) => cambio.tag === tag)?.celdas ?? [];
  const notas = Object.entries(spool.ficha).find(([title]) => isNotas(title))?.[1];
  const celdas = Object.entries(celdasOf(spool, deps.policy, notas)) as [Escrita, string][];
  const texts = celdas.map(([name, text]): [Escrita, string] => {
    const hand = held.find(({ columna }) => headerKey(columna) === headerKey(name));
    return [name, hand ? hand.dice : text];
  });
  return Object.fromEntries(texts);
}

/** A row of a spool that nobody ever acted on is as it was imported. */
async function importedRow(
  { ledger }: PlanDeps,
  title: string,
  tag: Tag,
): Promise<PropiasLeidas | null> {
  const document = await ledger.document(tabDocument(title));
  if (document === null) return null;
  const tab = tabOfDocument(title, document);
  const at = operacionesColumns(tab);
  const row = tab.rows.find((cells) => parseTag(cellAt(cells, at.TAG_SPOOL)) === tag);
  return row ? propiasDe(row, at) : null;
}

export interface RowsPlan {
  readonly escrituras: readonly Escritura[];
  /** The sheet as it stands once rows that were hit have got back what they said. */
  readonly hoja: Hoja;
}

/** Cells for one row, from both plans. */
function merged(restored: readonly Escritura[], planned: readonly Escritura[]): Escritura[] {
  const byFila = new Map(restored.map((one) => [one.fila, one]));
  for (const one of planned) {
    const celdas = { ...byFila.get(one.fila)?.celdas, ...one.celdas };
    byFila.set(one.fila, { ...one, celdas });
  }
  return [...byFila.values()];
}

/** What rows said before, where the last reading is lost: from the ledger. */
async function toldAnew(
  deps: PlanDeps,
  hoja: Hoja,
  enviadas: readonly Propias[],
  ajenas: Antes,
): Promise<ReadonlyMap<string, PropiasLeidas>> {
  const out = new Map<string, PropiasLeidas>();
  for (const text of tagsMaybeHit(hoja, enviadas)) {
    const tag = parseTag(text);
    const told = tag === null ? null : await toldByLedger(deps, hoja, tag);
    // Whoever is in neither, hands have just made: it was blank.
    out.set(text, told ?? ajenas.get(text)?.[0]?.celdas ?? {});
  }
  return out;
}

/** What was sent, and what rows said before. */
export interface Memoria {
  /** What was sent and not seen in its rows. */
  readonly enviadas: readonly Propias[];
  /** What rows said when last read; null after a start. */
  readonly antes: Antes | null;
  /** What rows said that their tag does not tell, or the ledger. */
  readonly ajenas: Antes;
}

/** What rows that a write of ours hit get back, and what pending spools' rows lack. */
export async function planRows(
  deps: PlanDeps,
  hoja: Hoja,
  { enviadas, antes, ajenas }: Memoria,
  pendientes: readonly Pendiente[],
): Promise<RowsPlan> {
  const told = antes ? null : await toldAnew(deps, hoja, enviadas, ajenas);
  const said = (tag: string): PropiasLeidas | null =>
    antes ? (antes.get(tag)?.[0]?.celdas ?? {}) : (told?.get(tag) ?? null);
  const back = repair(hoja, enviadas, said, ajenas);
  const planned = planFilas(back.hoja, pendientes, deps.policy);
  return { escrituras: merged(back.escrituras, planned), hoja: back.hoja };
}

/** Rows of which the ledger can't tell what they say: without a tag, twice there, not sound. */
export const ajenasDe = ({ filas }: Hoja, sound: (tag: Tag) => boolean): readonly Propias[] =>
  filas.filter(({ tag: text, celdas, clave }) => {
    const tag = parseTag(text);
    if (clave !== undefined) return clave !== "" || Object.values(celdas).some((cell) => cell);
    return tag !== null && !sound(tag);
  });

/** What rows say once a plan is written. */
export function written({ hoja, escrituras }: RowsPlan): Antes {
  const cells = new Map(escrituras.map(({ fila, celdas }) => [fila, celdas]));
  return antesOf(
    hoja.filas.map(({ tag, fila, celdas }) => ({
      tag,
      celdas: { ...celdas, ...cells.get(fila) },
    })),
  );
}
