/** The tabs Trabajadores and Roles: the people and what they may do (spec 3, 4). */
import { esPropio, ID_PROPIO_MIN } from "../domain/acceso.ts";
import {
  parseRol,
  parseTrabajadorId,
  ROLES,
  type Rol,
  type Trabajador,
  type TrabajadorId,
} from "../domain/trabajador.ts";
import { readActivo, shown } from "./cell.ts";
import { findColumns, ROLES_COLUMNAS, TRABAJADORES_COLUMNAS } from "./columns.ts";
import type { Problemas } from "./problema.ts";
import { cellAt, filaOf, isBlank, needTab, type Tab } from "./tab.ts";

/** Reads Activo; what cannot be read is no, so that nobody gets rights by a typing slip. */
function activo(text: string, tab: string, fila: number, problemas: Problemas): boolean {
  const value = readActivo(text);
  if (value !== null) return value;
  problemas.error(tab, [fila], null, `Activo no se entiende: ${shown(text)}; se toma como FALSE.`);
  return false;
}

/** ZEUES's own people: one of theirs must not become somebody of the workbook's. */
const reservado = (id: TrabajadorId): string =>
  `El Id ${id} es de quienes solo ZEUES conoce: use uno menor que ${ID_PROPIO_MIN}`;

function readPersonas(tab: Tab, problemas: Problemas): Map<TrabajadorId, Trabajador> {
  const at = findColumns(tab, TRABAJADORES_COLUMNAS);
  const out = new Map<TrabajadorId, Trabajador>();
  for (const [index, row] of tab.rows.entries()) {
    const fila = filaOf(index);
    const text = cellAt(row, at.Id);
    const id = parseTrabajadorId(text);
    if (isBlank(row)) {
      problemas.aviso(tab.name, fila, "Fila en blanco.");
    } else if (id === null) {
      const motivo = text.trim() === "" ? "Trabajador sin Id" : `Id no válido: ${shown(text)}`;
      problemas.error(tab.name, [fila], null, `${motivo}; la fila no se lee.`);
    } else if (esPropio(id)) {
      problemas.error(tab.name, [fila], null, `${reservado(id)}; la fila no se lee.`);
    } else if (out.has(id)) {
      problemas.aviso(tab.name, fila, "Trabajador con Id repetido: vale la primera fila.");
    } else {
      const nombre = cellAt(row, at.Nombre).trim();
      const apellido = cellAt(row, at.Apellido).trim();
      const esActivo = activo(cellAt(row, at.Activo), tab.name, fila, problemas);
      out.set(id, { id, version: 0, nombre, apellido, activo: esActivo, roles: [] });
    }
  }
  return out;
}

function readRoles(
  tab: Tab,
  personas: ReadonlyMap<TrabajadorId, Trabajador>,
  problemas: Problemas,
): ReadonlyMap<TrabajadorId, ReadonlySet<Rol>> {
  const at = findColumns(tab, ROLES_COLUMNAS);
  const out = new Map<TrabajadorId, Set<Rol>>();
  for (const [index, row] of tab.rows.entries()) {
    const fila = filaOf(index);
    if (isBlank(row)) {
      problemas.aviso(tab.name, fila, "Fila en blanco.");
      continue;
    }
    const id = parseTrabajadorId(cellAt(row, at.Id));
    const texto = cellAt(row, at.Rol);
    const rol = parseRol(texto);
    if (id !== null && esPropio(id)) {
      problemas.aviso(tab.name, fila, `${reservado(id)}; la fila no se lee.`);
    } else if (id === null || !personas.has(id)) {
      const quien = shown(cellAt(row, at.Id));
      problemas.aviso(tab.name, fila, `Rol de alguien que no está en Trabajadores: Id ${quien}.`);
    } else if (rol === null) {
      problemas.aviso(tab.name, fila, `Rol desconocido: ${shown(texto)}.`);
    } else if (activo(cellAt(row, at.Activo), tab.name, fila, problemas)) {
      out.set(id, (out.get(id) ?? new Set()).add(rol));
    }
  }
  return out;
}

/**
 * Reads who works here; version 0. Roles stand in the order of the domain's list.
 * @throws WorkbookError when a tab or a critical column is missing
 */
export function readTrabajadores(tabs: readonly Tab[], problemas: Problemas): Trabajador[] {
  const personas = readPersonas(needTab(tabs, "Trabajadores"), problemas);
  const roles = readRoles(needTab(tabs, "Roles"), personas, problemas);
  return [...personas.values()].map((persona) => ({
    ...persona,
    roles: ROLES.filter((rol) => roles.get(persona.id)?.has(rol)),
  }));
}
