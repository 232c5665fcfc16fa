/**
 * Which spool stands in which list, and in which order. Pure.
 *
 * Order keys are compared as plain text, here and in the browser alike, so that a row finds its
 * sorted place on a screen that shows only a part of the list.
 */
import { closed } from "../domain/decide.ts";
import type { Policy } from "../domain/policy.ts";
import { OPERACIONES, type Operacion, type Spool } from "../domain/spool.ts";
import { SITUACIONES, type Situacion, situacionEn } from "./resumen.ts";

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

/** A value for each operation, made once: lists are named for every spool at a start. */
const porOperacion = <V>(of: (operacion: Operacion) => V) =>
  Object.fromEntries(OPERACIONES.map((one) => [one, of(one)])) as Record<Operacion, V>;
const DISPONIBLES = porOperacion((operacion): ListKey => `disponibles:${operacion}`);
const EN = porOperacion(
  (operacion) =>
    Object.fromEntries(SITUACIONES.map((one) => [one, `en:${operacion}:${one}`])) as Record<
      Situacion,
      ListKey
    >,
);

/** Every list that a spool belongs to, with its order key there; `todos` is the first. */
export function placesOf(spool: Spool, policy: Policy): readonly Place[] {
  const orden = byTag(spool);
  const places: Place[] = [{ key: "todos", orden }];
  const { inconsistencia, ocupacion, inspeccion } = spool;
  if (inconsistencia !== null) {
    places.push({ key: "inconsistentes", orden });
    return places;
  }
  const since = ocupacion ? bySince(spool, ocupacion.desdeMs) : orden;
  for (const operacion of OPERACIONES) {
    const abierta = closed(spool, operacion, policy) === null;
    if (abierta) places.push({ key: DISPONIBLES[operacion], orden });
    const situacion = situacionEn(spool, operacion, abierta);
    if (situacion === null) continue;
    places.push({
      key: EN[operacion][situacion],
      orden: situacion === "progreso" ? since : orden,
    });
  }
  if (ocupacion) {
    places.push({ key: "ocupados", orden: since });
    places.push({ key: `mios:${ocupacion.trabajador.id}`, orden: since });
  } else if (inspeccion.estado === "bloqueado") places.push({ key: "bloqueados", orden });
  return places;
}
