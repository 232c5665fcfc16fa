/**
 * Writes that hit other rows than they meant: hands moved rows between the reading and the write
 * (docs/decisions/sheets.md, "Out"). Pure.
 *
 * G1: a cell was hit when it says something else than before, and what was sent for another row is
 *     the reason: then all that was sent for that row stands there, but for what was sent later.
 * G2: it gets back what it said before: from the last reading; where that is lost, a row that is
 *     nobody's from the intent, a spool's from the ledger.
 */
import { parseTag } from "../domain/spool.ts";
import type { Escrita } from "../workbook/columns.ts";
import type { PropiasLeidas } from "../workbook/hand-edits.ts";
import type { Escritura } from "./flush-plan.ts";
import type { Hoja, Leida } from "./hoja.ts";

/** What was sent for a tag, or what a row said. */
export interface Propias {
  readonly tag: string;
  readonly celdas: PropiasLeidas;
  /** The engineers' cells, where the tag does not tell the row (hoja.ts). */
  readonly clave?: string;
  /** A later write of the row was seen: this one would be late. */
  readonly tarde?: boolean;
}

/** What the rows of a tag said, as often as it stands there; "" for rows without one. */
export type Antes = ReadonlyMap<string, readonly Propias[]>;

const keyOf = (text: string): string => parseTag(text) ?? "";

const entriesOf = (celdas: PropiasLeidas) => Object.entries(celdas) as [Escrita, string][];

const says = (row: PropiasLeidas, celdas: PropiasLeidas): boolean =>
  entriesOf(celdas).every(([name, text]) => row[name] === text);

/** What each tag's rows said. */
export function antesOf(filas: Iterable<Propias>): Antes {
  const out = new Map<string, Propias[]>();
  for (const one of filas) {
    const rows = out.get(keyOf(one.tag));
    if (rows) rows.push(one);
    else out.set(keyOf(one.tag), [one]);
  }
  return out;
}

/** Rows by their tag; those without one are together under "". */
function groupsOf({ filas }: Hoja): ReadonlyMap<string, readonly Leida[]> {
  const out = new Map<string, Leida[]>();
  for (const leida of filas) {
    const rows = out.get(keyOf(leida.tag));
    if (rows) rows.push(leida);
    else out.set(keyOf(leida.tag), [leida]);
  }
  return out;
}

/** Tags whose row says all that was sent for another: where nobody knows what rows said before. */
export function tagsMaybeHit(hoja: Hoja, enviadas: readonly Propias[]): ReadonlySet<string> {
  const hit = hoja.filas.filter(({ tag, celdas }) =>
    enviadas.some((sent) => keyOf(sent.tag) !== keyOf(tag) && says(celdas, sent.celdas)),
  );
  return new Set(hit.map(({ tag }) => keyOf(tag)));
}

/**
 * Cells of a row that say what was sent for another (G1), or for itself before: a lost write that
 * was applied late. In which order others were sent does not count: the same may be sent again, for
 * another row by then.
 * @param own what was sent for the row last, null where its tag does not tell it
 */
function hitCells(
  { celdas }: Leida,
  before: PropiasLeidas,
  enviadas: readonly Propias[],
  own: Propias | null,
): readonly Escrita[] {
  const differs = ([name, text]: [Escrita, string]): boolean => text !== (before[name] ?? "");
  const open = new Set(
    entriesOf(celdas)
      .filter(differs)
      .map(([name]) => name),
  );
  const covered = new Set<Escrita>();
  const hit: Escrita[] = [];
  const stands = (sent: Propias): boolean =>
    entriesOf(sent.celdas).every(([name, text]) => covered.has(name) || celdas[name] === text);
  let left = enviadas;
  while (open.size > 0) {
    const found = left.filter(stands);
    if (found.length === 0) break;
    // What was sent for the row itself explains its cells first.
    const first = found.filter((sent) => sent === own);
    for (const sent of [...first, ...found.filter((one) => one !== own)]) {
      for (const [name] of entriesOf(sent.celdas)) {
        covered.add(name);
        if (open.delete(name) && sent !== own) hit.push(name);
      }
    }
    left = left.filter((sent) => !found.includes(sent));
  }
  return hit;
}

const BLANK: Propias = { tag: "", celdas: {}, clave: "" };

/**
 * What rows that their tag does not tell said: the row with the same other cells; one that has none
 * was blank. Whose other cells are new or edited is one of those that are left, or was made just
 * now: told as far as these all say the same.
 */
function saidBy(rows: readonly Leida[], before: readonly Propias[]) {
  const left = [...before];
  const out: (readonly [Leida, PropiasLeidas])[] = [];
  const strange: Leida[] = [];
  for (const leida of rows) {
    const at = left.findIndex(({ clave }) => clave === leida.clave);
    const [said] = at < 0 ? [] : left.splice(at, 1);
    if (said) out.push([leida, said.celdas]);
    else if (leida.clave === "") out.push([leida, BLANK.celdas]);
    else strange.push(leida);
  }
  const [some, ...others] = strange.length > left.length ? [...left, BLANK] : left;
  const alike = some && others.every(({ celdas }) => says(some.celdas, celdas));
  return alike ? [...out, ...strange.map((leida) => [leida, some.celdas] as const)] : out;
}

export interface Reparo {
  /** What rows that were hit get back. */
  readonly escrituras: readonly Escritura[];
  /** The sheet as it stands once they have. */
  readonly hoja: Hoja;
}

/**
 * What rows that a write of ours hit get back.
 * @param enviadas what was sent for a tag last comes last
 * @param antes what each tag's row said; null = what is not in it is not known
 * @param ajenas what rows said that their tag does not tell
 */
export function repair(
  hoja: Hoja,
  enviadas: readonly Propias[],
  antes: (tag: string) => PropiasLeidas | null,
  ajenas: Antes,
): Reparo {
  if (enviadas.length === 0) return { escrituras: [], hoja };
  const back = new Map<Leida, PropiasLeidas>();
  const last = new Map(enviadas.map((sent) => [keyOf(sent.tag), sent.tarde ? null : sent]));
  const look = (leida: Leida, was: PropiasLeidas, own: Propias | null): void => {
    const names = hitCells(leida, was, enviadas, own);
    if (names.length === 0) return;
    back.set(leida, Object.fromEntries(names.map((name) => [name, was[name] ?? ""])));
  };
  for (const [tag, rows] of groupsOf(hoja)) {
    const [only] = rows;
    if (tag !== "" && only && rows.length === 1) {
      const was = antes(tag);
      if (was) look(only, was, last.get(tag) ?? null);
    } else {
      for (const [leida, was] of saidBy(rows, ajenas.get(tag) ?? [])) look(leida, was, null);
    }
  }
  if (back.size === 0) return { escrituras: [], hoja };
  const filas = hoja.filas.map((leida): Leida => {
    const celdas = back.get(leida);
    return celdas ? { ...leida, celdas: { ...leida.celdas, ...celdas } } : leida;
  });
  const escrituras = [...back].map(([{ tag, fila }, celdas]) => ({ tag, fila, celdas }));
  return { escrituras, hoja: { ...hoja, filas } };
}
