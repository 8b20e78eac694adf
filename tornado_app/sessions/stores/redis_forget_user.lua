-- Drops notes of sessions that were found to be the user's no more.
-- KEYS[1]: the user's sessions. ARGV: seconds for which a note is kept whatever was
-- found, for a sign-in writes its note before its record; then handles.
local oldest = redis.call('TIME')[1] - tonumber(ARGV[1])
local dropped = 0
for i = 2, #ARGV do
    local noted_at = redis.call('ZSCORE', KEYS[1], ARGV[i])
    if noted_at and tonumber(noted_at) < oldest then
        dropped = dropped + redis.call('ZREM', KEYS[1], ARGV[i])
    end
end
return dropped
