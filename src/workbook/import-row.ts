/** What one row of Operaciones changes in its spool: of a folder as of Google's sheet. */
import { estadoDetalle } from "../domain/estado-detalle.ts";
import type { Cambio, Descripcion, Pending, SpoolEvent } from "../domain/event.ts";
import { blank, evolve } from "../domain/evolve.ts";
import type { Policy } from "../domain/policy.ts";
import type { Spool } from "../domain/spool.ts";
import { isNotas } from "./columns.ts";
import type { ImportChange, ImportMoment } from "./import-change.ts";
import { withoutNotas } from "./notas.ts";
import type { Fila } from "./rows.ts";
import { sameContent } from "./same.ts";

/** A spool's next version by a change that the sheet tells. */
export function spoolChange(moment: ImportMoment, before: Spool, cambio: Cambio): ImportChange {
  const autor = { firma: null, medio: moment.medio, dispositivo: null };
  const version = before.version + 1;
  const bare = { tag: before.tag, version, atMs: moment.nowMs, autor, cambio };
  const state = evolve(before, bare);
  const detalle = estadoDetalle(state, moment.policy);
  const event: Pending<SpoolEvent> = { kind: "spool", ...bare, estadoDetalle: detalle };
  return { kind: "spool", expectedVersion: before.version, state, event };
}

function importar(moment: ImportMoment, before: Spool, spool: Spool): ImportChange {
  const numbered = { ...spool, version: before.version + 1 };
  return spoolChange(moment, before, { accion: "IMPORTAR", operacion: null, spool: numbered });
}

/** Whether two say the same of what the engineers own; the order of columns is no difference. */
function sameDescripcion(a: Descripcion, b: Descripcion): boolean {
  if (a.nv !== b.nv || a.ot !== b.ot || a.fechaMateriales !== b.fechaMateriales) return false;
  const titles = Object.keys(a.ficha);
  return (
    titles.length === Object.keys(b.ficha).length &&
    titles.every((title) => Object.hasOwn(b.ficha, title) && a.ficha[title] === b.ficha[title])
  );
}

/** The engineers' own columns, where they really differ. */
export function editar(moment: ImportMoment, known: Spool, fila: Fila): ImportChange | null {
  const { nv, ot, ficha, fechaMateriales } = fila.spool;
  const read = fila.materialesImposible ? known.fechaMateriales : fechaMateriales;
  const descripcion = { nv, ot, ficha, fechaMateriales: read };
  return sameDescripcion(known, descripcion)
    ? null
    : spoolChange(moment, known, { accion: "EDITAR", operacion: null, descripcion });
}

/** A tag seen for the first time, or one whose row made no sense before: taken whole (I1, I2). */
export function importWhole(
  moment: ImportMoment,
  known: Spool | undefined,
  spool: Spool,
): ImportChange | null {
  const { version, notas } = known ?? spool;
  if (known && sameContent(known, { ...spool, version, notas })) return null;
  return importar(moment, known ?? blank(spool.tag), spool);
}

/** A row as the engineers wrote it: remarks of ours in its Notas are none of theirs. */
export function theirs(fila: Fila, { notas }: Spool, { zone }: Policy): Fila {
  if (notas.length === 0) return fila;
  const ficha = Object.entries(fila.spool.ficha)
    .map(([title, text]) => {
      const own = isNotas(title) ? withoutNotas(text, notas, zone) : text;
      return [title, own] as const;
    })
    .filter(([, text]) => text.trim() !== "");
  return { ...fila, spool: { ...fila.spool, ficha: Object.fromEntries(ficha) } };
}
