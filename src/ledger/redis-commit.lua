#!lua
-- One commit (ledger.ts, L1, L2, L4), whole or not at all. It knows versions and places, no rules.
--
-- Redis does not take back what a script wrote before an error. So everything that can fail is
-- read first (a wrong type, an older format, a foreign version): after the first write nothing can.
-- The first line makes Redis refuse the script before it runs where it may not write (READONLY,
-- OOM); without it, it would be stopped in its middle.
--
-- KEYS  meta record log document outcome lease, then a history per spool that is written
-- ARGV  format nowMs rememberMs keepMs attempt fingerprint fence channel bellBytes
--       count of writes, count of documents, then
--       per write: key, expected version, state ("" removes), event body, its history's index or 0
--       per document: name, text
local meta, record, log, document, outcome, lease = unpack(KEYS, 1, 6)
local format, now, rememberMs, keepMs = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local attempt, fingerprint, fence, channel = ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local bellBytes, writes, documents = tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])
local HEAD_ARGS, WRITE_ARGS, HEAD_KEYS = 11, 5, 6

local stood = redis.call('HMGET', meta, 'format', 'head', 'epoch')
if stood[1] ~= format then return { 'format', stood[1] or '' } end

local kept = redis.call('HMGET', outcome, 'attempt', 'fingerprint', 'first', 'last', 'at')
-- Asked again because the answer was lost: the same answer.
if kept[1] == attempt then return { 'committed', kept[3] } end
if kept[1] and tonumber(kept[5]) >= now - rememberMs then
  return { 'remembered', kept[2], kept[3], kept[4] }
end

if fence ~= '' and redis.call('HGET', lease, 'fence') ~= fence then return { 'fenced' } end

local head = tonumber(stood[2])
local last = redis.call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
local lastId = last and last[1] or '0-0'
if lastId ~= string.format('%d-0', head) then return { 'broken', stood[2], lastId } end

for write = 1, writes do
  local at = HEAD_ARGS + (write - 1) * WRITE_ARGS
  local stored = redis.call('HGET', record, ARGV[at + 1])
  local version = stored and string.match(stored, '^%d+') or '0'
  if version ~= ARGV[at + 2] then return { 'conflict', tostring(write), stored or '' } end
  local history = tonumber(ARGV[at + 5])
  if history > 0 then redis.call('LLEN', KEYS[HEAD_KEYS + history]) end
end
redis.call('HLEN', document)

local bodies, bytes = {}, 0
for write = 1, writes do
  local at = HEAD_ARGS + (write - 1) * WRITE_ARGS
  local key, state, body = ARGV[at + 1], ARGV[at + 3], ARGV[at + 4]
  local seq = string.format('%d', head + write)
  redis.call('XADD', log, seq .. '-0', format, body)
  if state == '' then
    redis.call('HDEL', record, key)
  else
    redis.call('HSET', record, key, string.format('%d ', ARGV[at + 2] + 1) .. state)
  end
  local history = tonumber(ARGV[at + 5])
  if history > 0 then redis.call('RPUSH', KEYS[HEAD_KEYS + history], seq) end
  bodies[write] = body
  bytes = bytes + #body
end
for index = 1, documents do
  local at = HEAD_ARGS + writes * WRITE_ARGS + (index - 1) * 2
  redis.call('HSET', document, ARGV[at + 1], ARGV[at + 2])
end

local first, final = string.format('%d', head + 1), string.format('%d', head + writes)
redis.call('HSET', meta, 'head', final)
redis.call('DEL', outcome)
redis.call('HSET', outcome, 'attempt', attempt, 'fingerprint', fingerprint,
  'first', first, 'last', final, 'at', ARGV[2])
redis.call('PEXPIRE', outcome, keepMs)

-- The bell: what fits is told at once, the rest is read from the log.
local told = bytes <= bellBytes and '\n' .. table.concat(bodies, '\n') or ''
redis.call('PUBLISH', channel, table.concat({ format, stood[3], first, final }, ' ') .. told)
return { 'committed', first }
