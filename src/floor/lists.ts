/**
 * Which spool stands in which list, and in which order. Pure.
 *
 * Order keys are compared as plain text, here and in the browser alike, so that a row finds its
 * sorted place on a screen that shows only a part of the list.
 */
import { closed } from "../domain/decide.ts";
import type { Policy } from "../domain/policy.ts";
import { OPERACIONES, type Operacion, type Spool } from "../domain/spool.ts";
import { type Situacion, situacionEn } from "./resumen.ts";

/**
 * `mios:93` is what worker 93 holds; `disponibles:ARM` is open for armado; `en:ARM:pausado` is
 * where armado is paused; `todos` is the shop.
 */
export type ListKey =
  | "ocupados"
  | "bloqueados"
  | "inconsistentes"
  | "todos"
  | `disponibles:${Operacion}`
  | `en:${Operacion}:${Situacion}`
  | `mios:${number}`;

/** Digits are compared as numbers up to this width, so that SP-2 comes before SP-10. */
const DIGITS = 12;
/** Epoch milliseconds have 13 digits until the year 2286. */
const MS_DIGITS = 13;

/** Natural order of a tag; the tag itself at the end keeps two tags from ever being equal. */
const byTag = ({ tag }: Spool): string =>
  `${tag.toUpperCase().replace(/\d+/g, (digits) => digits.padStart(DIGITS, "0"))}\t${tag}`;

/** Longest occupied first. */
const bySince = (spool: Spool, desdeMs: number): string =>
  `${String(desdeMs).padStart(MS_DIGITS, "0")}\t${spool.tag}`;

/** The place of a spool in a list, null when it is not in it. */
export type Place = { readonly key: ListKey; readonly orden: string };

/** A spool's place in the list of each operation that counts it. */
const situaciones = (spool: Spool, policy: Policy, orden: string): readonly Place[] =>
  OPERACIONES.flatMap((operacion) => {
    const situacion = situacionEn(spool, operacion, policy);
    return situacion === null ? [] : [{ key: `en:${operacion}:${situacion}` as const, orden }];
  });

/** Every list that a spool belongs to, with its order key there. */
export function placesOf(spool: Spool, policy: Policy): readonly Place[] {
  const orden = byTag(spool);
  const todos: Place = { key: "todos", orden };
  if (spool.inconsistencia !== null) return [todos, { key: "inconsistentes", orden }];
  const { ocupacion } = spool;
  if (ocupacion) {
    const since = bySince(spool, ocupacion.desdeMs);
    const { operacion } = ocupacion;
    return [
      todos,
      ...situaciones(spool, policy, orden).map((place) =>
        place.key === `en:${operacion}:progreso` ? { ...place, orden: since } : place,
      ),
      { key: "ocupados", orden: since },
      { key: `mios:${ocupacion.trabajador.id}`, orden: since },
    ];
  }
  const open = OPERACIONES.filter((operacion) => closed(spool, operacion, policy) === null);
  const opened = open.map((operacion): Place => ({ key: `disponibles:${operacion}`, orden }));
  const places = [todos, ...opened, ...situaciones(spool, policy, orden)];
  if (spool.inspeccion.estado === "bloqueado") places.push({ key: "bloqueados", orden });
  return places;
}
