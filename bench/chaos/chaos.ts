/**
 * A chaos run (issue 4): workers act through random processes and streams watch, while one thing
 * after another breaks and heals. Then all that was answered is judged (linearizable.ts) and all
 * that is told is compared with the log (checks.ts).
 */
import { type Random, seeded } from "../../src/demo/random.ts";
import { DEFAULT_POLICY } from "../../src/domain/policy.ts";
import type { Seen } from "../storm/json-watch.ts";
import { createTally, type Tally } from "../storm/tally.ts";
import { work } from "../storm/worker.ts";
import { allSpools } from "../support/api.ts";
import { until } from "../support/until.ts";
import { FIRST_WORKER, weldableTag } from "../support/workbook.ts";
import { checkHistories, checkPages, checkProcesses, checkStreams, readyOf } from "./checks.ts";
import { FAULTS, type FaultName } from "./faults.ts";
import type { Call } from "./history.ts";
import type { House } from "./house.ts";
import { checkHistory } from "./linearizable.ts";
import { createRecorder, type Recorder } from "./recorder.ts";
import { relay } from "./relay.ts";
import { openWatch, type Watch } from "./watch.ts";

export interface ChaosOptions {
  readonly house: House;
  readonly seed: number;
  readonly workers: number;
  /** Pairs that hand one spool to each other (relay.ts); `peopleOf` counts them. */
  readonly relays: number;
  readonly streams: number;
  /** The next thing to break; null ends it. Called once the one before has healed. */
  readonly next: (random: Random, recorder: Recorder) => Promise<FaultName | null>;
  /** Resolves when a broken network was broken for long enough. */
  readonly hold: (random: Random, recorder: Recorder) => Promise<void>;
  readonly pauseMs: readonly [min: number, max: number];
  /** Between two actions of a worker. */
  readonly think: (random: Random) => Promise<void>;
}

/** One thing that broke. Times are of performance.now. */
export interface Broken {
  readonly name: FaultName;
  readonly beganMs: number;
  /** All processes are ready again. */
  readonly healedMs: number;
}

export interface ChaosResult {
  readonly violations: readonly string[];
  readonly calls: readonly Call[];
  readonly broken: readonly Broken[];
  readonly tally: Tally;
  readonly watches: readonly Watch[];
  /** Spools' events since the beginning. */
  readonly events: number;
  /** Most connections of one process to Redis, at calm moments. */
  readonly connectionsMax: number;
}

/** Spec 5: at most 4 connections per process. */
const CONNECTIONS_MAX = 4;
/** Once a thing is repaired, everything resumes by itself within this time. */
const HEAL_MAX_MS = 30_000;
/** A request that has no answer so long after the end is given up. */
const GIVE_UP_MS = 30_000;

/** How many the house must have. */
export const peopleOf = ({ workers, relays }: Pick<ChaosOptions, "workers" | "relays">): number =>
  workers + 2 * relays;

async function openWatches(options: ChaosOptions, epoch: string, seen: Seen, violations: string[]) {
  const { house, seed, streams } = options;
  const urls = house.members.map(({ api }) => api.url);
  const auth = house.members[0]?.api.auth ?? {};
  return await Promise.all(
    Array.from({ length: streams }, (_, nth) =>
      openWatch({ urls, auth, epoch, random: seeded(seed + nth), seen, violations }),
    ),
  );
}

const allReady = async ({ members }: House): Promise<boolean> =>
  (await Promise.all(members.map(({ api }) => readyOf(api)))).every((ready) => ready?.ok);

/** Breaks one thing after another. */
async function wreak(options: ChaosOptions, recorder: Recorder, violations: string[]) {
  const { house, next, hold, pauseMs } = options;
  const random = seeded(options.seed);
  const broken: Broken[] = [];
  let connectionsMax = 0;
  for (;;) {
    const name = await next(random, recorder);
    // A calm moment: whatever was broken before has healed.
    for (const { nth, proxy } of house.members) {
      connectionsMax = Math.max(connectionsMax, proxy.connections);
      if (proxy.connections <= CONNECTIONS_MAX) continue;
      violations.push(`process ${nth} has ${proxy.connections} connections to Redis`);
    }
    if (name === null) break;
    const beganMs = performance.now();
    const nth = Math.floor(random() * house.members.length);
    await FAULTS[name]({ house, nth, random, pauseMs, hold: () => hold(random, recorder) });
    if (!(await until(() => allReady(house), HEAL_MAX_MS))) {
      violations.push(`not all processes are ready ${HEAL_MAX_MS} ms after ${name}`);
    }
    broken.push({ name, beganMs, healedMs: performance.now() });
  }
  return { broken, connectionsMax };
}

/** Streams have a moment to get the last events. */
async function settle(house: House, watches: readonly Watch[], violations: string[]) {
  const at = async (): Promise<number[]> =>
    (await Promise.all(house.members.map(({ api }) => readyOf(api)))).map((one) => one?.seq ?? -1);
  const arrived = async (): Promise<boolean> => {
    const seqs = [...(await at()), ...watches.map(({ seq }) => seq)];
    return new Set(seqs).size === 1;
  };
  if (await until(arrived, HEAL_MAX_MS)) return;
  const seqs = [...new Set(watches.map(({ seq }) => seq))];
  violations.push(`at the end processes are at ${await at()}, streams at ${seqs.slice(0, 9)}`);
}

/** Everybody works until it is over. */
function employ(options: ChaosOptions, recorder: Recorder, tally: Tally, more: () => boolean) {
  const { seed, workers, relays, think } = options;
  const { api } = recorder;
  const tags = [...tally.estados.keys()];
  const working = Array.from({ length: workers }, (_, at) => {
    const random = seeded(seed + at);
    const deps = { api, tags, tally, random, more, think: () => think(random) };
    return work(deps, FIRST_WORKER + at);
  });
  const relaying = Array.from({ length: relays }, (_, nth) => {
    const first = FIRST_WORKER + workers + 2 * nth;
    return relay({ api, pair: [first, first + 1], tag: weldableTag(nth), more });
  });
  return [...working, ...relaying];
}

/** Lets it happen, then checks everything. Nobody else may act on the house. */
export async function chaos(options: ChaosOptions): Promise<ChaosResult> {
  const { house, seed } = options;
  const apis = house.members.map(({ api }) => api);
  const [first] = apis;
  const session = await first?.signIn(FIRST_WORKER);
  const ready = first && (await readyOf(first));
  if (!first || !session || !ready) throw new Error("the house is not ready");

  const recorder = createRecorder(apis, seeded(seed));
  const tally = createTally();
  const { violations } = tally;
  for (const spool of await allSpools(first))
    tally.estados.set(spool.tag_spool, spool.estado_detalle);
  const seen: Seen = new Map();
  const watches = await openWatches(options, ready.ledger.epoch, seen, violations);
  let over = false;
  const working = employ(options, recorder, tally, () => !over);
  try {
    const wreaking = wreak(options, recorder, violations).finally(() => {
      over = true;
      recorder.giveUpAt(performance.now() + GIVE_UP_MS);
    });
    const [wrecked] = await Promise.all([wreaking, ...working]);
    await settle(house, watches, violations);
    violations.push(...(await checkPages(apis, session)));
    const policy = DEFAULT_POLICY;
    const { calls } = recorder;
    const log = await house.readLog();
    violations.push(...checkHistory({ log, base: ready.seq, calls, policy }));
    violations.push(...checkStreams(watches, seen, log, policy));
    violations.push(...(await checkHistories(apis, log, policy)));
    violations.push(...(await checkProcesses(apis, log, policy)));
    const events = log.filter(({ kind, seq }) => kind === "spool" && seq > ready.seq).length;
    return { ...wrecked, violations, calls, tally, watches, events };
  } finally {
    for (const watch of watches) watch[Symbol.dispose]();
  }
}
