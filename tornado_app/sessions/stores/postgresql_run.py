"""What tells one state of a row from every other: its mark, in one run of the server.

The mark is the number of the transaction that wrote the row (``xmin``). A server counts
on for as long as it runs, whoever writes. What another run had promised may be lost, by
a standby that took over or a backup that was put back, and its numbers come again. A
server that recovers within its run has lost nothing of ours: each of our transactions
is durable before anybody sees it (`BE_DURABLE`).
"""

THIS_RUN = "extract(epoch FROM pg_postmaster_start_time())::text"
"""When the server began to run, to the microsecond: no other run has begun then."""

NO_MARK = "0"
"""The number of no transaction: the mark of no row."""

# Returns each live record's handle and mark, and all of it where that is another mark
# than the wanted one: what is known need not be sent. With another run than the one
# that is told nothing is known, and each row names it.
FIND = f"""
SELECT
    told.*, stored.handle, stored.xmin, NULLIF(run.began, $4)
FROM unnest(
    string_to_array($1, E'\\n'), string_to_array($3, E'\\n')::xid[]
) AS wanted (handle, mark)
CROSS JOIN (SELECT {THIS_RUN} AS began) AS run
JOIN {{schema}}.sessions AS stored USING (handle)
LEFT JOIN LATERAL (
    SELECT {{columns}} WHERE stored.xmin <> wanted.mark OR run.began <> $4 OFFSET 0
) AS told ON true
WHERE stored.expires_at > $2
"""
