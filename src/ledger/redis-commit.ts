/** Commits as the script's keys and arguments, its reply as their answers (redis-commit.lua). */
import { randomUUID } from "node:crypto";
import { ReplyError } from "ioredis";
import type { Event, Seq } from "../domain/event.ts";
import { columnKey, type EncodedWrite, placed } from "./encoded.ts";
import {
  type Commit,
  type CommitResult,
  LedgerUnavailable,
  REMEMBER_MS,
  type RecordState,
} from "./ledger.ts";
import { BELL_BYTES, FORMAT, type RedisKeys } from "./redis-keys.ts";
import { refuseFormat } from "./redis-log.ts";

/**
 * A commit without an idempotency key is remembered this long, only to be asked again when its
 * answer was lost.
 */
const ATTEMPT_KEEP_MS = 60_000;
/** Redis's own clock forgets later than ours, which decides (REMEMBER_MS of the asker's clock). */
const REMEMBER_KEEP_MS = REMEMBER_MS + 4 * 3_600_000;

/** One commit, ready to be sent; the same may be sent again: its attempt is its own. */
export interface Asked {
  readonly writes: readonly EncodedWrite[];
  readonly keys: readonly string[];
  readonly args: readonly string[];
  /** Of its events, about: characters. */
  readonly bytes: number;
}

export function askedOf(
  { remember, documents = {}, fence }: Commit,
  writes: readonly EncodedWrite[],
  keys: RedisKeys,
): Asked {
  const attempt = randomUUID();
  const own = [keys.outcome(remember ? `key:${remember.key}` : `attempt:${attempt}`)];
  if (fence) own.push(keys.lease(fence.lease));
  const texts = Object.entries(documents);
  const args = [
    attempt,
    remember?.fingerprint ?? "",
    String(remember ? REMEMBER_KEEP_MS : ATTEMPT_KEEP_MS),
    fence ? String(fence.fence) : "",
    String(writes.length),
    String(texts.length),
  ];
  let bytes = 0;
  for (const { key, expectedVersion, state, event, body } of writes) {
    // Only a spool's history is ever asked for.
    const history = event.kind === "spool";
    if (history) own.push(keys.history(key));
    args.push(columnKey(key), String(expectedVersion), state ?? "", body, history ? "1" : "");
    bytes += body.length;
  }
  for (const [name, text] of texts) args.push(name, text);
  return { writes, keys: own, args, bytes };
}

export interface CommitCall {
  readonly keys: readonly string[];
  readonly args: readonly string[];
}

/** @param nowMs epoch milliseconds of the asker's clock, for the age of idempotency keys */
export function callOf(group: readonly Asked[], keys: RedisKeys, nowMs: number): CommitCall {
  const head = [FORMAT, nowMs, REMEMBER_MS, keys.bell, BELL_BYTES, group.length];
  return {
    keys: [keys.meta, keys.record, keys.log, keys.document, ...group.flatMap((one) => one.keys)],
    args: head.map(String).concat(...group.map((one) => one.args)),
  };
}

/** A record as the hash holds it, `VERSION STATE`; "" when there is none. */
export const stateOf = (stored: string | null): RecordState | null =>
  stored ? (JSON.parse(stored.slice(stored.indexOf(" ") + 1)) as RecordState) : null;

export type Reply =
  | Exclude<CommitResult, { readonly kind: "remembered" }>
  /** Where the first outcome stands in the log. */
  | {
      readonly kind: "remembered";
      readonly fingerprint: string;
      readonly first: number;
      readonly last: number;
    }
  /** Nothing of this commit was stored; what Redis, or the log's own state, had against it. */
  | { readonly kind: "refused"; readonly error: Error };

/** An answer for each. @throws LedgerUnavailable for a store that is gone or of another format */
export function repliesOf(reply: unknown, group: readonly Asked[]): Reply[] {
  const answers = reply as readonly (string | readonly string[])[];
  if (answers[0] === "format") refuseStore(String(answers[1]));
  return group.map(({ writes }, index) => replyOf(answers[index] as readonly string[], writes));
}

function replyOf(answer: readonly string[], writes: readonly EncodedWrite[]): Reply {
  const [kind, one = "", two = "", three = ""] = answer;
  switch (kind) {
    case "committed": {
      const events: Event[] = writes.map(({ event }, index) => placed(event, Number(one) + index));
      return { kind, events };
    }
    case "conflict": {
      const write = writes[Number(one) - 1];
      if (!write) throw new Error(`a conflict about write ${one} of ${writes.length}`);
      return { kind, key: write.key, state: stateOf(two) };
    }
    case "remembered":
      return { kind, fingerprint: one, first: Number(two), last: Number(three) };
    case "fenced":
      return { kind };
    case "error":
      return { kind: "refused", error: new ReplyError(one) };
    default: {
      const said = `el registro en Redis está roto: head ${one}, último ${two}`;
      return { kind: "refused", error: new LedgerUnavailable(said) };
    }
  }
}

/** @throws LedgerUnavailable for the format that a script found instead of ours, "" = none */
export function refuseStore(format: string): never {
  if (format !== "") refuseFormat(format);
  throw new LedgerUnavailable("Redis está vacío: el registro de ZEUES no está");
}

/** The places from first to last. */
export const placesBetween = (first: number, last: number): Seq[] =>
  Array.from({ length: last - first + 1 }, (_, index) => (first + index) as Seq);
