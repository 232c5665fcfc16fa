/**
 * The picture that this process shows: floor, sessions, replay window and rows, all fed from one
 * place, `ledger.follow`, and made anew when the log turns out to be another one (ledger L6).
 */
import { type Event, SEQ_ZERO, type Seq } from "./domain/event.ts";
import type { Policy } from "./domain/policy.ts";
import { loadDiario, readPast } from "./floor/diario-load.ts";
import { Floor } from "./floor/floor.ts";
import { type Accesos, createAccesos } from "./identity/accesos.ts";
import { createSessions, dispositivoOf, type Sessions } from "./identity/session.ts";
import { type Ledger, LedgerUnavailable, type Rewound, type Snapshot } from "./ledger/ledger.ts";
import { keepReplay, REPLAY_MAX, Replay } from "./live/replay.ts";
import { Rows } from "./live/rows.ts";
import type { Log } from "./log.ts";

/** A store that can't be read right after it was rewound is asked again this often. */
const RETRY_MS = 500;
/** The first pages after a start are answered before the past is read. */
const PAST_AFTER_MS = 100;
/** Lost events are logged one by one, up to this many: ops can do them again by hand. */
const LOST_LOGGED = 1_000;

const EMPTY: Snapshot = {
  seq: SEQ_ZERO,
  spools: [],
  trabajadores: [],
  sesiones: [],
  accesos: [],
  planilla: null,
  ajustes: null,
};

export interface Picture {
  readonly floor: Floor;
  readonly accesos: Accesos;
  readonly sessions: Sessions;
  readonly replay: Replay;
  readonly rows: Rows;
  /** Told when all was made anew, after it was. */
  onAnew(listener: (rewound: Rewound) => void): void;
  /** Follows no more. */
  stop(): Promise<void>;
}

export interface PictureDeps {
  readonly ledger: Ledger;
  readonly policy: Policy;
  readonly log: Log;
  readonly now: () => number;
}

/** One log line per commit (spec 9): who did what to which spool, and where it led. */
export function lineOf(event: Event): Record<string, unknown> {
  const { seq, kind, autor } = event;
  const { requestId } = autor;
  const quien = autor.firma?.etiqueta ?? autor.medio;
  if (event.kind === "sesion") {
    const { hash, fin } = event;
    const dispositivo = dispositivoOf(hash);
    return { requestId, seq, kind, accion: fin ?? "inicio", quien, dispositivo };
  }
  if (event.kind === "acceso") {
    return { requestId, seq, kind, accion: event.hecho, sobre: event.sobre, quien };
  }
  if (event.kind !== "spool") return { requestId, seq, kind, quien };
  const { tag, version, cambio, estadoDetalle } = event;
  return { requestId, seq, tag, version, accion: cambio.accion, quien, estadoDetalle };
}

class LivePicture implements Picture {
  readonly floor: Floor;
  readonly accesos: Accesos;
  readonly sessions: Sessions;
  readonly replay: Replay;
  readonly rows: Rows;
  readonly #deps: PictureDeps;
  readonly #listeners = new Set<(rewound: Rewound) => void>();
  #unfollow = (): void => {};
  #unlisten = (): void => {};
  #past: Promise<void> = Promise.resolve();
  #anew: Promise<void> = Promise.resolve();
  #stopped = false;
  /** How often all was read: a past that is still being read for an earlier picture ends. */
  #fills = 0;

  constructor(deps: PictureDeps) {
    const { policy, now } = deps;
    this.#deps = deps;
    this.floor = new Floor(policy, EMPTY);
    this.accesos = createAccesos(now);
    this.sessions = createSessions({
      accesos: this.accesos,
      trabajador: (id) => this.floor.trabajador(id),
      pinObligatorio: () => this.floor.ajustes.pin === "obligatorio",
      now,
    });
    this.replay = new Replay(policy.zone, SEQ_ZERO);
    this.rows = new Rows(this.floor, policy);
    keepReplay(this.floor, this.replay);
  }

  async start(): Promise<void> {
    const { ledger } = this.#deps;
    this.#unlisten = ledger.onRewound((rewound) => {
      // One after the other: it may happen again while all is being read.
      this.#anew = this.#anew.then(() => this.#beginAnew(rewound));
    });
    await this.#fill();
  }

  onAnew(listener: (rewound: Rewound) => void): void {
    this.#listeners.add(listener);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unlisten();
    this.#unfollow();
    await this.#anew;
    await this.#past;
    this.replay.settle();
  }

  /** Reads everything, then shows it, in one step; then follows. */
  async #fill(): Promise<void> {
    const { ledger, log } = this.#deps;
    this.#fills += 1;
    const fill = this.#fills;
    const snapshot = await ledger.snapshot();
    this.floor.load(snapshot);
    this.accesos.load(snapshot.accesos);
    this.sessions.load(snapshot.sesiones);
    this.rows.clear();
    this.replay.restart(snapshot.seq);
    this.#unfollow = await ledger.follow(snapshot.seq, (events) => {
      // First: whoever waited for the floor finds their session.
      this.accesos.apply(events);
      this.sessions.apply(events);
      this.floor.apply(events);
    });
    const going = () => !this.#stopped && fill === this.#fills;
    this.#past = this.#loadPast(snapshot.seq, going).catch((error) =>
      log.error({ err: error }, "no replay, no diary: the log can't be read"),
    );
  }

  /** What pages don't need is read while they are served already; streams wait for the first. */
  async #loadPast(seq: Seq, going: () => boolean): Promise<void> {
    const { ledger, now } = this.#deps;
    const first = Math.max(0, seq - REPLAY_MAX) as Seq;
    const { replay } = this;
    let recent: readonly Event[] = [];
    await new Promise((resolve) => setTimeout(resolve, PAST_AFTER_MS));
    try {
      recent = await readPast(ledger, first, seq, going);
      // A log whose old events were pruned has no window to offer until new ones come.
      if (going() && recent.length === seq - first) replay.prepend(recent);
    } finally {
      if (going()) replay.settle();
    }
    await loadDiario(ledger, this.floor, now(), going, { until: seq, recent });
  }

  async #beginAnew(rewound: Rewound): Promise<void> {
    const { log } = this.#deps;
    log.error(rewound, "the store came back with another log: events were lost");
    const lost = this.replay.since(rewound.stands) ?? [];
    for (const event of lost.slice(0, LOST_LOGGED)) log.error(lineOf(event), "lost");
    while (!this.#stopped) {
      try {
        this.#unfollow();
        await this.#fill();
        break;
      } catch (error) {
        if (!(error instanceof LedgerUnavailable)) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    for (const listener of this.#listeners) listener(rewound);
  }
}

/** Shows the ledger as it stands, and goes on showing it. */
export async function raisePicture(deps: PictureDeps): Promise<Picture> {
  const picture = new LivePicture(deps);
  await picture.start();
  return picture;
}
