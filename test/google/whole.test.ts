/** Client, policy and budget together: an hour without Google, and a workbook at its full size. */
import { expect, test } from "bun:test";
import { BACKOFF_MAX_MS, Backoff } from "../../src/google/backoff.ts";
import { BUDGET_PER_MINUTE, Budget } from "../../src/google/budget.ts";
import { openSpreadsheet } from "../../src/google/client.ts";
import type { SheetsError } from "../../src/google/failure.ts";
import { type Attempt, type Policy, withPolicy } from "../../src/google/retry.ts";
import { apiError, html, startScriptedGoogle } from "./scripted-google.ts";
import { VirtualClock } from "./virtual-clock.ts";

const HOUR_MS = 3_600_000;

interface Stand extends Policy {
  readonly clock: VirtualClock;
  readonly attempts: Attempt[];
}

function stand(): Stand {
  const clock = new VirtualClock();
  const attempts: Attempt[] = [];
  return {
    clock,
    attempts,
    budget: new Budget({ clock, before: "none" }),
    backoff: new Backoff({ clock, random: () => 0.5 }),
    onAttempt: (attempt) => void attempts.push(attempt),
  };
}

test("an hour of 502, 503 and 429: seldom asked, and read within a minute of its return", async () => {
  using google = startScriptedGoogle();
  const policy = stand();
  const { clock } = policy;
  const backAtMs = clock.now() + HOUR_MS;
  const dark = [
    () => html(502),
    () => apiError(503, "UNAVAILABLE", "The service is currently unavailable."),
    () => apiError(429, "RESOURCE_EXHAUSTED", "Quota exceeded"),
  ];
  let turn = 0;
  google.api(() => {
    if (clock.now() >= backAtMs) {
      return Response.json({ valueRanges: [{ range: "A!A1", values: [["vuelve"]] }] });
    }
    const [says = () => html(502)] = dark.slice(turn++ % dark.length);
    return says();
  });
  const sheet = openSpreadsheet(google.access);
  const failures: SheetsError[] = [];
  const poll = async () => {
    for (;;) {
      const reading = withPolicy({ kind: "read", run: () => sheet.read(["A!A1"]) }, policy);
      const rows = await reading.catch((failure: SheetsError) => void failures.push(failure));
      if (rows) return rows;
    }
  };
  expect(await clock.until(poll())).toEqual([{ range: "A!A1", rows: [["vuelve"]] }]);
  expect(clock.now() - backAtMs).toBeLessThanOrEqual(BACKOFF_MAX_MS);
  expect(google.asked.length).toBe(policy.attempts.length);
  expect(google.asked.length).toBeLessThan(150);
  expect(new Set(failures.map(({ kind }) => kind))).toEqual(new Set(["busy"]));
  expect(google.tokens).toHaveLength(1);
});

test("100 writes at once: 45 are sent in the first minute, all within three", async () => {
  using google = startScriptedGoogle();
  google.api(() => Response.json({ responses: [{ updatedRange: "A!A1" }] }));
  const policy = stand();
  const sheet = openSpreadsheet(google.access);
  const began = policy.clock.now();
  const run = () => sheet.write([{ range: "A!A1", rows: [["x"]] }]);
  const call = { kind: "write", run, patienceMs: HOUR_MS } as const;
  const all = Promise.all(Array.from({ length: 100 }, () => withPolicy(call, policy)));
  await policy.clock.advance(59_999);
  expect(google.asked.length).toBeLessThanOrEqual(BUDGET_PER_MINUTE);
  await policy.clock.until(all);
  expect(google.asked).toHaveLength(100);
  expect(policy.clock.now() - began).toBeLessThanOrEqual(120_000);
});

test("10,000 rows of 40 columns are read whole", async () => {
  using google = startScriptedGoogle();
  const row = (n: number) =>
    Array.from({ length: 40 }, (_, at) => (at % 4 === 0 ? `MK-1335-CW-${n}-${at}` : n * 40 + at));
  const values = Array.from({ length: 10_000 }, (_, n) => row(n));
  const body = JSON.stringify({ valueRanges: [{ range: "Operaciones!A1:AN10000", values }] });
  google.api(() => new Response(body, { headers: { "content-type": "application/json" } }));
  const sheet = openSpreadsheet(google.access);
  const [range] = await sheet.read(["Operaciones"]);
  expect(range?.rows).toHaveLength(10_000);
  expect(range?.rows[9_999]).toEqual(row(9_999));
});
