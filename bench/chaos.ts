/**
 * Three processes, one Redis, 30 workers and 300 streams for two minutes, while a script kills
 * processes, restarts and pauses Redis, drops every connection and breaks the network. Then it is
 * judged whether anything was lost, done twice, told wrongly or not at all: exit code 1 if so.
 * `bun bench/chaos.ts [--seconds 120] [--workers 30] [--streams 300] [--processes 3] [--seed N]`
 */
import { between, pick } from "../src/demo/random.ts";
import { type ChaosResult, chaos, peopleOf } from "./chaos/chaos.ts";
import { FAULT_NAMES, type FaultName } from "./chaos/faults.ts";
import { openHouse } from "./chaos/house.ts";
import { tellChaos } from "./chaos/tell.ts";
import { readNumbers } from "./support/args.ts";
import { pause } from "./support/until.ts";

const MS_PER_S = 1_000;
/** On a tablet it is seconds; here thirty must make a storm. */
const THINK_MAX_MS = 100;
/** More than a run finishes. */
const SPOOLS = 2_000;
/** Pairs besides the workers that hand a spool to each other without a pause. */
const RELAYS = 3;
/** Between two faults, and how long a network is broken. */
const CALM_MS = [500, 2_000] as const;
const HOLD_MS = [1_000, 4_000] as const;
const PAUSE_MS = [1_000, 3_000] as const;

const { seconds, workers, streams, processes, seed } = readNumbers({
  seconds: 120,
  workers: 30,
  streams: 300,
  processes: 3,
  seed: Date.now() % 1_000_000,
});

console.log(`seed ${seed}: ${processes} processes, ${workers} workers, ${streams} streams`);
await using house = await openHouse({
  processes,
  spools: SPOOLS,
  workers: peopleOf({ workers, relays: RELAYS }),
});
const endMs = performance.now() + seconds * MS_PER_S;
/** Each thing once in random order, then again. */
let due: FaultName[] = [];
const result: ChaosResult = await chaos({
  house,
  seed,
  workers,
  relays: RELAYS,
  streams,
  pauseMs: PAUSE_MS,
  think: (random) => pause(random() * THINK_MAX_MS),
  hold: (random) => pause(between(random, ...HOLD_MS)),
  async next(random) {
    await pause(between(random, ...CALM_MS));
    if (performance.now() > endMs) return null;
    if (due.length === 0) due = [...FAULT_NAMES];
    const name = pick(random, due);
    due = due.filter((other) => other !== name);
    return name;
  },
});
tellChaos(result);
if (result.violations.length > 0) {
  house.keep();
  console.log(`the processes' logs are in ${house.folder}`);
  process.exitCode = 1;
}
