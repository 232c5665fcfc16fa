/**
 * What a shop's day costs: 300 streams as a shop has them, 150 actions a minute by 30 workers from
 * their pages, alone and each followed by the page that it leads to, as CPU time of the server,
 * beside the same server at rest (pings only) and Hono's streamSSE with as many streams, events and
 * texts. One after the other: at a hundredth of a core it matters what else is in the caches.
 * `bun bench/shop.ts [--processes N] [--seconds 60] [--actions 150] [--workers 30]
 * [--streams 300]`, 7 minutes: one process on SQLite, then three on one Redis.
 */
import { readNumbers } from "./support/args.ts";
import {
  type Crowd,
  type OurCrowd,
  openOurCrowd,
  openPeerCrowd,
  type Watching,
} from "./support/crowd.ts";
import { dataOf, type SseFrame } from "./support/sse-parser.ts";
import { figure, table } from "./support/stats.ts";
import { closeStreams, openStreams, type RawStream } from "./support/streams.ts";
import { pause, until } from "./support/until.ts";
import { weldableTag } from "./support/workbook.ts";

const MS_PER_S = 1_000;
const S_PER_MIN = 60;
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
/** Where a worker goes after an action, in turn, and what its stream shows. */
const PAGES = [
  { path: "/operacion/SOLD", watching: "vista=operacion&op=SOLD" },
  { path: "/", watching: "vista=inicio&op=SOLD" },
] as const;

interface Shop extends AsyncDisposable {
  readonly name: string;
  readonly crowd: Crowd;
  /** One action by a worker, and the page and stream that follow it, where they are asked for. */
  act(worker: number, goesOn: boolean): Promise<void>;
  /** Frames with changes that came to all streams. */
  readonly frames: number;
}

const isUpdate = ({ event }: SseFrame): boolean => event === "spool_update";

/** All screens, each on its worker's process. */
const openScreens = (crowd: Crowd, onUpdate: (frame: SseFrame) => void) =>
  openStreams(streams, (nth) => {
    const watching = SCREENS[Math.floor(nth / workers) % SCREENS.length] ?? "json";
    const onFrame = (frame: SseFrame): void => void (isUpdate(frame) && onUpdate(frame));
    const worker = nth % workers;
    return crowd.open(crowd.processOf(worker), worker, watching, () => {}, onFrame);
  });

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

/** The page that a worker goes to, and its stream. */
async function goOn(
  crowd: OurCrowd,
  worker: number,
  page: 0 | 1,
  onUpdate: (frame: SseFrame) => void,
): Promise<RawStream> {
  const { url, session } = crowd.at(worker);
  const { path, watching } = PAGES[page];
  const answer = await fetch(`${url}${path}`, { headers: session });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  await answer.arrayBuffer();
  const onFrame = (frame: SseFrame): void => void (isUpdate(frame) && onUpdate(frame));
  return await crowd.open(crowd.processOf(worker), worker, watching, () => {}, onFrame);
}

/** @param texts takes the dashboard's texts, for the peer */
async function openOurShop(processes: number, texts: string[]): Promise<Shop> {
  const crowd = await openOurCrowd({ processes, workers });
  let frames = 0;
  const onUpdate = (frame: SseFrame): void => {
    frames++;
    const text = dataOf(frame);
    if (texts.length < 2 && text.includes('data-ul="ocupados"')) texts.push(text);
  };
  const screens: RawStream[] = [...(await openScreens(crowd, onUpdate))];
  const taken = new Set<number>();
  return {
    name: "ZEUES",
    crowd,
    get frames() {
      return frames;
    },
    async act(worker, goesOn) {
      const accion = taken.delete(worker) ? "PAUSAR" : "TOMAR";
      if (accion === "TOMAR") taken.add(worker);
      await tap(crowd, worker, accion);
      if (!goesOn) return;
      screens[worker]?.[Symbol.dispose]();
      screens[worker] = await goOn(crowd, worker, accion === "TOMAR" ? 0 : 1, onUpdate);
    },
    async [Symbol.asyncDispose]() {
      closeStreams(screens);
      await crowd[Symbol.asyncDispose]();
    },
  };
}

async function openPeerShop(processes: number, texts: readonly string[]): Promise<Shop> {
  const crowd = await openPeerCrowd({ processes, workers }, { value: texts });
  let frames = 0;
  const screens = await openScreens(crowd, () => frames++);
  return {
    name: "Hono streamSSE",
    crowd,
    get frames() {
      return frames;
    },
    act: async (worker) => void (await crowd.publish(worker)),
    async [Symbol.asyncDispose]() {
      closeStreams(screens);
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
  const used = () => Promise.all(servers.map((server) => server.cpuSeconds()));
  const [before, had] = [await used(), shop.frames];
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
  const share = (cpuS: number, nth: number): number =>
    (((cpuS - (before[nth] ?? 0)) * MS_PER_S) / tookMs) * PERCENT;
  return {
    percent: after.map(share),
    actions: done,
    framesPerS: ((shop.frames - had) * MS_PER_S) / tookMs,
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
  const texts: string[] = [];
  await using ours = await openOurShop(processes, texts);
  await warm(ours);
  if (!(await until(() => texts.length === 2))) throw new Error("no dashboard was told anything");
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
