#!lua
-- A group of commits (ledger.ts, L1, L2, L4), one after the other, each whole or not at all and
-- answered by itself. It knows versions and places, no rules.
--
-- Redis does not take back what a script wrote before an error. So everything of a commit that can
-- fail is read first (a wrong type, a foreign version), and what fails there fails this one alone.
-- The first write after it is the log's: where Redis refuses that, it refuses it to the first of
-- the group, before anything is written. After it nothing can fail.
-- The first line makes Redis refuse the script before it runs where it may not write (READONLY,
-- OOM); without it, it would be stopped in its middle.
--
-- KEYS  meta record log document, then per commit: outcome, its lease where it has a fence, and a
--       history per spool that is written
-- ARGV  format nowMs rememberMs channel bellBytes count of commits, then per commit:
--       attempt fingerprint keepMs fence ("" = none) count of writes, count of documents, and
--       per write: key, expected version, state ("" removes), event body, "1" for a history or ""
--       per document: name, text
-- returns what refuses all of them (format), or an answer for each
local meta, record, log, document = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local format, now, rememberMs, channel = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local HEAD_ARGS, HEAD_KEYS, COMMIT_ARGS, WRITE_ARGS = 6, 4, 6, 5
local call, digits = redis.call, function(number) return string.format('%d', number) end

local stood = call('HMGET', meta, 'format', 'head', 'epoch')
if stood[1] ~= format then return { 'format', stood[1] or '' } end
local before = tonumber(stood[2])
local head, whole, bodies, bytes = before, false, {}, 0

-- Whether the log ends at head. It has no gap, so its length tells; only where that differs its
-- last entry is read, which costs as much as a write.
local function lacking()
  if whole or call('XLEN', log) == head then return nil end
  local last = call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
  local lastId = last and last[1] or '0-0'
  if lastId ~= digits(head) .. '-0' then return lastId end
end

-- Reads all that commit needs. Returns its answer when there is nothing to store.
local function check(at, outcome, lease, history, writes, documents)
  local attempt = call('HGET', outcome, 'attempt')
  if attempt then
    local kept = call('HMGET', outcome, 'fingerprint', 'first', 'last', 'at')
    -- Asked again because the answer was lost: the same answer.
    if attempt == ARGV[at + 1] then return { 'committed', kept[2] } end
    if tonumber(kept[4]) >= now - rememberMs then return { 'remembered', unpack(kept, 1, 3) } end
  end
  if lease and call('HGET', lease, 'fence') ~= ARGV[at + 4] then return { 'fenced' } end
  local lastId = lacking()
  if lastId then return { 'broken', digits(head), lastId } end
  whole = true
  for write = 1, writes do
    local arg = at + COMMIT_ARGS + (write - 1) * WRITE_ARGS
    local stored = call('HGET', record, ARGV[arg + 1])
    local version = stored and string.match(stored, '^%d+') or '0'
    if version ~= ARGV[arg + 2] then return { 'conflict', digits(write), stored or '' } end
    if ARGV[arg + 5] ~= '' then
      call('LLEN', KEYS[history])
      history = history + 1
    end
  end
  if documents > 0 then call('HLEN', document) end
  if attempt then return nil, true end
end

local function store(at, outcome, history, writes, documents, stale)
  local first = digits(head + 1)
  for write = 1, writes do
    local arg = at + COMMIT_ARGS + (write - 1) * WRITE_ARGS
    local key, state, body = ARGV[arg + 1], ARGV[arg + 3], ARGV[arg + 4]
    local seq = digits(head + 1)
    call('XADD', log, seq .. '-0', format, body)
    head = head + 1
    if state == '' then
      call('HDEL', record, key)
    else
      call('HSET', record, key, digits(ARGV[arg + 2] + 1) .. ' ' .. state)
    end
    if ARGV[arg + 5] ~= '' then
      call('RPUSH', KEYS[history], seq)
      history = history + 1
    end
    bodies[#bodies + 1] = body
    bytes = bytes + #body
  end
  local arg = at + COMMIT_ARGS + writes * WRITE_ARGS
  for index = 1, documents do
    call('HSET', document, ARGV[arg + index * 2 - 1], ARGV[arg + index * 2])
  end
  if stale then call('DEL', outcome) end
  call('HSET', outcome, 'attempt', ARGV[at + 1], 'fingerprint', ARGV[at + 2],
    'first', first, 'last', digits(head), 'at', ARGV[2])
  call('PEXPIRE', outcome, ARGV[at + 3])
  return { 'committed', first }
end

local answers, at, key = {}, HEAD_ARGS, HEAD_KEYS
for commit = 1, tonumber(ARGV[6]) do
  local outcome, fence, lease = KEYS[key + 1], ARGV[at + 4], nil
  local writes, documents = tonumber(ARGV[at + 5]), tonumber(ARGV[at + 6])
  key = key + 1
  if fence ~= '' then
    key = key + 1
    lease = KEYS[key]
  end
  local read, answer, stale = pcall(check, at, outcome, lease, key + 1, writes, documents)
  if not read then
    answer = { 'error', type(answer) == 'table' and answer.err or tostring(answer) }
  elseif not answer then
    answer = store(at, outcome, key + 1, writes, documents, stale)
  end
  answers[commit] = answer
  for write = 1, writes do
    if ARGV[at + COMMIT_ARGS + write * WRITE_ARGS] ~= '' then key = key + 1 end
  end
  at = at + COMMIT_ARGS + writes * WRITE_ARGS + documents * 2
end
if head == before then return answers end

call('HSET', meta, 'head', digits(head))
-- The bell: what fits is told at once, the rest is read from the log.
local told = bytes <= tonumber(ARGV[5]) and '\n' .. table.concat(bodies, '\n') or ''
local places = table.concat({ format, stood[3], digits(before + 1), digits(head) }, ' ')
call('PUBLISH', channel, places .. told)
return answers
