/** G1-G3 of src/ledger/group-commit.ts, on a store that a test can break. */
import { expect, test } from "bun:test";
import type { Event, Seq } from "../../src/domain/event.ts";
import { placed } from "../../src/ledger/encoded.ts";
import { createGroupCommit, GROUP_MAX, type Step } from "../../src/ledger/group-commit.ts";
import { LedgerUnavailable } from "../../src/ledger/ledger.ts";
import { leerPlanilla, seqOf, upTo } from "../support/ledger-writes.ts";

/** A store in memory: what a transaction wrote is kept, or undone when it throws. */
function storeOf(isBroken: () => boolean = () => false) {
  const kept: string[] = [];
  const published: Seq[] = [];
  const sizes: number[] = [];
  const group = createGroupCommit({
    head: seqOf(0),
    transact(body) {
      const before = kept.length;
      try {
        const result = body();
        if (isBroken()) throw new LedgerUnavailable("broken");
        sizes.push(kept.length - before);
        return result;
      } catch (error) {
        kept.length = before;
        throw error;
      }
    },
    storeFault: (error) => (error instanceof LedgerUnavailable ? error : null),
    publish: (events: readonly Event[]) => published.push(...events.map(({ seq }) => seq)),
  });
  /** A step that writes a name and appends one event. */
  const writes =
    (name: string): Step<string> =>
    (head) => {
      kept.push(name);
      return { answer: name, events: [placed(leerPlanilla().event, head + 1)] };
    };
  return { group, kept, published, sizes, writes };
}

test("what is asked for in one turn shares one transaction, in order (G1)", async () => {
  const { group, kept, published, sizes, writes } = storeOf();
  const names = ["a", "b", "c"];
  expect(await Promise.all(names.map((name) => group.submit(writes(name))))).toEqual(names);
  expect({ kept, published, sizes }).toEqual({
    kept: names,
    published: upTo(3).map(seqOf),
    sizes: [3],
  });
});

test("a step that throws fails alone, and leaves no gap in the log (G2)", async () => {
  const { group, kept, published, writes } = storeOf();
  const fault = new Error("a bad write");
  const results = await Promise.allSettled([
    group.submit(writes("a")),
    group.submit((head) => {
      writes("half")(head);
      throw fault;
    }),
    group.submit(writes("c")),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(results[1]).toMatchObject({ reason: fault });
  expect({ kept, published }).toEqual({ kept: ["a", "c"], published: upTo(2).map(seqOf) });
});

test("a store that fails refuses the whole group, and nobody is told (G3)", async () => {
  let broken = true;
  const { group, kept, published, writes } = storeOf(() => broken);
  const results = await Promise.allSettled([group.submit(writes("a")), group.submit(writes("b"))]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect({ kept, published, head: group.head() }).toEqual({
    kept: [],
    published: [],
    head: seqOf(0),
  });
  broken = false;
  expect(await group.submit(writes("c"))).toBe("c");
  expect(published).toEqual([seqOf(1)]);
});

test("a long queue is committed in groups, so that others get their turn in between", async () => {
  const { group, sizes, writes } = storeOf();
  await Promise.all(upTo(GROUP_MAX + 1).map((n) => group.submit(writes(`${n}`))));
  expect(sizes).toEqual([GROUP_MAX, 1]);
});
