/**
 * A backup becomes the ledger in Redis. Where there is one with events it is made under other keys
 * and takes its place in one script, so Redis has the old one or the whole new one at any moment.
 * Both must fit into Redis's memory meanwhile.
 */

import { SEQ_ZERO } from "../domain/event.ts";
import type { Client } from "./redis-connections.ts";
import { openRedisTarget } from "./redis-copy.ts";
import { PREFIX, type RedisKeys, redisKeys } from "./redis-keys.ts";
import { decodeEntries, entriesAt, readStand } from "./redis-log.ts";
import { scanKeys } from "./redis-scan.ts";
import { run, script } from "./redis-scripts.ts";
import { asking, type Opened, openPlace, type RedisPlace, refuseUsed } from "./redis-transfer.ts";
import { openSqliteSource } from "./sqlite-transfer.ts";
import { TransferError, type Transferred, transfer } from "./transfer.ts";

/** Under the same hash tag as what it replaces, so that one script may touch both. */
const stagingOf = (prefix: string): string => `${prefix}:restauracion`;

/**
 * KEYS old meta, new meta, then keys that go, then pairs of a new key and its place; ARGV where the
 * old log stands, how many go. All that can fail is asked before the first write. Fences go on from
 * where they are: a holder of before must not be taken for the new one (ledger L7).
 */
const REPLACE = script(`#!lua flags=allow-oom
if redis.call('HGET', KEYS[1], 'head') ~= ARGV[1] then return 'moved' end
if redis.call('HGET', KEYS[2], 'head') == false then return 'unfinished' end
local gone = tonumber(ARGV[2])
local fences = redis.call('HGETALL', KEYS[1])
for at = 3, 2 + gone do redis.call('UNLINK', KEYS[at]) end
for at = 3 + gone, #KEYS, 2 do
  if redis.call('EXISTS', KEYS[at]) == 1 then redis.call('RENAME', KEYS[at], KEYS[at + 1]) end
end
redis.call('RENAME', KEYS[2], KEYS[1])
for at = 1, #fences, 2 do
  if string.sub(fences[at], 1, 6) == 'fence:' then
    redis.call('HSET', KEYS[1], fences[at], fences[at + 1])
  end
end
return 'ok'`);

async function scanned(client: Client, prefix: string): Promise<readonly string[]> {
  const names = new Set<string>();
  for await (const some of scanKeys(client, prefix)) for (const name of some) names.add(name);
  return [...names];
}

/** The keys of a log beside its meta, which goes last. */
async function keysOf(client: Client, keys: RedisKeys): Promise<readonly string[]> {
  const histories = await scanned(client, keys.history(""));
  const outcomes = await scanned(client, keys.outcome(""));
  return [keys.record, keys.log, keys.document, keys.announced, ...histories, ...outcomes];
}

/** The new log takes the old one's place, whole. @param head where the old one stands */
async function replace({ client, keys }: Opened, prefix: string, head: number): Promise<void> {
  const staged = stagingOf(prefix);
  const fresh = redisKeys(staged);
  const gone = await keysOf(client, keys);
  const moved = (await keysOf(client, fresh)).flatMap((key) => [
    key,
    prefix + key.slice(staged.length),
  ]);
  const answer = await run(
    client,
    REPLACE,
    [keys.meta, fresh.meta, ...gone, ...moved],
    [head, gone.length],
  );
  if (answer === "ok") return;
  throw new TransferError("alguien cambió el registro en Redis mientras se restauraba: repite");
}

/** What an earlier restore left that was cut. */
async function clearStaging({ client }: Opened, prefix: string): Promise<void> {
  const names = await scanned(client, `${stagingOf(prefix)}:`);
  for (let at = 0; at < names.length; at += 500) await client.unlink(...names.slice(at, at + 500));
}

/** Where a log with events stands, null for none. */
async function standOf({ client, keys }: Opened) {
  const stand = await readStand(client, keys, SEQ_ZERO);
  // A copy that was cut counts as none: openRedisTarget clears it away.
  if (!stand || stand.head === 0) return null;
  const [last] = decodeEntries(await entriesAt(client, keys, [stand.head]));
  return { events: stand.head, lastMs: last?.atMs ?? null };
}

export interface RedisRestore {
  /** A copy of the backup, of its own: it is brought to this ZEUES's format. */
  readonly working: string;
  readonly place: RedisPlace;
  readonly force: boolean;
  readonly describe: (standing: {
    readonly events: number;
    readonly lastMs: number | null;
  }) => string;
  /** Called before a log with events is replaced: makes a backup of it. */
  readonly keep: () => Promise<void>;
  readonly onStage?: (stage: "kept" | "staged" | "placed") => void | Promise<void>;
}

async function copyInto(working: string, place: RedisPlace): Promise<Transferred> {
  const source = await openSqliteSource({ path: working, nowMs: place.nowMs });
  try {
    const target = await openRedisTarget(place);
    try {
      return await transfer(source, target);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** @throws LedgerUnavailable or TransferError in one line; Redis has what it had */
export async function restoreRedis(options: RedisRestore): Promise<Transferred> {
  const { working, place, force, describe, keep, onStage } = options;
  const { prefix = PREFIX } = place;
  const opened = await openPlace(place);
  try {
    await asking(() => refuseUsed(opened));
    const standing = await asking(() => standOf(opened));
    if (!standing) return await copyInto(working, place);
    if (!force) throw new TransferError(describe(standing));
    await keep();
    await onStage?.("kept");
    await asking(() => clearStaging(opened, prefix));
    const done = await copyInto(working, { ...place, prefix: stagingOf(prefix) });
    await onStage?.("staged");
    await asking(() => replace(opened, prefix, standing.events));
    await onStage?.("placed");
    return done;
  } finally {
    opened.client.disconnect();
  }
}
