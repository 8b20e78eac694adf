-- Answers what a record is, or 'known' where it is still as the asker knows it.
-- KEYS[1]: the record. ARGV[1]: the mark of what is known: the version, ':', the stamp
-- that its last change gave it; or nothing. Two servers that were one can give a version
-- twice, after a failover that lost changes, but never a stamp.
local found = redis.call('HMGET', KEYS[1], 'version', 'stamp')
if not found[1] then
    return false
end
if found[2] and found[1] .. ':' .. found[2] == ARGV[1] then
    return 'known'
end
return redis.call('HGETALL', KEYS[1])
