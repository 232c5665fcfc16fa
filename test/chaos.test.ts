/**
 * The chaos of bench/chaos.ts, short and counted instead of timed: three processes on one Redis,
 * each thing that may break once.
 */
import { expect, test } from "bun:test";
import { chaos, peopleOf } from "../bench/chaos/chaos.ts";
import type { FaultName } from "../bench/chaos/faults.ts";
import { isIndefinite } from "../bench/chaos/history.ts";
import { openHouse } from "../bench/chaos/house.ts";

const PEOPLE = { workers: 10, relays: 2 };
/** Definite answers between two faults, and while a network is broken. */
const CALM = 100;
const HOLD = 50;

test("processes, Redis and networks break: nothing is lost, done twice or told wrongly", async () => {
  await using house = await openHouse({ processes: 3, spools: 200, workers: peopleOf(PEOPLE) });
  const faults: FaultName[] = [
    "kill -9 of a process",
    "CLIENT KILL normal",
    "network cut",
    "Redis restarted (SIGKILL)",
    "CLIENT KILL pubsub",
    "network half cut",
    "CLIENT PAUSE",
    "network frozen",
  ];
  const count = faults.length;
  const result = await chaos({
    house,
    seed: 2026,
    ...PEOPLE,
    streams: 30,
    pauseMs: [200, 400],
    think: async () => {},
    hold: (_, recorder) => recorder.answered(HOLD),
    async next(_, recorder) {
      await recorder.answered(CALM);
      return faults.shift() ?? null;
    },
  });
  expect(result.violations).toEqual([]);
  expect(result.broken.length).toBe(count);
  expect(result.events).toBeGreaterThan(CALM);
  expect(result.calls.some(isIndefinite)).toBe(true);
});
