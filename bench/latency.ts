/**
 * From POST to the row on another screen, 30 workers, 30 JSON streams and 30 dashboards (spec 10),
 * beside Hono's streamSSE with the same streams and texts, in alternating rounds of one run.
 * `bun bench/latency.ts [--rounds 5] [--seconds 6] [--workers 30] [--streams 30]`, about 3 min.
 */
import { readNumbers } from "./support/args.ts";
import { takeACoreEach } from "./support/process.ts";
import { tellDisturbed, undisturbed } from "./support/quiet.ts";
import { sampleTexts } from "./support/sample.ts";
import { type Kind, openOurs, openPeer, type Side } from "./support/side.ts";
import type { SseFrame } from "./support/sse-parser.ts";
import { figure, median, quantile, ratio, table } from "./support/stats.ts";
import { closeStreams, openStreams } from "./support/streams.ts";
import { pause, until } from "./support/until.ts";

const { rounds, seconds, workers, streams } = readNumbers({
  rounds: 5,
  seconds: 6,
  workers: 30,
  streams: 30,
});
const MS_PER_S = 1_000;
const KINDS: readonly Kind[] = ["json", "html"];

/** Between two actions of a worker; a shop's thirty are slower, so this is its busiest minute. */
const PACES = {
  "200-500 ms between a worker's actions": () => pause(200 + Math.random() * 300),
  "each at once after the answer": async () => {},
} as const;

interface Arrival {
  readonly kind: Kind;
  readonly atMs: number;
}

interface Watched {
  /** By seq: when each stream had it. */
  readonly arrivals: Map<number, Arrival[]>;
  close(): void;
}

async function watch(side: Side, kinds: readonly Kind[]): Promise<Watched> {
  const arrivals = new Map<number, Arrival[]>();
  const open = (kind: Kind) => {
    let last = Number.NaN;
    return side.open(kind, ({ event, id }: SseFrame) => {
      const atMs = performance.now();
      // A frame with several changes has the last one's seq: all up to it are on the screen.
      for (let seq = last + 1; event === "spool_update" && seq <= id; seq++) {
        const known = arrivals.get(seq);
        if (known) known.push({ kind, atMs });
        else arrivals.set(seq, [{ kind, atMs }]);
      }
      last = id;
    });
  };
  const opened = await Promise.all(kinds.map((kind) => openStreams(streams, () => open(kind))));
  return { arrivals, close: () => opened.forEach(closeStreams) };
}

type Latencies = Readonly<Record<Kind | "answer", number[]>>;

/** One round: workers act until time is up. @returns latencies of all events on all streams. */
async function round(
  side: Side,
  watched: Watched,
  people: number,
  roundMs: number,
  think: () => Promise<void>,
  kinds = KINDS,
): Promise<Latencies> {
  const latencies: Latencies = { json: [], html: [], answer: [] };
  const posted = new Map<number, number>();
  const endMs = performance.now() + roundMs;
  const worker = async (at: number): Promise<void> => {
    await pause(Math.random() * 50);
    while (performance.now() < endMs) {
      const beganMs = performance.now();
      posted.set(await side.publish(at), beganMs);
      latencies.answer.push(performance.now() - beganMs);
      await think();
    }
  };
  await Promise.all(Array.from({ length: people }, (_, at) => worker(at)));
  const { arrivals } = watched;
  const whole = streams * kinds.length;
  if (!(await until(() => [...posted.keys()].every((s) => arrivals.get(s)?.length === whole)))) {
    throw new Error("an event did not arrive everywhere");
  }
  for (const [seq, beganMs] of posted) {
    for (const { kind, atMs } of arrivals.get(seq) ?? []) latencies[kind].push(atMs - beganMs);
  }
  arrivals.clear();
  return latencies;
}

const at = (q: number) => (all: readonly number[]) => quantile(all, q);

function lines(pace: string, mine: readonly Latencies[], theirs: readonly Latencies[]): string[][] {
  const rates = [mine, theirs].map((all) => all.map(({ answer }) => answer.length / seconds));
  const [ours = [], peers = []] = rates;
  const rate = [figure(median(ours)), "", figure(median(peers)), "", ratio(ours, peers), ""];
  const ways = (["answer", ...KINDS] as const).map((way) => {
    const [a, b] = [mine.map((m) => m[way]), theirs.map((m) => m[way])];
    const cells = [a, b].flatMap((all) => [0.5, 0.99].map((q) => figure(median(all.map(at(q))))));
    return [way, ...cells, ...[0.5, 0.99].map((q) => ratio(a.map(at(q)), b.map(at(q))))];
  });
  return [[`${pace}: actions per second`, ...rate], ...ways];
}

/** Both sides in turn, then one line per way. */
async function compare(ours: Side, peer: Side): Promise<void> {
  const [us, them] = [await watch(ours, KINDS), await watch(peer, KINDS)];
  const rows: string[][] = [];
  for (const [pace, think] of Object.entries(PACES)) {
    const mine: Latencies[] = [];
    const theirs: Latencies[] = [];
    for (let nth = 0; nth < rounds; nth++) {
      const act = (side: Side, watched: Watched) =>
        round(side, watched, workers, seconds * MS_PER_S, think);
      const pair = async () => [await act(ours, us), await act(peer, them)] as const;
      const [a, b] = await undisturbed([ours.server, peer.server], pair);
      mine.push(a);
      theirs.push(b);
    }
    rows.push(...lines(pace, mine, theirs));
  }
  us.close();
  them.close();
  table(["ms", "p50", "p99", "peer p50", "peer p99", "p50 ratio", "p99 ratio"], rows);
}

/**
 * As served: a change after a quiet moment goes at once, in a busy time it waits for its window.
 */
async function asServed(): Promise<void> {
  await using served = await openOurs({ workers });
  const screens = await watch(served, ["html"]);
  const quiet = (): Promise<void> => pause(700 + Math.random() * 200);
  const busy = PACES["200-500 ms between a worker's actions"];
  // A fresh process answers its first action in 20 ms: it compiles what it needs.
  await round(served, screens, 1, 2 * MS_PER_S, quiet, ["html"]);
  const alone = await round(served, screens, 1, 20 * MS_PER_S, quiet, ["html"]);
  const crowd = await round(served, screens, workers, 10 * MS_PER_S, busy, ["html"]);
  screens.close();
  const cells = (all: readonly number[]) => [0.5, 0.99].map((q) => figure(at(q)(all)));
  table(
    ["dashboard as served (500 ms windows), ms", "p50", "p99"],
    [
      ["first change after a quiet moment", ...cells(alone.html)],
      [`${workers} workers`, ...cells(crowd.html)],
    ],
  );
}

takeACoreEach();
const texts: { value: readonly string[] } = { value: [] };
{
  await using ours = await openOurs({ workers, windowMs: 0 });
  await using peer = await openPeer(texts);
  texts.value = [...(await sampleTexts(ours, "json")), ...(await sampleTexts(ours, "html"))];
  await compare(ours, peer);
}
await asServed();
tellDisturbed();
