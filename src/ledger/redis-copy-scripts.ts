/**
 * The scripts that make a copy in Redis (redis-transfer). The hash `copy` stands in place of `meta`
 * until all is there, with the id of who makes it: each script but CLAIM refuses another's, so of
 * two copies that run at once the later one goes on alone.
 */
import { script } from "./redis-scripts.ts";

const OURS = "if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then return 'taken' end";
/** A full Redis refuses what adds to it; clearing an unfinished copy away is how it gets room. */
const WHEN_FULL = "#!lua flags=allow-oom";

/**
 * KEYS copy meta log record document; ARGV id format epoch. A ledger that was begun and never used
 * counts as empty; its name goes, and with it whoever still has it open stores nothing.
 * @returns `claimed`, `unfinished` (an earlier copy, ours now), or what stands: kind, then a number
 */
export const CLAIM = script(`${WHEN_FULL}
local copy, meta, log, record, document = unpack(KEYS)
local format, head = unpack(redis.call('HMGET', meta, 'format', 'head'))
if format and format ~= ARGV[2] then return { 'format', format } end
if format and head ~= '0' then return { 'events', head } end
if not format and redis.call('EXISTS', copy) == 1 then
  redis.call('HSET', copy, 'id', ARGV[1])
  return { 'unfinished' }
end
if redis.call('XLEN', log) > 0 then return { 'events', tostring(redis.call('XLEN', log)) } end
if redis.call('HLEN', record) > 0 then
  return { 'records', tostring(redis.call('HLEN', record)) }
end
if redis.call('HLEN', document) > 0 then
  return { 'documents', tostring(redis.call('HLEN', document)) }
end
redis.call('HDEL', meta, 'format', 'epoch', 'head')
redis.call('HSET', copy, 'id', ARGV[1], 'format', ARGV[2], 'epoch', ARGV[3], 'head', '0')
redis.call('DEL', log)
return { 'claimed' }`);

/** KEYS copy log, histories; ARGV id format, per event: seq body, its history's index or 0. */
export const ADD_EVENTS = script(`#!lua
${OURS}
for at = 3, #ARGV, 3 do
  local seq, history = ARGV[at], tonumber(ARGV[at + 2])
  redis.call('XADD', KEYS[2], seq .. '-0', ARGV[2], ARGV[at + 1])
  if history > 0 then redis.call('RPUSH', KEYS[2 + history], seq) end
end
redis.call('HSET', KEYS[1], 'head', ARGV[#ARGV - 2])
return 'ok'`);

/** KEYS copy hash; ARGV id, then field and value by turns. */
export const PUT_FIELDS = script(`#!lua
${OURS}
for at = 2, #ARGV, 2 do redis.call('HSET', KEYS[2], ARGV[at], ARGV[at + 1]) end
return 'ok'`);

/** KEYS copy, outcomes; ARGV id, per outcome: fingerprint first last at keepMs. */
export const PUT_OUTCOMES = script(`#!lua
${OURS}
for index = 2, #KEYS do
  local at = 2 + (index - 2) * 5
  redis.call('HSET', KEYS[index], 'attempt', 'copy', 'fingerprint', ARGV[at],
    'first', ARGV[at + 1], 'last', ARGV[at + 2], 'at', ARGV[at + 3])
  redis.call('PEXPIRE', KEYS[index], ARGV[at + 4])
end
return 'ok'`);

/** KEYS copy, others; ARGV id. Removes the others. */
export const REMOVE = script(`${WHEN_FULL}
${OURS}
for index = 2, #KEYS do redis.call('UNLINK', KEYS[index]) end
return 'ok'`);

/** KEYS copy, log record document announced; ARGV id. Forgets a copy whose other keys are gone. */
export const FORGET = script(`${WHEN_FULL}
${OURS}
redis.call('UNLINK', unpack(KEYS))
return 'ok'`);

/** KEYS copy meta announced; ARGV id head. What is old is not announced again. */
export const FINISH = script(`#!lua
${OURS}
local format, epoch, head = unpack(redis.call('HMGET', KEYS[1], 'format', 'epoch', 'head'))
if head ~= ARGV[2] then return 'unfinished' end
redis.call('HSET', KEYS[2], 'format', format, 'epoch', epoch, 'head', head)
redis.call('SET', KEYS[3], head)
redis.call('DEL', KEYS[1])
return 'ok'`);
