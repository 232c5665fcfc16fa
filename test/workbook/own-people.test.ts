/** Supervisors whom the workbook does not have (domain/acceso): neither read nor written. */
import { describe, expect, test } from "bun:test";
import { ID_PROPIO_MIN } from "../../src/domain/acceso.ts";
import type { Trabajador, TrabajadorId } from "../../src/domain/trabajador.ts";
import { planExport } from "../../src/workbook/plan-export.ts";
import type { Tab } from "../../src/workbook/tab.ts";
import { policy, ROSA, spool, trabajador } from "../support/builders.ts";
import { Taller } from "./intake-taller.ts";
import {
  after,
  GENTE,
  type Known,
  LISTO,
  libro,
  NADA,
  operaciones,
  plan,
  planned,
} from "./libro.ts";

const OWN: Trabajador = trabajador({
  id: ID_PROPIO_MIN,
  nombre: "Ana",
  apellido: "Díaz",
  roles: ["Supervisor"],
});

const withOwn = (known: Known): Known => ({
  ...known,
  trabajadores: new Map([...known.trabajadores, [OWN.id, OWN]]),
});

/** The shop's people and, in the sheet, somebody with an Id of ZEUES's own. */
const theirs = (name: string): Tab => {
  const tab = GENTE.find((one) => one.name === name);
  if (!tab) throw new Error(`no ${name}`);
  return tab;
};
const [PERSONAS, ROLES] = [theirs("Trabajadores"), theirs("Roles")];
const usurped: readonly Tab[] = [
  operaciones([LISTO]),
  { ...PERSONAS, rows: [...PERSONAS.rows, [String(OWN.id), "Eva", "Mala", "TRUE"]] },
  { ...ROLES, rows: [...ROLES.rows, [String(OWN.id), "Armador", "TRUE"]] },
];

describe("an import, from files as from Google's sheet", () => {
  test("leaves them as they are: active, with their roles", () => {
    const known = withOwn(after(NADA, planned(libro(LISTO))));
    expect(planned(libro(LISTO), known, { tabsChanged: false }).changes).toEqual([]);
    const taller = Taller.ofRows(LISTO);
    taller.known = withOwn(taller.known);
    taller.take(libro(LISTO));
    expect(taller.known.trabajadores.get(OWN.id)).toEqual(OWN);
  });

  test("a row with such an Id is a problem with its reason, and is not read", () => {
    for (const known of [NADA, withOwn(after(NADA, planned(libro(LISTO))))]) {
      const { changes, problemas, resumen } = planned(usurped, known);
      const people = changes.filter(({ kind }) => kind === "trabajador");
      expect(people.map(({ state }) => state)).not.toContainEqual(
        expect.objectContaining({ id: OWN.id }),
      );
      expect(resumen.trabajadores).toBe(PERSONAS.rows.length);
      expect(problemas).toContainEqual(
        expect.objectContaining({
          tab: "Trabajadores",
          gravedad: "error",
          motivo: expect.stringMatching(
            /^El Id 900000001 es de quienes solo ZEUES conoce: .* 900000001; .* no se lee\.$/,
          ),
        }),
      );
      expect(problemas.filter(({ motivo }) => motivo.includes(String(OWN.id)))).toHaveLength(2);
    }
  });

  test("they are not missed: many of them make no workbook suspect", () => {
    const known = after(NADA, planned(libro(LISTO)));
    const many = new Map(known.trabajadores);
    for (let n = 0; n < 20; n++) {
      const id = (ID_PROPIO_MIN + n) as TrabajadorId;
      many.set(id, { ...OWN, id });
    }
    expect(plan(libro(LISTO), { ...known, trabajadores: many }).ok).toBe(true);
    // Nor does somebody who administers before the first workbook came.
    const alone = { ...NADA, trabajadores: new Map([[OWN.id, OWN]]) };
    expect(plan([operaciones([LISTO]), ...GENTE], alone).ok).toBe(true);
  });
});

describe("an export", () => {
  const input = (tabs: readonly Tab[]) => ({
    tabs,
    spools: new Map([spool()].map((one) => [one.tag, one])),
    trabajadores: [ROSA, OWN],
    events: [],
    policy: policy(),
    eventId: () => "id",
  });

  test("of a ledger without a workbook has the shop's people and not ours", () => {
    const tabs = planExport(input([]));
    const idsOf = (name: string) => tabs.find((tab) => tab.name === name)?.rows.map(([id]) => id);
    expect(idsOf("Trabajadores")).toEqual([String(ROSA.id)]);
    expect(new Set(idsOf("Roles"))).toEqual(new Set([String(ROSA.id)]));
    // So another ZEUES reads it without a complaint about them.
    const read = planned(tabs, NADA, { force: true });
    expect(read.problemas.filter(({ tab }) => tab !== "Operaciones")).toEqual([]);
  });

  test("of a workbook leaves its people's tabs as they were read", () => {
    const tabs = planExport(input([operaciones([LISTO]), ...GENTE]));
    for (const tab of GENTE) expect(tabs).toContainEqual(tab);
  });
});
