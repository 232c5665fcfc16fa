/**
 * What an import changes (spec 4, 7): the workbook against what the ledger knows. Pure; cli and
 * google make commits of it.
 *
 * I1: a new tag is imported whole; of a known sound spool only what the engineers own is taken.
 * I2: a spool that came in inconsistent is read anew, whole, until its row makes sense.
 * I3: nothing disappears: spools gone from the sheet stay and are listed, workers become inactive.
 * I4: an empty or shrunken workbook is suspect and refused whole (spec 1).
 * I5: the same workbook again changes nothing.
 */
import { esPropio } from "../domain/acceso.ts";
import type { Pending, Planilla, PlanillaEvent, Problema } from "../domain/event.ts";
import type { Tag } from "../domain/spool.ts";
import type { ImportChange, ImportInput, ImportMoment } from "./import-change.ts";
import { importSpools } from "./import-spools.ts";
import { importTrabajadores } from "./import-trabajadores.ts";
import { type Libro, readLibro } from "./rows.ts";
import { sameContent } from "./same.ts";

export interface Resumen {
  /** Tags in the workbook, each once. */
  readonly carretes: number;
  readonly trabajadores: number;
  readonly ocupados: number;
  /** Spools whose rows make sense; with `conErrores` they are all. */
  readonly enOrden: number;
  readonly conErrores: number;
  readonly filasSinTag: number;
  readonly filasEnBlanco: number;
}

export type ImportPlan =
  | {
      readonly ok: true;
      /** Empty when there is nothing to commit. */
      readonly changes: readonly ImportChange[];
      readonly problemas: readonly Problema[];
      readonly resumen: Resumen;
      /** Rows that say something else than the spool: plan again with their history. */
      readonly dudas: readonly Tag[];
    }
  /** I4; `motivo` is for people. */
  | { readonly ok: false; readonly motivo: string };

/** More gone than this is a broken read, not a shop's day (spec 7). */
export const SPOOLS_GONE_MAX = 0.05;
export const SIN_CARRETES = "La hoja Operaciones no tiene ningún carrete";
/** Staff changes faster than spools, but a quarter of it does not leave between two readings. */
const TRABAJADORES_GONE_MAX = 0.25;

/** Why the people of a workbook are suspect beside those known; null when they are not. */
export function suspectPeople(
  known: ImportInput["trabajadores"],
  { trabajadores }: Pick<Libro, "trabajadores">,
): string | null {
  if (trabajadores.length === 0) return "La hoja Trabajadores no tiene a nadie";
  const ids = new Set(trabajadores.map(({ id }) => id));
  const activos = [...known.values()].filter(({ id, activo }) => activo && !esPropio(id));
  const left = activos.filter(({ id }) => !ids.has(id)).length;
  if (left > Math.max(1, activos.length * TRABAJADORES_GONE_MAX)) {
    return `En la hoja Trabajadores faltan ${left} de los ${activos.length} activos conocidos`;
  }
  const hadRoles = activos.some(({ roles }) => roles.length > 0);
  const hasRoles = trabajadores.some(({ roles }) => roles.length > 0);
  return hadRoles && !hasRoles ? "La hoja Roles no da roles a nadie" : null;
}

function suspicion(input: ImportInput, libro: Libro): string | null {
  const known = input.spools.size;
  const goneSpools = [...input.spools.keys()].filter((tag) => !libro.filas.has(tag)).length;
  if (libro.filas.size === 0) return SIN_CARRETES;
  if (goneSpools > known * SPOOLS_GONE_MAX) {
    return `En la hoja Operaciones faltan ${goneSpools} de los ${known} carretes conocidos`;
  }
  return suspectPeople(input.trabajadores, libro);
}

/** What was read, in numbers. */
export function resumenOf(libro: Libro): Resumen {
  const spools = [...libro.filas.values()].map(({ spool }) => spool);
  const conErrores = spools.filter(({ inconsistencia }) => inconsistencia !== null).length;
  return {
    carretes: spools.length,
    trabajadores: libro.trabajadores.length,
    ocupados: spools.filter(({ ocupacion }) => ocupacion !== null).length,
    enOrden: spools.length - conErrores,
    conErrores,
    filasSinTag: libro.filasSinTag,
    filasEnBlanco: libro.filasEnBlanco,
  };
}

/** The next version of what was last seen of the workbook. */
export function planillaChange(
  input: ImportMoment & Pick<ImportInput, "planilla">,
  seen: Omit<Planilla, "version" | "leidaMs">,
): ImportChange {
  const expectedVersion = input.planilla?.version ?? 0;
  const version = expectedVersion + 1;
  const state: Planilla = { version, leidaMs: input.nowMs, ...seen };
  const autor = { firma: null, medio: input.medio, dispositivo: null };
  const event: Pending<PlanillaEvent> = {
    kind: "planilla",
    atMs: input.nowMs,
    version,
    autor,
    planilla: state,
  };
  return { kind: "planilla", expectedVersion, state, event };
}

/**
 * Plans an import.
 * @throws WorkbookError when the workbook can't be read (a tab or a critical column is missing)
 */
export function planImport(input: ImportInput): ImportPlan {
  const libro = readLibro(input.tabs, input.policy);
  const motivo = input.force ? null : suspicion(input, libro);
  if (motivo) return { ok: false, motivo };
  const { changes: spoolChanges, dudas } = importSpools(input, libro);
  const changes = [...spoolChanges, ...importTrabajadores(input, libro.trabajadores)];
  const problemas = libro.problemas.list();
  const listed = input.planilla !== null && sameContent(input.planilla.problemas, problemas);
  if (!listed || input.tabsChanged) changes.push(planillaChange(input, { problemas }));
  return { ok: true, changes, problemas, resumen: resumenOf(libro), dudas };
}
