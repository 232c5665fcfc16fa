/** One commit as the script's keys and arguments, and its reply as a result (redis-commit.lua). */
import { randomUUID } from "node:crypto";
import type { Event, Seq } from "../domain/event.ts";
import { columnKey, type EncodedWrite, placed } from "./encoded.ts";
import {
  type Commit,
  type CommitResult,
  LedgerUnavailable,
  REMEMBER_MS,
  type RecordState,
} from "./ledger.ts";
import { FORMAT, type RedisKeys } from "./redis-keys.ts";
import { refuseFormat } from "./redis-log.ts";

/**
 * A commit without an idempotency key is remembered this long, only to be asked again when its
 * answer was lost.
 */
const ATTEMPT_KEEP_MS = 60_000;
/** Redis's own clock forgets later than ours, which decides (REMEMBER_MS of the asker's clock). */
const REMEMBER_KEEP_MS = REMEMBER_MS + 4 * 3_600_000;
/** A bell with more than this tells only the places: every process is sent it. */
const BELL_BYTES = 64 * 1_024;

export interface CommitCall {
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

/** The same call may be made again: its attempt is its own. */
export function callOf(
  { remember, documents = {}, fence }: Commit,
  writes: readonly EncodedWrite[],
  keys: RedisKeys,
  nowMs: number,
): CommitCall {
  const attempt = randomUUID();
  const histories: string[] = [];
  const written = writes.flatMap(({ key, expectedVersion, state, event, body }) => {
    // Only a spool's history is ever asked for.
    const history = event.kind === "spool" ? histories.push(keys.history(key)) : 0;
    return [columnKey(key), expectedVersion, state ?? "", body, history];
  });
  const texts = Object.entries(documents);
  return {
    keys: [
      keys.meta,
      keys.record,
      keys.log,
      keys.document,
      keys.outcome(remember ? `key:${remember.key}` : `attempt:${attempt}`),
      keys.lease(fence?.lease ?? ""),
      ...histories,
    ],
    args: [
      FORMAT,
      nowMs,
      REMEMBER_MS,
      remember ? REMEMBER_KEEP_MS : ATTEMPT_KEEP_MS,
      attempt,
      remember?.fingerprint ?? "",
      fence?.fence ?? "",
      keys.bell,
      BELL_BYTES,
      writes.length,
      texts.length,
      ...written,
      ...texts.flat(),
    ],
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
    };

/** @throws LedgerUnavailable for a store that is gone, of another format, or taken apart */
export function replyOf(reply: unknown, writes: readonly EncodedWrite[]): Reply {
  const [kind, one = "", two = "", three = ""] = reply as readonly string[];
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
    case "format":
      return refuseStore(one);
    default:
      throw new LedgerUnavailable(`el registro en Redis está roto: head ${one}, último ${two}`);
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
