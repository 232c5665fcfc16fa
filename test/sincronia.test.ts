/** What each process knows of the sync: its laws N1 and N2. */
import { describe, expect, test } from "bun:test";
import { SINCRONIA_DOCUMENT } from "../src/domain/planilla.ts";
import { LedgerUnavailable } from "../src/ledger/ledger.ts";
import { parseSincronia, SincroniaWatch } from "../src/sincronia.ts";
import { NOW_MS } from "./support/builders.ts";
import { sincronia } from "./support/planilla.ts";

/** A watch whose clock and timer stand still until the test moves them. */
function openWatch() {
  const clock = { nowMs: NOW_MS };
  const said: string[] = [];
  const faults: unknown[] = [];
  const shop = { congelada: false, document: async (): Promise<string | null> => null };
  let tick = (): void => {};
  const watch = new SincroniaWatch({
    ledger: {
      document(name) {
        expect(name).toBe(SINCRONIA_DOCUMENT);
        return shop.document();
      },
    },
    congelada: () => shop.congelada,
    now: () => clock.nowMs,
    onFault: (fault) => faults.push(fault),
    every(ms, act) {
      expect(ms).toBe(2_000);
      tick = act;
      return () => {
        tick = () => {};
      };
    },
  });
  watch.onChange((estado) => said.push(estado.kind));
  return {
    watch,
    clock,
    said,
    faults,
    shop,
    /** The timer's next time, and what it leads to. */
    async turn(ms = 2_000) {
      clock.nowMs += ms;
      tick();
      await watch.read();
    },
    plant: (parts: Parameters<typeof sincronia>[0] = {}) => {
      const text = JSON.stringify(sincronia({ atMs: clock.nowMs, ...parts }));
      shop.document = async () => text;
    },
  };
}

describe("N1: told when what is said changes", () => {
  test("from the document, and not again while it says the same", async () => {
    const { watch, said, turn, plant, clock } = openWatch();
    expect(watch.estado.kind).toBe("leyendo");
    watch.start();
    await turn();
    plant();
    await turn();
    expect([said, watch.estado.kind]).toEqual([["al dia"], "al dia"]);
    plant({ leidaMs: clock.nowMs });
    await turn();
    expect(said).toEqual(["al dia"]);
    plant({ pendientes: 1, pendienteDesdeMs: NOW_MS });
    await turn();
    plant({ pendientes: 2, pendienteDesdeMs: NOW_MS });
    await turn();
    expect(said).toEqual(["al dia", "pendientes", "pendientes"]);
    await watch.stop();
  });

  test("also when it only grows old, and when the import stops", async () => {
    const { watch, said, shop, turn, plant } = openWatch();
    plant();
    watch.start();
    await turn();
    await turn(61_000);
    expect(said).toEqual(["al dia", "nadie"]);
    shop.congelada = true;
    watch.refresh();
    watch.refresh();
    expect(said).toEqual(["al dia", "nadie", "detenida"]);
    await watch.stop();
    shop.congelada = false;
    watch.refresh();
    expect(said).toHaveLength(3);
  });
});

describe("N2: a reading takes nothing back", () => {
  test("one that was under way when the holder told", async () => {
    const { watch, said, shop } = openWatch();
    const slow = Promise.withResolvers<string>();
    shop.document = () => slow.promise;
    const reading = watch.read();
    watch.told(sincronia({ pendientes: 3, pendienteDesdeMs: NOW_MS }));
    slow.resolve(JSON.stringify(sincronia()));
    await reading;
    expect([said, watch.latest?.pendientes]).toEqual([["pendientes"], 3]);
  });

  test("one that finds nothing, nonsense, or no ledger", async () => {
    const { watch, said, shop, faults, turn } = openWatch();
    watch.told(sincronia());
    watch.start();
    shop.document = async () => "{";
    await turn();
    shop.document = async () => null;
    await turn();
    shop.document = async () => Promise.reject(new LedgerUnavailable("away"));
    await turn();
    expect([said, faults]).toEqual([["al dia"], []]);
    shop.document = async () => Promise.reject(new Error("a fault"));
    await turn();
    expect([said, faults]).toEqual([["al dia"], [new Error("a fault")]]);
    await watch.stop();
  });
});

test("one reading at a time", async () => {
  const { watch, shop, turn } = openWatch();
  let asked = 0;
  const slow = Promise.withResolvers<string | null>();
  shop.document = () => {
    asked += 1;
    return slow.promise;
  };
  watch.start();
  const turns = [turn(), turn()];
  expect(asked).toBe(1);
  slow.resolve(null);
  await Promise.all(turns);
  await watch.stop();
});

test("up: told lately, and the sheet reached", async () => {
  const { watch, shop, clock } = openWatch();
  expect(watch.up).toBe(false);
  watch.told(sincronia({ pendientes: 9 }));
  shop.congelada = true;
  expect([watch.estado.kind, watch.up]).toEqual(["detenida", true]);
  watch.told(sincronia({ sinConexionDesdeMs: NOW_MS }));
  expect(watch.up).toBe(false);
  watch.told(sincronia());
  clock.nowMs += 61_000;
  expect(watch.up).toBe(false);
});

describe("the document", () => {
  test("comes back as it was told", () => {
    const told = sincronia({ pendientes: 7, pendienteDesdeMs: 1, motivo: "Google no responde" });
    expect(parseSincronia(JSON.stringify(told))).toEqual(told);
  });

  test.each([
    null,
    "",
    "{",
    "null",
    "7",
    "[]",
    "{}",
    '{"atMs":"1","pendientes":0}',
    '{"atMs":1,"pendientes":null}',
    '{"atMs":1e999,"pendientes":0}',
  ])("%p is none", (text) => {
    expect(parseSincronia(text)).toBeNull();
  });

  test("odd parts are left out", () => {
    const odd = '{"atMs":1,"pendientes":-2.5,"motivo":7,"leidaMs":"x","sinConexionDesdeMs":{}}';
    const none = { pendienteDesdeMs: null, leidaMs: null, sinConexionDesdeMs: null, motivo: null };
    expect(parseSincronia(odd)).toEqual({ atMs: 1, pendientes: 0, ...none });
  });
});
