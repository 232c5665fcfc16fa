/**
 * The Redis ledger's keys. All stand under one hash tag, so that a cluster keeps them on one node
 * and one script may touch them all (spec 5). What else is under the prefix is not looked at.
 */
import { columnKey } from "./encoded.ts";

/** The format of keys, log entries and bells. Another one is refused, never guessed. */
export const FORMAT = "1";

/** A bell with more than this tells only the places: every process is sent it. */
export const BELL_BYTES = 64 * 1_024;

/** The default hash tag; tests and the demo have others. */
export const PREFIX = "{zeues}";

export const redisKeys = (prefix: string) => ({
  /** Hash: format, epoch, head (the last seq), probe, fence numbers. */
  meta: `${prefix}:meta`,
  /** Hash of records: `VERSION STATE-AS-JSON` by record key. */
  record: `${prefix}:record`,
  /** Stream: the log. Id `SEQ-0`; one field, named by the format, holds the event's body. */
  log: `${prefix}:log`,
  /** Hash of texts by name. */
  document: `${prefix}:document`,
  /** Hash: what came of an idempotency key, or of a commit without one. */
  outcome: (key: string) => `${prefix}:outcome:${columnKey(key)}`,
  /** List: the places in the log of a record's events. */
  history: (key: string) => `${prefix}:history:${columnKey(key)}`,
  /** Hash: attempt and fence of a lease's holder; gone when it runs out. */
  lease: (name: string) => `${prefix}:lease:${name}`,
  /** Channel: tells every process of a commit. */
  bell: `${prefix}:bell`,
  /** String: the last seq announced to other programs. */
  announced: `${prefix}:announced`,
  /** Hash: in place of `meta` while a copy is being made (redis-copy); gone when it is whole. */
  copy: `${prefix}:copy`,
});

export type RedisKeys = ReturnType<typeof redisKeys>;
