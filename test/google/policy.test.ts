/** The policy around each request (src/google/retry.ts): R1 to R4, and the backoff's bounds. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { BACKOFF_MAX_MS, Backoff } from "../../src/google/backoff.ts";
import { BUDGET_PER_MINUTE, Budget } from "../../src/google/budget.ts";
import { type Fault, SheetsError } from "../../src/google/failure.ts";
import { meter } from "../../src/google/meter.ts";
import { type Attempt, type Policy, withPolicy } from "../../src/google/retry.ts";
import { createMetrics } from "../../src/metrics.ts";
import { VirtualClock } from "./virtual-clock.ts";

const SERVER: Fault = { kind: "busy", reason: "server", status: 503, retryAfterMs: 0 };
const QUOTA: Fault = { kind: "busy", reason: "quota", bucket: null, retryAfterMs: 0 };
const LOST: Fault = { kind: "lost", reason: "timeout" };
const DENIED: Fault = { kind: "denied", reason: "unshared" };
const HOUR_MS = 3_600_000;

interface Stand extends Policy {
  readonly clock: VirtualClock;
  readonly attempts: Attempt[];
  /** A request that fails as told, then answers. */
  readonly asked: (...faults: readonly (Fault | SheetsError)[]) => () => Promise<string>;
  /** When each was sent. */
  readonly sent: number[];
}

interface StandOptions {
  readonly random?: () => number;
  readonly limit?: number;
}

/** Chance always takes the longest wait, unless told otherwise. */
function stand({ random = () => 1, limit = 45 }: StandOptions = {}): Stand {
  const clock = new VirtualClock();
  const attempts: Attempt[] = [];
  const sent: number[] = [];
  return {
    clock,
    attempts,
    sent,
    budget: new Budget({ clock, before: "none", limit }),
    backoff: new Backoff({ clock, random }),
    onAttempt: (attempt) => void attempts.push(attempt),
    asked: (...faults) => {
      const left = [...faults];
      return () => {
        sent.push(clock.now());
        const fault = left.shift();
        if (fault === undefined) return Promise.resolve("answer");
        return Promise.reject(fault instanceof SheetsError ? fault : new SheetsError(fault));
      };
    },
  };
}

const waits = (sent: readonly number[]) => sent.slice(1).map((at, n) => at - (sent[n] as number));

describe("a read", () => {
  test("is asked again after 429, 5xx and lost answers, later each time", async () => {
    const policy = stand();
    const run = policy.asked(QUOTA, SERVER, LOST);
    expect(await policy.clock.until(withPolicy({ kind: "read", run }, policy))).toBe("answer");
    expect(waits(policy.sent)).toEqual([1_000, 2_000, 4_000]);
    expect(policy.attempts.map(({ result, attempt }) => [result, attempt])).toEqual([
      ["busy", 1],
      ["busy", 2],
      ["lost", 3],
      ["ok", 4],
    ]);
    expect(policy.budget.left("read")).toBe(41);
  });

  test("is given up after 5 requests", async () => {
    const policy = stand();
    const run = policy.asked(...new Array<Fault>(9).fill(SERVER));
    const reading = policy.clock.until(withPolicy({ kind: "read", run }, policy));
    await expect(reading).rejects.toMatchObject({ fault: SERVER });
    expect(policy.sent).toHaveLength(5);
  });

  test("that is refused for good is not asked again, and nobody else waits for it", async () => {
    const policy = stand();
    const run = policy.asked(DENIED);
    await expect(
      policy.clock.until(withPolicy({ kind: "read", run }, policy)),
    ).rejects.toMatchObject({ fault: DENIED });
    await policy.clock.advance(0);
    expect(policy.sent).toHaveLength(1);
    expect(policy.backoff.waitMs()).toBe(0);
  });

  test("waits as long as the server says when that is longer", async () => {
    const policy = stand({ random: () => 0 });
    const run = policy.asked({ ...SERVER, retryAfterMs: 7_000 });
    await policy.clock.until(withPolicy({ kind: "read", run }, policy));
    expect(waits(policy.sent)).toEqual([7_000]);
  });
});

describe("a write", () => {
  test.each([QUOTA, SERVER, LOST])("is never sent again by itself: %j", async (fault) => {
    const policy = stand();
    const run = policy.asked(fault);
    await expect(
      policy.clock.until(withPolicy({ kind: "write", run }, policy)),
    ).rejects.toMatchObject({ fault });
    await policy.clock.advance(HOUR_MS);
    expect(policy.sent).toHaveLength(1);
  });

  test("that says it may be is, but not when it may have been applied", async () => {
    const policy = stand();
    const once = policy.asked(QUOTA);
    const call = { kind: "write", repeatable: true, patienceMs: HOUR_MS } as const;
    expect(await policy.clock.until(withPolicy({ ...call, run: once }, policy))).toBe("answer");
    expect(policy.sent).toHaveLength(2);
    const unsure = new SheetsError(SERVER, { mayBeApplied: true });
    const again = policy.asked(unsure);
    await expect(policy.clock.until(withPolicy({ ...call, run: again }, policy))).rejects.toBe(
      unsure,
    );
    await policy.clock.advance(HOUR_MS);
    expect(policy.sent).toHaveLength(3);
  });

  test("waits for nothing longer than its rows keep still, and says so unsent", async () => {
    const policy = stand();
    const failed = withPolicy({ kind: "write", run: policy.asked(SERVER) }, policy);
    await failed.catch(() => null);
    policy.backoff.failed(SERVER);
    policy.backoff.failed(SERVER);
    const run = policy.asked();
    await expect(
      policy.clock.until(withPolicy({ kind: "write", run }, policy)),
    ).rejects.toMatchObject({
      fault: { kind: "busy", reason: "waiting", waitMs: 4_000 },
    });
    await policy.clock.advance(HOUR_MS);
    expect(policy.sent).toHaveLength(1);
    expect(policy.budget.left("write")).toBe(45);
  });

  test("of a cycle uses the slot that its cycle holds", async () => {
    const policy = stand({ limit: 1 });
    using grant = await policy.budget.hold({ read: 1, write: 1 }, 0);
    await withPolicy({ kind: "read", run: policy.asked(), grant }, policy);
    await withPolicy({ kind: "write", run: policy.asked(), grant }, policy);
    expect(waits(policy.sent)).toEqual([0]);
    expect(policy.budget.left("write")).toBe(0);
  });
});

test("a mistake of ours goes through as it is, and counts as nobody's failure", async () => {
  const policy = stand();
  const mistake = new RangeError("too many");
  const run = () => Promise.reject(mistake);
  await expect(policy.clock.until(withPolicy({ kind: "read", run }, policy))).rejects.toBe(mistake);
  await policy.clock.advance(0);
  expect(policy.backoff.failures).toBe(0);
});

describe("when the process stops", () => {
  test("a wait for the backoff ends", async () => {
    const stop = new AbortController();
    const policy = { ...stand(), signal: stop.signal };
    const reading = withPolicy({ kind: "read", run: policy.asked(SERVER, SERVER) }, policy);
    await policy.clock.advance(500);
    expect(policy.clock.sleeping).toBe(1);
    stop.abort();
    await expect(reading).rejects.toMatchObject({ kind: "stopped" });
    await policy.clock.advance(HOUR_MS);
    expect(policy.sent).toHaveLength(1);
  });

  test("nothing more is sent", async () => {
    const policy = { ...stand(), signal: AbortSignal.abort() };
    const run = policy.asked();
    await expect(
      policy.clock.until(withPolicy({ kind: "write", run }, policy)),
    ).rejects.toMatchObject({ kind: "stopped" });
    await policy.clock.advance(HOUR_MS);
    expect(policy.sent).toEqual([]);
  });
});

test("R2: one that fails makes all wait", async () => {
  const policy = stand();
  await withPolicy({ kind: "write", run: policy.asked(LOST) }, policy).catch(() => null);
  await policy.clock.until(withPolicy({ kind: "read", run: policy.asked() }, policy));
  expect(waits(policy.sent)).toEqual([1_000]);
});

test("R2: one that waits for the budget meanwhile waits for that as well", async () => {
  const policy = stand({ limit: 1 });
  await withPolicy({ kind: "read", run: policy.asked() }, policy);
  const reading = withPolicy({ kind: "read", run: policy.asked() }, policy);
  await policy.clock.advance(59_500);
  await withPolicy({ kind: "write", run: policy.asked(LOST) }, policy).catch(() => null);
  await policy.clock.until(reading);
  expect(waits(policy.sent)).toEqual([59_500, 1_000]);
});

test("the backoff is random from 0 to a bound that doubles up to 64 s, and ends with an answer", () => {
  fc.assert(
    fc.property(fc.nat({ max: 2000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, chance) => {
      const clock = new VirtualClock();
      const backoff = new Backoff({ clock, random: () => chance });
      for (let i = 0; i <= n; i++) backoff.failed(QUOTA);
      const bound = Math.min(BACKOFF_MAX_MS, 1_000 * 2 ** Math.min(n, 60));
      expect(Math.abs(backoff.waitMs() - chance * bound)).toBeLessThanOrEqual(1);
      backoff.answered();
      expect(backoff.waitMs()).toBe(0);
      backoff.failed(LOST);
      expect(backoff.waitMs()).toBeLessThanOrEqual(1_000);
    }),
  );
});

test("an hour without Google: few requests, within the budget, and soon back", async () => {
  let seed = 7;
  const random = () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const policy = stand({ random });
  const backAtMs = policy.clock.now() + HOUR_MS;
  const run = () => {
    policy.sent.push(policy.clock.now());
    return policy.clock.now() < backAtMs
      ? Promise.reject(new SheetsError({ kind: "busy", reason: "unreachable" }))
      : Promise.resolve("answer");
  };
  const poll = async () => {
    for (;;) {
      const answer = await withPolicy({ kind: "read", run }, policy).catch(() => null);
      if (answer) return;
    }
  };
  await policy.clock.until(poll());
  expect(policy.clock.now() - backAtMs).toBeLessThanOrEqual(BACKOFF_MAX_MS);
  expect(policy.sent.length).toBeGreaterThan(HOUR_MS / BACKOFF_MAX_MS);
  expect(policy.sent.length).toBeLessThan(200);
  for (const at of policy.sent) {
    const minute = policy.sent.filter((other) => other > at - 60_000 && other <= at);
    expect(minute.length).toBeLessThanOrEqual(BUDGET_PER_MINUTE);
  }
});
test("each request is counted by kind and result, and what is left of the budget is shown", async () => {
  const metrics = createMetrics();
  const policy = stand();
  const counting = { ...policy, onAttempt: meter(metrics, policy.budget) };
  const run = policy.asked(SERVER);
  await policy.clock.until(withPolicy({ kind: "read", run }, counting));
  const text = await metrics.registry.metrics();
  expect(text).toContain('zeues_google_calls_total{kind="read",result="busy"} 1');
  expect(text).toContain('zeues_google_calls_total{kind="read",result="ok"} 1');
  expect(text).toContain('zeues_google_budget_left{kind="read"} 43');
  expect(text).toContain('zeues_google_budget_left{kind="write"} 45');
});
