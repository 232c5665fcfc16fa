/**
 * The list for the supervisor, `Problemas de la planilla` (spec 4). An error names its row, its tag
 * and the reason; avisos of one kind are one entry with all their rows.
 */
import type { Problema } from "../domain/event.ts";

export interface Problemas {
  /** The rows are not acted on until mended. */
  error(tab: string, filas: readonly number[], tag: string | null, motivo: string): void;
  /** Read well, but worth mending; the same motivo in a tab is one entry. */
  aviso(tab: string, fila: number, motivo: string): void;
  /** Errors first, by tab and row; then avisos. */
  list(): readonly Problema[];
}

const byPlace = (a: Problema, b: Problema): number =>
  a.tab === b.tab
    ? (a.filas[0] ?? Number.MAX_SAFE_INTEGER) - (b.filas[0] ?? Number.MAX_SAFE_INTEGER)
    : a.tab < b.tab
      ? -1
      : 1;

/** An empty list, to be filled while the workbook is read. */
export function collectProblemas(): Problemas {
  const errores: Problema[] = [];
  const avisos = new Map<string, { tab: string; motivo: string; filas: Set<number> }>();
  return {
    error: (tab, filas, tag, motivo) => {
      errores.push({ gravedad: "error", tab, filas, tag, motivo });
    },
    aviso: (tab, fila, motivo) => {
      const key = JSON.stringify([tab, motivo]);
      const group = avisos.get(key) ?? { tab, motivo, filas: new Set() };
      avisos.set(key, group);
      group.filas.add(fila);
    },
    list: () => {
      const grouped = [...avisos.values()].map(
        ({ tab, motivo, filas }): Problema => ({
          gravedad: "aviso",
          tab,
          filas: [...filas].sort((a, b) => a - b),
          tag: null,
          motivo,
        }),
      );
      return [...errores.sort(byPlace), ...grouped.sort(byPlace)];
    },
  };
}
