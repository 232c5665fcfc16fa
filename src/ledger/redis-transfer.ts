/**
 * The Redis ledger as the source of a copy (transfer.ts). Records and documents are read in one
 * transaction with the place of the log where they stand, and the log up to there never changes: a
 * copy is of one place also while others work on. The transaction is the one with which a process
 * starts (redis-snapshot): about 20 ms of Redis's time for 10,000 spools.
 */
import { SEQ_ZERO } from "../domain/event.ts";
import { LedgerUnavailable, REMEMBER_MS } from "./ledger.ts";
import { type Client, connect, createClient, valuesOf } from "./redis-connections.ts";
import { faultOf } from "./redis-faults.ts";
import { PREFIX, type RedisKeys, redisKeys } from "./redis-keys.ts";
import { entriesAfter, readStand, refuseFormat, UNFINISHED } from "./redis-log.ts";
import { processesOn, scanKeys } from "./redis-scan.ts";
import { RedisStore } from "./redis-store.ts";
import { describeTarget, type RedisTarget } from "./redis-url.ts";
import {
  type Reading,
  type Source,
  type Standing,
  type StoredOutcome,
  type StoredRecord,
  TransferError,
} from "./transfer.ts";

/** Records or events per piece: a few milliseconds of Redis's time. */
const PIECE = 500;

export interface RedisPlace {
  readonly target: RedisTarget;
  /** Default `{zeues}`. */
  readonly prefix?: string;
  /** The instant by which outcomes still hold, the same for both stores. */
  readonly nowMs: number;
}

/** A place that is connected to. */
export interface Opened {
  readonly client: Client;
  readonly keys: RedisKeys;
  readonly name: string;
  readonly nowMs: number;
}

/** @throws LedgerUnavailable in one line that says where, and why not */
export async function openPlace({ target, prefix = PREFIX, nowMs }: RedisPlace): Promise<Opened> {
  const client = createClient(target, `zeues-migrate-${process.pid}`);
  try {
    await connect(client, target);
  } catch (error) {
    client.disconnect();
    throw new LedgerUnavailable(`no se puede usar Redis: ${(error as Error).message}`, {
      cause: error,
    });
  }
  // Without a listener ioredis prints them; each command that fails tells.
  client.on("error", () => {});
  return { client, keys: redisKeys(prefix), name: `Redis (${describeTarget(target)})`, nowMs };
}

/** The ledger's own reading code on these keys. */
export const readingOf = ({ client, nowMs }: Opened, keys: RedisKeys): Reading => {
  const store = new RedisStore({
    client,
    keys,
    watch: { ready: async () => {}, refused: () => {} },
    nowMs: () => nowMs,
    own: () => {},
  });
  return {
    snapshot: () => store.snapshot(),
    read: (after, limit = PIECE) => store.read(after, limit),
    history: (tag) => store.history(tag),
    recall: (key) => store.recall(key),
    document: (name) => store.document(name),
  };
};

/** Runs what asks Redis; its errors in words for people. */
export async function asking<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof TransferError) throw error;
    const fault = faultOf(error);
    throw fault instanceof LedgerUnavailable ? fault : new LedgerUnavailable(fault.message);
  }
}

function* pieces<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += PIECE) yield all.slice(at, at + PIECE);
}

/** `VERSION STATE` as the hash has it. */
function recordOf([key, stored]: readonly [string, string]): StoredRecord {
  const space = stored.indexOf(" ");
  return { key, version: Number(stored.slice(0, space)), state: stored.slice(space + 1) };
}

async function* outcomesOf({ client, keys, nowMs }: Opened, last: number) {
  const prefix = keys.outcome("key:");
  for await (const names of scanKeys(client, prefix)) {
    const pipeline = client.pipeline();
    for (const name of names) pipeline.hmget(name, "fingerprint", "first", "last", "at");
    const found = valuesOf(await pipeline.exec()) as (string | null)[][];
    yield found.flatMap(([fingerprint, first, to, at], index): StoredOutcome[] => {
      const atMs = Number(at);
      const holds = typeof fingerprint === "string" && atMs >= nowMs - REMEMBER_MS;
      if (!holds || Number(to) > last) return [];
      const key = (names[index] ?? "").slice(prefix.length);
      return [{ key, fingerprint, first: Number(first), last: Number(to), atMs }];
    });
  }
}

async function standingOf(opened: Opened): Promise<Standing> {
  const { client, keys } = opened;
  const { meta, record, document } = keys;
  const [head, records, documents] = valuesOf(
    await client.multi().hget(meta, "head").hgetall(record).hgetall(document).exec(),
  );
  const seq = Number(head) as Standing["seq"];
  const entries = Object.entries(records as Record<string, string>);
  const texts = Object.entries(documents as Record<string, string>);
  return {
    seq,
    records: pieces(entries.map(recordOf)),
    documents: texts.map(([name, body]) => [{ name, body }]),
    outcomes: outcomesOf(opened, seq),
  };
}

/** @throws TransferError naming the processes that work on it */
export async function refuseUsed({ client, name }: Opened): Promise<void> {
  const others = await processesOn(client);
  if (others.length === 0) return;
  const many = others.length === 1 ? "1 proceso" : `${others.length} procesos`;
  throw new TransferError(
    `${name} lo está usando ${many} de ZEUES (${others.slice(0, 5).join(", ")}): ` +
      "detén los servidores primero",
  );
}

/** @throws LedgerUnavailable or TransferError: nothing to copy */
async function refuseUnusable({ client, keys, name }: Opened): Promise<void> {
  const [format, copying] = valuesOf(
    await client.pipeline().hget(keys.meta, "format").exists(keys.copy).exec(),
  );
  if (format === null && copying === 1) throw new LedgerUnavailable(UNFINISHED);
  if (format !== null) refuseFormat(String(format));
  const stand = await readStand(client, keys, SEQ_ZERO);
  if (!stand || stand.head === 0) throw new TransferError(`${name} está vacío: nada que copiar`);
}

/**
 * Opens a ledger in Redis to be copied. It must have events, and nobody may work on it, but where
 * it is copied as it is at one moment (`live`).
 */
export async function openRedisSource(
  place: RedisPlace,
  { live = false }: { readonly live?: boolean } = {},
): Promise<Source> {
  const opened = await openPlace(place);
  const { client, keys, name } = opened;
  const close = async (): Promise<void> => client.disconnect();
  try {
    await asking(() => refuseUnusable(opened));
    if (!live) await asking(() => refuseUsed(opened));
  } catch (error) {
    await close();
    throw error;
  }
  const stand = () => asking(() => readStand(client, keys, SEQ_ZERO));
  return {
    name,
    reading: readingOf(opened, keys),
    head: async () => (await stand())?.head ?? SEQ_ZERO,
    epoch: async () => (await stand())?.epoch ?? "",
    after: (after, limit) => asking(() => entriesAfter(client, keys, after, limit)),
    standing: () => asking(() => standingOf(opened)),
    close,
  };
}
