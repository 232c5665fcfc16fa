/**
 * The embedded ledger (spec 5): one process, one SQLite file, laws L1-L6 of ledger.ts.
 *
 * L1: the one writer counts seq inside the transaction, from the log's own end.
 * L2, L3: one transaction on a synchronous=FULL write-ahead log (sqlite-file); answered after it.
 * L4: the outcome is stored in the commit's own transaction, and looked up in it first.
 * L5: reading the log and joining the followers is one synchronous step (follow).
 */
import { type Event, SEQ_ZERO, type Seq, type SpoolEvent } from "../domain/event.ts";
import type { Tag } from "../domain/spool.ts";
import { columnKey, encodeWrites } from "./encoded.ts";
import { createFollowers } from "./followers.ts";
import { type Applied, createGroupCommit } from "./group-commit.ts";
import {
  type Availability,
  type Commit,
  type CommitResult,
  type Lease,
  type Ledger,
  type LedgerFigures,
  LedgerUnavailable,
  READ_LIMIT,
  type RecordKey,
  type RecordState,
  type Remembered,
  type Snapshot,
  spoolKey,
} from "./ledger.ts";
import { createSoleLeases } from "./sole-lease.ts";
import {
  applyCommit,
  decode,
  putDocuments,
  recallIn,
  snapshotIn,
  stateIn,
  transactOn,
} from "./sqlite-commit.ts";
import { cannotOpen, type LedgerFile, openLedgerFile, storeFault } from "./sqlite-file.ts";
import type { Upgrade } from "./sqlite-keep.ts";
import { createPruning } from "./sqlite-prune.ts";
import { prepareStatements, type Statements } from "./sqlite-statements.ts";
import { createSqliteWatch } from "./sqlite-watch.ts";

export interface SqliteLedgerOptions {
  /** The file, made when missing, its folder too; `:memory:` keeps nothing. */
  readonly path: string;
  /** Told what has no caller to be thrown at: what a follower threw, a failed pruning. */
  readonly onFault: (error: unknown) => void;
  /** Epoch milliseconds; for the age of idempotency keys. Default: the machine's clock. */
  readonly nowMs?: () => number;
  /** Told when the file was of an older format. */
  readonly onUpgrade?: (upgrade: Upgrade) => void;
}

class SqliteLedger implements Ledger {
  readonly epoch: string;
  readonly #leases = createSoleLeases();
  readonly #file: LedgerFile;
  readonly #sql: Statements;
  readonly #nowMs: () => number;
  readonly #followers;
  readonly #group;
  readonly #prune;
  readonly #watch = createSqliteWatch(() => void this.health());
  #closed = false;

  constructor(file: LedgerFile, { onFault, nowMs = Date.now }: SqliteLedgerOptions) {
    this.#file = file;
    this.#sql = prepareStatements(file.db);
    this.#nowMs = nowMs;
    this.#followers = createFollowers(onFault);
    this.epoch = this.#sql.epoch.get()?.value ?? "";
    this.#group = createGroupCommit({
      head: (this.#sql.head.get()?.seq ?? SEQ_ZERO) as Seq,
      transact: (body) => transactOn(file.db, this.#sql, body),
      storeFault: (error) => this.#watch.judge(storeFault(error)),
      publish: (events) => {
        this.#watch.stored();
        this.#followers.publish(events);
      },
    });
    this.#prune = createPruning(this.#sql, this.#group, onFault);
  }

  async commit(commit: Commit): Promise<CommitResult> {
    this.#refuseClosed();
    const writes = encodeWrites(commit);
    this.#prune(this.#nowMs());
    const { fenceOf } = this.#leases;
    const apply = (head: Seq) =>
      applyCommit(this.#sql, commit, writes, head, { nowMs: this.#nowMs(), fenceOf });
    return await this.#group.submit(apply);
  }

  async lease(name: string, ttlMs: number): Promise<Lease | null> {
    this.#refuseClosed();
    return this.#leases.take(name, ttlMs);
  }

  get availability(): Availability {
    return this.#watch.availability();
  }

  onAvailability(listener: (availability: Availability) => void): () => void {
    return this.#watch.onChange(listener);
  }

  /** A file that one process owns does not go back behind its back. */
  onRewound(): () => void {
    return () => {};
  }

  async recall(key: string): Promise<Remembered | null> {
    return this.#reading(() => recallIn(this.#sql, key, this.#nowMs()));
  }

  async snapshot(): Promise<Snapshot> {
    return this.#reading(() => snapshotIn(this.#sql, this.#group.head()));
  }

  async state(key: RecordKey): Promise<RecordState | null> {
    return this.#reading(() => stateIn(this.#sql, key));
  }

  async read(after: Seq, limit = READ_LIMIT): Promise<readonly Event[]> {
    return this.#after(after, Math.min(limit, READ_LIMIT));
  }

  async history(tag: Tag): Promise<readonly SpoolEvent[]> {
    const rows = this.#reading(() => this.#sql.ofKey.all(columnKey(spoolKey(tag))));
    // A spool's key has only events of its kind (encodeWrites).
    return rows.map((row) => decode(row) as SpoolEvent);
  }

  async document(name: string): Promise<string | null> {
    return this.#reading(() => this.#sql.document.get(name)?.body ?? null);
  }

  async putDocuments(
    documents: Readonly<Record<string, string>>,
    fence?: Commit["fence"],
  ): Promise<boolean> {
    this.#refuseClosed();
    return await this.#group.submit((): Applied<boolean> => {
      const held = !fence || this.#leases.fenceOf(fence.lease) === fence.fence;
      if (held) putDocuments(this.#sql, documents);
      return { answer: held, events: [] };
    });
  }

  async follow(after: Seq, deliver: (events: readonly Event[]) => void): Promise<() => void> {
    let place = after;
    for (;;) {
      // No await from this read to the join, so nothing commits in between (L5).
      const events = this.#after(place, READ_LIMIT);
      place = events.at(-1)?.seq ?? place;
      if (events.length > 0) deliver(events);
      if (events.length < READ_LIMIT) return this.#followers.join(place, deliver);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /**
   * Writes, with whatever else is being committed: a full disk shows only when it is written to.
   */
  async health(): Promise<{ ok: boolean; detail: string }> {
    try {
      this.#refuseClosed();
      await this.#group.submit(() => {
        this.#sql.probe.run(this.#nowMs());
        return { answer: null, events: [] };
      });
      return { ok: true, detail: this.#file.detail };
    } catch (error) {
      return { ok: false, detail: error instanceof Error ? error.message : String(error) };
    }
  }

  /** The one writer of the file knows where its log ends. */
  figures(): LedgerFigures {
    return { store: "sqlite", head: this.#group.head(), headAgeMs: 0, connection: null };
  }

  /** Commits what waits, then lets go of the file. Closing twice is closing once. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#group.flush();
    this.#watch.stop();
    this.#followers.clear();
    this.#sql.finalize();
    this.#file.close();
  }

  #after(after: Seq, limit: number): readonly Event[] {
    return this.#reading(() => this.#sql.after.all(after, limit).map(decode));
  }

  #refuseClosed(): void {
    if (this.#closed) throw new LedgerUnavailable("the ledger is closed");
  }

  #reading<T>(read: () => T): T {
    this.#refuseClosed();
    try {
      return read();
    } catch (error) {
      throw storeFault(error) ?? error;
    }
  }
}

/**
 * Opens the ledger of a file.
 * @throws LedgerUnavailable, in one line: in use by another process, of a newer ZEUES, no ledger.
 */
export function openSqliteLedger(options: SqliteLedgerOptions): Ledger {
  const file = openLedgerFile(options.path);
  if (file.upgrade) options.onUpgrade?.(file.upgrade);
  return ledgerOn(file, options);
}

/** The ledger of a file that is open; closing it closes the file. @throws LedgerUnavailable */
export function ledgerOn(file: LedgerFile, options: SqliteLedgerOptions): Ledger {
  try {
    return new SqliteLedger(file, options);
  } catch (error) {
    file.close();
    throw cannotOpen(options.path, error);
  }
}
