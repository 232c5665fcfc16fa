/**
 * The live hub: from the floor's changes to every stream (spec 6). "Why didn't the screen move?"
 * is answered here.
 *
 * H1: a stream joins in one step without `await`: replay up to the floor's seq, then live.
 * H2: each change is rendered once per audience and encoded once; nothing here reads a store.
 *     What is committed within a few turns of the event loop is told together (`later`).
 * H3: every stream that is attached is detached exactly once, whoever ends it.
 */
import type { Change } from "../floor/floor.ts";
import { Audience, WINDOW_MS } from "./audience.ts";
import { Batch } from "./batch.ts";
import { Delivery, type HubObserver, NOBODY } from "./delivery.ts";
import { swapsOf } from "./fragments.ts";
import { encodeFrame, joinFrames } from "./frame.ts";
import { Greetings, pingFrame, resyncFrame, type Showing } from "./greeting.ts";
import { Notices } from "./notices.ts";
import { BACKLOG_MAX_BYTES, type Join, type Limits, STALLED_MAX_MS, Stream } from "./stream.ts";
import { type Vista, vistaKey } from "./vista.ts";

/** Spec 6: a named ping every 15 s. */
export const PING_MS = 15_000;
/** How often streams past a limit or their session's end are looked for (spec 6: a second). */
const SWEEP_MS = 1_000;
/** A stop spreads the return of its streams over this long, so that a restart is no stampede. */
export const RETURN_SPREAD_MS = 4_000;

export interface HubOptions extends Showing {
  readonly windowMs?: number;
  readonly pingMs?: number;
  readonly sweepMs?: number;
  readonly backlogBytes?: number;
  readonly stalledMs?: number;
  /** Puts off telling what has changed (turns.ts); by default it is told at once. */
  readonly later?: (tell: () => void) => void;
  /** Told what it does; for logs and metrics. */
  readonly observer?: HubObserver;
}

/** Why a stream is cut. */
type Reason = "stalled" | "session";

const over = (stream: Stream): Reason | null => (stream.expired() ? "session" : null);

export class Hub {
  readonly #options: HubOptions;
  readonly #limits: Limits;
  readonly #greetings: Greetings;
  readonly #observer: HubObserver;
  readonly #audiences = new Map<string, Audience>();
  readonly #timers: readonly ReturnType<typeof setInterval>[];
  #stopped = false;
  /** What has changed and was not told yet. */
  #untold: Change[] = [];
  readonly #notices = new Notices();

  constructor(options: HubOptions) {
    this.#options = options;
    this.#observer = options.observer ?? NOBODY;
    this.#limits = {
      backlogBytes: options.backlogBytes ?? BACKLOG_MAX_BYTES,
      stalledMs: options.stalledMs ?? STALLED_MAX_MS,
    };
    this.#greetings = new Greetings(options);
    options.floor.subscribe((changes) => this.#onChanges(changes));
    this.#timers = [
      setInterval(() => this.#ping(), options.pingMs ?? PING_MS),
      setInterval(() => this.#sweep(), options.sweepMs ?? SWEEP_MS),
    ];
  }

  /** How many streams are open, by kind. */
  count(): { readonly html: number; readonly json: number } {
    let html = 0;
    let json = 0;
    for (const { kind, streams } of this.#audiences.values()) {
      if (kind === "json") json += streams.size;
      else html += streams.size;
    }
    return { html, json };
  }

  /** Resolves once a stream that comes back can be told what it missed: at once but at a start. */
  get filled(): Promise<void> {
    return this.#options.replay.filled;
  }

  /** Bytes that clients have not taken yet: of all, and of the one that is furthest behind. */
  backlog(): { readonly bytes: number; readonly maxBytes: number } {
    let bytes = 0;
    let maxBytes = 0;
    for (const { streams } of this.#audiences.values()) {
      for (const { backlogBytes } of streams) {
        bytes += backlogBytes;
        maxBytes = Math.max(maxBytes, backlogBytes);
      }
    }
    return { bytes, maxBytes };
  }

  /** Joins a stream (H1). @returns what http calls when the client is gone. */
  attach({ vista, desde, epoch, viewer, sink }: Join): () => void {
    const { floor, now } = this.#options;
    this.#tellChanges();
    const key = vistaKey(vista);
    const audience = this.#audienceOf(key, vista);
    audience.flush(floor.seq);
    const stream = new Stream(sink, viewer, this.#limits, now);
    audience.streams.add(stream);
    const { how, parts } = this.#greetings.greet(vista, key, desde, epoch);
    this.#observer.joined(audience.kind, how);
    for (const bytes of parts) {
      stream.greet(bytes);
      this.#observer.wrote(audience.kind, 1, 0, bytes.length);
    }
    for (const bytes of this.#notices.of(vista)) stream.write(bytes);
    if (this.#stopped) this.#sendAway(stream);
    return () => {
      stream.lost();
      this.#remove(key, audience, stream);
    };
  }

  /** The log is another one: every client reads all anew. */
  restart(): void {
    this.#greetings.forget();
    this.#untold = [];
    this.#closeOver();
    const bytes = resyncFrame(this.#options, this.#options.floor.seq);
    for (const audience of this.#audiences.values()) {
      audience.drop();
      audience.send(bytes);
    }
  }

  /**
   * Shows this fragment on the pages that have its place, now and when one joins, until there is
   * another of the same thing. By default all pages have it.
   */
  tell(thing: string, fragment: string, on: (vista: Vista) => boolean = () => true): void {
    const notice = this.#notices.put(thing, fragment, on);
    for (const audience of this.#audiences.values()) {
      if (notice.shows(audience.vista)) audience.send(notice.bytes);
    }
  }

  /** Tells every stream to come back, spread over RETURN_SPREAD_MS, and ends them (spec 6). */
  stop(): void {
    this.#stopped = true;
    this.#tellChanges();
    for (const timer of this.#timers) clearInterval(timer);
    for (const [key, audience] of this.#audiences) {
      audience.flush(this.#options.floor.seq);
      for (const stream of audience.streams) {
        this.#sendAway(stream);
        this.#remove(key, audience, stream);
        this.#observer.cut("stop");
      }
    }
  }

  #audienceOf(key: string, vista: Vista): Audience {
    let audience = this.#audiences.get(key);
    if (!audience) {
      audience = new Audience(vista, this.#options.windowMs ?? WINDOW_MS, this.#observer);
      this.#audiences.set(key, audience);
    }
    return audience;
  }

  #onChanges(changes: readonly Change[]): void {
    this.#greetings.forget();
    // Before anything is told: not one row goes to whoever may not see it any more.
    if (changes.some(({ event }) => event.kind !== "spool")) this.#closeOver();
    const first = this.#untold.length === 0;
    this.#untold.push(...changes);
    const { later } = this.#options;
    if (!later) this.#tellChanges();
    else if (first) later(() => this.#tellChanges());
  }

  #tellChanges(): void {
    const changes = this.#untold;
    if (changes.length === 0) return;
    this.#untold = [];
    const { floor, rows, replay, now } = this.#options;
    const before = (changes[0]?.event.seq ?? 1) - 1;
    const events = changes.map(({ event }) => event);
    const delivery = new Delivery(events, this.#observer);
    const batch = new Batch(changes, floor.policy);
    for (const audience of this.#audiences.values()) {
      if (audience.vista.kind === "json") {
        // One write for a whole commit group: a write per event cost four times the CPU.
        const frames = replay.framesSince(before) ?? [];
        if (frames.length === 0) continue;
        delivery.wait();
        audience.send(joinFrames(frames), frames.length);
        delivery.reached(audience.streams.size);
        continue;
      }
      const swaps = swapsOf(audience.vista, batch, floor, rows);
      audience.offer(swaps, () => floor.seq, now(), delivery);
    }
    delivery.close();
  }

  #ping(): void {
    this.#tellChanges();
    const bytes = pingFrame(this.#options);
    for (const audience of this.#audiences.values()) {
      audience.flush(this.#options.floor.seq);
      audience.send(bytes);
    }
  }

  #sweep(): void {
    this.#closeWhere((stream) => (stream.overdue() ? "stalled" : over(stream)));
  }

  /** Ends the streams whose session, tablet or token is over. */
  #closeOver(): void {
    this.#closeWhere(over);
  }

  #sendAway(stream: Stream): void {
    const data = String(Math.round(Math.random() * RETURN_SPREAD_MS));
    stream.write(encodeFrame({ event: "volver", data }));
    stream.end();
  }

  #closeWhere(reasonOf: (stream: Stream) => Reason | null): void {
    for (const [key, audience] of this.#audiences) {
      for (const stream of audience.streams) {
        const reason = reasonOf(stream);
        if (!reason) continue;
        stream.cut();
        this.#remove(key, audience, stream);
        this.#observer.cut(reason);
      }
    }
  }

  #remove(key: string, audience: Audience, stream: Stream): void {
    audience.streams.delete(stream);
    if (audience.streams.size === 0 && this.#audiences.get(key) === audience) {
      audience.drop();
      this.#audiences.delete(key);
    }
  }
}
