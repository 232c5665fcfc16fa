/**
 * From POST to the row on another screen, 30 workers, JSON streams and dashboards (spec 10), beside
 * Hono's streamSSE with the same streams and texts, in alternating rounds of one run.
 * `bun bench/latency.ts [--processes 1] [--rounds 5] [--seconds 6] [--workers 30] [--streams 30]`,
 * 10 minutes; one process is on SQLite, several are on one Redis. `--streams` is of each kind.
 */
import { ourTarget, peerTarget } from "./latency/targets.ts";
import { readNumbers } from "./support/args.ts";
import { type Crowd, type OurCrowd, openOurCrowd, openPeerCrowd } from "./support/crowd.ts";
import { takeACoreEach } from "./support/process.ts";
import { tellDisturbed, undisturbed } from "./support/quiet.ts";
import { openAll, type Pace, type Paced, type Readers, type Target } from "./support/readers.ts";
import { crowdTexts } from "./support/sample.ts";
import type { Kind } from "./support/side.ts";
import { figure, median, ratio, table } from "./support/stats.ts";
import { pause } from "./support/until.ts";

const MS_PER_S = 1_000;
const KINDS: readonly Kind[] = ["json", "html"];
/** Issue 8: p99 on another process's screen, three processes, not coalesced. */
const BUDGET_MS = 20;
/** Of each kind where the command line tells none: 60 on one process, 300 on several. */
const STREAMS = { one: 30, several: 150 } as const;

const { processes, rounds, seconds, shop, workers, ...asked } = readNumbers({
  processes: 1,
  rounds: 5,
  /** Of a round; 0 leaves these paces out. */
  seconds: 6,
  /** Of a round at the shop's pace, a hundred actions; 0 leaves it out. */
  shop: 40,
  workers: 30,
  streams: 0,
});
const streams = asked.streams || (processes > 1 ? STREAMS.several : STREAMS.one);

interface NamedPace extends Pace {
  readonly name: string;
  readonly roundMs: number;
}

/** 30 workers who act every 12 s are 150 actions a minute (spec 10). */
const SHOP: NamedPace = {
  name: "every 12 s (6-18) a worker, 150 a minute",
  first: 12_000,
  from: 6_000,
  to: 18_000,
  roundMs: shop * MS_PER_S,
};
const BUSY: NamedPace = {
  name: "200-500 ms between a worker's actions",
  first: 500,
  from: 200,
  to: 500,
  roundMs: seconds * MS_PER_S,
};
const AT_ONCE: NamedPace = {
  name: "each at once after the answer",
  first: 50,
  from: 0,
  to: 0,
  roundMs: seconds * MS_PER_S,
};
/** Before anything is measured: what runs often is compiled. */
const WARM_MS = 5_000;

/** The readers' ways, by the label of the stream (latency/targets.ts). */
const NAMES = [
  ["answer", "answer to the POST"],
  ["0", "JSON stream, same process"],
  ["0 elsewhere", "JSON stream, another process"],
  ["1", "dashboard, same process"],
  ["1 elsewhere", "dashboard, another process"],
] as const;

function lines(pace: NamedPace, mine: readonly Paced[], theirs: readonly Paced[]) {
  const [ours, peers] = [mine, theirs].map((all) => all.map((one) => one.events / one.seconds));
  if (!ours || !peers) return [];
  const rate = [figure(median(ours)), "", figure(median(peers)), "", ratio(ours, peers), ""];
  const ways = NAMES.filter(([way]) => mine.every((one) => one[way].many > 0)).map(
    ([way, name]) => {
      const of = (all: readonly Paced[], q: "p50" | "p99") => all.map((one) => one[way][q]);
      const cells = [mine, theirs].flatMap((all) => [of(all, "p50"), of(all, "p99")]);
      const ratios = (["p50", "p99"] as const).map((q) => ratio(of(mine, q), of(theirs, q)));
      return [name, ...cells.map((values) => figure(median(values))), ...ratios];
    },
  );
  return [[`**${pace.name}**: actions per second`, ...rate], ...ways];
}

/** One round. Throws where a stream has ended, or an event did not come to all of them. */
async function keep(readers: Readers, all: number, pace: Pace, roundMs: number): Promise<Paced> {
  const paced = await readers.pace(roundMs, pace);
  const { live, missing } = paced;
  if (live < all) throw new Error(`${live} of ${all} streams are left`);
  if (missing > 0) throw new Error(`${missing} events did not arrive everywhere`);
  return paced;
}

/** Both sides in turn, then one line per way. */
async function compare(ours: OurCrowd, mine: Target, peer: Crowd, theirs: Target): Promise<void> {
  const all = streams * KINDS.length;
  await using us = await openAll(mine, all);
  await using them = await openAll(theirs, all);
  for (const readers of [us, them]) await keep(readers, all, BUSY, WARM_MS);
  const rows: string[][] = [];
  for (const pace of [SHOP, BUSY, AT_ONCE].filter(({ roundMs }) => roundMs > 0)) {
    const pairs: (readonly [Paced, Paced])[] = [];
    const pair = async () => {
      await ours.staySignedIn();
      const { roundMs } = pace;
      return [await keep(us, all, pace, roundMs), await keep(them, all, pace, roundMs)] as const;
    };
    for (let nth = 0; nth < rounds; nth++) {
      pairs.push(await undisturbed([...ours.used, ...peer.used, us, them], pair));
    }
    const side = (at: 0 | 1) => pairs.map((both) => both[at]);
    rows.push(...lines(pace, side(0), side(1)));
  }
  table(["ms", "p50", "p99", "peer p50", "peer p99", "p50 ratio", "p99 ratio"], rows);
  console.log(`budget: p99 under ${BUDGET_MS} ms on another process's stream, at the shop's pace`);
}

/**
 * As served: a change after a quiet moment goes at once, in a busy time it waits for its window.
 */
async function asServed(): Promise<void> {
  await using served = await openOurCrowd({ processes, workers: workers + 1 });
  const quiet: Pace = { first: 0, from: 700, to: 900 };
  const rows: string[][] = [];
  for (const { name, many, first, pace, roundMs } of [
    { name: "after a quiet moment", many: 1, first: workers, pace: quiet, roundMs: 20 * MS_PER_S },
    { name: `${workers} workers`, many: workers, first: 0, pace: BUSY, roundMs: 10 * MS_PER_S },
  ]) {
    await using readers = await openAll(ourTarget(served, ["html"], many, first), streams);
    // A fresh process answers its first action in 20 ms: it compiles what it needs.
    await keep(readers, streams, pace, 2 * MS_PER_S);
    // No window is open any more.
    await pause(MS_PER_S);
    const paced = await keep(readers, streams, pace, roundMs);
    for (const [way, place] of NAMES) {
      const { many: all, p50, p99 } = paced[way];
      if (all > 0) rows.push([`${name}: ${place}`, figure(p50), figure(p99)]);
    }
  }
  table(["as served (500 ms windows), ms", "p50", "p99"], rows);
}

// Several processes and Redis have to share the cores with this program as they like.
if (processes === 1) takeACoreEach();
console.log(`${processes} processes, ${streams} JSON streams and ${streams} dashboards`);
{
  await using ours = await openOurCrowd({ processes, workers, windowMs: 0 });
  await using peer = await openPeerCrowd({ processes, workers });
  const texts = [...(await crowdTexts(ours, "json")), ...(await crowdTexts(ours, "html"))];
  const mine = ourTarget(ours, KINDS, workers);
  await compare(ours, mine, peer, peerTarget(peer, KINDS, workers, texts));
}
await asServed();
tellDisturbed();
