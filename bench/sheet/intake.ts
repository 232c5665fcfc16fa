/** What is measured: the bytes alone, a full read through the client, and the compare. */
import { DEFAULT_POLICY } from "../../src/domain/policy.ts";
import type { Spool, Tag } from "../../src/domain/spool.ts";
import type { Trabajador, TrabajadorId } from "../../src/domain/trabajador.ts";
import { openSpreadsheet } from "../../src/google/client.ts";
import { readQuery } from "../../src/google/requests.ts";
import type { RangeRows } from "../../src/google/spreadsheet.ts";
import { Textos } from "../../src/google/valores.ts";
import type { IntakeInput } from "../../src/workbook/intake-input.ts";
import { Memoria } from "../../src/workbook/memoria.ts";
import { planImport } from "../../src/workbook/plan-import.ts";
import { planIntake } from "../../src/workbook/plan-intake.ts";
import { DEFAULT_DIALECT, type Tab } from "../../src/workbook/tab.ts";
import type { Served } from "./emulator.ts";
import { TABS } from "./workbook.ts";

/** As the intake makes tabs of an answer (src/google/leer-libro.ts), es_CL. */
const textos = TABS.map(() => new Textos());
const tabsOf = (answers: readonly RangeRows[]): readonly Tab[] =>
  answers.map(({ rows }, at) => {
    const [header = [], ...below] = textos[at]?.rows(rows) ?? [];
    return { name: TABS[at] ?? "", dialect: DEFAULT_DIALECT, header, rows: below };
  });

const NOW_MS = Date.UTC(2026, 9, 20, 12);

/** What the ledger knows when it has imported these tabs. */
function known(tabs: readonly Tab[]): Omit<IntakeInput, "tabs"> {
  const base = {
    spools: new Map<Tag, Spool>(),
    trabajadores: new Map<TrabajadorId, Trabajador>(),
    history: new Map(),
    policy: DEFAULT_POLICY,
    nowMs: NOW_MS,
    medio: "planilla",
  } as const;
  const force = false;
  const plan = planImport({ ...base, tabs, tabsChanged: true, planilla: null, force });
  if (!plan.ok) throw new Error(plan.motivo);
  let planilla: IntakeInput["planilla"] = null;
  for (const change of plan.changes) {
    if (change.kind === "spool") base.spools.set(change.state.tag, change.state);
    else if (change.kind === "trabajador") base.trabajadores.set(change.state.id, change.state);
    else planilla = change.state;
  }
  const memoria = new Memoria();
  const asked = { pendientes: () => false, actuado: () => false, avisos: [], memoria };
  return { ...base, ...asked, planilla };
}

export interface Intake {
  /** The same address as the client's, read to the end. @returns its bytes */
  transfer(): Promise<number>;
  read(): Promise<readonly RangeRows[]>;
  /** Cells to texts, and the plan. @returns how many records would change */
  compare(answers: readonly RangeRows[]): number;
}

export async function openIntake({ access, token }: Served): Promise<Intake> {
  const spreadsheet = openSpreadsheet(access);
  const { ranges, ...rest } = readQuery(TABS);
  const query = new URLSearchParams(rest);
  for (const range of ranges) query.append("ranges", range);
  const url = `${access.apiRoot}v4/spreadsheets/${access.sheetId}/values:batchGet?${query}`;
  const headers = { authorization: `Bearer ${token}` };
  const read = () => spreadsheet.read(TABS);
  const ledger = known(tabsOf(await read()));
  return {
    async transfer() {
      const answer = await fetch(url, { headers, keepalive: false });
      if (answer.status !== 200) throw new Error(`${answer.status} for the transfer`);
      return (await answer.arrayBuffer()).byteLength;
    },
    read,
    compare: (answers) => planIntake({ ...ledger, tabs: tabsOf(answers) }).changes.length,
  };
}
