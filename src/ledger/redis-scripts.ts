/** The ledger's scripts in Redis: sent whole once, by their hash after that. */
import { createHash } from "node:crypto";
import commitLua from "./redis-commit.lua" with { type: "text" };
import type { Client } from "./redis-connections.ts";

export interface Script {
  readonly lua: string;
  readonly sha: string;
}

export const script = (lua: string): Script => ({
  lua,
  sha: createHash("sha1").update(lua).digest("hex"),
});

export const COMMIT = script(commitLua);

/** KEYS meta log copy; ARGV format epoch. @returns the format and epoch that stand. */
export const BEGIN = script(`#!lua
local meta, log, copy = KEYS[1], KEYS[2], KEYS[3]
local format = redis.call('HGET', meta, 'format')
if not format then
  if redis.call('EXISTS', copy) == 1 then return { 'copying', '' } end
  if redis.call('EXISTS', log) == 1 then return { 'broken', '' } end
  redis.call('HSET', meta, 'format', ARGV[1], 'epoch', ARGV[2], 'head', '0')
end
return redis.call('HMGET', meta, 'format', 'epoch')`);

/**
 * KEYS meta announced; ARGV the epoch that was, the one that comes, where the log stands: what is
 * done again is announced again. @returns the epoch that stands
 */
export const RENEW_EPOCH = script(`#!lua
if redis.call('HGET', KEYS[1], 'epoch') == ARGV[1] then
  redis.call('HSET', KEYS[1], 'epoch', ARGV[2])
  redis.call('SET', KEYS[2], ARGV[3])
end
return redis.call('HGET', KEYS[1], 'epoch')`);

/** KEYS lease meta; ARGV name, attempt, ttlMs. @returns the fence, 0 while another has it. */
export const ACQUIRE = script(`#!lua
local attempt = redis.call('HGET', KEYS[1], 'attempt')
if attempt == ARGV[2] then return tonumber(redis.call('HGET', KEYS[1], 'fence')) end
if attempt then return 0 end
local fence = redis.call('HINCRBY', KEYS[2], 'fence:' .. ARGV[1], 1)
redis.call('HSET', KEYS[1], 'attempt', ARGV[2], 'fence', fence)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return fence`);

/** KEYS lease; ARGV fence, ttlMs; a ttl of 0 gives it back. @returns 1 when it was ours. */
export const RENEW = script(`#!lua
if redis.call('HGET', KEYS[1], 'fence') ~= ARGV[1] then return 0 end
if ARGV[2] == '0' then return redis.call('DEL', KEYS[1]) end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`);

/**
 * KEYS meta document lease; ARGV format, fence ("" = none), then name and text of each document.
 * All that can fail is read before the first write, as in redis-commit.lua.
 */
export const PUT_DOCUMENTS = script(`#!lua
local format = redis.call('HGET', KEYS[1], 'format')
if format ~= ARGV[1] then return { 'format', format or '' } end
if ARGV[2] ~= '' and redis.call('HGET', KEYS[3], 'fence') ~= ARGV[2] then return { 'fenced' } end
redis.call('HLEN', KEYS[2])
for at = 3, #ARGV, 2 do redis.call('HSET', KEYS[2], ARGV[at], ARGV[at + 1]) end
return { 'stored' }`);

/** KEYS announced; ARGV channel, the seq before the first, messages. @returns the last one. */
export const ANNOUNCE = script(`#!lua
local stands = tonumber(redis.call('GET', KEYS[1]) or ARGV[2])
if stands ~= tonumber(ARGV[2]) then return stands end
for index = 3, #ARGV do
  if ARGV[index] ~= '' then redis.call('PUBLISH', ARGV[1], ARGV[index]) end
end
redis.call('SET', KEYS[1], string.format('%d', stands + #ARGV - 2))
return stands + #ARGV - 2`);

/** Runs a script; sends its text when this Redis does not have it (a restart, a failover). */
export async function run(
  client: Client,
  { lua, sha }: Script,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  // One array: an import's arguments are more than a function takes.
  const rest = [String(keys.length), ...keys, ...args.map(String)];
  try {
    return await client.call("EVALSHA", [sha, ...rest]);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
    return await client.call("EVAL", [lua, ...rest]);
  }
}
