/**
 * Columns found by their header, never by their place (spec 4): engineers add, move and remove
 * theirs at any time. `SPLIT` is no name of the tag.
 */
import { headerKey, type Tab, WorkbookError } from "./tab.ts";

/** Without these nothing can be told of a spool: their absence stops the import. */
export const OPERACIONES_CRITICAS = [
  "TAG_SPOOL",
  "NV",
  "OT",
  "Fecha_Materiales",
  "Fecha_Armado",
  "Armador",
  "Fecha_Soldadura",
  "Soldador",
  "Fecha_QC_Metrologia",
] as const;

/** The whitelist: the only columns of Operaciones that are ever written (spec 4, issue 3). */
export const ESCRITAS = [
  "Fecha_Armado",
  "Armador",
  "Fecha_Soldadura",
  "Soldador",
  "Fecha_QC_Metrologia",
  "Ocupado_Por",
  "Fecha_Ocupacion",
  "version",
  "Estado_Detalle",
  "Notas",
] as const;
export type Escrita = (typeof ESCRITAS)[number];

const OPCIONALES = ["Ocupado_Por", "Fecha_Ocupacion", "version", "Estado_Detalle"] as const;

/** Engineers write here too, so that it is one of their columns as well as ours (notas.ts). */
export const isNotas = (title: string): boolean => headerKey(title) === headerKey("Notas");

export type ColumnaOperaciones =
  | (typeof OPERACIONES_CRITICAS)[number]
  | (typeof OPCIONALES)[number]
  | "Notas";

export const TRABAJADORES_COLUMNAS = ["Id", "Nombre", "Apellido", "Activo"] as const;
export const ROLES_COLUMNAS = ["Id", "Rol", "Activo"] as const;
export const METADATA_COLUMNAS = [
  "ID",
  "Timestamp",
  "Evento_Tipo",
  "TAG_SPOOL",
  "Worker_ID",
  "Worker_Nombre",
  "Operacion",
  "Accion",
  "Fecha_Operacion",
  "Metadata_JSON",
  "N_UNION",
] as const;

/** Where each column stands in the tab; -1 = not there. */
export type Columnas<N extends string> = Readonly<Record<N, number>>;

/**
 * Finds columns by name; of a repeated one the first counts.
 * @throws WorkbookError naming each critical column that is missing
 */
export function findColumns<N extends string>(
  tab: Tab,
  criticas: readonly N[],
  opcionales: readonly N[] = [],
): Columnas<N> {
  const keys = tab.header.map(headerKey);
  const missing = criticas.filter((name) => !keys.includes(headerKey(name)));
  if (missing.length > 0) {
    const what = missing.length === 1 ? "falta la columna" : "faltan las columnas";
    throw new WorkbookError(`En la hoja ${tab.name} ${what} ${missing.join(", ")}.`);
  }
  const places = [...criticas, ...opcionales].map((name) => [name, keys.indexOf(headerKey(name))]);
  return Object.fromEntries(places);
}

export const operacionesColumns = (tab: Tab): Columnas<ColumnaOperaciones> =>
  findColumns<ColumnaOperaciones>(tab, OPERACIONES_CRITICAS, [...OPCIONALES, "Notas"]);

const OURS = new Set([...OPERACIONES_CRITICAS, ...OPCIONALES].map(headerKey));
const FORMULA = /^(totaluniones|uniones.*completadas|pulgadas.*)$/;

/** The engineers' descriptive columns: header as written and place; of a repeated one the first. */
export function fichaColumns(tab: Tab): readonly (readonly [string, number])[] {
  const out = new Map<string, number>();
  for (const [place, title] of tab.header.entries()) {
    const key = headerKey(title);
    if (key === "" || OURS.has(key) || FORMULA.test(key) || out.has(title.trim())) continue;
    out.set(title.trim(), place);
  }
  return [...out];
}

/** Titles that stand more than once in a header. */
export function repeatedTitles(tab: Tab): readonly string[] {
  const keys = tab.header.map(headerKey);
  return tab.header.filter((_, i) => keys[i] !== "" && keys.indexOf(keys[i] ?? "") < i);
}

/** Titles of our columns that are written otherwise than spec 4 names them. */
export function oddTitles(tab: Tab, names: readonly string[]): readonly string[] {
  const byKey = new Map(names.map((name) => [headerKey(name), name]));
  return tab.header.filter((title) => (byKey.get(headerKey(title)) ?? title) !== title);
}
