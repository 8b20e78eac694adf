-- Takes one step through the records of a server: counts the live ones or ends them all.
-- ARGV: the cursor, the pattern of the records' keys, how many keys to look at, now,
-- and "delete" or nothing. Answers the next cursor and how many were live.
local step = redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', ARGV[3])
local live = 0
for _, key in ipairs(step[2]) do
    local expires_at = redis.call('HGET', key, 'expires_at')
    if expires_at and tonumber(expires_at) > tonumber(ARGV[4]) then
        live = live + 1
    end
    if ARGV[5] == 'delete' then
        redis.call('DEL', key)
    end
end
return {step[1], live}
