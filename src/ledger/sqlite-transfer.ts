/** The SQLite ledger as the source of a copy (transfer.ts): its hold keeps all others out. */
import { existsSync } from "node:fs";
import type { Seq } from "../domain/event.ts";
import { REMEMBER_MS } from "./ledger.ts";
import { ledgerOn } from "./sqlite.ts";
import { openLedgerFile, storeFault } from "./sqlite-file.ts";
import {
  type Source,
  type StoredDocument,
  type StoredEvent,
  type StoredOutcome,
  type StoredRecord,
  TransferError,
} from "./transfer.ts";

/** Rows per piece. */
const PIECE = 500;

export interface SqlitePlace {
  readonly path: string;
  /** The instant by which outcomes still hold, the same for both stores. */
  readonly nowMs: number;
}

type OutcomeRow = Omit<StoredOutcome, "atMs"> & { readonly at_ms: number };

const statementsOf = ({ db }: ReturnType<typeof openLedgerFile>) => ({
  head: db.prepare<{ seq: number | null }, []>("SELECT max(seq) AS seq FROM event"),
  after: db.prepare<StoredEvent, [after: number, limit: number]>(
    "SELECT seq, body FROM event WHERE seq > ? ORDER BY seq LIMIT ?",
  ),
  records: db.prepare<StoredRecord, [after: string, limit: number]>(
    "SELECT key, version, state FROM record WHERE key > ? ORDER BY key LIMIT ?",
  ),
  // By the key's own order, so that a piece begins where the last one ended.
  outcomes: db.prepare<OutcomeRow, [after: string, sinceMs: number, limit: number]>(
    `SELECT key, fingerprint, first_seq AS first, last_seq AS last, at_ms FROM outcome
     WHERE key > ? AND at_ms >= ? ORDER BY key LIMIT ?`,
  ),
  documents: db.prepare<StoredDocument, [after: string, limit: number]>(
    "SELECT name, body FROM document WHERE name > ? ORDER BY name LIMIT ?",
  ),
});

/** Pieces of a table in its key's order, which is never "". */
function* paged<T>(next: (after: string) => readonly T[], keyOf: (row: T) => string) {
  for (let after = ""; ; ) {
    const rows = next(after);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    after = keyOf(last);
  }
}

const asked = async <T>(read: () => T): Promise<T> => {
  try {
    return read();
  } catch (error) {
    throw storeFault(error) ?? error;
  }
};

function sourceOf({ path, nowMs }: SqlitePlace): Source {
  const file = openLedgerFile(path);
  const onFault = (error: unknown): never => {
    throw error;
  };
  const ledger = ledgerOn(file, { path, onFault, nowMs: () => nowMs });
  const sql = statementsOf(file);
  const head = (): Seq => (sql.head.get()?.seq ?? 0) as Seq;
  const sinceMs = nowMs - REMEMBER_MS;
  return {
    name: `SQLite (${path})`,
    reading: ledger,
    head: () => asked(head),
    epoch: async () => ledger.epoch,
    after: (after, limit) => asked(() => sql.after.all(after, limit)),
    standing: async () => ({
      seq: await asked(head),
      records: paged(
        (after) => sql.records.all(after, PIECE),
        ({ key }) => key,
      ),
      documents: paged(
        (after) => sql.documents.all(after, 1),
        ({ name }) => name,
      ),
      outcomes: paged(
        (after) =>
          sql.outcomes
            .all(after, sinceMs, PIECE)
            .map(({ at_ms: atMs, ...outcome }) => ({ ...outcome, atMs })),
        ({ key }) => key,
      ),
    }),
    async close() {
      for (const statement of Object.values(sql)) statement.finalize();
      await ledger.close();
    },
  };
}

/**
 * Opens a ledger's file to be copied, as a server would, which nobody else can do meanwhile.
 * @throws LedgerUnavailable or TransferError, in one line: none there, in use, empty
 */
export async function openSqliteSource(place: SqlitePlace): Promise<Source> {
  // Opening would make one.
  if (!existsSync(place.path)) throw new TransferError(`no hay registro en ${place.path}`);
  const source = sourceOf(place);
  if ((await source.head()) > 0) return source;
  await source.close();
  throw new TransferError(`${source.name} está vacío: nada que copiar`);
}
