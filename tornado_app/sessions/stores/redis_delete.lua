-- Deletes a record, if it is the one that is meant.
-- KEYS[1]: the record. ARGV: the channel that hears of it, then its generation, its
-- user, now; each of these may be left empty.
-- Answers "expired" for a record that was deleted and that nobody could use any more.
local facts = redis.call('HMGET', KEYS[1], 'handle', 'generation', 'user', 'expires_at')
local handle, generation, user, expires_at = unpack(facts)
if not handle or (ARGV[2] ~= '' and generation ~= ARGV[2]) then
    return 'gone'
end
-- A user begins with "=", or the user whose name is empty would be nobody.
if ARGV[3] ~= '' and (not user or '=' .. user ~= ARGV[3]) then
    return 'gone'
end
redis.call('DEL', KEYS[1])
-- Where an ACL forbids it nobody can listen either; the session has to end all the same.
redis.pcall('PUBLISH', ARGV[1], handle)
if ARGV[4] ~= '' and tonumber(expires_at) <= tonumber(ARGV[4]) then
    return 'expired'
end
return 'applied'
