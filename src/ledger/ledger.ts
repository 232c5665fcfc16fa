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
 * L6: an event, once read, is never changed. Where a store lost some (a restore, a failover), the
 *     log is another one from then on: it gets another epoch, and `onRewound` tells.
 * L7: a commit with a fence is stored only while that fence is its lease's newest.
 */
import type { Acceso, AccesoKey } from "../domain/acceso.ts";
import type { Ajustes } from "../domain/ajustes.ts";
import type { Event, Pending, Planilla, Seq, SpoolEvent } from "../domain/event.ts";
import type { Sesion } from "../domain/sesion.ts";
import type { Spool, Tag } from "../domain/spool.ts";
import type { Trabajador, TrabajadorId } from "../domain/trabajador.ts";

/** What a state belongs to. `planilla` (what was last seen of it) and `ajustes` are one each. */
export type RecordKey =
  | `spool:${string}`
  | `trabajador:${number}`
  | `sesion:${string}`
  | AccesoKey
  | "planilla"
  | "ajustes";

export const spoolKey = (tag: Tag): RecordKey => `spool:${tag}`;
export const trabajadorKey = (id: TrabajadorId): RecordKey => `trabajador:${id}`;
export const sesionKey = (hash: string): RecordKey => `sesion:${hash}`;

export type RecordState = Spool | Trabajador | Sesion | Acceso | Planilla | Ajustes;

/** One record's next state and the event that led to it. */
export interface Write {
  readonly key: RecordKey;
  /** The version the rules ran on; 0 = the record must not exist yet. */
  readonly expectedVersion: number;
  /**
   * Carries version `expectedVersion + 1`, like the event. Null removes the record: there is none
   * then, as if there had never been, but for its events.
   */
  readonly state: RecordState | null;
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
  /** Stored only by the holder of this lease (L7). */
  readonly fence?: { readonly lease: string; readonly fence: number };
}

export type CommitResult =
  /** The events as they stand in the log, in the order of `writes`. */
  | { readonly kind: "committed"; readonly events: readonly Event[] }
  /** Nothing was stored; `state` is what stands under `key` now, null when there is none. */
  | { readonly kind: "conflict"; readonly key: RecordKey; readonly state: RecordState | null }
  /** The key was used before; nothing was stored now. */
  | ({ readonly kind: "remembered" } & Remembered)
  /** The lease has passed on; nothing was stored. Only for commits with a fence. */
  | { readonly kind: "fenced" };

export interface Remembered {
  readonly fingerprint: string;
  readonly events: readonly Event[];
}

/** All records at one place of the log. */
export interface Snapshot {
  readonly seq: Seq;
  readonly spools: readonly Spool[];
  readonly trabajadores: readonly Trabajador[];
  readonly sesiones: readonly Sesion[];
  readonly accesos: readonly Acceso[];
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
  /** What should be set otherwise, a line each: durability, eviction, version (spec 5). */
  readonly avisos?: readonly string[];
}

/** What this process knows of its store without asking it, for those who run it. */
export interface LedgerFigures {
  readonly store: "sqlite" | "redis";
  /** The last place that is known to be in the log. */
  readonly head: Seq;
  /** Milliseconds since it was surely the log's end. */
  readonly headAgeMs: number;
  /** Null where there is none to lose. */
  readonly connection: null | {
    readonly connected: boolean;
    /** How often it had to be made anew. */
    readonly reconnects: number;
    /** Milliseconds that the last look at the log's end took; null before the first. */
    readonly roundTripMs: number | null;
  };
}

/** Whether commits can be stored now, for pages to say so. */
export type Availability =
  | { readonly kind: "ready" }
  /** `aviso` is for pages, `Sin conexión con Redis`; `detail` for those who run it. */
  | { readonly kind: "away"; readonly aviso: string; readonly detail: string };

/** What was lost when a store came back with less than a process had seen (L6). */
export interface Rewound {
  /** The seq that this process had. */
  readonly had: Seq;
  /** The seq where the log stands now. */
  readonly stands: Seq;
}

/** A right that one process at a time has, for as long as it renews it. */
export interface Lease {
  /** Higher than every earlier holder's; goes into `Commit.fence`. */
  readonly fence: number;
  /** Milliseconds that are surely left, by the monotonic clock; 0 when it has run out. */
  leftMs(): number;
  /** @returns false when it is another's by now */
  renew(): Promise<boolean>;
  release(): Promise<void>;
}

export interface Ledger {
  /** Names this log: another file or a restored one has another. It changes when rewound (L6). */
  readonly epoch: string;
  readonly availability: Availability;
  /** Told of each change of `availability`. @returns a function that ends it. */
  onAvailability(listener: (availability: Availability) => void): () => void;
  /**
   * Told when the log is no longer the one that was followed: all followers are gone then, and
   * whoever listens begins anew with a snapshot. @returns a function that ends it.
   */
  onRewound(listener: (rewound: Rewound) => void): () => void;
  /** Throws LedgerUnavailable when nothing can be stored now; then nothing was. */
  commit(commit: Commit): Promise<CommitResult>;
  /** The outcome remembered under an idempotency key, null when there is none. */
  recall(key: string): Promise<Remembered | null>;
  snapshot(): Promise<Snapshot>;
  /** What stands under a key now, as the store has it; null when there is none. */
  state(key: RecordKey): Promise<RecordState | null>;
  /** Events with seq > `after`, oldest first, at most `limit` (READ_LIMIT). */
  read(after: Seq, limit?: number): Promise<readonly Event[]>;
  /** All events of a spool, oldest first. */
  history(tag: Tag): Promise<readonly SpoolEvent[]>;
  document(name: string): Promise<string | null>;
  /**
   * Stores texts beside the records, each under its name, all or none; no event tells of it.
   * @returns false when the lease of the fence has passed on; then nothing was stored (L7).
   * Throws LedgerUnavailable.
   */
  putDocuments(
    documents: Readonly<Record<string, string>>,
    fence?: Commit["fence"],
  ): Promise<boolean>;
  /**
   * Calls `deliver` with every event after `after`, in order, first the stored ones, then each new
   * batch as it commits. @returns a function that ends it.
   */
  follow(after: Seq, deliver: (events: readonly Event[]) => void): Promise<() => void>;
  /** The lease of that name for `ttlMs`, null while another has it. */
  lease(name: string, ttlMs: number): Promise<Lease | null>;
  health(): Promise<LedgerHealth>;
  figures(): LedgerFigures;
  close(): Promise<void>;
}

/** The store can't be reached or can't write (disk full, Redis away): actions answer 503. */
export class LedgerUnavailable extends Error {
  override readonly name: string = "LedgerUnavailable";
}

/**
 * The answer to a commit was lost, and the store could not be asked in time: it may have been
 * stored. Whoever asks again with the same idempotency key learns it.
 */
export class OutcomeUnknown extends LedgerUnavailable {
  override readonly name = "OutcomeUnknown";
}
