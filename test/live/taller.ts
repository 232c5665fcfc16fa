/**
 * A floor and a hub without HTTP and without a store, for the tests of floor and live: events are
 * made by the real rules and applied at once; the clock stands still until a test moves it.
 */
import type { Command } from "../../src/domain/command.ts";
import { estadoDetalle } from "../../src/domain/estado-detalle.ts";
import type { Cambio, Descripcion, Event, Pending, Seq } from "../../src/domain/event.ts";
import { evolve } from "../../src/domain/evolve.ts";
import { DEFAULT_POLICY } from "../../src/domain/policy.ts";
import type { Spool } from "../../src/domain/spool.ts";
import type { Trabajador } from "../../src/domain/trabajador.ts";
import { Floor } from "../../src/floor/floor.ts";
import { NOBODY } from "../../src/live/delivery.ts";
import { Hub, type HubOptions } from "../../src/live/hub.ts";
import { keepReplay, Replay } from "../../src/live/replay.ts";
import { Rows } from "../../src/live/rows.ts";
import type { Join, Sink, Viewer } from "../../src/live/stream.ts";
import type { Vista } from "../../src/live/vista.ts";
import {
  ALVARO,
  attempt,
  INGRID,
  LUIS,
  MAURICIO,
  NOW_MS,
  NUSTA,
  ROSA,
  tag as tagOf,
  ZONE,
} from "../support/builders.ts";
import { parseFrames, type SseFrame } from "./frames.ts";

export const EPOCH = "log-1";
/** Whoever watches, as long as the test lasts. */
const VIEWER: Viewer = { holds: () => true };
export const CREW: readonly Trabajador[] = [MAURICIO, INGRID, ALVARO, LUIS, NUSTA, ROSA];
const SHEET = { firma: null, medio: "planilla", dispositivo: null } as const;

/** What a client got, and a connection that can be blocked, freed and broken. */
export interface Client extends Sink {
  readonly buffers: Uint8Array[];
  frames(): SseFrame[];
  /** Frames of one name. */
  of(event: string): SseFrame[];
  state: "open" | "ended" | "cut";
  /** From now on it takes nothing; call the answer and it takes all again. */
  block(): () => void;
}

export function createClient(): Client {
  let blocked: PromiseWithResolvers<void> | null = null;
  const buffers: Uint8Array[] = [];
  const frames = (): SseFrame[] => parseFrames(Buffer.concat(buffers).toString());
  return {
    buffers,
    frames,
    of: (event) => frames().filter((frame) => frame.event === event),
    state: "open",
    block() {
      const mine = Promise.withResolvers<void>();
      blocked = mine;
      return () => {
        blocked = null;
        mine.resolve();
      };
    },
    write(bytes) {
      if (this.state !== "open") throw new Error(`written to after it was ${this.state}`);
      buffers.push(bytes);
      return blocked?.promise;
    },
    end() {
      this.state = "ended";
    },
    cut() {
      this.state = "cut";
    },
  };
}

export interface Taller extends Disposable {
  readonly floor: Floor;
  readonly hub: Hub;
  readonly rows: Rows;
  readonly replay: Replay;
  /** Streams that were cut, by reason, in order. */
  readonly cuts: string[];
  readonly clock: { nowMs: number };
  /** Applies a batch of events that have no seq yet, as the ledger would. */
  apply(...events: Pending[]): void;
  /** One command to one spool. @returns whether the rules accepted it. */
  act(tag: string, command: Command, who: Trabajador): boolean;
  /** The same, not yet applied; null when it is refused. */
  decide(tag: string, command: Command, who: Trabajador): Pending | null;
  /** An engineer's edit in the sheet, not yet applied. */
  edit(tag: string, changes: Partial<Descripcion>): Pending;
  /** A worker's new state, not yet applied. */
  hire(trabajador: Trabajador): Pending;
  /** A stream; by default one that begins now. */
  join(vista: Vista, join?: Partial<Join>): Client & { detach(): void };
}

type Options = Partial<HubOptions> & { readonly spools?: readonly Spool[] };

export function openTaller({ spools = [], ...options }: Options = {}): Taller {
  const clock = { nowMs: NOW_MS };
  const cuts: string[] = [];
  const seq = spools.length as Seq;
  const floor = new Floor(DEFAULT_POLICY, {
    seq,
    spools,
    trabajadores: CREW,
    sesiones: [],
    accesos: [],
    planilla: null,
    ajustes: null,
  });
  const rows = options.rows ?? new Rows(floor, DEFAULT_POLICY);
  const replay = new Replay(ZONE, seq);
  keepReplay(floor, replay);
  const now = (): number => clock.nowMs;
  const cut = (reason: string): void => void cuts.push(reason);
  const hub = new Hub({
    now,
    observer: { ...NOBODY, cut },
    windowMs: 0,
    ...options,
    floor,
    rows,
    replay,
    epoch: () => EPOCH,
  });
  const standing = (text: string): Spool => {
    const found = floor.spool(tagOf(text));
    if (!found) throw new Error(`no spool ${text}`);
    return found;
  };
  const sheet = (before: Spool, cambio: Cambio): Pending => {
    const version = before.version + 1;
    const bare = { tag: before.tag, version, atMs: clock.nowMs, autor: SHEET, cambio };
    const after = evolve(before, bare);
    return { kind: "spool", ...bare, estadoDetalle: estadoDetalle(after, DEFAULT_POLICY) };
  };
  const taller: Taller = {
    floor,
    hub,
    rows,
    replay,
    cuts,
    clock,
    apply(...events) {
      floor.apply(events.map((event, i) => ({ ...event, seq: floor.seq + 1 + i }) as Event));
    },
    decide(text, command, who) {
      const result = attempt(standing(text), command, who, clock.nowMs);
      return result.ok ? result.event : null;
    },
    act(text, command, who) {
      const event = taller.decide(text, command, who);
      if (event) taller.apply(event);
      return event !== null;
    },
    edit(text, changes) {
      const before = standing(text);
      const { nv, ot, ficha, fechaMateriales } = before;
      const descripcion = { nv, ot, ficha, fechaMateriales, ...changes };
      return sheet(before, { accion: "EDITAR", operacion: null, descripcion });
    },
    hire: (trabajador) => ({
      kind: "trabajador",
      version: trabajador.version,
      atMs: clock.nowMs,
      autor: SHEET,
      trabajador,
    }),
    join(vista, join = {}) {
      const client = createClient();
      const begin = { desde: null, epoch: null, viewer: VIEWER, sink: client };
      const detach = hub.attach({ vista, ...begin, ...join });
      return Object.assign(client, { detach });
    },
    [Symbol.dispose]: () => hub.stop(),
  };
  return taller;
}
