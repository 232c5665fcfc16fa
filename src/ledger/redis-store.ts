/**
 * What is asked of Redis, one question each, with what to do when there is no answer.
 *
 * S1: nothing is asked while Redis is known to be away; what was asked and got no answer is asked
 *     again, the same, until CLEAR_UP_MS have passed. All questions may be repeated: a commit
 *     carries its attempt.
 */
import { randomUUID } from "node:crypto";
import type { Event, Seq, SpoolEvent } from "../domain/event.ts";
import type { Tag } from "../domain/spool.ts";
import { AnswerLost } from "./answer-lost.ts";
import { columnKey, type EncodedWrite } from "./encoded.ts";
import {
  type Commit,
  type CommitResult,
  LedgerUnavailable,
  OutcomeUnknown,
  REMEMBER_MS,
  type RecordKey,
  type RecordState,
  type Remembered,
  type Snapshot,
  spoolKey,
} from "./ledger.ts";
import { callOf, placesBetween, refuseStore, replyOf, stateOf } from "./redis-commit.ts";
import type { Client } from "./redis-connections.ts";
import { blocksWrites, faultOf, wasSent } from "./redis-faults.ts";
import { FORMAT, type RedisKeys } from "./redis-keys.ts";
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
import type { Watch } from "./redis-watch.ts";

/** How long an answer that was lost is asked for again. */
const CLEAR_UP_MS = 5_000;
/** Between two tries, so that a connection which says it is there and is not costs nothing. */
const PAUSE_MS = 20;

export interface StoreDeps {
  readonly client: Client;
  readonly keys: RedisKeys;
  readonly watch: Pick<Watch, "ready" | "refused">;
  readonly nowMs: () => number;
}

export class RedisStore {
  readonly #deps: StoreDeps;
  #closed = false;

  constructor(deps: StoreDeps) {
    this.#deps = deps;
  }

  /** From now on everything is refused; what was asked before is still answered. */
  close(): void {
    this.#closed = true;
  }

  async commit(commit: Commit, writes: readonly EncodedWrite[]): Promise<CommitResult> {
    const { keys, nowMs } = this.#deps;
    const call = callOf(commit, writes, keys, nowMs());
    const reply = replyOf(await this.#script(COMMIT, call.keys, call.args), writes);
    if (reply.kind !== "remembered") return reply;
    const { kind, fingerprint, first, last } = reply;
    return { kind, fingerprint, events: await this.#between(first, last) };
  }

  async recall(key: string): Promise<Remembered | null> {
    const { keys, nowMs } = this.#deps;
    const outcome = keys.outcome(`key:${key}`);
    const [fingerprint, first, last, at] = await this.#ask((client) =>
      client.hmget(outcome, "fingerprint", "first", "last", "at"),
    );
    if (typeof fingerprint !== "string" || Number(at) < nowMs() - REMEMBER_MS) return null;
    return { fingerprint, events: await this.#between(Number(first), Number(last)) };
  }

  snapshot(): Promise<Snapshot> {
    return this.#ask((client) => readSnapshot(client, this.#deps.keys));
  }

  async state(key: RecordKey): Promise<RecordState | null> {
    const { record } = this.#deps.keys;
    return stateOf(await this.#ask((client) => client.hget(record, columnKey(key))));
  }

  async read(after: Seq, limit: number): Promise<readonly Event[]> {
    const { keys } = this.#deps;
    return decodeEntries(await this.#ask((client) => entriesAfter(client, keys, after, limit)));
  }

  async history(tag: Tag): Promise<readonly SpoolEvent[]> {
    const { keys } = this.#deps;
    const entries = await this.#ask(async (client) => {
      const places = await client.lrange(keys.history(spoolKey(tag)), 0, -1);
      return await entriesAt(client, keys, places);
    });
    // A spool's key has only events of its kind (encodeWrites).
    return decodeEntries(entries) as SpoolEvent[];
  }

  document(name: string): Promise<string | null> {
    return this.#ask((client) => client.hget(this.#deps.keys.document, name));
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
    return decodeEntries(await this.#ask((client) => entriesAt(client, keys, places)));
  }

  #script(script: Script, keys: readonly string[], args: readonly (string | number)[]) {
    return this.#ask((client) => run(client, script, keys, args), true);
  }

  /** @param writes whether an answer that stays lost leaves something unknown (S1) */
  async #ask<T>(question: (client: Client) => Promise<T>, writes = false): Promise<T> {
    const untilMs = performance.now() + CLEAR_UP_MS;
    let sent = false;
    for (;;) {
      const tried = await this.#try(question);
      if ("answer" in tried) return tried.answer;
      const { fault } = tried;
      const lost = fault instanceof AnswerLost;
      sent ||= lost && wasSent(fault);
      if (!lost || performance.now() >= untilMs) throw unavailable(fault, sent && writes);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  async #try<T>(question: (client: Client) => Promise<T>): Promise<Tried<T>> {
    const { client, watch } = this.#deps;
    try {
      if (this.#closed) throw new LedgerUnavailable("the ledger is closed");
      await watch.ready();
      return { answer: await question(client) };
    } catch (error) {
      if (blocksWrites(error)) watch.refused(error);
      return { fault: faultOf(error) };
    }
  }
}

type Tried<T> = { readonly answer: T } | { readonly fault: LedgerUnavailable | AnswerLost };

function unavailable(fault: Error, unknown: boolean): LedgerUnavailable {
  if (unknown) return new OutcomeUnknown(fault.message, { cause: fault });
  if (fault instanceof LedgerUnavailable) return fault;
  return new LedgerUnavailable(fault.message, { cause: fault });
}
