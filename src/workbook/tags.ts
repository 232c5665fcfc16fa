/** Which row is whose: the column TAG_SPOOL, and what is to be said of the tags in it. */
import { parseTag, TAG_MAX, type Tag } from "../domain/spool.ts";
import { shown } from "./cell.ts";
import type { ColumnaOperaciones, Columnas } from "./columns.ts";
import type { Problemas } from "./problema.ts";
import { cellAt, filaOf, isBlank, type Row, type Tab } from "./tab.ts";
import type { Uniones } from "./uniones.ts";

/** Tags hold letters, digits and the signs of drawings; the rest is mostly a slip or a trick. */
const ODD_TAG = /^[=+@-]|[^\p{L}\p{N}\s\-_./"'#+*:,()]|\.\.|^.{61}/u;

/** What a formula that fails shows instead, in English and in Spanish. */
const FALLO =
  /^(#(N\/A|¡?(REF|DIV\/0|VALUE|VALOR|NUM|NULL|ERROR)!|¿?(NAME|NOMBRE)\?)|Loading\.\.\.)$/;

/** Indexes of a tag's rows. */
export type Place = readonly [number, ...number[]];

export interface Places {
  readonly places: ReadonlyMap<Tag, Place>;
  /** Rows that hold something but no tag that can be read. */
  readonly filasSinTag: number;
  readonly filasEnBlanco: number;
}

function avisosOf(tag: Tag, text: string, ot: string, uniones: Uniones): string[] {
  const avisos: string[] = [];
  if (text !== tag) avisos.push("TAG_SPOOL con espacios alrededor.");
  if (ODD_TAG.test(tag)) avisos.push("TAG_SPOOL poco habitual (signos o muy largo); revíselo.");
  if (uniones.otherCase(tag)) avisos.push("TAG_SPOOL con otras mayúsculas que en Uniones.");
  if (uniones.withoutZeros(ot)) {
    avisos.push("OT sin los ceros a la izquierda que tiene en Uniones.");
  }
  return avisos;
}

/** The tag that a cell holds, if it holds one. */
const tagAt = (text: string): Tag | null => (FALLO.test(text.trim()) ? null : parseTag(text));

function sinTag(text: string): string {
  if (text.trim() === "") return "Fila sin TAG_SPOOL";
  return FALLO.test(text.trim())
    ? `TAG_SPOOL tiene un error de fórmula: ${shown(text)}`
    : `TAG_SPOOL de más de ${TAG_MAX} caracteres`;
}

/** Says that a row has no tag. @returns whether it is wholly blank. */
function untagged(tab: Tab, row: Row, fila: number, text: string, problemas: Problemas): boolean {
  if (isBlank(row)) {
    problemas.aviso(tab.name, fila, "Fila en blanco.");
    return true;
  }
  problemas.error(tab.name, [fila], null, `${sinTag(text)}; no se lee.`);
  return false;
}

/** Finds each tag's rows. */
export function placeTags(
  tab: Tab,
  at: Columnas<ColumnaOperaciones>,
  uniones: Uniones,
  problemas: Problemas,
): Places {
  const places = new Map<Tag, Place>();
  let filasSinTag = 0;
  let filasEnBlanco = 0;
  for (const [index, row] of tab.rows.entries()) {
    const fila = filaOf(index);
    const text = cellAt(row, at.TAG_SPOOL);
    const tag = tagAt(text);
    if (tag === null) {
      if (untagged(tab, row, fila, text, problemas)) filasEnBlanco += 1;
      else filasSinTag += 1;
      continue;
    }
    const place = places.get(tag);
    places.set(tag, place ? [...place, index] : [index]);
    for (const motivo of avisosOf(tag, text, cellAt(row, at.OT), uniones)) {
      problemas.aviso(tab.name, fila, motivo);
    }
  }
  return { places, filasSinTag, filasEnBlanco };
}
