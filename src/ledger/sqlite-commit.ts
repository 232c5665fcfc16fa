/** What a commit does inside the SQLite ledger's transaction, and what is read back of it. */
import type { Database } from "bun:sqlite";
import type { Event, Seq } from "../domain/event.ts";
import { columnKey, decodeEvent, type EncodedWrite, placed } from "./encoded.ts";
import type { Applied } from "./group-commit.ts";
import {
  type Commit,
  type CommitResult,
  REMEMBER_MS,
  type RecordKey,
  type RecordState,
  type Remembered,
  type Snapshot,
} from "./ledger.ts";
import type { EventRow, Statements } from "./sqlite-statements.ts";

/** An event of the log. */
export const decode = ({ seq, body }: EventRow): Event => decodeEvent(seq, body);

const statesOf = <S>(sql: Statements, kind: string): readonly S[] =>
  JSON.parse(sql.states.get(kind)?.states ?? "[]") as S[];

/** Stores one write under its place. */
function applyWrite(sql: Statements, write: EncodedWrite, seq: number): Event {
  const { expectedVersion, state, event, body } = write;
  const key = columnKey(write.key);
  const added = placed(event, seq);
  if (state === null) sql.removeRecord.run(key);
  else sql.putRecord.run(key, expectedVersion + 1, state);
  sql.addEvent.run(added.seq, added.atMs, key, body);
  return added;
}

/** What one commit does inside the transaction; `head` is the last seq before it. */
export function applyCommit(
  sql: Statements,
  commit: Commit,
  writes: readonly EncodedWrite[],
  head: Seq,
  { nowMs, fenceOf }: { readonly nowMs: number; readonly fenceOf: (lease: string) => number },
): Applied<CommitResult> {
  const { remember, documents, fence } = commit;
  const before = remember && recallIn(sql, remember.key, nowMs);
  if (before) return { answer: { kind: "remembered", ...before }, events: [] };
  if (fence && fenceOf(fence.lease) !== fence.fence)
    return { answer: { kind: "fenced" }, events: [] };
  for (const { key, expectedVersion } of writes) {
    if ((sql.version.get(columnKey(key))?.version ?? 0) === expectedVersion) continue;
    return { answer: { kind: "conflict", key, state: stateIn(sql, key) }, events: [] };
  }
  const events = writes.map((write, index) => applyWrite(sql, write, head + 1 + index));
  if (remember) {
    const { key, fingerprint } = remember;
    const last = head + events.length;
    sql.putOutcome.run(columnKey(key), fingerprint, head + 1, last, nowMs);
  }
  putDocuments(sql, documents ?? {});
  return { answer: { kind: "committed", events }, events };
}

/** Stores texts, each under its name. */
export function putDocuments(sql: Statements, documents: Readonly<Record<string, string>>): void {
  for (const [name, body] of Object.entries(documents)) sql.putDocument.run(name, body);
}

/** The outcome remembered under a key, null when there is none. */
export function recallIn(sql: Statements, key: string, nowMs: number): Remembered | null {
  const row = sql.outcome.get(columnKey(key), nowMs - REMEMBER_MS);
  if (!row) return null;
  const events = sql.between.all(row.first_seq, row.last_seq).map(decode);
  return { fingerprint: row.fingerprint, events };
}

/** All records as they stand at `seq`. */
export function snapshotIn(sql: Statements, seq: Seq): Snapshot {
  const one = (key: RecordKey) => JSON.parse(sql.state.get(key)?.state ?? "null");
  return {
    seq,
    spools: statesOf(sql, "spool"),
    trabajadores: statesOf(sql, "trabajador"),
    sesiones: statesOf(sql, "sesion"),
    accesos: statesOf(sql, "acceso"),
    planilla: one("planilla"),
    ajustes: one("ajustes"),
  };
}

/** What stands under a key, null when there is none. */
export const stateIn = (sql: Statements, key: RecordKey): RecordState | null =>
  JSON.parse(sql.state.get(columnKey(key))?.state ?? "null") as RecordState | null;

/** Runs `body` in a transaction: all of it is on the disk when it returns, none when it throws. */
export function transactOn<T>(db: Database, sql: Statements, body: () => T): T {
  sql.begin.run();
  try {
    const result = body();
    sql.commit.run();
    return result;
  } catch (error) {
    // SQLite has rolled back by itself after some errors, e.g. a full disk.
    if (db.inTransaction) sql.rollback.run();
    throw error;
  }
}
