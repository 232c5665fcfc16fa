/**
 * The dashboard's and the wall's summary, live: counts of the tiles, the load of each worker, the
 * feed, the one sentence that is read aloud.
 */
import { ActividadRow, actividadId, cargasSwap } from "../../views/partes/actividad.tsx";
import { fichaUl } from "../../views/partes/ficha-cuenta.tsx";
import { Novedad } from "../../views/partes/novedad.tsx";
import { problemasSwap } from "../../views/partes/problemas-enlace.tsx";
import { umbralSwap } from "../../views/partes/umbral.tsx";
import { cuentaSwap, filaGone, filaUpsert } from "../../views/swaps.tsx";
import type { SpoolEvent } from "../domain/event.ts";
import type { Change, Floor } from "../floor/floor.ts";
import { type ListKey, placesOf } from "../floor/lists.ts";
import { cargas, FICHAS, FICHAS_DEL_MURO, problemasTotal } from "../floor/resumen.ts";
import type { Fragment } from "./batch.ts";
import type { Vista } from "./vista.ts";

type Resumida = Extract<Vista, { kind: "tablero" | "muro" }>;

export const hasResumen = (vista: Vista): vista is Resumida =>
  vista.kind === "tablero" || vista.kind === "muro";

const fichasOf = ({ kind }: Resumida): readonly ListKey[] =>
  kind === "tablero" ? FICHAS : FICHAS_DEL_MURO;

const cuenta = (list: ListKey, floor: Floor): Fragment => {
  const ul = fichaUl(list);
  return { id: `n-${ul}`, html: cuentaSwap({ ul, total: floor.list(list).length }) };
};

/** The tile, and the link that says what they are. */
function problemas({ planilla }: Floor): readonly Fragment[] {
  const ul = fichaUl("problemas");
  return [
    { id: `n-${ul}`, html: cuentaSwap({ ul, total: problemasTotal(planilla) }) },
    { id: "problemas", html: problemasSwap(planilla) },
  ];
}

const umbral = (floor: Floor): Fragment => ({
  id: "umbral",
  html: umbralSwap(floor.ajustes.umbralHoras),
});

const carga = (floor: Floor): Fragment => ({ id: "carga", html: cargasSwap(cargas(floor)) });

/** The feed as it stands, for a page that shows it as it was at `seq`. */
function actividad(floor: Floor, seq: number): readonly Fragment[] {
  const { nuevas, salidas } = floor.diario.actividadDesde(seq);
  const { zone } = floor.policy;
  const fila = (event: SpoolEvent) => ({ ul: "actividad", id: actividadId(event.seq), version: 1 });
  return [
    ...nuevas.map((event) => {
      const li = ActividadRow({ event, zone });
      return { id: actividadId(event.seq), html: filaUpsert({ ...fila(event), li }) };
    }),
    ...salidas.map((event) => ({
      id: actividadId(event.seq),
      // Above the row's own version, or it would stay.
      html: filaGone({ ...fila(event), version: 2 }),
    })),
  ];
}

/** The lists that a change put a spool into or took it from. */
function* moved({ before, after }: Change, floor: Floor): Generator<ListKey> {
  if (!after) return;
  const old = new Set(before ? placesOf(before, floor.policy).map(({ key }) => key) : []);
  for (const { key } of placesOf(after, floor.policy)) if (!old.delete(key)) yield key;
  yield* old;
}

const held = ({ before, after }: Change): boolean =>
  before?.ocupacion?.trabajador.id !== after?.ocupacion?.trabajador.id;

/** What a batch of changes does to a summary. */
export function resumenChanged(
  vista: Resumida,
  changes: readonly Change[],
  floor: Floor,
): readonly Fragment[] {
  const keys = new Set(changes.flatMap((change) => [...moved(change, floor)]));
  const out = fichasOf(vista)
    .filter((list) => keys.has(list))
    .map((list) => cuenta(list, floor));
  if (vista.kind === "muro") return out;
  if (changes.some(held)) out.push(carga(floor));
  if (changes.some(({ event }) => event.kind === "planilla")) out.push(...problemas(floor));
  if (changes.some(({ event }) => event.kind === "ajustes")) out.push(umbral(floor));
  for (const { event } of changes) {
    if (event.kind === "spool" && event.autor.firma) {
      out.push({ id: "novedad", html: Novedad({ event }) });
    }
  }
  const before = (changes[0]?.event.seq ?? 1) - 1;
  return [...out, ...actividad(floor, before)];
}

/** The whole summary as it stands, for a page that shows it as it was at `seq`. */
export function resumenSince(vista: Resumida, seq: number, floor: Floor): readonly Fragment[] {
  const counts = fichasOf(vista).map((list) => cuenta(list, floor));
  if (vista.kind === "muro") return counts;
  return [...counts, ...problemas(floor), umbral(floor), carga(floor), ...actividad(floor, seq)];
}
