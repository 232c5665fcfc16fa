/** Rows that are gone from the sheet, and those that seem to be one of them by another tag. */
import type { Descripcion, Planilla, Problema } from "../domain/event.ts";
import type { Spool, Tag } from "../domain/spool.ts";
import { enPantalla } from "../domain/trabajador.ts";
import { shown } from "./cell.ts";
import type { Fila, Libro } from "./rows.ts";

const YA_NO = "Ya no está en la planilla";
/** While the import stands still, nobody has said yet that it is gone. */
const FALTA = "Falta en esta lectura de la planilla";

export interface Idas {
  /** Known tags that the workbook lacks. */
  readonly todas: readonly Tag[];
  /** Of these, those of which nothing was said before. */
  readonly nuevas: readonly Tag[];
}

/** Finds the known spools that the workbook lacks. */
export function idasDe(
  spools: ReadonlyMap<Tag, Spool>,
  libro: Libro,
  planilla: Planilla | null,
): Idas {
  const said = new Set(
    planilla?.problemas.filter((p) => p.motivo.startsWith(YA_NO)).map(({ tag }) => tag),
  );
  const todas = [...spools.keys()].filter((tag) => !libro.filas.has(tag));
  return { todas, nuevas: todas.filter((tag) => !said.has(tag)) };
}

/** Lists what is gone; what an import that stands still has not taken is only missing. */
export function listIdas(
  spools: ReadonlyMap<Tag, Spool>,
  libro: Libro,
  { todas, nuevas }: Idas,
  congelada: boolean,
): void {
  const missing = new Set(congelada ? nuevas : []);
  for (const tag of todas) {
    const quien = spools.get(tag)?.ocupacion?.trabajador;
    const held = quien ? ` y lo tiene ${enPantalla(quien)}; en ZEUES sigue igual` : "";
    const motivo = (missing.has(tag) ? FALTA : YA_NO) + held;
    libro.problemas.error(libro.tab.name, [], tag, motivo);
  }
}

const frase = (ida: Tag): string =>
  `Parece el carrete ${shown(ida)} con otro tag: lo hecho en ZEUES sigue en ${shown(ida)}`;

/** What the engineers own of a spool, to compare; columns in any order. */
export const descripcionText = ({ nv, ot, fechaMateriales, ficha }: Descripcion): string =>
  JSON.stringify([nv, ot, fechaMateriales, Object.entries(ficha).sort()]);

function byDescripcion(spools: readonly Spool[]): ReadonlyMap<string, readonly Spool[]> {
  return Map.groupBy(spools, descripcionText);
}

/**
 * New rows that say of themselves all that a spool says that went in the same read: most likely
 * its tag was edited. Listed for as long as the other is gone.
 */
export function parecidas(
  spools: ReadonlyMap<Tag, Spool>,
  libro: Libro,
  { todas, nuevas }: Idas,
  planilla: Planilla | null,
): readonly Problema[] {
  if (todas.length === 0) return [];
  const aviso = ({ filas }: Fila, tag: string, motivo: string): Problema => ({
    gravedad: "aviso",
    tab: libro.tab.name,
    filas,
    tag,
    motivo,
  });
  const frases = new Set(todas.map(frase));
  const still = (planilla?.problemas ?? []).flatMap(({ tag, motivo }) => {
    const fila = tag === null ? undefined : libro.filas.get(tag as Tag);
    return tag !== null && fila && frases.has(motivo) ? [aviso(fila, tag, motivo)] : [];
  });
  const listed = new Set(still.map(({ tag }) => tag));
  const gone = byDescripcion(nuevas.flatMap((tag) => spools.get(tag) ?? []));
  const filas = [...libro.filas.values()].filter(({ spool: { tag } }) => !spools.has(tag));
  const fresh = [...byDescripcion(filas.map(({ spool }) => spool))].flatMap(([key, rows]) => {
    const [ida, another] = gone.get(key) ?? [];
    const [row, twin] = rows;
    const fila = row && libro.filas.get(row.tag);
    // Spools described alike can't be told apart.
    if (!ida || !fila || another || twin || listed.has(row.tag)) return [];
    return [aviso(fila, row.tag, frase(ida.tag))];
  });
  return [...still, ...fresh];
}
