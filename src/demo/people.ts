/** The made-up people of the demo shop. */
import type { Rol, Trabajador, TrabajadorId } from "../domain/trabajador.ts";

const PEOPLE: readonly (readonly [number, string, string, readonly Rol[]])[] = [
  [11, "Rosa", "Pérez", ["Supervisor"]],
  [12, "Héctor", "Fuentes", ["Supervisor", "Armador"]],
  [21, "Luis", "Ñancucheo", ["Armador"]],
  [22, "Camila", "Ortiz", ["Armador"]],
  [23, "Pedro", "Bahamonde", ["Armador"]],
  [24, "Íngrid", "Silva", ["Armador"]],
  [25, "Nicolás", "Cáceres", ["Armador"]],
  [26, "Sofía", "Vera", ["Armador", "Soldador"]],
  [31, "Mauricio", "Rodríguez", ["Soldador"]],
  [32, "Óscar", "Lagos", ["Soldador"]],
  [33, "Begoña", "Díaz", ["Soldador"]],
  [34, "Raúl", "Peña", ["Soldador"]],
  [35, "Ana", "Núñez", ["Soldador"]],
  [36, "Jorge", "Torres", ["Soldador"]],
  [41, "Iván", "Muñoz", ["Ayudante"]],
  [42, "Carolina", "Zúñiga", ["Ayudante"]],
  [51, "Juan", "Olmos", ["Metrologia"]],
  [52, "Álvaro", "Soto", ["Metrologia"]],
  [61, "Víctor", "Araya", ["Armador"]],
];
/** Left the shop; kept so that the demo has somebody who may not act. */
const INACTIVE = new Set([61]);

/** Workers of every role, version 1. */
export const demoPeople = (): readonly Trabajador[] =>
  PEOPLE.map(([id, nombre, apellido, roles]) => ({
    id: id as TrabajadorId,
    version: 1,
    nombre,
    apellido,
    roles,
    activo: !INACTIVE.has(id),
  }));
