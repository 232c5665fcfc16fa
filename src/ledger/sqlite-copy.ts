/**
 * A copy that is being made in a SQLite file (transfer.ts): under another name beside its place,
 * renamed when it is whole. The place's own hold is taken first, so no server opens it meanwhile.
 */
import type { Database } from "bun:sqlite";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import type { Event, Seq } from "../domain/event.ts";
import { columnKey, recordKeyOf } from "./encoded.ts";
import type { Ledger } from "./ledger.ts";
import { ledgerOn } from "./sqlite.ts";
import {
  cannotOpen,
  hold,
  type LedgerFile,
  openDatabase,
  openLedgerFile,
  storeFault,
} from "./sqlite-file.ts";
import { makePrivate, ownedLikeFolder, removeFile, syncFile } from "./sqlite-place.ts";
import { prepareStatements, type Statements } from "./sqlite-statements.ts";
import type { SqlitePlace } from "./sqlite-transfer.ts";
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

const TABLES = [
  ["events", "event"],
  ["records", "record"],
  ["documents", "document"],
] as const;

/** @throws TransferError when something stands there; LedgerUnavailable for what is no ledger */
function refuseFull(path: string): void {
  if (!existsSync(path)) {
    // A log of writes without its file, somebody moved it away: SQLite would put both together.
    const left = ["-wal", "-journal"].find((suffix) => existsSync(path + suffix));
    if (left) throw new TransferError(`hay un ${path}${left} sin su registro: muévelo de ahí`);
    return;
  }
  const { db } = openDatabase(path);
  try {
    for (const [what, table] of TABLES) {
      const { n } = db.query<{ n: number }, []>(`SELECT count(*) AS n FROM ${table}`).get() ?? {
        n: 0,
      };
      if (n === 0) continue;
      throw new TransferError(`SQLite (${path}) no está vacío: ${alreadyHas(n, what)}`);
    }
  } finally {
    db.close();
  }
}

interface CopyOptions {
  /** For people. */
  readonly name: string;
  /** Where it is made; what an earlier one left there is removed. */
  readonly temporary: string;
  readonly nowMs: number;
  /** Gives the whole file its place. */
  readonly place: () => void;
  /** Lets others at the place again. */
  readonly release: () => void;
}

class SqliteCopy implements Target {
  readonly name: string;
  readonly #options: CopyOptions;
  readonly #temporary: string;
  readonly #file: LedgerFile;
  readonly #sql: Statements;
  #ledger: Ledger | null = null;
  #finished = false;

  constructor(options: CopyOptions) {
    this.name = options.name;
    this.#options = options;
    this.#temporary = options.temporary;
    removeFile(this.#temporary);
    makePrivate(this.#temporary);
    this.#file = openLedgerFile(this.#temporary);
    this.#sql = prepareStatements(this.#file.db);
  }

  async addEvents(stored: readonly StoredEvent[], events: readonly Event[]): Promise<void> {
    this.#transact(() => {
      for (const [index, { seq, body }] of stored.entries()) {
        const event = events[index];
        if (!event) throw new RangeError(`no event for ${seq}`);
        this.#sql.addEvent.run(seq, event.atMs, columnKey(recordKeyOf(event)), body);
      }
    });
  }

  async putRecords(records: readonly StoredRecord[]): Promise<void> {
    this.#transact(() => {
      for (const { key, version, state } of records) this.#sql.putRecord.run(key, version, state);
    });
  }

  async putDocuments(documents: readonly StoredDocument[]): Promise<void> {
    this.#transact(() => {
      for (const { name, body } of documents) this.#sql.putDocument.run(name, body);
    });
  }

  async putOutcomes(outcomes: readonly StoredOutcome[]): Promise<void> {
    this.#transact(() => {
      for (const { key, fingerprint, first, last, atMs } of outcomes) {
        this.#sql.putOutcome.run(key, fingerprint, first, last, atMs);
      }
    });
  }

  reading(): Reading {
    const { nowMs } = this.#options;
    const onFault = (error: unknown): never => {
      throw error;
    };
    this.#ledger ??= ledgerOn(this.#file, { path: this.#temporary, onFault, nowMs: () => nowMs });
    return this.#ledger;
  }

  async finish(_head: Seq): Promise<void> {
    await this.#letGo();
    if (existsSync(`${this.#temporary}-wal`)) {
      throw new TransferError(`otro proceso tiene abierto ${this.#temporary}`);
    }
    syncFile(this.#temporary);
    this.#options.place();
    this.#finished = true;
  }

  async close(): Promise<void> {
    try {
      if (this.#finished) return;
      await this.#letGo();
      removeFile(this.#temporary);
    } finally {
      this.#options.release();
    }
  }

  /** Closing writes everything into the one file. */
  async #letGo(): Promise<void> {
    this.#sql.finalize();
    if (this.#ledger) await this.#ledger.close();
    else this.#file.close();
  }

  #transact(body: () => void): void {
    try {
      this.#file.db.transaction(body).immediate();
    } catch (error) {
      throw storeFault(error) ?? error;
    }
  }
}

/**
 * Takes an empty place for a copy; clears away one of before that was cut.
 * @throws LedgerUnavailable or TransferError, in one line that says what stands there
 */
export async function openSqliteTarget(place: SqlitePlace): Promise<Target> {
  const { path } = place;
  let lock: Database | null = null;
  try {
    mkdirSync(dirname(path), { recursive: true });
    lock = hold(path);
    refuseFull(path);
    const taken = lock;
    const temporary = `${path}-copia`;
    return new SqliteCopy({
      name: `SQLite (${path})`,
      temporary,
      nowMs: place.nowMs,
      place: () => {
        ownedLikeFolder(temporary);
        renameSync(temporary, path);
        // What is left of that name: the lock that it was opened under.
        removeFile(temporary);
        syncFile(dirname(path));
      },
      release: () => taken.close(),
    });
  } catch (error) {
    lock?.close();
    throw error instanceof TransferError ? error : cannotOpen(path, error);
  }
}

/** A copy in a file that whoever asks has for itself and gives its name. */
export const openSqliteCopy = ({ path, nowMs }: SqlitePlace): Target =>
  new SqliteCopy({ name: path, temporary: path, nowMs, place: () => {}, release: () => {} });
