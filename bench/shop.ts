/**
 * What a shop's day costs: 300 streams as a shop has them, 150 actions a minute by 30 workers from
 * their pages, alone and each followed by the page that it leads to, as CPU time of the server,
 * beside the same server at rest (pings only) and Hono's streamSSE with as many streams, events and
 * texts. One after the other, and the streams are read by the readers in C: at a hundredth of a
 * core it matters what else is in the caches.
 * `bun bench/shop.ts [--processes N] [--seconds 60] [--actions 150] [--workers 30]
 * [--streams 300]`, 7 minutes: one process on SQLite, then three on one Redis.
 */
import { peerStream, to } from "./latency/targets.ts";
import { dashboard, program } from "./streams/sides.ts";
import { readNumbers } from "./support/args.ts";
import {
  type Crowd,
  type OurCrowd,
  openOurCrowd,
  openPeerCrowd,
  type Watching,
} from "./support/crowd.ts";
import { openAll, type Readers } from "./support/readers.ts";
import { crowdTexts } from "./support/sample.ts";
import { figure, table } from "./support/stats.ts";
import { pause } from "./support/until.ts";
import { weldableTag } from "./support/workbook.ts";

const MS_PER_S = 1_000;
const S_PER_MIN = 60;
const NS_PER_MS = 1e6;
const PERCENT = 100;
/** Spec 10, issue 8: of one core. */
const BUDGET_PERCENT = 3;
/** Actions before anything is counted: a shop's server has run since the morning. */
const WARM = 3_000;
/** Until what that left behind has been collected. */
const SETTLE_MS = 20_000;

const {
  processes: only,
  seconds,
  actions,
  workers,
  streams,
} = readNumbers({
  /** 0 = one, then three. */
  processes: 0,
  seconds: 40,
  actions: 150,
  workers: 30,
  streams: 300,
});

/** What ten screens of a shop show; the workers' own tablets are on their lists. */
const SCREENS: readonly Watching[] = [
  "vista=operacion&op=SOLD",
  "vista=tablero",
  "vista=tablero",
  "vista=inicio&op=SOLD",
  "vista=tablero",
  "vista=operacion&op=SOLD",
  "vista=tablero",
  "vista=tablero",
  "vista=muro",
  "json",
];
/** Where a worker goes after an action, in turn. */
const PAGES = ["/operacion/SOLD", "/"] as const;

interface Shop extends AsyncDisposable {
  readonly name: string;
  readonly crowd: Crowd;
  readonly readers: Readers;
  /** One action by a worker, and the page and stream that follow it, where they are asked for. */
  act(worker: number, goesOn: boolean): Promise<void>;
}

/** Opens all screens, each on its worker's process: stream n is worker n modulo their number's. */
async function openScreens(stream: (worker: number, watching: Watching) => string) {
  const heads = Array.from({ length: streams }, (_, nth) =>
    stream(nth % workers, SCREENS[Math.floor(nth / workers) % SCREENS.length] ?? "json"),
  );
  return await openAll({ port: 0, heads, posts: [], ids: "seq" }, streams);
}

/** A tablet's POST, as htmx sends it. */
async function tap(crowd: OurCrowd, worker: number, accion: string): Promise<void> {
  const { url, session } = crowd.at(worker);
  const fields = { accion, operacion: "SOLD", tag_spool: weldableTag(worker) };
  const answer = await fetch(`${url}/acciones`, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: {
      ...session,
      Origin: url,
      "HX-Request": "true",
      "Idempotency-Key": crypto.randomUUID(),
    },
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${accion}: ${answer.status} ${text.slice(0, 200)}`);
}

/** The page that a worker goes to. */
async function goOn(crowd: OurCrowd, worker: number, path: string): Promise<void> {
  const { url, session } = crowd.at(worker);
  const answer = await fetch(`${url}${path}`, { headers: session });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  await answer.arrayBuffer();
}

async function openOurShop(processes: number): Promise<Shop & { readonly crowd: OurCrowd }> {
  const crowd = await openOurCrowd({ processes, workers });
  const readers = await openScreens((worker, watching) => {
    const { url, auth, session } = crowd.at(worker);
    const request = watching === "json" ? program(auth) : dashboard(session, watching);
    return to(url, "html", request);
  });
  const taken = new Set<number>();
  return {
    name: "ZEUES",
    crowd,
    readers,
    async act(worker, goesOn) {
      const accion = taken.delete(worker) ? "PAUSAR" : "TOMAR";
      if (accion === "TOMAR") taken.add(worker);
      await tap(crowd, worker, accion);
      if (!goesOn) return;
      await goOn(crowd, worker, PAGES[accion === "TOMAR" ? 0 : 1]);
      await readers.renew(worker);
    },
    async [Symbol.asyncDispose]() {
      await readers[Symbol.asyncDispose]();
      await crowd[Symbol.asyncDispose]();
    },
  };
}

async function openPeerShop(processes: number, texts: readonly string[]): Promise<Shop> {
  const crowd = await openPeerCrowd({ processes, workers }, texts);
  const readers = await openScreens((worker) =>
    to(crowd.servers[crowd.processOf(worker)]?.url ?? "", "html", peerStream()),
  );
  return {
    name: "Hono streamSSE",
    crowd,
    readers,
    act: async (worker) => void (await crowd.publish(worker)),
    async [Symbol.asyncDispose]() {
      await readers[Symbol.asyncDispose]();
      await crowd[Symbol.asyncDispose]();
    },
  };
}

interface Spent {
  /** Of one core, by each process. */
  readonly percent: readonly number[];
  readonly actions: number;
  readonly framesPerS: number;
}

/** Lets the shop go on for some seconds. @param perMin actions a minute, 0 = nobody acts */
async function spend(shop: Shop, perMin: number, goesOn = true): Promise<Spent> {
  const { servers } = shop.crowd;
  const used = () => Promise.all(servers.map((server) => server.cpuNs()));
  await shop.readers.frames();
  const before = await used();
  const beganMs = performance.now();
  const endMs = beganMs + seconds * MS_PER_S;
  const many = Math.round((perMin * seconds) / S_PER_MIN);
  // Exactly so many, at any times: each worker on average every `workers` actions.
  const times = Array.from({ length: many }, () => Math.random() * seconds * MS_PER_S);
  times.sort((a, b) => a - b);
  let done = 0;
  const under: Promise<void>[] = [];
  for (const [nth, atMs] of times.entries()) {
    await pause(Math.max(0, beganMs + atMs - performance.now()));
    under.push(shop.act(nth % workers, goesOn).then(() => void done++));
  }
  await Promise.all(under);
  await pause(Math.max(0, endMs - performance.now()));
  const tookMs = performance.now() - beganMs;
  const after = await used();
  const share = (cpuNs: number, nth: number): number =>
    ((cpuNs - (before[nth] ?? 0)) / NS_PER_MS / tookMs) * PERCENT;
  return {
    percent: after.map(share),
    actions: done,
    framesPerS: ((await shop.readers.frames()) * MS_PER_S) / tookMs,
  };
}

/** As after a morning's work: what runs often is compiled. */
async function warm(shop: Shop): Promise<void> {
  for (let nth = 0; nth < WARM; nth++) await shop.act(nth % workers, nth % 10 === 0);
  await pause(SETTLE_MS);
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

/** One row: its name, each process's share, what an action costs beyond the rest. */
function row(name: string, { percent, actions: done, framesPerS }: Spent, rest: Spent): string[] {
  const beyondMs = ((sum(percent) - sum(rest.percent)) / PERCENT) * seconds * MS_PER_S;
  return [
    name,
    percent.map(figure).join(", "),
    figure((done * S_PER_MIN) / seconds),
    figure(framesPerS),
    done === 0 ? "" : figure(beyondMs / done),
  ];
}

async function measure(processes: number): Promise<void> {
  await using ours = await openOurShop(processes);
  const texts = await crowdTexts(ours.crowd, "html");
  await warm(ours);
  await using peer = await openPeerShop(processes, texts);
  await warm(peer);
  const restOurs = await spend(ours, 0);
  const alone = await spend(ours, actions, false);
  const busyOurs = await spend(ours, actions);
  const restPeer = await spend(peer, 0);
  const busyPeer = await spend(peer, actions);
  const where = processes === 1 ? "one process, SQLite" : `${processes} processes, Redis`;
  table(
    [where, "% of a core, each process", "actions a minute", "frames/s", "CPU ms an action"],
    [
      row("ZEUES at rest (pings)", restOurs, restOurs),
      row(`ZEUES, actions (budget ${BUDGET_PERCENT} %)`, alone, restOurs),
      row("ZEUES, actions, their pages and new streams", busyOurs, restOurs),
      row("Hono streamSSE at rest (no pings)", restPeer, restPeer),
      row("Hono streamSSE, events alone", busyPeer, restPeer),
    ],
  );
}

for (const processes of only > 0 ? [only] : [1, 3]) await measure(processes);
