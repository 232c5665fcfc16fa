/** The budget's laws (src/google/budget.ts): B1 to B3. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  BUDGET_PER_MINUTE,
  BUDGET_WINDOW_MS,
  Budget,
  type CallKind,
  type Grant,
  parseSpent,
} from "../../src/google/budget.ts";
import { VirtualClock } from "./virtual-clock.ts";

const HOUR_MS = 3_600_000;

/** The most that were sent in any sliding minute. */
function busiestMinute(times: readonly number[]): number {
  let most = 0;
  let first = 0;
  for (const [last, time] of times.entries()) {
    while ((times[first] as number) <= time - BUDGET_WINDOW_MS) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

async function takeOne(budget: Budget, kind: CallKind, patienceMs = HOUR_MS): Promise<void> {
  using grant = await budget.hold({ [kind]: 1 }, patienceMs);
  grant.take(kind);
}

test("45 may be sent at once, the next when the first is a minute old", async () => {
  const clock = new VirtualClock();
  const budget = new Budget({ clock, before: "none" });
  const began = clock.now();
  for (let n = 0; n < BUDGET_PER_MINUTE; n++) await takeOne(budget, "read");
  expect(clock.now()).toBe(began);
  expect(budget.left("read")).toBe(0);
  expect(budget.left("write")).toBe(BUDGET_PER_MINUTE);
  await clock.until(takeOne(budget, "read"));
  expect(clock.now() - began).toBe(BUDGET_WINDOW_MS);
});

test("a burst at the end of one minute leaves nothing for the start of the next", async () => {
  const clock = new VirtualClock();
  const budget = new Budget({ clock, before: "none" });
  await clock.advance(59_000);
  for (let n = 0; n < BUDGET_PER_MINUTE; n++) await takeOne(budget, "write");
  await clock.advance(2_000);
  expect(budget.left("write")).toBe(0);
  expect(budget.waitMs({ write: 1 })).toBe(58_000);
});

test("a cycle that holds its read and its write waits before both, not between", async () => {
  const clock = new VirtualClock();
  const budget = new Budget({ clock, before: "none", limit: 2 });
  await takeOne(budget, "write");
  await takeOne(budget, "write");
  const holding = budget.hold({ read: 1, write: 1 }, HOUR_MS);
  using grant = await clock.until(holding);
  const at = clock.now();
  grant.take("read");
  grant.take("write");
  expect(clock.now()).toBe(at);
});

test("what is held and not taken comes back", async () => {
  const clock = new VirtualClock();
  const budget = new Budget({ clock, before: "none", limit: 3 });
  {
    using grant = await budget.hold({ read: 2, write: 1 }, 0);
    grant.take("read");
    expect(budget.left("read")).toBe(1);
    expect(budget.left("write")).toBe(2);
  }
  expect(budget.left("read")).toBe(2);
  expect(budget.left("write")).toBe(3);
});

test("a grant gives no more than was held, and no minute holds more than its budget", async () => {
  const budget = new Budget({ clock: new VirtualClock(), before: "none" });
  using grant = await budget.hold({ read: 1 }, 0);
  expect(() => grant.take("write")).toThrow(RangeError);
  grant.take("read");
  expect(() => grant.take("read")).toThrow(RangeError);
  await expect(budget.hold({ read: 46 }, HOUR_MS)).rejects.toThrow(RangeError);
});

test("who would wait longer than its patience is told at once", async () => {
  const clock = new VirtualClock();
  const budget = new Budget({ clock });
  await expect(takeOne(budget, "read", 59_999)).rejects.toMatchObject({
    fault: { kind: "busy", reason: "waiting", waitMs: 60_000 },
    mayBeApplied: false,
  });
  expect(clock.sleeps).toEqual([]);
});

test("a wait ends when the process stops, and holds nothing then", async () => {
  const clock = new VirtualClock();
  const budget = new Budget({ clock });
  const stop = new AbortController();
  const waiting = budget.hold({ read: 1 }, HOUR_MS, stop.signal);
  await clock.advance(10_000);
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ kind: "stopped" });
  await clock.advance(50_000);
  expect(budget.left("read")).toBe(BUDGET_PER_MINUTE);
  await expect(budget.hold({ read: 1 }, HOUR_MS, stop.signal)).rejects.toMatchObject({
    kind: "stopped",
  });
});

describe("a new holder", () => {
  test("begins as if the whole budget had just been sent", async () => {
    const clock = new VirtualClock();
    const budget = new Budget({ clock });
    expect([budget.left("read"), budget.left("write")]).toEqual([0, 0]);
    await clock.advance(BUDGET_WINDOW_MS - 1);
    expect([budget.left("read"), budget.left("write")]).toEqual([0, 0]);
    await clock.advance(1);
    expect([budget.left("read"), budget.left("write")]).toEqual([45, 45]);
  });

  test("goes on where the last one's note ends, on another machine's clock", async () => {
    const clock = new VirtualClock();
    const last = new Budget({ clock, before: "none" });
    for (let n = 0; n < 40; n++) await takeOne(last, "read");
    await clock.advance(20_000);
    await takeOne(last, "write");
    const note = JSON.stringify(last.note(5_000_000));
    // 30 s later by the wall; 5 s of those are not believed.
    const next = new Budget({ clock, before: parseSpent(note), wallMs: 5_030_000 });
    expect([next.left("read"), next.left("write")]).toEqual([5, 44]);
    expect(next.waitMs({ read: 6 })).toBe(15_000);
    expect(next.waitMs({ write: 45 })).toBe(35_000);
  });

  test("counts what was held as sent, and a note from the future as one of now", async () => {
    const clock = new VirtualClock();
    const last = new Budget({ clock, before: "none" });
    await last.hold({ read: 3 }, 0);
    const next = new Budget({ clock, before: last.note(9_000_000), wallMs: 8_000_000 });
    expect(next.left("read")).toBe(42);
  });

  test.each([null, "", "{", "null", "[]", '{"atMs":1}', '{"atMs":1,"ages":{"read":["x"]}}'])(
    "knows nothing from %j",
    (text) => expect(parseSpent(text)).toBe("unknown"),
  );
});

type Step =
  | { readonly kind: "hold"; readonly read: number; readonly write: number }
  | { readonly kind: "take"; readonly which: CallKind }
  | { readonly kind: "release" }
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "hand over"; readonly noted: boolean };

const LIMIT = 5;
const count = fc.integer({ min: 0, max: 3 });
/** Mostly short, so that requests gather, and now and then to about the window's edge. */
const passing = fc.oneof(
  { arbitrary: fc.integer({ min: 0, max: 3_000 }), weight: 5 },
  { arbitrary: fc.integer({ min: 50_000, max: 61_000 }), weight: 1 },
);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      arbitrary: fc.record({ kind: fc.constant("hold" as const), read: count, write: count }),
      weight: 6,
    },
    {
      arbitrary: fc.record({
        kind: fc.constant("take" as const),
        which: fc.constantFrom<CallKind>("read", "write"),
      }),
      weight: 8,
    },
    { arbitrary: fc.constant({ kind: "release" as const }), weight: 2 },
    {
      arbitrary: fc.record({
        kind: fc.constant("pass" as const),
        ms: passing,
      }),
      weight: 6,
    },
    {
      arbitrary: fc.record({ kind: fc.constant("hand over" as const), noted: fc.boolean() }),
      weight: 1,
    },
  ),
  { maxLength: 120, size: "max" },
);

/** Many cycles at once, each holding, taking late, giving back; processes handing over. */
class Shop {
  readonly sent: Record<CallKind, number[]> = { read: [], write: [] };
  readonly #clock = new VirtualClock();
  #budget = new Budget({ clock: this.#clock, before: "none", limit: LIMIT });
  #grants: { grant: Grant; left: Record<CallKind, number> }[] = [];

  async step(step: Step): Promise<void> {
    if (step.kind === "pass") return this.#clock.advance(step.ms);
    if (step.kind === "hold") return this.#hold(step);
    if (step.kind === "take") return this.#take(step.which);
    if (step.kind === "release") return this.#grants.shift()?.grant[Symbol.dispose]();
    for (const { grant } of this.#grants.splice(0)) grant[Symbol.dispose]();
    const before = step.noted ? this.#budget.note(this.#clock.now()) : "unknown";
    this.#budget = new Budget({
      clock: this.#clock,
      before,
      wallMs: this.#clock.now(),
      limit: LIMIT,
    });
  }

  async #hold({ read, write }: { read: number; write: number }): Promise<void> {
    const budget = this.#budget;
    const holding = budget.hold({ read, write }, 30_000).catch(() => null);
    await this.#clock.advance(1);
    const keep = (grant: Grant | null) => {
      if (grant && budget === this.#budget) this.#grants.push({ grant, left: { read, write } });
    };
    holding.then(keep);
  }

  #take(which: CallKind): void {
    const holder = this.#grants.find(({ left }) => left[which] > 0);
    if (!holder) return;
    holder.grant.take(which);
    holder.left[which]--;
    this.sent[which].push(this.#clock.now());
  }
}

test("B1: in no sliding minute more than the limit, whatever is held, late or handed over", async () => {
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const shop = new Shop();
      for (const step of all) await shop.step(step);
      expect(busiestMinute(shop.sent.read)).toBeLessThanOrEqual(LIMIT);
      expect(busiestMinute(shop.sent.write)).toBeLessThanOrEqual(LIMIT);
      sent += shop.sent.read.length;
    }),
    { numRuns: 300 },
  );
  expect(sent).toBeGreaterThan(300);
});

test("B1: 10 callers that never rest get 45 a minute, and no minute gets more", async () => {
  const clock = new VirtualClock();
  const budget = new Budget({ clock, before: "none" });
  const times: number[] = [];
  const caller = async () => {
    while (times.length < 450) {
      using grant = await budget.hold({ read: 1 }, HOUR_MS);
      grant.take("read");
      times.push(clock.now());
    }
  };
  const began = clock.now();
  await clock.until(Promise.all(Array.from({ length: 10 }, caller)));
  expect(busiestMinute(times)).toBe(BUDGET_PER_MINUTE);
  expect(clock.now() - began).toBeLessThanOrEqual(10 * BUDGET_WINDOW_MS);
});
