/**
 * Which cells of Operaciones are to be written, and whether a write hit the rows that it meant.
 * Pure.
 *
 * P1: a row is found by its tag as just read; a tag that is twice there has no row.
 * P2: only columns of ours are written, never the tag, and never one that says the same already
 *     or that hands changed, until a supervisor has decided (spec 7).
 * P3: columns are written by their names, whole, with nothing for the rows that stay; the tags'
 *     goes along with nothing for any, so that the answer shows whose rows were written.
 */
import type { SpoolEvent } from "../domain/event.ts";
import type { Policy } from "../domain/policy.ts";
import { parseTag, type Spool, type Tag } from "../domain/spool.ts";
import type { Escrita } from "../workbook/columns.ts";
import { esCopiaVieja, estadosDe, type PropiasLeidas, tocadas } from "../workbook/hand-edits.ts";
import { isOurs, writable } from "../workbook/plan-export.ts";
import { celdasOf, sameMeaning } from "../workbook/spool-cells.ts";
import { headerKey } from "../workbook/tab.ts";
import type { Hoja, Leida } from "./hoja.ts";
import { nombreDe, presentes } from "./nombres.ts";
import type { RangeRows, RangeWrite, Value } from "./spreadsheet.ts";
import { textOf } from "./valores.ts";

/** A spool that the sheet may not show as it is. */
export interface Pendiente {
  readonly spool: Spool;
  /** What its row may say without hands having touched it; null = not known any more. */
  readonly states: readonly Spool[] | null;
  readonly history: readonly SpoolEvent[];
  /** Whether something was done to it in ZEUES: then its version is written. */
  readonly acted: boolean;
  /** Hand edits are written over: a supervisor had them undone. */
  readonly undo: boolean;
}

/** Cells that are to be written into the row of a tag. */
export interface Escritura {
  /** The text of the tag's cell, as read. */
  readonly tag: string;
  readonly fila: number;
  readonly celdas: PropiasLeidas;
}

/**
 * A spool as its history tells it.
 * @param cursor events up to it are in the sheet
 * @param current the spool where its history no longer begins at the beginning, else null
 */
export function pendienteOf(
  history: readonly SpoolEvent[],
  cursor: number,
  current: Spool | null,
  undo: boolean,
): Pendiente {
  const acted = history.some(isOurs);
  if (current) return { spool: current, states: null, history, acted, undo };
  const all = estadosDe(history) ?? [];
  const spool = all.at(-1);
  if (!spool) throw new RangeError("a history without its beginning needs the spool");
  const behind = history.findLastIndex(({ seq }) => seq <= cursor);
  // The first sight of a row says what stood there; before it there was nothing of ours.
  return { spool, states: all.slice(Math.max(0, behind)), history, acted, undo };
}

/** Rows by tag; null where a tag is more than once there. */
export function rowsByTag(hoja: Hoja): ReadonlyMap<Tag, Leida | null> {
  const out = new Map<Tag, Leida | null>();
  for (const leida of hoja.filas) {
    const tag = parseTag(leida.tag);
    if (tag !== null) out.set(tag, out.has(tag) ? null : leida);
  }
  return out;
}

/** Columns of a row that hands changed and nobody has decided about. */
function heldOf(celdas: PropiasLeidas, pendiente: Pendiente, policy: Policy): readonly Escrita[] {
  const { states, history, undo } = pendiente;
  if (undo || states === null) return [];
  const touched = tocadas(celdas, states, policy);
  return touched.length > 0 && esCopiaVieja(celdas, history, policy) ? [] : touched;
}

/** The cells of a row that must change (P2). */
function cellsToWrite(
  { celdas }: Leida,
  pendiente: Pendiente,
  names: readonly Escrita[],
  policy: Policy,
): PropiasLeidas {
  const { spool, acted } = pendiente;
  const wanted = celdasOf(spool, policy, celdas.Notas ?? "");
  const allowed = new Set(writable(spool, acted));
  const held = new Set(heldOf(celdas, pendiente, policy));
  const changed = names.filter(
    (name) =>
      allowed.has(name) && !held.has(name) && !sameMeaning(name, celdas[name] ?? "", wanted[name]),
  );
  return Object.fromEntries(changed.map((name) => [name, wanted[name]]));
}

/** What the pending spools' rows lack. */
export function planFilas(
  hoja: Hoja,
  pendientes: Iterable<Pendiente>,
  policy: Policy,
): readonly Escritura[] {
  const rows = rowsByTag(hoja);
  const names = presentes(hoja.at);
  const out: Escritura[] = [];
  for (const pendiente of pendientes) {
    const leida = rows.get(pendiente.spool.tag);
    if (!leida) continue;
    const celdas = cellsToWrite(leida, pendiente, names, policy);
    if (Object.keys(celdas).length > 0) out.push({ tag: leida.tag, fila: leida.fila, celdas });
  }
  return out;
}

/** Versions are numbers in the sheet too; all else is text. */
const sentAs = (name: Escrita, text: string): Value =>
  name === "version" && /^\d{1,15}$/.test(text) ? Number(text) : text;

/** One column's range: a cell for each row that is written, the others as they are. */
function columnRange(name: Escrita, escrituras: readonly Escritura[]): RangeWrite | null {
  const cells = escrituras.flatMap(({ fila, celdas }) => {
    const text = celdas[name];
    return text === undefined ? [] : [[fila, sentAs(name, text)] as const];
  });
  if (cells.length === 0) return null;
  const last = Math.max(...cells.map(([fila]) => fila));
  const rows: Value[][] = Array.from({ length: last }, () => []);
  for (const [fila, value] of cells) rows[fila - 1] = [value];
  return { range: nombreDe(name), rows };
}

/** What is sent: nothing for the tags, to see them echoed (P3), then our columns. */
export function rangesOf(escrituras: readonly Escritura[], { at }: Hoja): readonly RangeWrite[] {
  if (escrituras.length === 0) return [];
  const columns = presentes(at).map((name) => columnRange(name, escrituras));
  const written = columns.filter((range) => range !== null);
  return [{ range: nombreDe("TAG_SPOOL"), rows: [[null]] }, ...written];
}

/**
 * Whether the echo of `rangesOf` shows the tags that were meant, in their rows. Where a row is not
 * told by its tag, no row of all may have another tag than before.
 */
export function hitTheirRows(
  escrituras: readonly Escritura[],
  { filas }: Hoja,
  tags: RangeRows | undefined,
): boolean {
  const rows = new Map(filas.map((leida) => [leida.fila, leida]));
  const told = escrituras.every(({ fila }) => rows.get(fila)?.clave === undefined);
  return (told ? escrituras : filas).every(({ tag, fila }) => {
    const value = tags?.rows[fila - 1]?.[0] ?? "";
    return textOf(value, false).trim() === tag.trim();
  });
}

/** Whether each name stood for the column of its title: hands may have pointed it elsewhere. */
export const hitTheirColumns = (
  written: readonly RangeWrite[],
  echo: readonly RangeRows[],
): boolean =>
  written.every(({ range }, i) => {
    const title = textOf(echo[i]?.rows[0]?.[0] ?? "", false);
    return headerKey(range) === `zeues${headerKey(title)}`;
  });
