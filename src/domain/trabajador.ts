/**
 * The people of the shop and what their roles allow (spec 3, roles; spec 4, Trabajadores, Roles).
 */

declare const idBrand: unique symbol;

/** A worker's Id in the workbook: a whole number above 0. */
export type TrabajadorId = number & { readonly [idBrand]: true };

export const ROLES = ["Armador", "Soldador", "Ayudante", "Metrologia", "Supervisor"] as const;
export type Rol = (typeof ROLES)[number];

/** A person as the workbook's tabs Trabajadores and Roles know them. */
export interface Trabajador {
  readonly id: TrabajadorId;
  readonly version: number;
  readonly nombre: string;
  readonly apellido: string;
  readonly activo: boolean;
  readonly roles: readonly Rol[];
}

/** A person as signed in an event or a cell: it stays readable when they have left the shop. */
export interface Firma {
  readonly id: TrabajadorId;
  /** Full name: `Mauricio Rodríguez`. */
  readonly nombre: string;
  /** Label of the workbook: `MR(93)`. */
  readonly etiqueta: string;
}

const ID_MAX = 999_999_999;

/**
 * Reads an Id from a form, a cell or JSON. @returns null when it is no whole number 1..999999999.
 */
export function parseTrabajadorId(value: unknown): TrabajadorId | null {
  const text = typeof value === "number" ? String(value) : typeof value === "string" ? value : "";
  if (!/^\d{1,9}$/.test(text.trim())) return null;
  const id = Number(text);
  return id >= 1 && id <= ID_MAX ? (id as TrabajadorId) : null;
}

/** Lower case without accents and outer spaces: how role text and headers are compared (spec 3). */
export const plain = (text: string): string =>
  text.normalize("NFD").replace(/\p{M}/gu, "").trim().toLowerCase();

/**
 * Reads a role cell (`METROLOGÍA ` is Metrologia). @returns null when the shop has no such role.
 */
export const parseRol = (text: string): Rol | null =>
  ROLES.find((rol) => plain(rol) === plain(text)) ?? null;

/** NFC, because an Ó typed as O and accent is still one letter. */
const initial = (name: string): string =>
  /\p{L}/u.exec(name.normalize("NFC"))?.[0].toLocaleUpperCase("es-CL") ?? "";

/** `Mauricio Rodríguez`. */
export const nombreCompleto = (t: Pick<Trabajador, "nombre" | "apellido">): string =>
  `${t.nombre} ${t.apellido}`.trim();

/** The signature of a worker: initials and id, `MR(93)` (spec 3). */
export const firmaOf = (t: Pick<Trabajador, "id" | "nombre" | "apellido">): Firma => ({
  id: t.id,
  nombre: nombreCompleto(t),
  etiqueta: `${initial(t.nombre)}${initial(t.apellido)}(${t.id})`,
});

/** `Mauricio Rodríguez (93)`, the form on screen (spec 3). */
export const enPantalla = (f: Firma): string => `${f.nombre} (${f.id})`;
