/** The dashboard's filters in an address: read, written, put into words. */

import { situacionText } from "../../views/partes/ficha-cuenta.tsx";
import { ESTADO_TEXTO } from "../../views/partes/filtros.tsx";
import { OPERACION } from "../../views/textos.ts";
import { isOperacion } from "../domain/spool.ts";
import { enPantalla, firmaOf, parseTrabajadorId } from "../domain/trabajador.ts";
import { type Filtro, isEstado, NADIE, OCUPADOS } from "../floor/filtro.ts";
import type { Floor } from "../floor/floor.ts";
import type { Vista } from "../live/vista.ts";

type Tablero = Extract<Vista, { kind: "tablero" }>;

/** Search text that a vista may carry; longer is no search. */
export const Q_MAX = 200;

/**
 * The dashboard that a query asks for. A worker that the shop never had finds nothing; an operation
 * or a state that does not exist is a mistake in the address.
 * @returns null for such a mistake, and for a text that is too long.
 */
export function parseTablero(query: URLSearchParams): Tablero | null {
  const q = (query.get("q") ?? "").trim();
  const estado = query.get("estado") || OCUPADOS.estado;
  const operacion = query.get("operacion") || null;
  if (q.length > Q_MAX || !isEstado(estado)) return null;
  if (operacion !== null && !isOperacion(operacion)) return null;
  const quien = query.get("trabajador") || null;
  const trabajador = quien === null ? null : (parseTrabajadorId(quien) ?? NADIE);
  const plain = quien === null && operacion === null && estado === OCUPADOS.estado;
  return {
    kind: "tablero",
    ...(plain ? {} : { filtro: { trabajador, operacion, estado } }),
    ...(q === "" ? {} : { q }),
  };
}

/** The same as a query's fields. */
export function tableroQuery({ filtro, q }: Tablero): Readonly<Record<string, string>> {
  const { trabajador = null, operacion = null, estado = OCUPADOS.estado } = filtro ?? {};
  return {
    ...(q ? { q } : {}),
    ...(trabajador === null ? {} : { trabajador: String(trabajador) }),
    ...(operacion === null ? {} : { operacion }),
    ...(estado === OCUPADOS.estado ? {} : { estado }),
  };
}

function estadoText({ operacion, estado }: Filtro): string {
  if (estado === "bloqueado" || estado === "inconsistente" || operacion === null) {
    return ESTADO_TEXTO[estado];
  }
  return `${OPERACION[operacion]}: ${situacionText(operacion, estado).toLowerCase()}`;
}

function nombreOf(filtro: Filtro, floor: Floor): string | null {
  if (filtro.trabajador === null) return null;
  const trabajador = floor.trabajador(filtro.trabajador);
  return trabajador ? enPantalla(firmaOf(trabajador)) : "trabajador desconocido";
}

/** What the list shows: `Armado: pausado · Mauricio Rodríguez (93)`. */
export function tituloDe({ filtro }: Tablero, floor: Floor): string {
  if (!filtro) return "Carretes ocupados";
  const nombre = nombreOf(filtro, floor);
  return nombre ? `${estadoText(filtro)} · ${nombre}` : estadoText(filtro);
}

/** Why the list is empty, if it is. `quien` is the worker as the address names them. */
export function vaciaDe({ filtro, q }: Tablero, quien: string, floor: Floor): string {
  if (!filtro && !q) {
    return "Nadie tiene un carrete ahora. Cuando alguien tome uno, aparece aquí al instante.";
  }
  if (filtro && filtro.trabajador !== null) {
    const trabajador = floor.trabajador(filtro.trabajador);
    if (!trabajador) return `No hay ningún trabajador con Id ${quien.slice(0, 20)}.`;
    const nombre = enPantalla(firmaOf(trabajador));
    return trabajador.activo
      ? `${nombre} no tiene carretes que coincidan con el filtro.`
      : `${nombre} ya no está activo y no tiene carretes que coincidan con el filtro.`;
  }
  return "Ningún carrete coincide con el filtro.";
}
