/**
 * An import that would change too much at once stands still until a supervisor looks, or until the
 * sheet is as before (spec 7).
 */
import { createHash } from "node:crypto";
import { esPropio } from "../domain/acceso.ts";
import type { Descripcion } from "../domain/event.ts";
import type { Congelada } from "../domain/planilla.ts";
import type { Spool, Tag } from "../domain/spool.ts";
import { propiasDe } from "./hand-edits.ts";
import { descripcionText, type Idas } from "./intake-gone.ts";
import type { IntakeInput } from "./intake-input.ts";
import { SIN_CARRETES, SPOOLS_GONE_MAX, suspectPeople } from "./plan-import.ts";
import type { Fila, Libro } from "./rows.ts";

/** So few rows are a hand's work at any size of the workbook. */
const FILAS_MIN = 3;

interface Cambiada {
  readonly tag: Tag;
  readonly dice: string;
  /** What the engineers' columns say, where hands changed nothing else in the row. */
  readonly soloEdicion: Descripcion | null;
}

export interface Alcance {
  /** Known tags whose rows hands changed, and what they typed. */
  readonly cambiadas: readonly Cambiada[];
  /** Tags that are new, or make sense now. */
  readonly nuevas: readonly Tag[];
  readonly idas: Idas;
}

/** Whether so many rows of a sheet are more than a hand's work (spec 7). */
export const demasiadas = (rows: number, total: number): boolean =>
  rows > Math.max(FILAS_MIN, total * SPOOLS_GONE_MAX);

/** Titles of the engineers' that the header has, and some spool of its rows as last read. */
function titulosComunes({ spools }: IntakeInput, { filas, context }: Libro): ReadonlySet<string> {
  const now = new Set(context.ficha.map(([title]) => title));
  const out = new Set<string>();
  for (const [tag, { filas: rows }] of filas) {
    if (out.size === now.size) break;
    if (rows.length > 1) continue;
    const titles = Object.keys(spools.get(tag)?.ficha ?? {});
    for (const title of titles) if (now.has(title)) out.add(title);
  }
  return out;
}

/** Whether the engineers changed more of a spool than what their other columns say. */
function differs(known: Spool | undefined, said: Descripcion, titulos: ReadonlySet<string>) {
  if (known?.nv !== said.nv || known.ot !== said.ot) return true;
  if (known.fechaMateriales !== said.fechaMateriales) return true;
  return [...titulos].some((title) => known.ficha[title] !== said.ficha[title]);
}

/**
 * What counts of what hands did. A column of the engineers' that is new, gone or renamed changes
 * all rows at once and is no slip; the spools are looked through only when it matters.
 */
function contado(input: IntakeInput, libro: Libro, todo: Alcance): Alcance {
  const { cambiadas, idas } = todo;
  if (!demasiadas(cambiadas.length + idas.nuevas.length, input.spools.size)) return todo;
  const titulos = titulosComunes(input, libro);
  const cuentan = cambiadas.filter(
    ({ tag, soloEdicion }) =>
      soloEdicion === null || differs(input.spools.get(tag), soloEdicion, titulos),
  );
  return { ...todo, cambiadas: cuentan };
}

/** Why a reading is suspect; null when it is not. */
function motivoDe(input: IntakeInput, libro: Libro, alcance: Alcance): string | null {
  const { size } = input.spools;
  if (size === 0) return null;
  const [changed, gone] = [alcance.cambiadas.length, alcance.idas.nuevas.length];
  if (libro.filas.size === 0 && gone > 0) return SIN_CARRETES;
  if (demasiadas(changed + gone, size)) {
    return `Cambiaron ${changed} y faltan ${gone} de los ${size} carretes conocidos`;
  }
  const somebody = [...input.trabajadores.values()].some(
    ({ id, activo }) => activo && !esPropio(id),
  );
  return somebody ? suspectPeople(input.trabajadores, libro) : null;
}

/** What the row of a new tag says, wherever it and its columns stand. */
function contenido({ filas: [fila = 0], spool }: Fila, { tab, context }: Libro): string {
  const propias = propiasDe(tab.rows[fila - 2] ?? [], context.at);
  return JSON.stringify([descripcionText(spool), propias]);
}

/** Names what would be imported: the same for the same typing, whatever the shop does meanwhile. */
function huellaOf(libro: Libro, { cambiadas, nuevas, idas }: Alcance): string {
  const fresh = nuevas.map((tag) => {
    const fila = libro.filas.get(tag);
    return JSON.stringify([tag, fila && contenido(fila, libro)]);
  });
  const changed = cambiadas.map(({ tag, dice }) => JSON.stringify([tag, dice]));
  const what = [fresh.sort(), changed.sort(), [...idas.nuevas].sort(), libro.trabajadores];
  return createHash("sha1").update(JSON.stringify(what)).digest("hex");
}

/**
 * Whether the import stands still. A supervisor's word holds for the reading that it was said of.
 * @returns null when it goes on
 */
export function congeladaDe(input: IntakeInput, libro: Libro, todo: Alcance): Congelada | null {
  const alcance = contado(input, libro, todo);
  const motivo = motivoDe(input, libro, alcance);
  if (motivo === null) return null;
  const before = input.planilla?.congelada ?? null;
  const huella = huellaOf(libro, alcance);
  if (before?.aplicar && before.huella === huella) return null;
  return {
    desdeMs: before?.desdeMs ?? input.nowMs,
    filas: alcance.cambiadas.length + alcance.idas.nuevas.length,
    total: input.spools.size,
    motivo,
    huella,
    aplicar: null,
  };
}
