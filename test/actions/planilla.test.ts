/** What supervisors decide about the workbook (spec 7), on a real ledger. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import {
  aceptarCambio,
  aplicarCongelada,
  type Decidido,
  deshacerCambio,
} from "../../src/actions/planilla.ts";
import { huellaDe } from "../../src/domain/cambio-visto.ts";
import type { Planilla } from "../../src/domain/event.ts";
import { SEQ_ZERO } from "../../src/domain/event.ts";
import type { CambioAMano } from "../../src/domain/planilla.ts";
import { DEFAULT_POLICY } from "../../src/domain/policy.ts";
import type { Spool } from "../../src/domain/spool.ts";
import { firmaOf } from "../../src/domain/trabajador.ts";
import { type Ledger, LedgerUnavailable, spoolKey } from "../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { spoolWrite } from "../http/sin-script.ts";
import {
  actor,
  inspeccionado,
  MAURICIO,
  NOW_MS,
  ROSA,
  soldado,
  spool,
} from "../support/builders.ts";
import { ledgerWith } from "../support/ledger-with.ts";
import { store } from "../support/ledger-writes.ts";
import { cambio, congelada, estadoDe, planillaWrite } from "../support/planilla.ts";
import { tempFolder } from "../support/shop.ts";

const rosa = actor(ROSA, { dispositivo: "desk" });
const FIRMA = firmaOf(ROSA);
const A = spool({ tag: "A" });

/** A ledger with spools and the record, and what stands in it. */
async function openCase(spools: readonly Spool[], parts: Partial<Planilla>) {
  const folder = tempFolder();
  const path = join(folder.path, "zeues.sqlite");
  const ledger = openSqliteLedger({
    path,
    onFault: (fault: unknown): never => {
      throw fault;
    },
  });
  await store(ledger, ...spools.map(spoolWrite), planillaWrite(null, parts));
  const before = (await ledger.read(SEQ_ZERO)).length;
  return {
    ledger,
    deps: { ledger, policy: DEFAULT_POLICY, now: () => NOW_MS },
    planilla: async () => (await ledger.state("planilla")) as Planilla,
    spool: async ({ tag }: Spool) => (await ledger.state(spoolKey(tag))) as Spool,
    /** Events since it was opened. */
    news: async () => (await ledger.read(SEQ_ZERO)).slice(before),
    async [Symbol.asyncDispose]() {
      await ledger.close();
      folder[Symbol.dispose]();
    },
  };
}

const visto = (of: CambioAMano) => ({ tag: of.tag, huella: huellaDe(of) });
const refusalOf = (done: Decidido) => (done.ok ? null : done.refusal);
const RESUELTO = { code: "TRANSICION_INVALIDA", planilla: "resuelto" } as const;
const CAMBIO = { code: "TRANSICION_INVALIDA", planilla: "cambió" } as const;

describe("aceptar", () => {
  test("the spool becomes what the sheet says and the edit leaves the list, in one commit", async () => {
    const other = cambio(spool({ tag: "B" }));
    await using shop = await openCase([A], { cambios: [cambio(A), other], leidaMs: 7 });
    const done = await aceptarCambio(shop.deps, visto(cambio(A)), rosa);
    const news = await shop.news();
    expect(done).toEqual({ ok: true, seq: news[1]?.seq as never });
    const autor = { firma: FIRMA, medio: "tablet", dispositivo: "desk" };
    expect(news).toMatchObject([
      {
        kind: "spool",
        tag: "A",
        version: 2,
        autor,
        cambio: { accion: "CORREGIR", operacion: null },
        estadoDetalle: "Disponible - ARM completado, SOLD pendiente",
      },
      { kind: "planilla", version: 2, autor, planilla: { cambios: [other], leidaMs: 7 } },
    ]);
    expect(await shop.spool(A)).toMatchObject({ version: 2, arm: { estado: "completado" } });
    expect(await shop.planilla()).toMatchObject({ version: 2, cambios: [other] });
  });

  test("of a BLOQUEADO undone by hand is a SUPERVISOR_OVERRIDE", async () => {
    const blocked = inspeccionado("bloqueado", { tag: "A", ciclo: 3 });
    const freed = cambio(blocked, { estado: estadoDe(soldado({ tag: "A" })) });
    const same = cambio(blocked, { estado: estadoDe(blocked) });
    for (const [edit, accion] of [
      [freed, "SUPERVISOR_OVERRIDE"],
      [same, "CORREGIR"],
    ] as const) {
      await using shop = await openCase([blocked], { cambios: [edit] });
      await aceptarCambio(shop.deps, visto(edit), rosa);
      expect(await shop.news()).toMatchObject([{ cambio: { accion } }, { kind: "planilla" }]);
    }
  });

  test("is for supervisors, and changes nothing where it is refused", async () => {
    const older = cambio(A, { version: 0 });
    const undoable = cambio(A, { estado: null });
    const undone = cambio(A, { deshacer: FIRMA });
    const edited = cambio(A, { celdas: [{ columna: "Armador", decia: "", dice: "ÍN(51)" }] });
    const rows: readonly [CambioAMano | null, Spool, typeof rosa, object][] = [
      [cambio(A), A, actor(MAURICIO), { code: "ROL_NO_AUTORIZADO", roles: ["Supervisor"] }],
      [cambio(A), A, actor({ ...ROSA, activo: false }), { code: "ROL_NO_AUTORIZADO" }],
      [null, A, rosa, RESUELTO],
      [undone, A, rosa, RESUELTO],
      [edited, A, rosa, CAMBIO],
      [undoable, A, rosa, { ...RESUELTO, planilla: "solo deshacer" }],
      [cambio(A), spool({ tag: "B" }), rosa, { code: "SPOOL_NO_ENCONTRADO", tag: A.tag }],
    ];
    for (const [stands, own, who, refusal] of rows) {
      await using shop = await openCase([own], { cambios: stands ? [stands] : [] });
      const done = await aceptarCambio(shop.deps, visto(cambio(A)), who);
      expect(refusalOf(done)).toMatchObject(refusal);
      expect(await shop.news()).toEqual([]);
    }
    await using moved = await openCase([A], { cambios: [older] });
    const conflict = { code: "CONFLICTO_DE_VERSION", tag: A.tag, version: 1 } as const;
    expect(refusalOf(await aceptarCambio(moved.deps, visto(older), rosa))).toEqual(conflict);
    expect(await moved.news()).toEqual([]);
  });

  test("runs again on what won meanwhile, and can't be stored while the ledger is away", async () => {
    await using shop = await openCase([A], { cambios: [cambio(A)] });
    const { ledger } = shop;
    let commits = 0;
    const contended = ledgerWith(ledger, {
      async commit(commit) {
        commits += 1;
        if (commits === 1) {
          const next = planillaWrite(await shop.planilla(), { leidaMs: 9 });
          await ledger.commit({ writes: [next] });
        }
        return ledger.commit(commit);
      },
    });
    const deps = { ...shop.deps, ledger: contended };
    expect(await aceptarCambio(deps, visto(cambio(A)), rosa)).toMatchObject({ ok: true });
    expect(commits).toBe(2);
    expect(await shop.planilla()).toMatchObject({ version: 3, cambios: [], leidaMs: 9 });

    const away = async (): Promise<never> => {
      throw new LedgerUnavailable("away");
    };
    const gone = { ...shop.deps, ledger: ledgerWith(ledger, { commit: away, state: away }) };
    expect(aceptarCambio(gone, visto(cambio(A)), rosa)).rejects.toBeInstanceOf(LedgerUnavailable);
  });

  test("of two supervisors at once one is told that it is decided", async () => {
    await using shop = await openCase([A], { cambios: [cambio(A)] });
    const both = await Promise.all([
      aceptarCambio(shop.deps, visto(cambio(A)), rosa),
      deshacerCambio(shop.deps, visto(cambio(A)), rosa),
    ]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    expect(both.map(refusalOf)).toContainEqual(RESUELTO);
  });

  test("a ledger that has no record of the workbook has nothing to decide", async () => {
    await using shop = await openCase([A], {});
    const none: Pick<Ledger, "commit" | "state"> = ledgerWith(shop.ledger, {
      state: async () => null,
    });
    const done = await aceptarCambio({ ...shop.deps, ledger: none }, visto(cambio(A)), rosa);
    expect(refusalOf(done)).toEqual(RESUELTO);
  });
});

describe("deshacer", () => {
  test("is signed on the edit, which stays until the sheet says ZEUES's own again", async () => {
    const [one, other] = [cambio(A, { estado: null }), cambio(spool({ tag: "B" }))];
    await using shop = await openCase([A], { cambios: [one, other] });
    expect(await deshacerCambio(shop.deps, visto(one), rosa)).toMatchObject({ ok: true });
    const { cambios } = await shop.planilla();
    expect(cambios).toEqual([{ ...one, deshacer: FIRMA }, other]);
    expect(refusalOf(await deshacerCambio(shop.deps, visto(one), rosa))).toEqual(RESUELTO);
    const no = await deshacerCambio(shop.deps, visto(other), actor(MAURICIO));
    expect(refusalOf(no)).toMatchObject({ code: "ROL_NO_AUTORIZADO" });
  });

  test("whatever became of the spool meanwhile", async () => {
    const older = cambio(A, { version: 0 });
    await using shop = await openCase([A], { cambios: [older] });
    expect(await deshacerCambio(shop.deps, visto(older), rosa)).toMatchObject({ ok: true });
  });
});

describe("aplicar", () => {
  test("is signed on the reading that was shown, and on no other", async () => {
    await using shop = await openCase([], { congelada: congelada() });
    expect(refusalOf(await aplicarCongelada(shop.deps, "lectura-0", rosa))).toEqual(CAMBIO);
    const no = await aplicarCongelada(shop.deps, "lectura-1", actor(MAURICIO));
    expect(refusalOf(no)).toMatchObject({ code: "ROL_NO_AUTORIZADO" });
    expect(await shop.news()).toEqual([]);
    expect(await aplicarCongelada(shop.deps, "lectura-1", rosa)).toMatchObject({ ok: true });
    expect((await shop.planilla()).congelada).toEqual(congelada({ aplicar: FIRMA }));
    expect(refusalOf(await aplicarCongelada(shop.deps, "lectura-1", rosa))).toEqual(RESUELTO);
  });

  test("an import that goes on has nothing to decide", async () => {
    for (const parts of [{}, { congelada: null }]) {
      await using shop = await openCase([], parts);
      expect(refusalOf(await aplicarCongelada(shop.deps, "lectura-1", rosa))).toEqual(RESUELTO);
    }
  });
});
