"""The triggers by which the PostgreSQL server tells who listens.

They hint on a channel that is called as the schema is, whoever changes the table: a
site, the operator's commands, somebody by hand.
"""

# A message has less than 8,000 bytes, and a handle that a browser can have has 16.
_TELL_OF_DELETED = """
CREATE FUNCTION {schema}.tell_of_deleted() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify(TG_TABLE_SCHEMA, string_agg(handle, ',')) FROM (
        SELECT handle, (row_number() OVER () - 1) / 400 AS part FROM gone
            WHERE octet_length(handle) = 16
    ) AS numbered GROUP BY part;
    RETURN NULL;
END $$
"""

_TELL_OF_CHANGED = """
CREATE FUNCTION {schema}.tell_of_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify(TG_TABLE_SCHEMA, NEW.handle);
    RETURN NULL;
END $$
"""

_TELL_OF_ALL = """
CREATE FUNCTION {schema}.tell_of_all() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify(TG_TABLE_SCHEMA, '');
    RETURN NULL;
END $$
"""

TRIGGERS = (
    _TELL_OF_DELETED,
    _TELL_OF_CHANGED,
    _TELL_OF_ALL,
    """
    CREATE TRIGGER tell_of_deleted AFTER DELETE ON {schema}.sessions
        REFERENCING OLD TABLE AS gone
        FOR EACH STATEMENT EXECUTE FUNCTION {schema}.tell_of_deleted()
    """,
    # Commits that tell wait for each other, so the many that need not do not.
    """
    CREATE TRIGGER tell_of_changed AFTER UPDATE ON {schema}.sessions
        FOR EACH ROW WHEN (
            (NEW.generation > OLD.generation OR NEW.expires_at < OLD.expires_at)
            AND octet_length(NEW.handle) = 16
        ) EXECUTE FUNCTION {schema}.tell_of_changed()
    """,
    """
    CREATE TRIGGER tell_of_all AFTER TRUNCATE ON {schema}.sessions
        FOR EACH STATEMENT EXECUTE FUNCTION {schema}.tell_of_all()
    """,
)
"""Statements that make the triggers, each after the function that it calls."""
