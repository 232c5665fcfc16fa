/**
 * A ledger copied whole from one store into another (issue 4): log, records, outcomes that still
 * hold, documents, as they are stored. Only the epoch is the copy's own: two logs that go on
 * separately must not share a name.
 *
 * T1: the source is not changed, and the copy is the source at one seq: records and documents are
 *     read at one place of the log, then the log up to it, which never changes. What was read is
 *     thrown away when the source has moved meanwhile; of a live source (a backup), only when it is
 *     another log by now.
 * T2: a copy is no ledger before it is whole and found equal, read back by the ledgers' own code;
 *     cut at any moment it is never taken for one, and the next try clears it away.
 * T3: memory holds a piece of the log, all records (as every process does) and the outcomes' keys.
 */
import { type Event, SEQ_ZERO, type Seq } from "../domain/event.ts";
import { decodeEvent } from "./encoded.ts";
import type { Ledger } from "./ledger.ts";
import { compare, type Tally, tallyOf } from "./tally.ts";

/** What a ledger's own code reads of a store. */
export type Reading = Pick<Ledger, "snapshot" | "read" | "history" | "recall" | "document">;

export interface StoredEvent {
  readonly seq: Seq;
  readonly body: string;
}

/** Keys are as the stores hold them (encoded.columnKey). */
export interface StoredRecord {
  readonly key: string;
  readonly version: number;
  readonly state: string;
}

export interface StoredOutcome {
  readonly key: string;
  readonly fingerprint: string;
  readonly first: number;
  readonly last: number;
  readonly atMs: number;
}

export interface StoredDocument {
  readonly name: string;
  readonly body: string;
}

type Pieces<T> = AsyncIterable<readonly T[]> | Iterable<readonly T[]>;

/** All that stands beside the log, at one place of it. */
export interface Standing {
  readonly seq: Seq;
  readonly records: Pieces<StoredRecord>;
  readonly documents: Pieces<StoredDocument>;
  /** Those that still hold. */
  readonly outcomes: Pieces<StoredOutcome>;
}

export interface Source {
  /** For people: `SQLite (data/zeues.sqlite)`. */
  readonly name: string;
  readonly reading: Reading;
  head(): Promise<Seq>;
  /** Names the log as it is now (ledger L6). */
  epoch(): Promise<string>;
  after(after: Seq, limit: number): Promise<readonly StoredEvent[]>;
  standing(): Promise<Standing>;
  close(): Promise<void>;
}

/** An empty store in which a copy is made; an unfinished one of before has been cleared away. */
export interface Target {
  readonly name: string;
  /** In seq order. `events` are the same, decoded. */
  addEvents(stored: readonly StoredEvent[], events: readonly Event[]): Promise<void>;
  putRecords(records: readonly StoredRecord[]): Promise<void>;
  putDocuments(documents: readonly StoredDocument[]): Promise<void>;
  putOutcomes(outcomes: readonly StoredOutcome[]): Promise<void>;
  /** The copy, once all is in it. */
  reading(): Reading;
  /** Makes it a ledger, the last thing of all, in one step. */
  finish(head: Seq): Promise<void>;
  /** Clears an unfinished copy away as far as it can, and lets go of the store. */
  close(): Promise<void>;
}

/** Why nothing was copied, for people. */
export class TransferError extends Error {
  override readonly name = "TransferError";
}

const STANDING = {
  events: ["suceso", "sucesos"],
  records: ["ficha", "fichas"],
  documents: ["documento", "documentos"],
} as const;

/** Why a target is refused, after its name. */
export function alreadyHas(count: number, what: keyof typeof STANDING): string {
  const [one, many] = STANDING[what];
  const words = count === 1 ? one : many;
  return `ya tiene un registro con ${count.toLocaleString("es-CL")} ${words}`;
}

export interface Progress {
  readonly stage: "events" | "records" | "documents" | "outcomes" | "checked";
  readonly done: number;
  /** 0 where it is not known. */
  readonly total: number;
}

export interface TransferOptions {
  /** Events per piece. */
  readonly piece?: number;
  /** Others may go on committing: what they commit meanwhile is not copied. */
  readonly live?: boolean;
  /** Called after each piece, and waited for. */
  readonly onProgress?: (progress: Progress) => void | Promise<void>;
}

/** About 0.5 MB of events: a few milliseconds in which Redis serves nobody else. */
const PIECE = 1_000;

type Tell = (stage: Progress["stage"], done: number, total?: number) => Promise<void>;

/** @throws TransferError naming the event that can't be read */
function decode({ seq, body }: StoredEvent): Event {
  try {
    return decodeEvent(seq, body);
  } catch (cause) {
    throw new TransferError(`el suceso ${seq} del registro no se puede leer`, { cause });
  }
}

async function copyLog(source: Source, target: Target, head: Seq, piece: number, tell: Tell) {
  let place = SEQ_ZERO;
  while (place < head) {
    const stored = (await source.after(place, piece)).filter(({ seq }) => seq <= head);
    // Only the oldest may be missing: pruned.
    const expected = place === SEQ_ZERO ? (stored[0]?.seq ?? 0) : place + 1;
    const gap = stored.findIndex(({ seq }, index) => seq !== expected + index);
    if (stored.length === 0 || gap >= 0) {
      throw new TransferError(`al registro le falta el suceso ${expected + Math.max(gap, 0)}`);
    }
    await target.addEvents(stored, stored.map(decode));
    place = stored.at(-1)?.seq ?? place;
    await tell("events", place, head);
  }
}

async function copyPieces<T>(
  pieces: Pieces<T>,
  put: (piece: readonly T[]) => Promise<void>,
  told: (done: number) => Promise<void>,
): Promise<number> {
  let done = 0;
  for await (const piece of pieces) {
    await put(piece);
    done += piece.length;
    await told(done);
  }
  return done;
}

/** @throws TransferError when somebody goes on committing to the source (T1) */
function refuseMoved(source: Source, before: Seq, now: Seq): void {
  if (now === before) return;
  throw new TransferError(
    `alguien trabaja en ${source.name} (suceso ${before}, ahora ${now}): ` +
      "detén los servidores y repite; no se copió nada",
  );
}

/** What was copied, and where the log stands. */
export interface Transferred {
  readonly head: Seq;
  readonly tally: Tally;
}

/** @throws TransferError when the copy is of a log that is no more */
function refuseOther(source: Source, before: string, now: string): void {
  if (before === now) return;
  throw new TransferError(`${source.name} volvió atrás mientras se copiaba: repite`);
}

/**
 * Copies, checks, and makes the copy a ledger; `close` both ends after it, whatever it did.
 * @throws TransferError in one line for people; the store's own LedgerUnavailable
 */
export async function transfer(
  source: Source,
  target: Target,
  { piece = PIECE, live = false, onProgress }: TransferOptions = {},
): Promise<Transferred> {
  const tell: Tell = async (stage, done, total = 0) => await onProgress?.({ stage, done, total });
  const epoch = await source.epoch();
  const { seq: head, records, documents, outcomes } = await source.standing();
  await copyLog(source, target, head, piece, tell);
  await copyPieces(
    records,
    (some) => target.putRecords(some),
    (n) => tell("records", n),
  );
  const names: string[] = [];
  await copyPieces(
    documents,
    async (some) => {
      names.push(...some.map(({ name }) => name));
      await target.putDocuments(some);
    },
    (n) => tell("documents", n),
  );
  const keys = new Set<string>();
  await copyPieces(
    outcomes,
    async (some) => {
      for (const { key } of some) keys.add(key);
      await target.putOutcomes(some);
    },
    (n) => tell("outcomes", n),
  );
  const asked = { head, documents: names.sort(), outcomes: [...keys].sort() };
  const copy = await tallyOf(target.reading(), asked);
  if (!live) {
    const different = compare(await tallyOf(source.reading, asked), copy);
    if (different.length > 0) {
      throw new TransferError(`la copia no es igual: ${different.join("; ")}`);
    }
  }
  await tell("checked", head, head);
  if (!live) refuseMoved(source, head, await source.head());
  refuseOther(source, epoch, await source.epoch());
  await target.finish(head);
  return { head, tally: copy };
}
