/**
 * What a change means on a vista: the fragments that its pages swap in. Each fragment stands by
 * itself and says its version, so that it may come late, twice or together with others
 * (docs/decisions/swaps.md).
 */

import { CarreteCard } from "../../views/carrete-card.tsx";
import { DECISIONES, DECISIONES_UL, Decisiones } from "../../views/decisiones.tsx";
import { HistoriaRow, historiaId, historiaOrden } from "../../views/historia.tsx";
import { cuentaSwap, filaGone, filaUpsert, rowId } from "../../views/swaps.tsx";
import { tramosDe } from "../domain/etapa.ts";
import type { Event, SpoolEvent } from "../domain/event.ts";
import { OPERACIONES, type Operacion, type Spool, type Tag } from "../domain/spool.ts";
import type { Floor } from "../floor/floor.ts";
import { type Place, placesOf } from "../floor/lists.ts";
import { type Batch, type Fragment, type Moved, Swaps } from "./batch.ts";
import { hasResumen, resumenChanged, resumenSince } from "./resumen.ts";
import type { Rows } from "./rows.ts";
import { familyOf, type Slice, slicesOf, type Vista } from "./vista.ts";

const placeIn = (places: readonly Place[], slice: Slice): Place | undefined =>
  places.find((place) => place.key === slice.list);

/** A spool's place in a slice, search and filter included. */
const shownAt = (
  places: readonly Place[],
  slice: Slice,
  spool: Spool,
  rows: Rows,
): Place | undefined => {
  const place = placeIn(places, slice);
  return place && rows.belongs(spool, slice) ? place : undefined;
};

/**
 * A spool's row on a slice. `was`: it may be on the screen, so its absence must be said.
 * @returns null when the slice neither shows it nor did.
 */
function rowFragment(
  slice: Slice,
  after: Spool,
  place: Place | undefined,
  was: boolean,
  rows: Rows,
): Fragment | null {
  const id = rowId(slice.ul, after.tag);
  const { version } = after;
  if (place) {
    const li = rows.row(slice.row, after, place.orden);
    return { id, html: filaUpsert({ ul: slice.ul, id, version, li }) };
  }
  if (!was) return null;
  rows.forget(slice.row, after.tag);
  return { id, html: filaGone({ ul: slice.ul, id, version }) };
}

const cuenta = (slice: Slice, rows: Rows): Fragment => ({
  id: `n-${slice.ul}`,
  html: cuentaSwap({ ul: slice.ul, total: rows.count(slice) }),
});

type CarreteVista = Extract<Vista, { kind: "carrete" }>;

/** The card of a spool's own page; its version keeps an older one from replacing it. */
function cardFragment(vista: CarreteVista, floor: Floor): readonly Fragment[] {
  const spool = floor.spool(vista.tag);
  if (!spool) return [];
  const quien = floor.trabajador(vista.trabajadorId) ?? null;
  const li = CarreteCard({ spool, quien, policy: floor.policy });
  const id = "carrete-estado";
  return [{ id, html: filaUpsert({ ul: "carrete", id, version: spool.version, li }) }];
}

/** The card and the new lines of the history, from the events that are this spool's. */
function carreteFragments(
  vista: CarreteVista,
  events: readonly Event[],
  floor: Floor,
): readonly Fragment[] {
  const mine = events.filter((event) => event.kind === "spool" && event.tag === vista.tag);
  if (mine.length === 0) return [];
  const lines = mine.map((event) => historiaFragment(event as SpoolEvent, floor));
  return [...cardFragment(vista, floor), ...lines];
}

function historiaFragment(event: SpoolEvent, floor: Floor): Fragment {
  const id = historiaId(event.seq);
  const orden = historiaOrden(event.seq);
  // What came before the diary shows when the page is loaded anew.
  const known = floor.diario.de(event.tag, event.seq);
  const tramo = known.at(-1)?.seq === event.seq ? (tramosDe(known).at(-1) ?? null) : null;
  const li = HistoriaRow({ event, tramo, zone: floor.policy.zone, orden });
  return { id, html: filaUpsert({ ul: "historia", id, version: event.version, li }) };
}

const isOpen = (places: readonly Place[], operacion: Operacion): boolean =>
  places.some(({ key }) => key === `disponibles:${operacion}`);

/** How many spools each operation's door on the home page leads to. */
const puertas = (operaciones: readonly Operacion[], floor: Floor): readonly Fragment[] =>
  operaciones.map((operacion) => {
    const ul = `puerta-${operacion}`;
    const total = floor.list(`disponibles:${operacion}`).length;
    return { id: `n-${ul}`, html: cuentaSwap({ ul, total }) };
  });

/** What a change does to one list of a page, whoever's page it is. */
function sliceFragments(
  slice: Slice,
  { before, after }: Moved,
  batch: Batch,
  rows: Rows,
): readonly Fragment[] {
  const place = shownAt(batch.placesOf(after), slice, after, rows);
  // What a search found before is not known any more once the text is another.
  const renamed = before !== null && (before.nv !== after.nv || before.ot !== after.ot);
  const was =
    before !== null &&
    placeIn(batch.placesOf(before), slice) !== undefined &&
    (renamed || rows.belongs(before, slice));
  const row = rowFragment(slice, after, place, was, rows);
  if (!row) return [];
  return renamed || was !== (place !== undefined) ? [row, cuenta(slice, rows)] : [row];
}

/** One spool's change on a vista of lists. */
function spoolFragments(
  vista: Vista,
  moved: Moved,
  floor: Floor,
  rows: Rows,
  batch: Batch,
): readonly Fragment[] {
  const out = slicesOf(vista).flatMap((slice) =>
    batch.ofSlice(moved, slice, () => sliceFragments(slice, moved, batch, rows)),
  );
  if (vista.kind !== "inicio") return out;
  const old = moved.before ? batch.placesOf(moved.before) : [];
  const now = batch.placesOf(moved.after);
  const doors = OPERACIONES.filter((op) => isOpen(old, op) !== isOpen(now, op));
  return [...out, ...puertas(doors, floor)];
}

type ProblemasVista = Extract<Vista, { kind: "problemas" }>;

/**
 * What waits for a decision about the workbook, as it stands; its version keeps an older one from
 * replacing it.
 */
export function decisionesFragment(vista: ProblemasVista, floor: Floor): Fragment {
  const { planilla } = floor;
  const quien = floor.trabajador(vista.trabajadorId) ?? null;
  const li = Decisiones({ planilla, quien, zone: floor.policy.zone });
  const id = DECISIONES;
  const version = planilla?.version ?? 0;
  return { id, html: filaUpsert({ ul: DECISIONES_UL, id, version, li }) };
}

/** The same where one of the events is about the workbook. */
const problemasFragments = (vista: ProblemasVista, events: readonly Event[], floor: Floor) =>
  events.some(({ kind }) => kind === "planilla") ? [decisionesFragment(vista, floor)] : [];

/** What a batch of changes puts on a vista's screens. */
export function changeFragments(
  vista: Vista,
  batch: Batch,
  floor: Floor,
  rows: Rows,
): readonly Fragment[] {
  const { changes } = batch;
  if (vista.kind === "carrete" || vista.kind === "problemas") {
    const events = changes.map(({ event }) => event);
    return vista.kind === "carrete"
      ? carreteFragments(vista, events, floor)
      : problemasFragments(vista, events, floor);
  }
  const out = changes.flatMap(({ before, after }) =>
    after ? spoolFragments(vista, { before, after }, floor, rows, batch) : [],
  );
  return hasResumen(vista) ? [...out, ...resumenChanged(vista, changes, floor)] : out;
}

/** The same, made once for all whose pages it changes alike. */
export function swapsOf(vista: Vista, batch: Batch, floor: Floor, rows: Rows): Swaps {
  const make = (): readonly Fragment[] => changeFragments(vista, batch, floor, rows);
  const family = familyOf(vista);
  // On the page of whoever has the spool, or had it, it stands in one more list.
  return family === null || batch.touches(family.own)
    ? new Swaps(make())
    : batch.ofFamily(family.name, make);
}

/**
 * Spools as they stand now on a vista, for whoever is not known to show the newest: each row is
 * put where it belongs, or taken away.
 */
export function standingFragments(
  vista: Vista,
  tags: Iterable<Tag>,
  floor: Floor,
  rows: Rows,
): readonly Fragment[] {
  if (vista.kind === "carrete") {
    return [...tags].includes(vista.tag) ? cardFragment(vista, floor) : [];
  }
  const out: Fragment[] = [];
  const slices = slicesOf(vista);
  let touched = false;
  for (const tag of tags) {
    const spool = floor.spool(tag);
    if (!spool) continue;
    touched = true;
    const places = placesOf(spool, floor.policy);
    for (const slice of slices) {
      const row = rowFragment(slice, spool, shownAt(places, slice, spool, rows), true, rows);
      if (row) out.push(row);
    }
  }
  if (!touched) return [];
  out.push(...slices.map((slice) => cuenta(slice, rows)));
  if (vista.kind === "inicio") out.push(...puertas(OPERACIONES, floor));
  return out;
}

/** What a page that shows an older seq lacks: each touched spool as it stands, and the history. */
export function replayFragments(
  vista: Vista,
  events: readonly Event[],
  floor: Floor,
  rows: Rows,
): readonly Fragment[] {
  if (vista.kind === "carrete") return carreteFragments(vista, events, floor);
  if (vista.kind === "problemas") return problemasFragments(vista, events, floor);
  const tags = events.flatMap((event) => (event.kind === "spool" ? [event.tag] : []));
  const standing = standingFragments(vista, new Set(tags), floor, rows);
  const [first] = events;
  if (!hasResumen(vista) || !first) return standing;
  return [...standing, ...resumenSince(vista, first.seq - 1, floor)];
}
