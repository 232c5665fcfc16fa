/**
 * The ledger in Redis 7 or Valkey (spec 5), for many processes: laws L1-L7 of ledger.ts.
 *
 * L1, L2, L4, L7: one script for what waits, each commit by itself (redis-commit.lua).
 * L3: as durable as Redis is set; `health` says what is missing (redis-checks).
 * L5, L6: one tail per process (redis-tail), rung by pub/sub and fed from the log.
 * A commit whose answer was lost is asked again as the same attempt, so it is stored once and
 * answered truthfully; when that can't be had in time, it is OutcomeUnknown (redis-ask).
 */
import type { Event, Seq, SpoolEvent } from "../domain/event.ts";
import type { Tag } from "../domain/spool.ts";
import { AnswerLost } from "./answer-lost.ts";
import { encodeWrites } from "./encoded.ts";
import { createFollowers } from "./followers.ts";
import {
  type Availability,
  type Commit,
  type CommitResult,
  type Lease,
  type Ledger,
  type LedgerFigures,
  type LedgerHealth,
  LedgerUnavailable,
  READ_LIMIT,
  type RecordKey,
  type RecordState,
  type Remembered,
  type Rewound,
  type Snapshot,
} from "./ledger.ts";
import { checkServer } from "./redis-checks.ts";
import { CLIENT_NAME, openConnections, type RedisConnections } from "./redis-connections.ts";
import { faultOf } from "./redis-faults.ts";
import { type Hearing, startHearing } from "./redis-hearing.ts";
import { PREFIX, redisKeys } from "./redis-keys.ts";
import { takeLease } from "./redis-lease.ts";
import { beginLog, entriesAfter, readStand, type Stand } from "./redis-log.ts";
import { RedisStore, type StoreDeps } from "./redis-store.ts";
import { Tail } from "./redis-tail.ts";
import { createUnderWay } from "./redis-under-way.ts";
import type { RedisTarget } from "./redis-url.ts";
import { Watch } from "./redis-watch.ts";

export interface RedisLedgerOptions {
  readonly target: RedisTarget;
  /** The hash tag of all keys. Default `{zeues}`. */
  readonly prefix?: string;
  /** Told what has no caller to be thrown at: a follower's fault, Redis going away. */
  readonly onFault: (error: unknown) => void;
  /** Told of a message on our own channel that is none of ours. */
  readonly onMalformed?: (message: string) => void;
  /** A channel of others to listen to. */
  readonly hear?: Hearing;
  /** Epoch milliseconds; for the age of idempotency keys. Default: the machine's clock. */
  readonly nowMs?: () => number;
}

export class RedisLedger implements Ledger {
  readonly #connections: RedisConnections;
  readonly #onFault: (error: unknown) => void;
  readonly #followers;
  readonly #store: RedisStore;
  readonly #tail: Tail;
  readonly #watch: Watch;
  readonly #rewindListeners = new Set<(rewound: Rewound) => void>();
  readonly #underWay = createUnderWay();
  #endHearing: () => void = () => {};
  #closed = false;

  constructor(options: RedisLedgerOptions, connections: RedisConnections) {
    const { prefix = PREFIX, nowMs = Date.now, onMalformed = () => {} } = options;
    const { commands: client } = connections;
    const keys = redisKeys(prefix);
    this.#connections = connections;
    this.#onFault = (error) => this.#closed || options.onFault(error);
    this.#followers = createFollowers(options.onFault);
    this.#watch = new Watch({
      look: async (write) => {
        if (write) await this.#store.probe();
        await this.#tail.catchUp();
      },
      connected: () => connections.connected(),
      onChange: (now) => {
        if (now.kind === "away") this.#onFault(new LedgerUnavailable(now.detail));
      },
    });
    const own: StoreDeps["own"] = (events, body) => this.#tail.own(events, body);
    this.#store = new RedisStore({ client, keys, nowMs, watch: this.#watch, own });
    this.#tail = new Tail({
      followers: this.#followers,
      stand: (place) => readStand(client, keys, place),
      after: (place, limit) => entriesAfter(client, keys, place, limit),
      onGone: () => {
        const { place: had } = this.#tail;
        throw new LedgerUnavailable(`Redis está vacío: no están los ${had} sucesos del registro`);
      },
      onRewound: (rewound, stand) => this.#rewind(rewound, stand),
      onMalformed,
      onFault: this.#onFault,
    });
  }

  /** Begins at the log's end and listens from there on. */
  async start(stand: Stand, { target, hear }: RedisLedgerOptions) {
    this.#tail.begin(stand, (await this.#store.entryAt(stand.head))?.body ?? null);
    this.#connections.listen({
      message: (message) => this.#tail.bell(message),
      lost: (error) => this.#watch.lost(error),
      back: () => this.#watch.back(),
    });
    await this.#watch.look();
    if (hear) this.#endHearing = startHearing(target, `${CLIENT_NAME}-hear`, hear, this.#onFault);
  }

  get epoch(): string {
    return this.#tail.epoch;
  }

  get availability(): Availability {
    return this.#watch.availability;
  }

  onAvailability(listener: (availability: Availability) => void): () => void {
    return this.#watch.onAvailability(listener);
  }

  onRewound(listener: (rewound: Rewound) => void): () => void {
    this.#rewindListeners.add(listener);
    return () => void this.#rewindListeners.delete(listener);
  }

  async commit(commit: Commit): Promise<CommitResult> {
    const writes = encodeWrites(commit);
    return await this.#underWay.hold(() => this.#store.commit(commit, writes));
  }

  putDocuments(
    documents: Readonly<Record<string, string>>,
    fence?: Commit["fence"],
  ): Promise<boolean> {
    return this.#underWay.hold(() => this.#store.putDocuments(documents, fence));
  }

  recall(key: string): Promise<Remembered | null> {
    return this.#store.recall(key);
  }

  snapshot(): Promise<Snapshot> {
    return this.#store.snapshot();
  }

  state(key: RecordKey): Promise<RecordState | null> {
    return this.#store.state(key);
  }

  read(after: Seq, limit = READ_LIMIT): Promise<readonly Event[]> {
    return this.#store.read(after, Math.min(limit, READ_LIMIT));
  }

  history(tag: Tag): Promise<readonly SpoolEvent[]> {
    return this.#store.history(tag);
  }

  document(name: string): Promise<string | null> {
    return this.#store.document(name);
  }

  async follow(after: Seq, deliver: (events: readonly Event[]) => void): Promise<() => void> {
    let place = after;
    for (;;) {
      const events = await this.read(place);
      place = events.at(-1)?.seq ?? place;
      if (events.length > 0) deliver(events);
      // No await from here to the join, so the tail moves nothing in between (L5).
      if (place >= this.#tail.place) return this.#followers.join(place, deliver);
    }
  }

  lease(name: string, ttlMs: number): Promise<Lease | null> {
    return takeLease(this.#store.leaseScripts(name, ttlMs), ttlMs);
  }

  /** Announces events to other programs, once for all processes (RedisStore.announce). */
  announce(channel: string, after: Seq, messages: readonly string[]): Promise<Seq> {
    return this.#store.announce(channel, after, messages);
  }

  /** Writes, reads on to the end, and asks Redis how it is set. */
  async health(): Promise<LedgerHealth> {
    try {
      if (this.#closed) throw new LedgerUnavailable("the ledger is closed");
      await this.#watch.look();
      const { availability } = this.#watch;
      if (availability.kind === "away") return { ok: false, detail: availability.detail };
      await this.#store.probe();
      const { detail, avisos } = await checkServer(this.#connections.commands);
      return { ok: true, detail, avisos };
    } catch (error) {
      return { ok: false, detail: faultOf(error).message };
    }
  }

  figures(): LedgerFigures {
    const connection = { ...this.#connections.figures(), roundTripMs: this.#watch.roundTripMs };
    return { store: "redis", head: this.#tail.head, headAgeMs: this.#tail.headAgeMs, connection };
  }

  /** Waits for what is under way, then lets go. Closing twice is closing once. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#store.close();
    await this.#underWay.settled();
    this.#followers.clear();
    this.#watch.stop();
    this.#endHearing();
    this.#connections.close();
  }

  /** The log is another one: it gets another name unless it has one, and all begin anew (L6). */
  async #rewind(rewound: Rewound, stand: Stand): Promise<void> {
    const known = stand.epoch === this.#tail.epoch;
    const epoch = known ? await this.#store.renewEpoch(stand) : stand.epoch;
    const last = await this.#store.entryAt(stand.head);
    this.#tail.begin({ ...stand, epoch }, last?.body ?? null);
    for (const listener of this.#rewindListeners) listener(rewound);
  }
}

/**
 * Opens the ledger, begins one where there is none.
 * @throws LedgerUnavailable, in one line: not reachable, of another format, taken apart.
 */
export async function openRedisLedger(options: RedisLedgerOptions): Promise<RedisLedger> {
  const keys = redisKeys(options.prefix ?? PREFIX);
  let connections: RedisConnections | null = null;
  try {
    connections = await openConnections(options.target, keys.bell);
    const stand = await beginLog(connections.commands, keys);
    const ledger = new RedisLedger(options, connections);
    await ledger.start(stand, options);
    return ledger;
  } catch (error) {
    connections?.close();
    const fault = faultOf(error);
    const reason = fault instanceof AnswerLost ? "no se puede usar Redis" : "registro en Redis";
    throw new LedgerUnavailable(`${reason}: ${fault.message}`, { cause: fault });
  }
}
