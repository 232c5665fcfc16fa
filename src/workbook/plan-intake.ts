/**
 * What an intake changes (spec 7): Google's sheet, edited by hands at any time, against what the
 * ledger knows. Pure; google/intake makes a commit of it.
 *
 * IN1: first contact takes what `planImport` takes; a sheet that says what ZEUES says changes
 *      nothing.
 * IN2: no hand edit of our columns is lost: it is taken, or waits with its cells (intake-row).
 * IN3: nothing disappears: rows that are gone stay in ZEUES and are listed.
 * IN4: too much at once is not taken at all (intake-freeze).
 */
import type { Descripcion, Problema } from "../domain/event.ts";
import type { CambioAMano, Congelada } from "../domain/planilla.ts";
import type { Spool, Tag } from "../domain/spool.ts";
import type { ImportChange } from "./import-change.ts";
import { importWhole, theirs } from "./import-row.ts";
import { importTrabajadores } from "./import-trabajadores.ts";
import { type Alcance, congeladaDe, demasiadas } from "./intake-freeze.ts";
import { descripcionText, idasDe, listIdas, parecidas } from "./intake-gone.ts";
import type { IntakeInput } from "./intake-input.ts";
import { type Juicio, juzgar, sameEdit, sigueEsperando, type Vista } from "./intake-row.ts";
import { planillaChange, type Resumen, resumenOf } from "./plan-import.ts";
import { type Fila, type Libro, readLibro } from "./rows.ts";
import { sameContent } from "./same.ts";
import { cellAt } from "./tab.ts";

export interface IntakePlan {
  /** Spools, workers, and the planilla record when its content changed. */
  readonly changes: readonly ImportChange[];
  /** Rows that the outbox must write again: stale copies, a wrong version, undone hand edits. */
  readonly repasar: readonly Tag[];
  /** Rows that only the spool's history can judge: plan again with it. */
  readonly dudas: readonly Tag[];
  /** Why nothing but the planilla record changes; null = the import goes on. */
  readonly congelada: Congelada | null;
  readonly resumen: Resumen;
}

type Priors = ReadonlyMap<Tag, CambioAMano>;

/** What the rows ask for. */
interface Cosecha {
  readonly changes: readonly ImportChange[];
  readonly cambios: readonly CambioAMano[];
  readonly repasar: readonly Tag[];
  readonly dudas: readonly Tag[];
  /** Known rows changed by hand, and rows taken whole. */
  readonly cambiadas: Alcance["cambiadas"];
  readonly nuevas: readonly Tag[];
}

interface Juzgada extends Juicio {
  readonly tag: Tag;
  /** A tag that is new, or whose row made no sense before. */
  readonly nueva?: boolean;
}

/** Whether Estado_Detalle is blank in too many rows for a hand's work. */
function enBlanco({ filas, tab, context }: Libro): boolean {
  const place = context.at.Estado_Detalle;
  if (place < 0) return false;
  const blank = [...filas.values()].filter(({ filas: [fila = 0] }) => {
    return cellAt(tab.rows[fila - 2] ?? [], place).trim() === "";
  });
  return demasiadas(blank.length, filas.size);
}

function judge(vista: Vista, read: Fila, priors: Priors): Juzgada {
  const { input } = vista;
  const { tag } = read.spool;
  const known = input.spools.get(tag);
  if (!known || known.inconsistencia !== null) {
    const { spool } = known ? theirs(read, known, input.policy) : read;
    return { tag, nueva: true, change: importWhole(input, known, spool) };
  }
  const prior = priors.get(tag);
  // A repeated tag is nobody's row: it is listed, and nothing is taken of it.
  if (read.filas.length > 1) {
    return prior && sigueEsperando(prior, known, input.policy) ? { tag, cambio: prior } : { tag };
  }
  const quiet = !prior && !input.pendientes(tag);
  if (quiet && input.memoria?.enPaz(read.spool, known)) return { tag };
  const juicio = juzgar(vista, known, read, prior);
  if (quiet && isEmpty(juicio)) input.memoria?.keepEnPaz(read.spool, known);
  return { tag, ...juicio };
}

const isEmpty = ({ change, cambio, repasar, duda }: Juicio): boolean =>
  !(change || cambio || repasar || duda);

/** What the engineers' columns say, where that is new. */
function editada({ change }: Juzgada): Descripcion | null {
  const cambio = change?.kind === "spool" ? change.event.cambio : null;
  return cambio?.accion === "EDITAR" ? cambio.descripcion : null;
}

/** What hands typed into a known row. @param nuevo of what waits, it waits only now */
function cambiada(row: Juzgada, nuevo: boolean): Alcance["cambiadas"][number] {
  const { tag, cambio, manos = "" } = row;
  const edicion = editada(row);
  const ours = nuevo || (manos !== "" && !cambio);
  const dice = (edicion ? descripcionText(edicion) : "") + manos;
  return { tag, dice, soloEdicion: ours ? null : edicion };
}

/** What waits of rows that are gone from the sheet: with what was decided, until they are back. */
const ausentes = ({ input, libro }: Vista, priors: Priors): readonly CambioAMano[] =>
  [...priors.values()].filter((prior) => {
    const known = libro.filas.has(prior.tag) ? undefined : input.spools.get(prior.tag);
    return known && sigueEsperando(prior, known, input.policy);
  });

function cosechar(vista: Vista, priors: Priors): Cosecha {
  const rows: Juzgada[] = [];
  for (const fila of vista.libro.filas.values()) rows.push(judge(vista, fila, priors));
  const isNew = ({ tag, cambio }: Juzgada): boolean =>
    cambio !== undefined && !sameEdit(priors.get(tag), cambio);
  const tags = (which: (row: Juzgada) => unknown): readonly Tag[] =>
    rows.filter(which).map(({ tag }) => tag);
  return {
    changes: rows.flatMap(({ change }) => change ?? []),
    cambios: [...rows.flatMap(({ cambio }) => cambio ?? []), ...ausentes(vista, priors)],
    repasar: tags(({ repasar }) => repasar),
    dudas: tags(({ duda }) => duda),
    cambiadas: rows
      .filter((row) => !row.nueva && (row.change || isNew(row)))
      .map((row) => cambiada(row, isNew(row))),
    nuevas: tags(({ nueva, change }) => nueva && change),
  };
}

/** What of the harvest an import that stands still keeps: what was there before it did. */
function standing(cosecha: Cosecha, priors: Priors): Pick<Cosecha, "cambios" | "repasar"> {
  const cambios = cosecha.cambios.filter((cambio) => sameEdit(priors.get(cambio.tag), cambio));
  const undone = new Set(cambios.filter(({ deshacer }) => deshacer).map(({ tag }) => tag));
  return { cambios, repasar: cosecha.repasar.filter((tag) => undone.has(tag)) };
}

function planillaOf(
  input: IntakeInput,
  problemas: readonly Problema[],
  cambios: readonly CambioAMano[],
  congelada: Congelada | null,
): ImportChange | null {
  const before = input.planilla;
  const had = before && [before.problemas, before.cambios ?? [], before.congelada ?? null];
  if (had && sameContent(had, [problemas, cambios, congelada])) return null;
  return planillaChange(input, {
    problemas,
    ...(cambios.length > 0 ? { cambios } : {}),
    ...(congelada ? { congelada } : {}),
  });
}

/**
 * Plans an intake.
 * @throws WorkbookError when the workbook can't be read (a tab or a critical column is missing)
 */
export function planIntake(input: IntakeInput): IntakePlan {
  const sabidos = input.spools as ReadonlyMap<string, Spool>;
  const libro = readLibro(input.tabs, input.policy, {
    memoria: input.memoria,
    sabido: (tag) => sabidos.get(tag)?.inconsistencia === null,
  });
  for (const { tab, fila, motivo } of input.avisos) libro.problemas.aviso(tab, fila, motivo);
  const priors = new Map((input.planilla?.cambios ?? []).map((cambio) => [cambio.tag, cambio]));
  const cosecha = cosechar({ input, libro, enBlanco: enBlanco(libro) }, priors);
  const idas = idasDe(input.spools, libro, input.planilla);
  const alcance: Alcance = { cambiadas: cosecha.cambiadas, nuevas: cosecha.nuevas, idas };
  const congelada = congeladaDe(input, libro, alcance);
  const { cambios, repasar } = congelada ? standing(cosecha, priors) : cosecha;
  const changes = congelada
    ? []
    : [...cosecha.changes, ...importTrabajadores(input, libro.trabajadores)];
  listIdas(input.spools, libro, idas, congelada !== null);
  const alike = parecidas(input.spools, libro, idas, input.planilla);
  const problemas = [...libro.problemas.list(), ...alike];
  const planilla = planillaOf(input, problemas, cambios, congelada);
  if (planilla) changes.push(planilla);
  const { dudas } = cosecha;
  return { changes, repasar, dudas, congelada, resumen: resumenOf(libro) };
}
