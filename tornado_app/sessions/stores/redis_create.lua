-- Keeps a new record; one that exists is left as it is.
-- KEYS[1]: the record. ARGV: milliseconds to keep it, then fields and their texts.
if redis.call('EXISTS', KEYS[1]) == 1 then
    return 'taken'
end
for i = 2, #ARGV, 2 do
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 'applied'
