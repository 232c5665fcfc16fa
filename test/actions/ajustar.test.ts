/** A supervisor's settings: one event each, none lost when two set different ones at once. */
import { expect, test } from "bun:test";
import { ajustar } from "../../src/actions/ajustar.ts";
import { AJUSTES_INICIALES, type Ajustes, ajustesDe } from "../../src/domain/ajustes.ts";
import { SEQ_ZERO } from "../../src/domain/event.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { actor, MAURICIO, NOW_MS, ROSA } from "../support/builders.ts";
import { ledgerWith } from "../support/ledger-with.ts";

const CONFLICT = { kind: "conflict", key: "ajustes", state: null } as const;

function open() {
  const onFault = (fault: unknown): never => {
    throw fault;
  };
  const ledger = openSqliteLedger({ path: ":memory:", onFault });
  const stands = async (): Promise<Ajustes> => ajustesDe((await ledger.snapshot()).ajustes);
  return { ledger, stands, [Symbol.asyncDispose]: () => ledger.close() };
}

test("what is not set stays as it is, and the log says who set it", async () => {
  await using house = open();
  const set = (change: Partial<Omit<Ajustes, "version">>, current: Ajustes) =>
    ajustar(house.ledger, current, change, actor(ROSA), NOW_MS);
  await set({ umbralHoras: 5 }, AJUSTES_INICIALES);
  await set({ pin: "obligatorio" }, await house.stands());
  expect(await house.stands()).toEqual({ version: 2, umbralHoras: 5, pin: "obligatorio" });
  const [first] = await house.ledger.read(SEQ_ZERO);
  expect(first).toMatchObject({ kind: "ajustes", autor: { firma: { id: ROSA.id } } });
});

test("two at once, who set different things, both have them", async () => {
  await using house = open();
  const current = await house.stands();
  const set = (change: Partial<Omit<Ajustes, "version">>) =>
    ajustar(house.ledger, current, change, actor(ROSA), NOW_MS);
  await Promise.all([set({ umbralHoras: 5 }), set({ pin: "obligatorio" })]);
  expect(await house.stands()).toEqual({ version: 2, umbralHoras: 5, pin: "obligatorio" });
});

test("settings of a ZEUES that had no PINs may be changed", async () => {
  await using house = open();
  const autor = { firma: null, medio: "tablet", dispositivo: null } as const;
  const old = { version: 1, umbralHoras: 6 } as Ajustes;
  const event = { kind: "ajustes", atMs: NOW_MS, version: 1, autor, ajustes: old } as const;
  await house.ledger.commit({
    writes: [{ key: "ajustes", expectedVersion: 0, state: old, event }],
  });
  // Whoever asks has not seen them yet: a conflict, then as they stand.
  await ajustar(house.ledger, AJUSTES_INICIALES, { umbralHoras: 7 }, actor(ROSA), NOW_MS);
  expect((await house.ledger.snapshot()).ajustes).toEqual({
    version: 2,
    umbralHoras: 7,
    pin: "opcional",
  });
});

test("nobody else sets them, and what never stops changing is a fault", async () => {
  await using house = open();
  const { ledger } = house;
  const asked = { umbralHoras: 5 };
  const refused = await ajustar(ledger, AJUSTES_INICIALES, asked, actor(MAURICIO), NOW_MS);
  expect(refused).toMatchObject({ ok: false, refusal: { code: "ROL_NO_AUTORIZADO" } });
  expect((await ledger.snapshot()).seq).toBe(SEQ_ZERO);
  const busy = ledgerWith(ledger, { commit: async () => CONFLICT });
  const never = ajustar(busy, AJUSTES_INICIALES, asked, actor(ROSA), NOW_MS);
  await expect(never).rejects.toThrow("five tries");
});
