/** What an import changes in the spools, row by row (laws I1, I2, I3 of plan-import). */
import { estadoDetalle } from "../domain/estado-detalle.ts";
import type { Cambio, Pending, SpoolEvent } from "../domain/event.ts";
import { blank, evolve } from "../domain/evolve.ts";
import type { Policy } from "../domain/policy.ts";
import type { Spool, Tag } from "../domain/spool.ts";
import { isNotas } from "./columns.ts";
import type { ImportChange, ImportInput } from "./import-change.ts";
import { withoutNotas } from "./notas.ts";
import type { Fila, Libro } from "./rows.ts";
import { sameContent } from "./same.ts";
import { type Celdas, celdasOf, differences } from "./spool-cells.ts";
import { needTab } from "./tab.ts";

function spoolChange(input: ImportInput, before: Spool, cambio: Cambio): ImportChange {
  const autor = { firma: null, medio: input.medio, dispositivo: null };
  const version = before.version + 1;
  const bare = { tag: before.tag, version, atMs: input.nowMs, autor, cambio };
  const state = evolve(before, bare);
  const detalle = estadoDetalle(state, input.policy);
  const event: Pending<SpoolEvent> = { kind: "spool", ...bare, estadoDetalle: detalle };
  return { kind: "spool", expectedVersion: before.version, state, event };
}

function importar(input: ImportInput, before: Spool, spool: Spool): ImportChange {
  const numbered = { ...spool, version: before.version + 1 };
  return spoolChange(input, before, { accion: "IMPORTAR", operacion: null, spool: numbered });
}

/** The engineers' own columns, where they really differ. */
function editar(input: ImportInput, known: Spool, fila: Fila): ImportChange | null {
  const { nv, ot, ficha, fechaMateriales } = fila.spool;
  const read = fila.materialesImposible ? known.fechaMateriales : fechaMateriales;
  const descripcion = { nv, ot, ficha, fechaMateriales: read };
  return sameContent(known, { ...known, ...descripcion })
    ? null
    : spoolChange(input, known, { accion: "EDITAR", operacion: null, descripcion });
}

/**
 * Whether the row says what the spool once was: a stale copy, no hand's work. A log that no
 * longer begins with the spool's first event can't tell.
 */
function isPast(row: Celdas, events: readonly SpoolEvent[], policy: Policy): boolean {
  const first = events[0];
  if (first?.version !== 1) return false;
  let spool = blank(first.tag);
  for (const event of events) {
    spool = evolve(spool, event);
    if (differences(row, celdasOf(spool, policy)).length === 0) return true;
  }
  return false;
}

/** Columns of ours that hands changed; null when only the spool's history can tell. */
function handEdits(input: ImportInput, known: Spool, fila: Fila): readonly string[] | null {
  const { policy } = input;
  const row = celdasOf(fila.spool, policy);
  const changed = differences(row, celdasOf(known, policy));
  if (changed.length === 0) return changed;
  const events = input.history.get(known.tag);
  if (!events) return null;
  return isPast(row, events, policy) ? [] : changed;
}

/** What a known sound spool's row changes, and what hands did to columns of ours. */
function importKnown(
  input: ImportInput,
  known: Spool,
  fila: Fila,
): { readonly change: ImportChange | null; readonly edits: readonly string[] | null } {
  if (fila.filas.length > 1) return { change: null, edits: [] };
  const change = editar(input, known, fila);
  const legible = fila.spool.inconsistencia === null;
  return { change, edits: legible ? handEdits(input, known, fila) : [] };
}

/** A tag seen for the first time, or one whose row made no sense before: taken whole (I1, I2). */
function importWhole(
  input: ImportInput,
  known: Spool | undefined,
  spool: Spool,
): ImportChange | null {
  const { version, notas } = known ?? spool;
  if (known && sameContent(known, { ...spool, version, notas })) return null;
  return importar(input, known ?? blank(spool.tag), spool);
}

/** A row as the engineers wrote it: remarks of ours in its Notas are none of theirs. */
function theirs(fila: Fila, { notas }: Spool, { zone }: Policy): Fila {
  if (notas.length === 0) return fila;
  const ficha = Object.entries(fila.spool.ficha)
    .map(([title, text]) => {
      const own = isNotas(title) ? withoutNotas(text, notas, zone) : text;
      return [title, own] as const;
    })
    .filter(([, text]) => text.trim() !== "");
  return { ...fila, spool: { ...fila.spool, ficha: Object.fromEntries(ficha) } };
}

/** Changes of spools, and the tags whose history must be asked (`dudas`). */
export function importSpools(
  input: ImportInput,
  libro: Libro,
): { readonly changes: readonly ImportChange[]; readonly dudas: readonly Tag[] } {
  const { name } = needTab(input.tabs, "Operaciones");
  const changes: (ImportChange | null)[] = [];
  const dudas: Tag[] = [];
  for (const [tag, read] of libro.filas) {
    const known = input.spools.get(tag);
    const fila = known ? theirs(read, known, input.policy) : read;
    if (!known || known.inconsistencia !== null) {
      changes.push(importWhole(input, known, fila.spool));
      continue;
    }
    const { change, edits } = importKnown(input, known, fila);
    changes.push(change);
    if (edits === null) dudas.push(tag);
    for (const column of edits ?? []) {
      const motivo = `Cambio a mano no aplicado en ${column}.`;
      libro.problemas.aviso(name, fila.filas[0] ?? 0, motivo);
    }
  }
  for (const tag of input.spools.keys()) {
    if (!libro.filas.has(tag)) libro.problemas.error(name, [], tag, "Ya no está en la planilla");
  }
  return { changes: changes.filter((change) => change !== null), dudas };
}
