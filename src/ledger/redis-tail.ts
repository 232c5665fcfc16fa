/**
 * The end of the log as this process has it: pub/sub is the bell, the log is the truth (spec 5).
 *
 * T1: events are given to followers in seq order without a gap. What a bell tells is taken only
 *     when it begins right after our place; anything else is read from the log.
 * T2: start, reconnect, failover and the regular look all use `catchUp`.
 * T3: a log that lacks what we have seen, or holds something else at our place, is another log:
 *     nothing of it is given to the old followers; the owner is told, and all begin anew.
 * T4: who may come in is never taken from a bell: whoever may only PUBLISH could ring themselves a
 *     session. Such events are read from the log.
 */
import { type Event, SEQ_ZERO, type Seq } from "../domain/event.ts";
import type { Followers } from "./followers.ts";
import type { Rewound } from "./ledger.ts";
import { BELL_BYTES, FORMAT } from "./redis-keys.ts";
import { decodeEntries, type Entry, type Stand } from "./redis-log.ts";

/** Entries per read while catching up: about 0.5 MB. */
const CATCH_UP = 1_000;
/** `FORMAT EPOCH FIRST LAST`, then, where they fit, the bodies, a line each (redis-commit.lua). */
const BELL = /^(\S+) (\S*) (\d{1,16}) (\d{1,16})(?:\n|$)/;

/** Bodies of the least length with a newline each, and the line before them. */
const BELL_MAX_CHARS = 2 * BELL_BYTES;

/** What gives somebody rights (T4). */
const FROM_THE_LOG: ReadonlySet<Event["kind"]> = new Set(["sesion", "acceso", "trabajador"]);

export interface TailDeps {
  readonly followers: Followers;
  readonly stand: (place: Seq) => Promise<Stand | null>;
  readonly after: (place: Seq, limit: number) => Promise<Entry[]>;
  /** The store is empty although this process has seen a log in it. */
  readonly onGone: () => never;
  readonly onRewound: (rewound: Rewound, stand: Stand) => Promise<void>;
  /** A message that is none of ours; counted. */
  readonly onMalformed: (message: string) => void;
  /** A catch-up that a bell asked for failed; the regular look comes soon. */
  readonly onFault: (error: unknown) => void;
}

export class Tail {
  readonly #deps: TailDeps;
  #place: Seq = SEQ_ZERO;
  #body: string | null = null;
  #epoch = "";
  #running: Promise<void> | null = null;
  #again = false;
  /** Where the log ended when it was last looked at, and when that was (monotonic clock). */
  #head: Seq = SEQ_ZERO;
  #lookedAtMs = performance.now();

  constructor(deps: TailDeps) {
    this.#deps = deps;
  }

  get place(): Seq {
    return this.#place;
  }

  /** The last place that is known to be in the log. */
  get head(): Seq {
    return Math.max(this.#head, this.#place) as Seq;
  }

  /** Milliseconds since the last look at the log's end. */
  get headAgeMs(): number {
    return performance.now() - this.#lookedAtMs;
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** Begins at the end of a log. */
  begin({ epoch, head }: Stand, body: string | null): void {
    this.#epoch = epoch;
    this.#place = head;
    this.#body = body;
    this.#looked(head);
  }

  #looked(head: Seq): void {
    this.#head = head;
    this.#lookedAtMs = performance.now();
  }

  /** A message on the bell's channel. */
  bell(message: string): void {
    const [all, format, epoch, first, last] = BELL.exec(message) ?? [];
    // Whoever floods the channel with these must not make us read: the regular look comes soon.
    if (all === undefined || format !== FORMAT || message.length > BELL_MAX_CHARS) {
      this.#deps.onMalformed(message);
      return;
    }
    if (epoch === this.#epoch && Number(last) <= this.#place) return;
    const bodies = message.length > all.length ? message.slice(all.length).split("\n") : [];
    const whole = bodies.length === Number(last) - Number(first) + 1;
    if (epoch !== this.#epoch || Number(first) !== this.#place + 1 || !whole) {
      this.#look();
      return;
    }
    try {
      const entries = bodies.map((body, index) => ({ seq: (Number(first) + index) as Seq, body }));
      const events = decodeEntries(entries);
      if (events.some(({ kind }) => FROM_THE_LOG.has(kind))) this.#look();
      else this.#give(events, bodies.at(-1) ?? "");
    } catch (error) {
      this.#deps.onMalformed(message);
      this.#deps.onFault(error);
      this.#look();
    }
  }

  /** What this process committed itself need not wait for its bell, when nothing lies between. */
  own(events: readonly Event[], lastBody: string): void {
    const next = this.#place + 1;
    if (events.every(({ seq }, index) => seq === next + index)) this.#give(events, lastBody);
  }

  /** Reads on until nothing is missing. One runs at a time; asked meanwhile, it looks again. */
  catchUp(): Promise<void> {
    if (this.#running) {
      this.#again = true;
      return this.#running;
    }
    this.#running = this.#catchUp().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  #look(): void {
    this.catchUp().catch(this.#deps.onFault);
  }

  async #catchUp(): Promise<void> {
    do {
      this.#again = false;
      const [place, body] = [this.#place, this.#body];
      const stand = await this.#deps.stand(place);
      if (!stand) this.#deps.onGone();
      const other = stand.epoch !== this.#epoch || stand.head < place || stand.here !== body;
      if (other) await this.#rewind(stand);
      else {
        this.#looked(stand.head);
        await this.#readTo(stand.head);
      }
    } while (this.#again);
  }

  async #readTo(head: Seq): Promise<void> {
    while (this.#place < head) {
      const from = this.#place;
      const entries = await this.#deps.after(from, CATCH_UP);
      // Bells may have brought some of them meanwhile.
      const news = entries.filter(({ seq }) => seq > this.#place);
      const gap = news.findIndex(({ seq }, index) => seq !== this.#place + 1 + index);
      if (gap >= 0) throw new Error(`a gap in the log after ${this.#place + gap}`);
      if (news.length > 0) this.#give(decodeEntries(news), news.at(-1)?.body ?? "");
      else if (entries.length === 0) return;
    }
  }

  async #rewind(stand: Stand): Promise<void> {
    const rewound = { had: this.#place, stands: stand.head };
    this.#deps.followers.clear();
    await this.#deps.onRewound(rewound, stand);
  }

  #give(events: readonly Event[], lastBody: string): void {
    const last = events.at(-1);
    if (!last) return;
    this.#place = last.seq;
    this.#body = lastBody;
    this.#deps.followers.publish(events);
  }
}
