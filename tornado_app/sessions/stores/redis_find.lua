-- Answers what a record is, or 'known' where it is still as the asker knows it.
-- KEYS[1]: the record. ARGV[1]: the stamp of what is known, or nothing. A version would
-- not do: two servers that were one, before a failover that lost changes, give it twice.
if redis.call('HGET', KEYS[1], 'stamp') == ARGV[1] then
    return 'known'
end
return redis.call('HGETALL', KEYS[1])
