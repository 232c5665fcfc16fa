/**
 * What hands did to columns of ours in one row: cells that say nothing that ZEUES ever had there
 * (docs/decisions/sheets.md, "What is remembered"). Nothing is kept of what a cell last held: what
 * it may say is a function of the spool's states.
 */
import type { SpoolEvent } from "../domain/event.ts";
import { blank, evolve } from "../domain/evolve.ts";
import type { Policy } from "../domain/policy.ts";
import type { Spool } from "../domain/spool.ts";
import { type ColumnaOperaciones, type Columnas, ESCRITAS, type Escrita } from "./columns.ts";
import { isOurs } from "./plan-export.ts";
import { type Celdas, celdasOf, sameMeaning } from "./spool-cells.ts";
import { cellAt, type Row } from "./tab.ts";

/** Texts of our columns in one row; a column that the tab lacks is absent. */
export type PropiasLeidas = Readonly<Partial<Record<Escrita, string>>>;

/** The texts of our columns in a row. */
export function propiasDe(row: Row, at: Columnas<ColumnaOperaciones>): PropiasLeidas {
  const out: Partial<Record<Escrita, string>> = {};
  for (const name of ESCRITAS) if (at[name] >= 0) out[name] = cellAt(row, at[name]);
  return out;
}

/** Columns that tell the state: neither output nor counter, nor the engineers' as well. */
const DE_ESTADO = ESCRITAS.filter(
  (name) => name !== "version" && name !== "Estado_Detalle" && name !== "Notas",
);

const says = (leidas: PropiasLeidas, name: Escrita, celdas: readonly Celdas[]): boolean => {
  const text = leidas[name];
  return text === undefined || celdas.some((are) => sameMeaning(name, text, are[name]));
};

/**
 * State columns whose text says none of what `states` say, by sameMeaning; each cell for itself.
 * Never version, Notas, Estado_Detalle (see `detalleTocado`).
 */
export function tocadas(
  leidas: PropiasLeidas,
  states: readonly Spool[],
  policy: Policy,
): readonly Escrita[] {
  const celdas = states.map((spool) => celdasOf(spool, policy));
  return DE_ESTADO.filter((name) => !says(leidas, name, celdas));
}

/** Whether Estado_Detalle, if the tab has it, says none of what `states` say. */
export function detalleTocado(
  leidas: PropiasLeidas,
  states: readonly Spool[],
  policy: Policy,
): boolean {
  const celdas = states.map((spool) => celdasOf(spool, policy));
  return !says(leidas, "Estado_Detalle", celdas);
}

/**
 * The spool after each of its events, oldest first.
 * @returns null when the history does not begin with version 1: there is nothing to start from
 */
export function estadosDe(history: readonly SpoolEvent[]): readonly Spool[] | null {
  const [first] = history;
  if (first?.version !== 1) return null;
  let spool = blank(first.tag);
  return history.map((event) => {
    spool = evolve(spool, event);
    return spool;
  });
}

/**
 * Whether it can be told that the row is a copy of `state` and no edit that says the same. Version
 * tells it; a tab without it needs an Estado_Detalle that is not the newest's. Before the first
 * action in ZEUES that column was not ours; every number but the newest's tells it then, and the
 * newest's by chance does not matter where columns and Estado_Detalle both say the older state.
 */
function delata(
  leidas: PropiasLeidas,
  state: Spool,
  newest: Spool,
  acted: boolean,
  policy: Policy,
): boolean {
  const version = leidas.version?.trim();
  if (version === undefined) return detalleTocado(leidas, [newest], policy);
  if (version === String(state.version)) return true;
  if (acted) return false;
  if (version !== String(newest.version)) return true;
  return tocadas(leidas, [newest], policy).length > 0 && detalleTocado(leidas, [newest], policy);
}

/**
 * Whether a row says, column for column (all of ours that the tab has but Notas; version and
 * Estado_Detalle included), what the spool once was: a stale copy, no hand's work.
 * @returns false when the tab has neither version nor Estado_Detalle, or the history does not
 *   begin with version 1: nothing tells a copy from an edit then
 */
export function esCopiaVieja(
  leidas: PropiasLeidas,
  history: readonly SpoolEvent[],
  policy: Policy,
): boolean {
  if (leidas.version === undefined && leidas.Estado_Detalle === undefined) return false;
  const states = estadosDe(history) ?? [];
  const newest = states.at(-1);
  if (!newest) return false;
  const first = history.findIndex(isOurs);
  return states.some((state, i) => {
    if (tocadas(leidas, [state], policy).length > 0) return false;
    if (detalleTocado(leidas, [state], policy)) return false;
    return delata(leidas, state, newest, first >= 0 && i >= first, policy);
  });
}
