-- Answers what a record is, or 'known' where it is still as the asker knows it.
-- KEYS[1]: the record. ARGV[1]: the stamp of what is known, or nothing. A version would
-- not do: two servers that were one, before a failover that lost changes, give it twice.
local found = redis.call('HMGET', KEYS[1], 'version', 'stamp')
if not found[1] then
    return false
end
if ARGV[1] ~= '' and found[2] == ARGV[1] then
    return 'known'
end
return redis.call('HGETALL', KEYS[1])
