/**
 * Deliveries per second at 1,000 streams, two events under way: the whole path from POST through
 * rules, ledger, floor and hub, beside Hono's streamSSE that publishes the same texts, in
 * alternating rounds of one run (spec 10); and what an idle stream costs in memory.
 * `bun bench/streams.ts [--streams 1000] [--rounds 5] [--seconds 4]`, about 2 min.
 */
import { readNumbers } from "./support/args.ts";
import { takeACoreEach } from "./support/process.ts";
import { tellDisturbed, undisturbed } from "./support/quiet.ts";
import { meanBytes, sampleTexts } from "./support/sample.ts";
import { type Kind, openOurs, openPeer, type Side } from "./support/side.ts";
import { figure, median, ratio, table } from "./support/stats.ts";
import { closeStreams, openStreams, type RawStream } from "./support/streams.ts";
import { pause } from "./support/until.ts";

const { streams, rounds, seconds } = readNumbers({ streams: 1_000, rounds: 5, seconds: 4 });
const MS_PER_S = 1_000;
const US_PER_S = 1_000_000;
/** The next event is published when the one before the last has reached every stream. */
const UNDER_WAY = 2;
/** An event that has not reached every stream by then is lost. */
const LOST_MS = 20_000;
const SETTLE_MS = 2_000;

/** Which event has reached how many streams. */
class Arrivals {
  frames = 0;
  readonly #reached = new Map<number, number>();
  readonly #waiting = new Map<number, () => void>();

  /** A stream got everything after `last` up to `seq`. */
  note(last: number, seq: number): void {
    this.frames++;
    for (let one = last + 1; one <= seq; one++) {
      const reached = (this.#reached.get(one) ?? 0) + 1;
      this.#reached.set(one, reached);
      if (reached === streams) this.#waiting.get(one)?.();
    }
  }

  async everywhere(seq: number): Promise<void> {
    if (this.#reached.get(seq) !== streams) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const late = setTimeout(() => reject(new Error(`seq ${seq} was lost`)), LOST_MS);
      this.#waiting.set(seq, resolve);
      await promise;
      clearTimeout(late);
    }
    this.#waiting.delete(seq);
    this.#reached.delete(seq);
  }
}

interface Watched {
  readonly side: Side;
  readonly arrivals: Arrivals;
  readonly opened: readonly RawStream[];
  readonly idleKib: number;
}

/** Opens all streams on a side; then as many twice more, idle, to tell what each costs it. */
async function watch(side: Side, kind: Kind): Promise<Watched> {
  const arrivals = new Arrivals();
  const opened = await openStreams(streams, () => {
    let last = Number.NaN;
    return side.open(kind, ({ event, id }) => {
      if (event === "spool_update") arrivals.note(last, id);
      last = id;
    });
  });
  await pause(SETTLE_MS);
  const before = await side.server.rssKib();
  const more = await openStreams(2 * streams, () => side.open(kind, () => {}));
  await pause(SETTLE_MS);
  const idleKib = ((await side.server.rssKib()) - before) / more.length;
  closeStreams(more);
  await pause(SETTLE_MS);
  return { side, arrivals, opened, idleKib };
}

interface Round {
  readonly perSecond: number;
  readonly eventsPerSecond: number;
  readonly cpuUs: number;
  /** Cores that each used: who is far below one waited for the other, or for a busy machine. */
  readonly serverCores: number;
  readonly loadCores: number;
}

async function round({ side, arrivals }: Watched): Promise<Round> {
  const cpuBefore = await side.server.cpuSeconds();
  const loadBefore = process.cpuUsage();
  const framesBefore = arrivals.frames;
  const beganMs = performance.now();
  let events = 0;
  const chain = async (worker: number): Promise<void> => {
    while (performance.now() - beganMs < seconds * MS_PER_S) {
      await arrivals.everywhere(await side.publish(worker));
      events++;
    }
  };
  await Promise.all(Array.from({ length: UNDER_WAY }, (_, worker) => chain(worker)));
  const took = (performance.now() - beganMs) / MS_PER_S;
  const cpu = (await side.server.cpuSeconds()) - cpuBefore;
  const frames = arrivals.frames - framesBefore;
  const load = process.cpuUsage(loadBefore);
  return {
    perSecond: frames / took,
    eventsPerSecond: events / took,
    cpuUs: (cpu / frames) * US_PER_S,
    serverCores: cpu / took,
    loadCores: (load.user + load.system) / US_PER_S / took,
  };
}

takeACoreEach();
const texts: { value: readonly string[] } = { value: [] };

/** One kind of stream beside the peer with the same texts. @returns the table's lines. */
async function compare(kind: Kind): Promise<string[][]> {
  await using ours = await openOurs({ windowMs: 0 });
  await using peer = await openPeer(texts);
  texts.value = await sampleTexts(ours, kind);
  const [us, them] = [await watch(ours, kind), await watch(peer, kind)];
  const mine: Round[] = [];
  const theirs: Round[] = [];
  for (let nth = 0; nth <= rounds; nth++) {
    const pair = async () => [await round(us), await round(them)] as const;
    const [a, b] = await undisturbed([ours.server, peer.server], pair);
    // The first round of each compiles and grows buffers: it is not counted.
    if (nth > 0) mine.push(a);
    if (nth > 0) theirs.push(b);
  }
  closeStreams([...us.opened, ...them.opened]);
  const line = (name: string, read: (one: Round) => number): string[] => {
    const [a, b] = [mine.map(read), theirs.map(read)];
    return [`${kind}: ${name}`, figure(median(a)), figure(median(b)), ratio(a, b)];
  };
  const memory = [figure(us.idleKib), figure(them.idleKib), figure(us.idleKib / them.idleKib)];
  return [
    line(`deliveries per second, ${figure(meanBytes(texts.value))} bytes`, (r) => r.perSecond),
    line("events per second", (r) => r.eventsPerSecond),
    line("server CPU per delivery, µs", (r) => r.cpuUs),
    line("cores used by the server", (r) => r.serverCores),
    line("cores used by the load generator", (r) => r.loadCores),
    [`${kind}: memory per idle stream, KiB`, ...memory],
  ];
}

const rows = [...(await compare("html")), ...(await compare("json"))];
table([`${figure(streams)} streams`, "ZEUES", "Hono streamSSE", "ratio"], rows);
tellDisturbed();
