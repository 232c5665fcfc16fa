/** What an import changes in the workers: new, changed, gone (inactive) (spec 4). */
import { esPropio } from "../domain/acceso.ts";
import type { Pending, TrabajadorEvent } from "../domain/event.ts";
import type { Trabajador } from "../domain/trabajador.ts";
import type { ImportChange, ImportInput, ImportMoment } from "./import-change.ts";
import { sameContent } from "./same.ts";

function change(moment: ImportMoment, after: Trabajador, expectedVersion: number): ImportChange {
  const version = expectedVersion + 1;
  const state = { ...after, version };
  const autor = { firma: null, medio: moment.medio, dispositivo: null };
  const atMs = moment.nowMs;
  const event: Pending<TrabajadorEvent> = {
    kind: "trabajador",
    atMs,
    version,
    autor,
    trabajador: state,
  };
  return { kind: "trabajador", expectedVersion, state, event };
}

/**
 * Whoever is new or changed; who is gone from the sheet keeps name and roles, inactive. ZEUES's own
 * people were never in it (domain/acceso).
 */
export function importTrabajadores(
  input: ImportMoment & Pick<ImportInput, "trabajadores">,
  personas: readonly Trabajador[],
): readonly ImportChange[] {
  const { trabajadores } = input;
  const ids = new Set(personas.map(({ id }) => id));
  const gone = [...trabajadores.values()]
    .filter(({ id, activo }) => activo && !ids.has(id) && !esPropio(id))
    .map((persona) => ({ ...persona, activo: false }));
  return [...personas, ...gone].flatMap((persona) => {
    const version = trabajadores.get(persona.id)?.version ?? 0;
    const same = sameContent(trabajadores.get(persona.id), { ...persona, version });
    return same ? [] : [change(input, persona, version)];
  });
}
