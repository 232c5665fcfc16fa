/** An intake's commits, into a real ledger (src/google/intake.ts). */
import { afterEach, describe, expect, test } from "bun:test";
import { Intake, type IntakeDeps, type Known } from "../../src/google/intake.ts";
import type { Commit, Ledger } from "../../src/ledger/ledger.ts";
import { spoolKey } from "../../src/ledger/ledger.ts";
import type { Tab } from "../../src/workbook/tab.ts";
import { attempt, command, MAURICIO, NOW_MS, policy, tag } from "../support/builders.ts";
import { type SqliteStore, sqliteStore } from "../support/ledger-store.ts";
import { doings, hand } from "../workbook/intake-taller.ts";
import { type Celdas, GENTE, LISTO, libro, operaciones } from "../workbook/libro.ts";

const A1 = tag("A-1");
const many = (n: number): Celdas[] =>
  Array.from({ length: n }, (_, i) => ({ ...LISTO, TAG_SPOOL: `B-${i}` }));

let house: SqliteStore | null = null;
let ledger: Ledger | null = null;
afterEach(async () => {
  await ledger?.close();
  await house?.[Symbol.asyncDispose]();
  [house, ledger] = [null, null];
});

/** An intake on a new ledger, whose picture of it is as old as the last `look`. */
async function stand(parts: Partial<IntakeDeps> = {}) {
  house = await sqliteStore();
  const store = await house.open();
  ledger = store;
  const lease = await store.lease("planilla", 60_000);
  if (!lease) throw new Error("no lease");
  let known: Known = { spools: new Map(), trabajadores: new Map(), planilla: null };
  const commits: Commit[] = [];
  const asked: string[] = [];
  const look = async (): Promise<void> => {
    const { spools, trabajadores, planilla } = await store.snapshot();
    known = {
      spools: new Map(spools.map((spool) => [spool.tag, spool])),
      trabajadores: new Map(trabajadores.map((persona) => [persona.id, persona])),
      planilla,
    };
  };
  const intake = new Intake({
    ledger: {
      commit: (commit) => {
        commits.push(commit);
        return store.commit(commit);
      },
      history: (whose) => {
        asked.push(whose);
        return store.history(whose);
      },
    },
    fence: () => ({ lease: "planilla", fence: lease.fence }),
    known: () => known,
    caughtUp: look,
    pendientes: () => false,
    policy: policy(),
    now: () => NOW_MS,
    ...parts,
  });
  const take = async (tabs: readonly Tab[]) => {
    const taken = await intake.take({ tabs, avisos: [] });
    await look();
    return taken;
  };
  const act = async (text = "A-1"): Promise<void> => {
    const spool = (await store.state(spoolKey(tag(text)))) as never;
    const done = attempt(spool, command("TOMAR"), MAURICIO);
    if (!done.ok) throw new Error("refused");
    const { event, spool: state } = done;
    const write = { key: spoolKey(tag(text)), expectedVersion: event.version - 1, state, event };
    await store.commit({ writes: [write] });
  };
  return { store, intake, take, act, look, commits, asked, lease, known: () => known };
}

test("first contact is one commit, with the tabs beside it", async () => {
  const { store, take, commits, known } = await stand();
  const { kind, seq, plan } = await take(libro(...many(500)));
  expect([kind, seq as number | null, plan.resumen.carretes]).toEqual(["committed", 506, 500]);
  expect(known().spools.size).toBe(500);
  expect(commits).toHaveLength(1);
  expect(await store.document("tabs")).toBe('["Operaciones","Trabajadores","Roles"]');
});

test("the same again commits nothing, problems alone leave the tabs as they are", async () => {
  const { store, take } = await stand();
  await take(libro(LISTO));
  const before = await store.document("tab:Operaciones");
  expect(await take(libro(LISTO))).toMatchObject({ kind: "nothing", seq: null });
  const edited = libro({ ...LISTO, Armador: "?" });
  expect(doings((await take(edited)).plan)).toEqual(["planilla"]);
  expect(await store.document("tab:Operaciones")).toBe(before);
  await take(libro({ ...LISTO, OT: "2" }));
  expect(await store.document("tab:Operaciones")).not.toBe(before);
});

test("a plan changes nothing", async () => {
  const { store, intake } = await stand();
  const plan = await intake.plan({ tabs: libro(LISTO), avisos: [] });
  expect(doings(plan)).toContain("IMPORTAR A-1");
  expect((await store.snapshot()).seq as number).toBe(0);
});

describe("a picture that lags", () => {
  test("a conflict plans again on what the ledger has", async () => {
    const { store, take, act, commits } = await stand();
    await take(libro(LISTO));
    await act();
    const { kind } = await take(libro({ ...LISTO, OT: "2" }));
    expect([kind, commits.length]).toEqual(["committed", 3]);
    expect(await store.state(spoolKey(A1))).toMatchObject({
      ot: "2",
      version: 3,
      ocupacion: { operacion: "ARM" },
    });
  });

  test("that never catches up is left to the next poll, and nothing is stored", async () => {
    const { store, take, act, look, commits } = await stand({ caughtUp: async () => {} });
    await take(libro(LISTO));
    await look();
    await act();
    const { seq } = await store.snapshot();
    const edited = libro({ ...LISTO, OT: "2" });
    expect(await take(edited)).toMatchObject({ kind: "conflict", seq: null });
    expect([commits.length, (await store.snapshot()).seq]).toEqual([6, seq]);
    expect(await take(edited)).toMatchObject({ kind: "committed" });
  });

  test("a row that shows an action which the picture lacks is judged with the next read", async () => {
    const { take, act } = await stand();
    await take(libro(LISTO));
    await act();
    const written = hand(libro(LISTO), {
      Armador: "MR(93)",
      Ocupado_Por: "MR(93)",
      Fecha_Ocupacion: "20-11-2026 10:30:00",
      version: "2",
    });
    const { plan } = await take(written);
    expect(doings(plan).filter((what) => what !== "planilla")).toEqual([]);
    const later = await take(written);
    expect(later.plan).toMatchObject({ repasar: [], dudas: [] });
  });
});

test("a lease that has passed on stores nothing", async () => {
  const { store, take, lease } = await stand();
  await lease.release();
  await store.lease("planilla", 60_000);
  expect(await take(libro(LISTO))).toMatchObject({ kind: "fenced", seq: null });
  expect((await store.snapshot()).seq as number).toBe(0);
});

test("histories are asked once for what waits, not with every poll", async () => {
  const { take, act, asked, look } = await stand();
  await take(libro(LISTO, { ...LISTO, TAG_SPOOL: "A-2" }));
  expect(asked).toEqual([]);
  await act();
  await look();
  const edited = libro({ ...LISTO, Armador: "LC(97)" }, { ...LISTO, TAG_SPOOL: "A-2" });
  for (let poll = 0; poll < 3; poll++) await take(edited);
  expect(asked).toEqual(["A-1"]);
});

test("whether ZEUES acted on a spool is asked once", async () => {
  const { take, asked, act, look } = await stand();
  const row = { ...LISTO, TAG_SPOOL: "A-2", version: "17" };
  await take(libro(LISTO, row));
  const edited = libro(LISTO, { ...row, OT: "2" });
  await take(edited);
  for (let poll = 0; poll < 3; poll++) expect((await take(edited)).plan.repasar).toEqual([]);
  expect(asked).toEqual(["A-2"]);
  await act("A-2");
  await look();
  const written = hand(edited, { Armador: "MR(93)", Ocupado_Por: "MR(93)" }, "A-2");
  const taken = hand(
    written,
    {
      Fecha_Ocupacion: "20-11-2026 10:30:00",
      Estado_Detalle: "MR(93) trabajando ARM (ARM en progreso, SOLD pendiente)",
    },
    "A-2",
  );
  for (let poll = 0; poll < 3; poll++)
    expect((await take(taken)).plan.repasar).toEqual([tag("A-2")]);
  expect(asked).toEqual(["A-2", "A-2"]);
});

test("a missing column is the caller's to say", async () => {
  const { intake } = await stand();
  const header = operaciones([]).header.filter((title) => title !== "OT");
  const tabs = [operaciones([LISTO], header), ...GENTE];
  await expect(intake.take({ tabs, avisos: [] })).rejects.toThrow("falta la columna OT");
});
