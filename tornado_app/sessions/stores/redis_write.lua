-- Writes fields of a record that is still as the asker knows it; if it is not, or a
-- field is new, answers 'other', and nothing is done.
--
-- KEYS[1]: the record. ARGV[1]: the stamp of what is known. ARGV[2] and ARGV[3]: the
-- version and the stamp from now on. Then fields of data with their new texts.
local names, words = {'stamp'}, {'version', ARGV[2], 'stamp', ARGV[3]}
for i = 4, #ARGV, 2 do
    names[#names + 1] = ARGV[i]
end
local found = redis.call('HMGET', KEYS[1], unpack(names))
if found[1] ~= ARGV[1] then
    return 'other'
end
for i = 4, #ARGV, 2 do
    local before = found[i / 2]
    if not before then
        return 'other'
    end
    words[#words + 1] = ARGV[i]
    -- A text begins with the place of its field, which stays; see redis_update.lua.
    words[#words + 1] = string.match(before, '^%d+:') .. ARGV[i + 1]
end
redis.call('HSET', KEYS[1], unpack(words))
return 'applied'
