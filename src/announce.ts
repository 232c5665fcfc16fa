/**
 * Messages to other programs on `spools:updates` (spec 5), as the earlier system sent them: one per
 * spool event, in order, once, however many processes there are.
 *
 * N1: one process announces, by a lease; the place of the last one announced is moved by the same
 *     script that publishes, so another process goes on exactly there.
 * N2: nobody waits for it: an announcer that is away is behind, and catches up from the log.
 */
import type { Event, Seq } from "./domain/event.ts";
import { messageOf } from "./domain/message.ts";
import { type Lease, type Ledger, LedgerUnavailable } from "./ledger/ledger.ts";
import type { Log } from "./log.ts";

const LEASE = "anuncio";
/** A dead announcer's successor begins after this at the latest. */
const LEASE_MS = 5_000;
/** The lease is renewed, or asked for, this often. */
const RENEW_MS = 1_500;
/** Events read at once while catching up. */
const PIECE = 500;

export interface AnnouncingDeps {
  readonly ledger: Pick<Ledger, "lease" | "read">;
  readonly announcer: {
    announce(channel: string, after: Seq, messages: readonly string[]): Promise<Seq>;
  };
  readonly channel: string;
  /** The shop's zone, for timestamps. */
  readonly zone: string;
  readonly log: Log;
  /** Where the log stands now: where announcements begin that never were before. */
  readonly place: Seq;
}

/** The text of an event, "" for one that is not a spool's. */
const textOf = (event: Event, zone: string): string =>
  event.kind === "spool" ? JSON.stringify(messageOf(event, zone)) : "";

export class Announcing {
  readonly #deps: AnnouncingDeps;
  #lease: Lease | null = null;
  /** Where this process believes the announcements stand; the script knows better. */
  #place: Seq;
  #busy = false;
  #again = false;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(deps: AnnouncingDeps) {
    this.#deps = deps;
    this.#place = deps.place;
    this.#timer = setInterval(() => void this.#hold(), RENEW_MS);
  }

  /** Whether this process is the one that announces. */
  get holds(): boolean {
    return this.#lease !== null && this.#lease.leftMs() > 0;
  }

  /** The last event that it announced, or passed over; another process may be further. */
  get place(): Seq {
    return this.#place;
  }

  /** Something was committed. */
  async news(): Promise<void> {
    this.#again = true;
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (this.#again && this.#lease && this.#lease.leftMs() > 0) {
        this.#again = false;
        await this.#catchUp();
      }
    } catch (error) {
      if (!(error instanceof LedgerUnavailable)) this.#deps.log.error({ err: error }, "announce");
      this.#again = true; // the next renewal comes back to it
    } finally {
      this.#busy = false;
    }
  }

  /** The log is another one, and stands here. */
  restart(place: Seq): void {
    this.#place = place;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    const lease = this.#lease;
    this.#lease = null;
    await lease?.release().catch(() => {}); // it runs out by itself
  }

  /** Renews the lease, or takes it when nobody has it. */
  async #hold(): Promise<void> {
    try {
      if (this.#lease && !(await this.#lease.renew())) this.#lease = null;
      this.#lease ??= await this.#deps.ledger.lease(LEASE, LEASE_MS);
      if (this.#lease) await this.news();
    } catch (error) {
      if (!(error instanceof LedgerUnavailable)) this.#deps.log.error({ err: error }, "announce");
    }
  }

  async #catchUp(): Promise<void> {
    const { ledger, announcer, channel, zone } = this.#deps;
    for (;;) {
      const events = await ledger.read(this.#place, PIECE);
      if (events.length === 0) return;
      const texts = events.map((event) => textOf(event, zone));
      this.#place = await announcer.announce(channel, this.#place, texts);
    }
  }
}
