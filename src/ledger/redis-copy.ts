/**
 * A copy that is being made in Redis (transfer.ts). The key `copy` stands in place of `meta` until
 * all is there (redis-copy-scripts): without `meta` no process takes it for a ledger, and the
 * ledger's own code reads it by giving it that name.
 */
import { randomUUID } from "node:crypto";
import type { Event } from "../domain/event.ts";
import { REMEMBER_MS, spoolKey } from "./ledger.ts";
import { valuesOf } from "./redis-connections.ts";
import {
  ADD_EVENTS,
  CLAIM,
  FINISH,
  FORGET,
  PUT_FIELDS,
  PUT_OUTCOMES,
  REMOVE,
} from "./redis-copy-scripts.ts";
import { FORMAT } from "./redis-keys.ts";
import { refuseFormat } from "./redis-log.ts";
import { scanKeys } from "./redis-scan.ts";
import { run, type Script } from "./redis-scripts.ts";
import { asking, type Opened, openPlace, type RedisPlace, readingOf } from "./redis-transfer.ts";
import {
  alreadyHas,
  type Reading,
  type StoredDocument,
  type StoredEvent,
  type StoredOutcome,
  type StoredRecord,
  type Target,
  TransferError,
} from "./transfer.ts";

/** Redis's own clock forgets this much later than ours (as redis-commit has it). */
const KEEP_LONGER_MS = 4 * 3_600_000;

/** What stands there, by CLAIM's answer. */
const STANDS: Readonly<Record<string, (count: number) => string>> = {
  events: (count) => alreadyHas(count, "events"),
  records: (count) => `${alreadyHas(count, "records")}, al que le falta lo demás`,
  documents: (count) => `${alreadyHas(count, "documents")}, al que le falta lo demás`,
};

class RedisCopy implements Target {
  readonly name: string;
  readonly #opened: Opened;
  readonly #id = randomUUID();
  #claimed = false;

  constructor(opened: Opened) {
    this.#opened = opened;
    this.name = opened.name;
  }

  /** @throws TransferError saying what stands there */
  async claim(): Promise<void> {
    const { client, keys, name } = this.#opened;
    const { copy, meta, log, record, document } = keys;
    const [marked, events] = valuesOf(await client.pipeline().exists(copy).xlen(log).exec());
    // A log of its own may have any number of keys; only one that is gone leaves strays.
    if (marked === 0 && events === 0) await this.#refuseStrays();
    const stands = await run(
      client,
      CLAIM,
      [copy, meta, log, record, document],
      [this.#id, FORMAT, randomUUID()],
    );
    const [kind = "", what = ""] = stands as readonly string[];
    if (kind === "format") refuseFormat(what);
    const words = STANDS[kind]?.(Number(what));
    if (words !== undefined) throw new TransferError(`${name} no está vacío: ${words}`);
    this.#claimed = true;
    if (kind === "unfinished") {
      await this.#clear();
      await this.claim();
    }
  }

  async addEvents(stored: readonly StoredEvent[], events: readonly Event[]): Promise<void> {
    const { keys } = this.#opened;
    const histories = new Map<string, number>();
    const args = stored.flatMap(({ seq, body }, index) => {
      const event = events[index];
      if (event?.kind !== "spool") return [seq, body, 0];
      const history = keys.history(spoolKey(event.tag));
      const at = histories.get(history) ?? histories.size + 1;
      histories.set(history, at);
      return [seq, body, at];
    });
    await this.#run(ADD_EVENTS, [keys.log, ...histories.keys()], [FORMAT, ...args]);
  }

  async putRecords(records: readonly StoredRecord[]): Promise<void> {
    const args = records.flatMap(({ key, version, state }) => [key, `${version} ${state}`]);
    await this.#run(PUT_FIELDS, [this.#opened.keys.record], args);
  }

  async putDocuments(documents: readonly StoredDocument[]): Promise<void> {
    const args = documents.flatMap(({ name, body }) => [name, body]);
    await this.#run(PUT_FIELDS, [this.#opened.keys.document], args);
  }

  async putOutcomes(outcomes: readonly StoredOutcome[]): Promise<void> {
    const { keys, nowMs } = this.#opened;
    const prefix = keys.outcome("key:");
    const names = outcomes.map(({ key }) => prefix + key);
    const args = outcomes.flatMap(({ fingerprint, first, last, atMs }) => {
      return [fingerprint, first, last, atMs, atMs + REMEMBER_MS + KEEP_LONGER_MS - nowMs];
    });
    await this.#run(PUT_OUTCOMES, names, args);
  }

  reading(): Reading {
    const { keys } = this.#opened;
    return readingOf(this.#opened, { ...keys, meta: keys.copy });
  }

  async finish(head: number): Promise<void> {
    const { meta, announced } = this.#opened.keys;
    await this.#run(FINISH, [meta, announced], [head]);
    this.#claimed = false;
  }

  async close(): Promise<void> {
    try {
      // With Redis away it stays, marked as what it is, and the next copy clears it away.
      if (this.#claimed) await this.#clear().catch(() => {});
    } finally {
      this.#opened.client.disconnect();
    }
  }

  /** What an unfinished copy left; only while it is ours. */
  async #clear(): Promise<void> {
    const { client, keys } = this.#opened;
    for (const prefix of [keys.history(""), keys.outcome("key:")]) {
      for await (const names of scanKeys(client, prefix)) {
        if (names.length > 0) await this.#run(REMOVE, names, []);
      }
    }
    const { log, record, document, announced } = keys;
    await this.#run(FORGET, [log, record, document, announced], []);
    this.#claimed = false;
  }

  /** Keys of a log that is gone: nobody knows what they are, so nothing is written among them. */
  async #refuseStrays(): Promise<void> {
    const { client, keys, name } = this.#opened;
    for (const prefix of [keys.history(""), keys.outcome("key:")]) {
      for await (const [first] of scanKeys(client, prefix)) {
        if (first === undefined) continue;
        const shown = JSON.stringify(first.slice(0, 60));
        throw new TransferError(`${name} no está vacío: tiene claves de otro registro (${shown})`);
      }
    }
  }

  #run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<void> {
    const { client, keys: own } = this.#opened;
    return asking(async () => {
      const answer = await run(client, script, [own.copy, ...keys], [this.#id, ...args]);
      if (answer === "ok") return;
      this.#claimed = false;
      throw new TransferError("la copia ya no está en Redis, o empezó otra: esta se detuvo");
    });
  }
}

/**
 * Claims an empty Redis for a copy; clears away one of before that was cut.
 * @throws LedgerUnavailable or TransferError, in one line that says what stands there
 */
export async function openRedisTarget(place: RedisPlace): Promise<Target> {
  const opened = await openPlace(place);
  const copy = new RedisCopy(opened);
  try {
    await asking(() => copy.claim());
    return copy;
  } catch (error) {
    await copy.close();
    throw error;
  }
}
