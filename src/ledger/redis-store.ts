/** What is asked of Redis, one question each (redis-ask); commits in groups (redis-group). */
import { randomUUID } from "node:crypto";
import type { Event, Seq, SpoolEvent } from "../domain/event.ts";
import type { Tag } from "../domain/spool.ts";
import { columnKey, type EncodedWrite } from "./encoded.ts";
import {
  type Commit,
  type CommitResult,
  REMEMBER_MS,
  type RecordKey,
  type RecordState,
  type Remembered,
  type Snapshot,
  spoolKey,
} from "./ledger.ts";
import { type AskDeps, Asking } from "./redis-ask.ts";
import {
  type Asked,
  askedOf,
  callOf,
  placesBetween,
  type Reply,
  refuseStore,
  repliesOf,
  stateOf,
} from "./redis-commit.ts";
import type { Client } from "./redis-connections.ts";
import { createRedisGroups } from "./redis-group.ts";
import { BELL_BYTES, FORMAT, type RedisKeys } from "./redis-keys.ts";
import type { LeaseScripts } from "./redis-lease.ts";
import { decodeEntries, type Entry, entriesAfter, entriesAt, type Stand } from "./redis-log.ts";
import {
  ACQUIRE,
  ANNOUNCE,
  COMMIT,
  PUT_DOCUMENTS,
  RENEW,
  RENEW_EPOCH,
  run,
  type Script,
} from "./redis-scripts.ts";
import { readSnapshot } from "./redis-snapshot.ts";

export interface StoreDeps extends AskDeps {
  readonly keys: RedisKeys;
  readonly nowMs: () => number;
  /** Told of what a group of this process's commits appended, before they are answered. */
  readonly own: (events: readonly Event[], lastBody: string) => void;
}

export class RedisStore {
  readonly #deps: StoreDeps;
  readonly #submit = createRedisGroups<Asked, Reply>({
    send: (group) => this.#send(group),
    bytesOf: ({ bytes }) => bytes,
    bytesMax: BELL_BYTES,
  });
  readonly #asking: Asking;

  constructor(deps: StoreDeps) {
    this.#deps = deps;
    this.#asking = new Asking(deps);
  }

  /** From now on everything is refused; what was asked before is still answered. */
  close(): void {
    this.#asking.close();
  }

  async commit(commit: Commit, writes: readonly EncodedWrite[]): Promise<CommitResult> {
    this.#asking.refuseClosed();
    const reply = await this.#submit(askedOf(commit, writes, this.#deps.keys));
    if (reply.kind === "refused") throw this.#asking.faultBy(reply.error);
    if (reply.kind !== "remembered") return reply;
    const { kind, fingerprint, first, last } = reply;
    return { kind, fingerprint, events: await this.#between(first, last) };
  }

  /** Sends a group, also when the ledger was closed since: it was asked for before. */
  async #send(group: readonly Asked[]): Promise<readonly Reply[]> {
    const { keys, nowMs, own } = this.#deps;
    const call = callOf(group, keys, nowMs());
    const ask = (client: Client) => run(client, COMMIT, call.keys, call.args);
    const replies = repliesOf(await this.#asking.ask(ask, { writes: true, admitted: true }), group);
    const events = replies.flatMap((reply) => (reply.kind === "committed" ? reply.events : []));
    const last = replies.findLastIndex(({ kind }) => kind === "committed");
    own(events, group[last]?.writes.at(-1)?.body ?? "");
    return replies;
  }

  async recall(key: string): Promise<Remembered | null> {
    const { keys, nowMs } = this.#deps;
    const outcome = keys.outcome(`key:${key}`);
    const [fingerprint, first, last, at] = await this.#asking.ask((client) =>
      client.hmget(outcome, "fingerprint", "first", "last", "at"),
    );
    if (typeof fingerprint !== "string" || Number(at) < nowMs() - REMEMBER_MS) return null;
    return { fingerprint, events: await this.#between(Number(first), Number(last)) };
  }

  snapshot(): Promise<Snapshot> {
    return this.#asking.ask((client) => readSnapshot(client, this.#deps.keys));
  }

  async state(key: RecordKey): Promise<RecordState | null> {
    const { record } = this.#deps.keys;
    return stateOf(await this.#asking.ask((client) => client.hget(record, columnKey(key))));
  }

  async read(after: Seq, limit: number): Promise<readonly Event[]> {
    const { keys } = this.#deps;
    return decodeEntries(
      await this.#asking.ask((client) => entriesAfter(client, keys, after, limit)),
    );
  }

  async history(tag: Tag): Promise<readonly SpoolEvent[]> {
    const { keys } = this.#deps;
    const entries = await this.#asking.ask(async (client) => {
      const places = await client.lrange(keys.history(spoolKey(tag)), 0, -1);
      return await entriesAt(client, keys, places);
    });
    // A spool's key has only events of its kind (encodeWrites).
    return decodeEntries(entries) as SpoolEvent[];
  }

  document(name: string): Promise<string | null> {
    return this.#asking.ask((client) => client.hget(this.#deps.keys.document, name));
  }

  /** Asked again when the answer was lost: the same texts once more are the same (S1). */
  async putDocuments(
    documents: Readonly<Record<string, string>>,
    fence: Commit["fence"],
  ): Promise<boolean> {
    const { meta, document, lease } = this.#deps.keys;
    const keys = [meta, document, lease(fence?.lease ?? "")];
    const args = [FORMAT, fence?.fence ?? "", ...Object.entries(documents).flat()];
    const reply = await this.#script(PUT_DOCUMENTS, keys, args);
    const [kind, format = ""] = reply as readonly string[];
    return kind === "format" ? refuseStore(format) : kind === "stored";
  }

  leaseScripts(name: string, ttlMs: number): LeaseScripts {
    const { keys } = this.#deps;
    const key = keys.lease(name);
    const acquire = [name, randomUUID(), ttlMs];
    return {
      acquire: async () => Number(await this.#script(ACQUIRE, [key, keys.meta], acquire)),
      renew: async (fence, ttl) => (await this.#script(RENEW, [key], [fence, ttl])) === 1,
    };
  }

  /**
   * Publishes messages for the events after `after`, once for all processes ("" = the event has
   * none). @returns the last seq announced; not `after` plus theirs when another was faster
   */
  async announce(channel: string, after: Seq, messages: readonly string[]): Promise<Seq> {
    const { announced } = this.#deps.keys;
    return Number(await this.#script(ANNOUNCE, [announced], [channel, after, ...messages])) as Seq;
  }

  /** Gives a log that lost events another name; all processes agree on the first one's. */
  async renewEpoch({ epoch, head }: Stand): Promise<string> {
    const { client, keys } = this.#deps;
    const args = [epoch, randomUUID(), head];
    return String(await run(client, RENEW_EPOCH, [keys.meta, keys.announced], args));
  }

  entryAt(seq: Seq): Promise<Entry | undefined> {
    return entriesAt(this.#deps.client, this.#deps.keys, [seq]).then(([entry]) => entry);
  }

  /** Writes, as a commit would. Not held up by what is known: it is how that is found out. */
  async probe(): Promise<void> {
    await this.#deps.client.hset(this.#deps.keys.meta, "probe", this.#deps.nowMs());
  }

  async #between(first: number, last: number): Promise<readonly Event[]> {
    const { keys } = this.#deps;
    const places = placesBetween(first, last);
    return decodeEntries(await this.#asking.ask((client) => entriesAt(client, keys, places)));
  }

  #script(script: Script, keys: readonly string[], args: readonly (string | number)[]) {
    return this.#asking.ask((client) => run(client, script, keys, args), { writes: true });
  }
}
