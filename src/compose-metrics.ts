/**
 * What is counted and logged of the running whole (spec 9): what happens is counted as it happens,
 * what stands is measured when somebody asks for `/metrics`. Nothing here changes anything.
 *
 * An action is followed by its request's id: the lines `commit` (each process), `delivered` (each
 * process) and `sheet written` have it (docs/monitoring.md).
 */
import type { Announcing } from "./announce.ts";
import type { Picture } from "./compose-picture.ts";
import type { Event } from "./domain/event.ts";
import { type Ledger, LedgerUnavailable } from "./ledger/ledger.ts";
import type { Delivery, HubObserver } from "./live/delivery.ts";
import type { Hub } from "./live/hub.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { watchLoop } from "./metrics-process.ts";
import type { SincroniaWatch } from "./sincronia.ts";
import { COMMIT } from "./version.ts";

const MS_PER_S = 1_000;

/** Times every commit of this process, whoever asks for it. */
export function timeCommits(ledger: Ledger, { commitSeconds }: Metrics): void {
  const commit = ledger.commit.bind(ledger);
  ledger.commit = async (asked) => {
    const beganMs = performance.now();
    const note = (result: string): void =>
      commitSeconds.observe({ result }, (performance.now() - beganMs) / MS_PER_S);
    try {
      const result = await commit(asked);
      note(result.kind);
      return result;
    } catch (error) {
      note(error instanceof LedgerUnavailable ? "unavailable" : "fault");
      throw error;
    }
  };
}

/** The requests that events answer, each once. */
const requestsOf = (events: readonly Event[]): readonly string[] => [
  ...new Set(events.flatMap(({ autor }) => autor.requestId ?? [])),
];

interface Observing {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly now: () => number;
}

/** Counts what the hub does, and says of each action how many streams had it, and when. */
export function observeHub({ log, metrics, now }: Observing): HubObserver {
  const { joins, cutStreams, delivery: delay, arrivals } = metrics;
  const fromCommit = delay.labels("commit");
  const fromPost = delay.labels("post");
  // On the way of every event: plain sums, given to the counters when somebody asks.
  const sums = { html: { messages: 0, bytes: 0 }, json: { messages: 0, bytes: 0 } };
  metrics.onScrape(() => {
    for (const kind of ["html", "json"] as const) {
      const sum = sums[kind];
      metrics.messages.inc({ kind }, sum.messages);
      metrics.bytes.inc({ kind }, sum.bytes);
      sums[kind] = { messages: 0, bytes: 0 };
    }
  });
  const sinceCommitMs = ({ events: [first] }: Delivery): number =>
    Math.max(0, now() - (first?.atMs ?? now()));
  /** Only of this process's own requests. */
  const sincePostMs = ({ events }: Delivery): number | null => {
    const id = events.find(({ autor }) => autor.requestId)?.autor.requestId;
    const cameMs = id === undefined ? null : arrivals.of(id);
    return cameMs === null ? null : performance.now() - cameMs;
  };
  return {
    joined: (kind, how) => joins.inc({ kind, how }),
    cut: (reason) => cutStreams.inc({ reason }),
    wrote(kind, streams, some, length) {
      const sum = sums[kind];
      sum.messages += some * streams;
      sum.bytes += length * streams;
    },
    reached(delivery) {
      fromCommit.observe(sinceCommitMs(delivery) / MS_PER_S);
      const postMs = sincePostMs(delivery);
      if (postMs !== null) fromPost.observe(postMs / MS_PER_S);
    },
    delivered(delivery) {
      const { events, streams } = delivery;
      const requestIds = requestsOf(events);
      const hasta = events.at(-1)?.seq;
      const about = {
        requestIds,
        seq: events[0]?.seq,
        hasta,
        streams,
        ms: sinceCommitMs(delivery),
      };
      log[requestIds.length > 0 ? "info" : "debug"](about, "delivered");
    },
  };
}

export interface Measured {
  readonly ledger: Ledger;
  readonly picture: Picture;
  readonly hub: Hub;
  readonly sincronia: SincroniaWatch | null;
  readonly announcing: Announcing | null;
  readonly metrics: Metrics;
  readonly now: () => number;
  readonly version: string;
  readonly stopping: { readonly now: boolean };
}

function measureSheet({ sincronia, picture: { floor }, metrics: { sheet }, now }: Measured): void {
  if (!sincronia) return;
  const { latest, up } = sincronia;
  const sinceMs = latest?.pendienteDesdeMs ?? null;
  sheet.up.set(up ? 1 : 0);
  sheet.pending.set(latest?.pendientes ?? 0);
  sheet.pendingAge.set(sinceMs === null ? 0 : Math.max(0, now() - sinceMs) / MS_PER_S);
  sheet.changesWaiting.set(floor.planilla?.cambios?.length ?? 0);
  sheet.frozen.set(floor.planilla?.congelada ? 1 : 0);
}

function measureLedger({ ledger, picture: { floor }, announcing, metrics }: Measured): void {
  const { head, headAgeMs, connection } = ledger.figures();
  const { redis } = metrics;
  metrics.seq.set(floor.seq);
  metrics.headSeq.set(Math.max(head, floor.seq));
  metrics.headAge.set(headAgeMs / MS_PER_S);
  if (announcing) {
    redis.announceHolder.set(announcing.holds ? 1 : 0);
    redis.announceLag.set(announcing.holds ? Math.max(0, floor.seq - announcing.place) : 0);
  }
  if (!connection) return;
  redis.connected.set(connection.connected ? 1 : 0);
  redis.reconnects.reset();
  redis.reconnects.inc(connection.reconnects);
  if (connection.roundTripMs !== null) redis.roundTrip.set(connection.roundTripMs / MS_PER_S);
}

function measureLive({ picture, hub, metrics, stopping }: Measured): void {
  const { bytes, maxBytes } = hub.backlog();
  metrics.backlog.set(bytes);
  metrics.backlogMax.set(maxBytes);
  for (const [kind, open] of Object.entries(hub.count())) metrics.streams.set({ kind }, open);
  metrics.stopping.set(stopping.now ? 1 : 0);
  metrics.sessions.set(picture.sessions.all().length);
  metrics.tablets.set(picture.accesos.all("tablet").length);
}

/** Begins to count and to measure. @returns a function that ends it */
export function startMeasuring(measured: Measured): () => void {
  const { ledger, picture, metrics, version } = measured;
  metrics.build.set({ version, commit: COMMIT, ledger: ledger.figures().store }, 1);
  const unsubscribe = picture.floor.subscribe((changes) => {
    for (const { event } of changes) metrics.events.inc({ kind: event.kind });
  });
  metrics.onScrape(() => {
    measureLedger(measured);
    measureLive(measured);
    measureSheet(measured);
  });
  const endLoop = watchLoop(metrics.loop);
  return () => {
    endLoop();
    unsubscribe();
  };
}
