/**
 * The whole workbook to spools, workers and problems (spec 4). A row with an error makes no other
 * row suffer; only a missing tab or critical column stops it (WorkbookError).
 */
import type { Policy } from "../domain/policy.ts";
import type { Tag } from "../domain/spool.ts";
import { firmaOf, type Trabajador } from "../domain/trabajador.ts";
import { shown } from "./cell.ts";
import {
  ESCRITAS,
  fichaColumns,
  METADATA_COLUMNAS,
  OPERACIONES_CRITICAS,
  oddTitles,
  operacionesColumns,
  ROLES_COLUMNAS,
  repeatedTitles,
  TRABAJADORES_COLUMNAS,
} from "./columns.ts";
import type { Memoria } from "./memoria.ts";
import { type Apunte, type Rastro, rastros, readMetadata, SIN_RASTRO } from "./metadata.ts";
import { collectProblemas, type Problemas } from "./problema.ts";
import type { RowContext } from "./row-cells.ts";
import { type RowReading, readSpoolRow } from "./spool-row.ts";
import { filaOf, findTab, needTab, type Tab } from "./tab.ts";
import { type Places, placeTags } from "./tags.ts";
import { readTrabajadores } from "./trabajadores.ts";
import { readUniones } from "./uniones.ts";

/** A tag of Operaciones; of a repeated one the first row. */
export interface Fila extends RowReading {
  /** All its rows; more than one is a repeated tag, and none is ever written. */
  readonly filas: readonly number[];
}

type RowReadings = readonly [RowReading, ...RowReading[]];

export interface Libro extends Omit<Places, "places"> {
  readonly filas: ReadonlyMap<Tag, Fila>;
  readonly trabajadores: readonly Trabajador[];
  readonly problemas: Problemas;
  /** Operaciones, and how its rows are read. */
  readonly tab: Tab;
  readonly context: RowContext;
}

const KNOWN_TITLES: Readonly<Record<string, readonly string[]>> = {
  Operaciones: [...OPERACIONES_CRITICAS, ...ESCRITAS],
  Trabajadores: TRABAJADORES_COLUMNAS,
  Roles: ROLES_COLUMNAS,
  Metadata: METADATA_COLUMNAS,
};

function readTitles(tabs: readonly Tab[], problemas: Problemas): void {
  for (const [name, titles] of Object.entries(KNOWN_TITLES)) {
    const tab = findTab(tabs, name);
    if (!tab) continue;
    for (const title of repeatedTitles(tab)) {
      problemas.aviso(tab.name, 1, `Columna repetida: ${shown(title)}; vale la primera.`);
    }
    const odd = oddTitles(tab, titles).map(shown).join(", ");
    if (odd) problemas.aviso(tab.name, 1, `Encabezado escrito de otra forma: ${odd}; se entendió.`);
  }
}

const REPETIDO = "Tag repetido en la planilla";

/** What the rows of one tag say; a repeated tag is one problem with all its rows. */
function listFila(tab: Tab, filas: readonly number[], readings: RowReadings, out: Problemas): Fila {
  const [first] = readings;
  const { tag } = first.spool;
  const repetido = readings.length > 1;
  if (repetido) out.error(tab.name, filas, tag, `${REPETIDO}; no se escribe en ella.`);
  for (const [i, { errores, avisos }] of readings.entries()) {
    const fila = filas[i] ?? 0;
    for (const motivo of avisos) out.aviso(tab.name, fila, motivo);
    for (const motivo of errores) out.error(tab.name, [fila], tag, motivo);
  }
  if (!repetido) return { ...first, filas };
  const inconsistencia = [REPETIDO, ...first.errores].join("; ");
  return { ...first, filas, spool: { ...first.spool, inconsistencia } };
}

function metadataProblems(
  tab: Tab,
  apuntes: readonly Apunte[],
  tags: ReadonlyMap<string, unknown>,
  problemas: Problemas,
): void {
  for (const { tag, index } of apuntes) {
    if (tag === "" || tags.has(tag)) continue;
    problemas.aviso(tab.name, filaOf(index), "Metadata de un tag que no está en Operaciones.");
  }
}

/** What spares work to whoever reads the same workbook again and again. */
export interface Releer {
  readonly memoria?: Memoria | undefined;
  /** Tags that the log need not be asked about: they are known, and sound. */
  readonly sabido?: (tag: string) => boolean;
}

function readLog(
  tabs: readonly Tab[],
  policy: Policy,
  { places }: Places,
  problemas: Problemas,
  sabido: Releer["sabido"],
): ReadonlyMap<string, Rastro> {
  const metadata = findTab(tabs, "Metadata");
  const apuntes = metadata ? readMetadata(metadata, policy, sabido) : [];
  if (metadata) metadataProblems(metadata, apuntes, places, problemas);
  return rastros(apuntes);
}

/**
 * Reads the workbook.
 * @throws WorkbookError when Operaciones, Trabajadores or Roles, or a critical column, is missing
 */
export function readLibro(
  tabs: readonly Tab[],
  policy: Policy,
  { memoria, sabido }: Releer = {},
): Libro {
  const problemas = collectProblemas();
  const tab = needTab(tabs, "Operaciones");
  const at = operacionesColumns(tab);
  const trabajadores = readTrabajadores(tabs, problemas);
  readTitles(tabs, problemas);
  const placed = placeTags(tab, at, readUniones(tabs), problemas);
  const { places, ...counts } = placed;
  const log = readLog(tabs, policy, placed, problemas, sabido);

  const firmas = new Map(trabajadores.map((persona) => [persona.id, firmaOf(persona)]));
  const context = { at, ficha: fichaColumns(tab), firmas, policy };
  memoria?.begin(context);
  const filas = new Map<Tag, Fila>();
  for (const [tag, place] of places) {
    const rastro = log.get(tag) ?? SIN_RASTRO;
    const read = (index: number): RowReading =>
      readSpoolRow(tag, tab.rows[index] ?? [], rastro, context);
    const [index, ...more] = place;
    const first =
      memoria && more.length === 0
        ? memoria.reading(tag, tab.rows[index] ?? [], rastro, () => read(index))
        : read(index);
    filas.set(tag, listFila(tab, place.map(filaOf), [first, ...more.map(read)], problemas));
  }
  return { filas, trabajadores, problemas, tab, context, ...counts };
}
