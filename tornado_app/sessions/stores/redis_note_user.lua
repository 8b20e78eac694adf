-- Notes that a session is, or is about to be, a user's: with the server's time, so that
-- nobody takes it for a stale note before its record can be written.
-- KEYS[1]: the user's sessions. ARGV[1]: a handle.
redis.call('ZADD', KEYS[1], redis.call('TIME')[1], ARGV[1])
return 'noted'
