-- Writes fields of a record that is still what its request found; if it is not, or a
-- field is new, answers 'other', and nothing is done.
--
-- KEYS[1]: the record. ARGV[1]: now. ARGV[2] to ARGV[4]: the id_digest, generation and
-- version that were found. Then fields of data with their new texts.
local key, names = KEYS[1], {'version', 'generation', 'id_digest', 'expires_at'}
for i = 5, #ARGV, 2 do
    names[#names + 1] = ARGV[i]
end
local found = redis.call('HMGET', key, unpack(names))

if found[1] ~= ARGV[4]
    or found[2] ~= ARGV[3]
    or found[3] ~= ARGV[2]
    or tonumber(found[4]) <= tonumber(ARGV[1]) then
    return 'other'
end

local words = {'version', string.format('%.0f', tonumber(ARGV[4]) + 1)}
for i = 5, #ARGV, 2 do
    local before = found[(i + 5) / 2]
    if not before then
        return 'other'
    end
    words[#words + 1] = ARGV[i]
    -- A text begins with the place of its field, which stays; see redis_update.lua.
    words[#words + 1] = string.match(before, '^%d+:') .. ARGV[i + 1]
end
redis.call('HSET', key, unpack(words))
return 'applied'
