/** The sheet sync under hands and faults; the long run is bench/sheet-hands.ts. */
import { expect, test } from "bun:test";
import { simulate } from "./simulation.ts";

const CLEAN = {
  wrong: [],
  strangers: [],
  logLost: 0,
  logTwice: 0,
  foreignLost: 0,
  congelada: null,
  taken: 0,
  cambios: 0,
};

const shop = { actions: 250, spools: 120, everyMs: 400 };

test("a calm shop: every action is in the sheet, and nothing else", async () => {
  const out = await simulate({ ...shop, seed: 1, failing: 0, hands: 0 });
  expect(out).toMatchObject({ ...CLEAN, actions: 250, failedWrites: 0, wrongMs: [] });
});

test.each([2, 3])(
  "seed %i: 40 %% of the writes fail and hands are at work, and nothing is wrong in the end",
  async (seed) => {
    const out = await simulate({ ...shop, seed, failing: 0.4, hands: 0.3 });
    expect(out).toMatchObject({ ...CLEAN, actions: 250 });
    expect(out.failedWrites).toBeGreaterThan(10);
    expect(out.handsActed).toBeGreaterThan(50);
  },
);
