-- Takes one step through the records of a server: counts the live ones or ends them all.
-- ARGV: the cursor, how the records' keys begin, how many keys to look at, now, and the
-- channel that hears of the end, or nothing. Answers the next cursor and how many lived.
local step = redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2] .. '*', 'COUNT', ARGV[3])
local channel, live, gone = ARGV[5], 0, {}
for _, key in ipairs(step[2]) do
    local expires_at = redis.call('HGET', key, 'expires_at')
    if expires_at and tonumber(expires_at) > tonumber(ARGV[4]) then
        live = live + 1
    end
    if channel ~= '' then
        redis.call('DEL', key)
        gone[#gone + 1] = string.sub(key, #ARGV[2] + 1)
    end
end
if #gone > 0 then
    -- Where an ACL forbids it nobody can listen either.
    redis.pcall('PUBLISH', channel, table.concat(gone, ','))
end
return {step[1], live}
