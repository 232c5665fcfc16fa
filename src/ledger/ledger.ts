/**
 * The ledger: the live state and its log (spec 5). Two implementations, one contract
 * (test/ledger/contract.ts). It knows versions and places, no rules.
 *
 * L1: seq has no gap and starts at 1; the order of the log is the order of the commits.
 * L2: a commit is all or nothing: every version checked, every state stored, every event appended,
 *     the idempotency key remembered, the documents replaced.
 * L3: what `commit` answered as committed survives `kill -9` at any moment after.
 * L4: a key of `remember` commits once; asked again it answers with the first outcome.
 * L5: followers get every event after their place, in order, exactly once, own and foreign alike.
 * L6: an event, once read, is never changed.
 */
import type { Ajustes } from "../domain/ajustes.ts";
import type { Event, Pending, Planilla, Seq, SpoolEvent } from "../domain/event.ts";
import type { Spool, Tag } from "../domain/spool.ts";
import type { Trabajador, TrabajadorId } from "../domain/trabajador.ts";

/** What a state belongs to. `planilla` (what was last seen of it) and `ajustes` are one each. */
export type RecordKey = `spool:${string}` | `trabajador:${number}` | "planilla" | "ajustes";

export const spoolKey = (tag: Tag): RecordKey => `spool:${tag}`;
export const trabajadorKey = (id: TrabajadorId): RecordKey => `trabajador:${id}`;

export type RecordState = Spool | Trabajador | Planilla | Ajustes;

/** One record's next state and the event that led to it. */
export interface Write {
  readonly key: RecordKey;
  /** The version the rules ran on; 0 = the record must not exist yet. */
  readonly expectedVersion: number;
  /** Carries version `expectedVersion + 1`, like the event. */
  readonly state: RecordState;
  readonly event: Pending;
}

export interface Commit {
  /** At least one; each key at most once. */
  readonly writes: readonly Write[];
  /**
   * Remembers the outcome under `key` for `REMEMBER_MS`; `fingerprint` tells the same request
   * again.
   */
  readonly remember?: { readonly key: string; readonly fingerprint: string };
  /** Whole texts stored beside the records (the workbook's tabs as last read), replaced by name. */
  readonly documents?: Readonly<Record<string, string>>;
}

export type CommitResult =
  /** The events as they stand in the log, in the order of `writes`. */
  | { readonly kind: "committed"; readonly events: readonly Event[] }
  /** Nothing was stored; `state` is what stands under `key` now, null when there is none. */
  | { readonly kind: "conflict"; readonly key: RecordKey; readonly state: RecordState | null }
  /** The key was used before; nothing was stored now. */
  | ({ readonly kind: "remembered" } & Remembered);

export interface Remembered {
  readonly fingerprint: string;
  readonly events: readonly Event[];
}

/** All records at one place of the log. */
export interface Snapshot {
  readonly seq: Seq;
  readonly spools: readonly Spool[];
  readonly trabajadores: readonly Trabajador[];
  readonly planilla: Planilla | null;
  readonly ajustes: Ajustes | null;
}

/** Idempotency keys are kept for a day: a tablet retries for 30 s, a program for an hour. */
export const REMEMBER_MS = 24 * 3_600_000;
/** Most events one `read` returns; a follower asks again. */
export const READ_LIMIT = 10_000;

export interface LedgerHealth {
  readonly ok: boolean;
  /** One line for people, e.g. `SQLite: synchronous=FULL, WAL`. */
  readonly detail: string;
}

export interface Ledger {
  /** Names this log: another file or a restored one has another. */
  readonly epoch: string;
  /** Throws LedgerUnavailable when nothing can be stored now; then nothing was. */
  commit(commit: Commit): Promise<CommitResult>;
  /** The outcome remembered under an idempotency key, null when there is none. */
  recall(key: string): Promise<Remembered | null>;
  snapshot(): Promise<Snapshot>;
  /** Events with seq > `after`, oldest first, at most `limit` (READ_LIMIT). */
  read(after: Seq, limit?: number): Promise<readonly Event[]>;
  /** All events of a spool, oldest first. */
  history(tag: Tag): Promise<readonly SpoolEvent[]>;
  document(name: string): Promise<string | null>;
  /**
   * Calls `deliver` with every event after `after`, in order, first the stored ones, then each new
   * batch as it commits. @returns a function that ends it.
   */
  follow(after: Seq, deliver: (events: readonly Event[]) => void): Promise<() => void>;
  health(): Promise<LedgerHealth>;
  close(): Promise<void>;
}

/** The store can't be reached or can't write (disk full, Redis away): actions answer 503. */
export class LedgerUnavailable extends Error {
  override readonly name = "LedgerUnavailable";
}
