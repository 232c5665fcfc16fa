/**
 * Builds the running whole from a Config: with compose-ledger and compose-picture the only place
 * that knows which concrete parts there are (architecture). Nothing listens yet; `cli/serve` does.
 */
import { Almacen } from "../views/partes/almacen.tsx";
import { PlanillaChip } from "../views/partes/planilla-chip.tsx";
import type { ActDeps } from "./actions/act.ts";
import { Announcing } from "./announce.ts";
import { primeraAlta } from "./compose-alta.ts";
import { streamsMax } from "./compose-descriptors.ts";
import { announcerOf, chooseLedger } from "./compose-ledger.ts";
import { observeHub, startMeasuring, timeCommits } from "./compose-metrics.ts";
import { lineOf, type Picture, raisePicture } from "./compose-picture.ts";
import { keepInStep } from "./compose-sheet.ts";
import type { Config } from "./config.ts";
import type { Sincronia } from "./domain/planilla.ts";
import type { Floor } from "./floor/floor.ts";
import { createApp } from "./http/app.ts";
import { createLimits, type Limits } from "./http/middleware/limits.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { Hub } from "./live/hub.ts";
import { afterTurns } from "./live/turns.ts";
import type { Log } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { type SincroniaDeps, SincroniaWatch } from "./sincronia.ts";
import { VERSION } from "./version.ts";

/** How long pages say that events were lost; the log says it for ever. */
const REWOUND_SAID_MS = 3_600_000;

export interface Running {
  readonly app: ReturnType<typeof createApp>;
  readonly floor: Floor;
  readonly act: ActDeps;
  readonly hub: Hub;
  readonly demo: boolean;
  /** Set when the process is about to stop: it is not ready for more (`/readyz`). */
  readonly stopping: { now: boolean };
  /** Makes the link of the first supervisor, while there is none (compose-alta). */
  readonly primera: () => Promise<string | null>;
  /** Ends streams and stores; requests must have ended before. */
  readonly close: () => Promise<void>;
}

export interface ComposeOptions {
  readonly now?: () => number;
  /** Coalescing window in milliseconds; 0 sends each change at once (benchmarks). */
  readonly windowMs?: number;
  readonly pingMs?: number;
  /** False: only shows how another process keeps the sheet in step (tests). */
  readonly holdSheet?: boolean;
  /** How often it looks how the sheet is kept in step. */
  readonly sheetReadMs?: number;
  /** How often one may ask; by default as often as hands and programs do. */
  readonly limits?: Limits;
}

/** Tells pages, streams and metrics how the store is. @returns what new pages say. */
function watchStore(
  ledger: Ledger,
  picture: Picture,
  hub: Hub,
  metrics: Metrics,
  now: () => number,
): () => string | null {
  let lost: { readonly text: string; readonly untilMs: number } | null = null;
  const aviso = (): string | null => {
    const { availability } = ledger;
    if (availability.kind === "away") return `${availability.aviso}: se puede mirar, no guardar`;
    return lost && now() < lost.untilMs ? lost.text : null;
  };
  const tell = (): void => {
    metrics.ledgerUp.set(ledger.availability.kind === "ready" ? 1 : 0);
    hub.tell("almacen", String(Almacen({ aviso: aviso(), swap: true })));
  };
  metrics.ledgerUp.set(ledger.availability.kind === "ready" ? 1 : 0);
  ledger.onAvailability(tell);
  picture.onAnew(({ had, stands }) => {
    metrics.rewound.inc();
    const text =
      had > stands
        ? `El registro volvió atrás: se perdieron los sucesos ${stands + 1} a ${had}`
        : "El registro volvió con otros datos";
    lost = { text: `${text}. Revisen lo último que hicieron`, untilMs: now() + REWOUND_SAID_MS };
    hub.restart();
    tell();
  });
  return aviso;
}

/** Shows on the dashboard and the wall how the sheet is kept in step, by whichever process. */
function watchSheet(
  parts: Pick<SincroniaDeps, "ledger" | "now" | "readMs"> & { readonly log: Log },
  picture: Picture,
  hub: Hub,
): SincroniaWatch {
  const { floor } = picture;
  const { zone } = floor.policy;
  const congelada = () => Boolean(floor.planilla?.congelada);
  const { now, log } = parts;
  const onFault = (err: unknown) => log.error({ err }, "sincronia");
  const watch = new SincroniaWatch({ ...parts, congelada, onFault });
  const tell = (): void => {
    const chip = PlanillaChip({ estado: watch.estado, ahoraMs: now(), zone, swap: true });
    hub.tell("planilla", String(chip), ({ kind }) => kind === "tablero" || kind === "muro");
  };
  tell();
  watch.onChange(tell);
  floor.subscribe((changes) => {
    if (changes.some(({ event }) => event.kind === "planilla")) watch.refresh();
  });
  picture.onAnew(() => watch.refresh());
  watch.start();
  return watch;
}

/** Messages to other programs, where there is a Redis to send them through. */
function announce(ledger: Ledger, picture: Picture, { channel, policy }: Config, log: Log) {
  const announcer = announcerOf(ledger);
  if (!announcer) return null;
  const { floor } = picture;
  const { zone } = policy;
  const announcing = new Announcing({ ledger, announcer, channel, zone, log, place: floor.seq });
  floor.subscribe(() => void announcing.news());
  picture.onAnew(({ stands }) => announcing.restart(stands));
  return announcing;
}

/** Builds everything. Throws with a sentence for people when it can't. */
export async function compose(
  config: Config,
  log: Log,
  options: ComposeOptions = {},
): Promise<Running> {
  const now = options.now ?? Date.now;
  const metrics = createMetrics();
  const { ledger, demo } = await chooseLedger(config, { log, metrics }, now());
  timeCommits(ledger, metrics);
  const { policy, apiToken, publicUrl, trustedProxy } = config;
  const picture = await raisePicture({ ledger, policy, log, now });
  const { floor, accesos, sessions, replay, rows } = picture;
  const hub = new Hub({
    later: afterTurns,
    floor,
    rows,
    replay,
    epoch: () => ledger.epoch,
    now,
    observer: observeHub({ log, metrics, now }),
    ...(options.windowMs === undefined ? {} : { windowMs: options.windowMs }),
    ...(options.pingMs === undefined ? {} : { pingMs: options.pingMs }),
  });
  floor.subscribe((changes) => {
    for (const { event } of changes) log.info(lineOf(event), "commit");
  });
  const almacen = watchStore(ledger, picture, hub, metrics, now);
  const { sheetReadMs: readMs } = options;
  const watching = { ledger, now, log, ...(readMs === undefined ? {} : { readMs }) };
  const sincronia = config.google ? watchSheet(watching, picture, hub) : null;
  const announcing = announce(ledger, picture, config, log);
  const stopping = { now: false };
  const about = { metrics, now, version: VERSION, stopping };
  const endMeasuring = startMeasuring({ ledger, picture, hub, sincronia, announcing, ...about });
  const tellChip = (told: Sincronia) => sincronia?.told(told);
  const sheet = { ledger, picture, log, metrics, now, tell: tellChip };
  const endSheet = options.holdSheet === false ? null : keepInStep(config, sheet);
  const act: ActDeps = { ledger, current: (tag) => floor.spool(tag), policy, now };
  const parts = {
    stopping,
    floor,
    ledger,
    act,
    hub,
    accesos,
    sessions,
    policy,
    apiToken,
    demo,
    almacen,
    sincronia,
  };
  const net = { publicUrl, trustedProxy };
  const limits = options.limits ?? createLimits({ streamsMax: streamsMax() });
  const app = createApp({ ...parts, net, limits, version: VERSION, log, metrics, now }, rows);
  return {
    app,
    floor,
    act,
    hub,
    demo,
    stopping,
    primera: () => primeraAlta({ ledger, accesos, now }),
    async close() {
      hub.stop();
      endMeasuring();
      await endSheet?.();
      await sincronia?.stop();
      await announcing?.stop();
      await picture.stop();
      await ledger.close();
    },
  };
}
