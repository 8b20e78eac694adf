-- Deletes a record, if it is the one that is meant.
-- KEYS[1]: the record. ARGV: its generation, its user, now; each may be left empty.
-- Answers "expired" for a record that was deleted and that nobody could use any more.
local facts = redis.call('HMGET', KEYS[1], 'generation', 'user', 'expires_at')
local generation, user, expires_at = facts[1], facts[2], facts[3]
if not generation or (ARGV[1] ~= '' and generation ~= ARGV[1]) then
    return 'gone'
end
-- A user begins with "=", or the user whose name is empty would be nobody.
if ARGV[2] ~= '' and (not user or '=' .. user ~= ARGV[2]) then
    return 'gone'
end
redis.call('DEL', KEYS[1])
if ARGV[3] ~= '' and tonumber(expires_at) <= tonumber(ARGV[3]) then
    return 'expired'
end
return 'applied'
