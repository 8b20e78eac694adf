"""Sessions over real HTTP: a Tornado server, a client, a store."""
