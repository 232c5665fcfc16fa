/** The contract: leases and fences (L7). */
import { expect, test } from "bun:test";
import { type Create, openNew } from "../support/ledger-house.ts";
import { importar, seqsOf, store } from "../support/ledger-writes.ts";

const LONG_MS = 60_000;

export function leases(create: Create): void {
  test("a lease has one holder, until it is given back", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    const first = await ledger.lease("planilla", LONG_MS);
    expect(first?.leftMs()).toBeGreaterThan(LONG_MS / 2);
    expect(await ledger.lease("planilla", LONG_MS)).toBeNull();
    expect(await ledger.lease("other", LONG_MS)).not.toBeNull();
    await first?.release();
    expect(first?.leftMs()).toBe(0);
    const second = await ledger.lease("planilla", LONG_MS);
    expect(second?.fence).toBeGreaterThan(first?.fence ?? 0);
  });

  test("one that runs out passes on; its old holder can neither renew nor commit", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    const paused = await ledger.lease("planilla", 1);
    let next = await ledger.lease("planilla", LONG_MS);
    // Each question is a round trip; a millisecond is over after some of them.
    for (let turn = 0; !next && turn < 10_000; turn++) {
      next = await ledger.lease("planilla", LONG_MS);
    }
    expect(paused?.leftMs()).toBe(0);
    expect(await paused?.renew()).toBe(false);
    const fenced = { lease: "planilla", fence: paused?.fence ?? 0 };
    const late = await ledger.commit({ writes: [importar("A")], fence: fenced });
    expect(late).toEqual({ kind: "fenced" });
    const fence = { lease: "planilla", fence: next?.fence ?? 0 };
    const stored = await ledger.commit({ writes: [importar("A")], fence });
    expect(stored.kind).toBe("committed");
    expect(await next?.renew()).toBe(true);
  });

  test("documents with a fence are stored for its lease's newest holder alone (L7)", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    const first = await ledger.lease("planilla", LONG_MS);
    const old = { lease: "planilla", fence: first?.fence ?? 0 };
    expect(await ledger.putDocuments({ cursor: "1", cupo: "1" }, old)).toBe(true);
    await first?.release();
    const next = await ledger.lease("planilla", LONG_MS);
    const fence = { lease: "planilla", fence: next?.fence ?? 0 };
    expect(await ledger.putDocuments({ cursor: "2", other: "2" }, old)).toBe(false);
    expect(await ledger.document("cursor")).toBe("1");
    expect(await ledger.document("other")).toBeNull();
    expect(await ledger.putDocuments({ cursor: "3" }, fence)).toBe(true);
    expect(await ledger.document("cursor")).toBe("3");
    const nobody = { lease: "nobody", fence: 1 };
    expect(await ledger.putDocuments({ cursor: "4" }, nobody)).toBe(false);
    expect(await ledger.document("cursor")).toBe("3");
  });

  test("a commit with a fence that nobody ever had is refused; without one all goes on", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    const fence = { lease: "nobody", fence: 1 };
    expect(await ledger.commit({ writes: [importar("A")], fence })).toEqual({ kind: "fenced" });
    expect(seqsOf(await store(ledger, importar("A")))).toEqual([1]);
  });

  test("the newest state of a key is what the ledger has, null where there is none", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    const a = importar("A");
    expect(await ledger.state(a.key)).toBeNull();
    await store(ledger, a);
    expect(await ledger.state(a.key)).toEqual(a.state);
  });
}
