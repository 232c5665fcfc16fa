/**
 * Builds the running whole from a Config: the only file that knows which concrete parts there are
 * (architecture). Nothing listens yet; `cli/serve` does that.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import pkg from "../package.json" with { type: "json" };
import type { ActDeps } from "./actions/act.ts";
import type { Config } from "./config.ts";
import { makeDemoShop } from "./demo/shop.ts";
import { type Event, SEQ_ZERO, type Seq } from "./domain/event.ts";
import { loadDiario } from "./floor/diario-load.ts";
import { Floor } from "./floor/floor.ts";
import { createApp } from "./http/app.ts";
import { createSessions } from "./identity/session.ts";
import { openSessionStore } from "./identity/store.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { openSqliteLedger } from "./ledger/sqlite.ts";
import { Hub } from "./live/hub.ts";
import { REPLAY_MAX, Replay } from "./live/replay.ts";
import { Rows } from "./live/rows.ts";
import type { Log } from "./log.ts";
import { createMetrics } from "./metrics.ts";

export const VERSION: string = pkg.version;

/** Real work and the demo never share a file: importing a workbook simply leaves the demo. */
const LEDGER_FILE = "zeues.sqlite";
const DEMO_FILE = "demo.sqlite";
const SESSIONS_FILE = "identidad.sqlite";

export interface Running {
  readonly app: ReturnType<typeof createApp>;
  readonly floor: Floor;
  readonly act: ActDeps;
  readonly hub: Hub;
  readonly demo: boolean;
  /** Ends streams and stores; requests must have ended before. */
  readonly close: () => Promise<void>;
}

export interface ComposeOptions {
  readonly now?: () => number;
  /** Coalescing window in milliseconds; 0 sends each change at once (benchmarks). */
  readonly windowMs?: number;
  readonly pingMs?: number;
}

/** Opens the shop's own ledger; throws with one sentence when the folder or file can't be used. */
export function openLedger(config: Config, log: Log): Ledger {
  mkdirSync(config.dataFolder, { recursive: true });
  return openFile(config, log, LEDGER_FILE);
}

const openFile = ({ dataFolder }: Config, log: Log, file: string): Ledger =>
  openSqliteLedger({
    path: join(dataFolder, file),
    onFault: (error) => log.error({ err: error }, "ledger follower"),
  });

/** The ledger to run on: the shop's own, or the demo's while nothing was ever imported. */
async function chooseLedger(config: Config, log: Log, nowMs: number) {
  const own = openLedger(config, log);
  const { seq } = await own.snapshot();
  const demo = config.demo === "on" || (config.demo === "auto" && seq === SEQ_ZERO);
  if (!demo) return { ledger: own, demo };
  await own.close();
  const ledger = openFile(config, log, DEMO_FILE);
  const made = await ledger.snapshot();
  if (made.seq === SEQ_ZERO) await makeDemoShop(ledger, config.policy, nowMs);
  return { ledger, demo };
}

/** The floor and the replay window, both fed from the log from here on. */
async function raiseFloor(ledger: Ledger, config: Config) {
  const floor = new Floor(config.policy, await ledger.snapshot());
  const first = Math.max(0, floor.seq - REPLAY_MAX) as Seq;
  const recent = (await ledger.read(first, REPLAY_MAX)).filter(({ seq }) => seq <= floor.seq);
  // A log whose old events were pruned has no window to offer until new ones come.
  const whole = recent.length === floor.seq - first;
  const replay = new Replay(config.policy.zone, whole ? first : floor.seq);
  if (whole) for (const event of recent) replay.add(event);
  return { floor, replay };
}

/** One log line per commit (spec 9): who did what to which spool, and where it led. */
function lineOf(event: Event): Record<string, unknown> {
  const { seq, kind, autor } = event;
  const quien = autor.firma?.etiqueta ?? autor.medio;
  if (event.kind !== "spool") return { seq, kind, quien };
  const { tag, version, cambio, estadoDetalle } = event;
  return { seq, tag, version, accion: cambio.accion, quien, estadoDetalle };
}

/** Builds everything. Throws with a sentence for people when it can't. */
export async function compose(
  config: Config,
  log: Log,
  options: ComposeOptions = {},
): Promise<Running> {
  const now = options.now ?? Date.now;
  const { ledger, demo } = await chooseLedger(config, log, now());
  const { policy, apiToken } = config;
  const { floor, replay } = await raiseFloor(ledger, config);
  const metrics = createMetrics();
  const rows = new Rows(floor, policy);
  const hub = new Hub({
    floor,
    rows,
    replay,
    epoch: ledger.epoch,
    now,
    onCut: (reason) => metrics.cutStreams.inc({ reason }),
    ...(options.windowMs === undefined ? {} : { windowMs: options.windowMs }),
    ...(options.pingMs === undefined ? {} : { pingMs: options.pingMs }),
  });
  const unfollow = await ledger.follow(floor.seq, (events) => floor.apply(events));
  floor.subscribe((changes) => {
    for (const { event } of changes) log.info(lineOf(event), "commit");
  });
  let running = true;
  const diary = loadDiario(ledger, floor, now(), () => running).catch((error) =>
    log.error({ err: error }, "no diary: the log can't be read"),
  );
  const store = openSessionStore(join(config.dataFolder, SESSIONS_FILE));
  const sessions = createSessions(store, now);
  sessions.onEnd((hash) => hub.endSession(hash));
  const act: ActDeps = { ledger, current: (tag) => floor.spool(tag), policy, now };
  const deps = { floor, ledger, act, hub, sessions, policy, apiToken, demo, log, metrics, now };
  const app = createApp({ ...deps, version: VERSION }, rows);
  return {
    app,
    floor,
    act,
    hub,
    demo,
    async close() {
      running = false;
      hub.stop();
      unfollow();
      await diary;
      store.close();
      await ledger.close();
    },
  };
}
