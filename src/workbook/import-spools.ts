/** What an import changes in the spools, row by row (laws I1, I2, I3 of plan-import). */
import type { SpoolEvent } from "../domain/event.ts";
import type { Policy } from "../domain/policy.ts";
import type { Spool, Tag } from "../domain/spool.ts";
import { estadosDe } from "./hand-edits.ts";
import type { ImportChange, ImportInput } from "./import-change.ts";
import { editar, importWhole, theirs } from "./import-row.ts";
import type { Fila, Libro } from "./rows.ts";
import { type Celdas, celdasOf, differences } from "./spool-cells.ts";
import { needTab } from "./tab.ts";

/**
 * Whether the row says what the spool once was: a stale copy, no hand's work. A log that no
 * longer begins with the spool's first event can't tell.
 */
function isPast(row: Celdas, events: readonly SpoolEvent[], policy: Policy): boolean {
  const states = estadosDe(events) ?? [];
  return states.some((spool) => differences(row, celdasOf(spool, policy)).length === 0);
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
