"""The accounts' tables in PostgreSQL, with how statements reach them."""

from typing import Any

from tornado_app.sessions.stores.postgresql_rows import from_name, to_name
from tornado_app.sessions.stores.postgresql_schema import History

_TABLES = (
    # Texts are as `to_name` writes them; instants are whole microseconds of the
    # application. What belongs to an account goes with it.
    """
    CREATE TABLE {schema}.accounts (
        id text COLLATE "C" PRIMARY KEY,
        name_key text COLLATE "C" NOT NULL UNIQUE,
        username text NOT NULL,
        password_hash text COLLATE "C" NOT NULL,
        created_at bigint NOT NULL
    )
    """,
    """
    CREATE TABLE {schema}.preferences (
        account_id text COLLATE "C" REFERENCES {schema}.accounts ON DELETE CASCADE,
        field text COLLATE "C",
        value text NOT NULL,
        PRIMARY KEY (account_id, field)
    )
    """,
    """
    CREATE TABLE {schema}.tries (
        subject text COLLATE "C" PRIMARY KEY,
        failures bigint NOT NULL,
        next_at bigint NOT NULL,
        forgotten_at bigint NOT NULL
    )
    """,
    "CREATE INDEX tries_by_end ON {schema}.tries (forgotten_at)",
    """
    CREATE TABLE {schema}.resets (
        account_id text COLLATE "C" PRIMARY KEY
            REFERENCES {schema}.accounts ON DELETE CASCADE,
        digest bytea NOT NULL UNIQUE,
        ends_at bigint NOT NULL
    )
    """,
    "CREATE INDEX resets_by_end ON {schema}.resets (ends_at)",
    """
    CREATE TABLE {schema}.sign_ins (
        account_id text COLLATE "C" REFERENCES {schema}.accounts ON DELETE CASCADE,
        handle text COLLATE "C",
        browser text NOT NULL,
        system text NOT NULL,
        user_agent text NOT NULL,
        address text NOT NULL,
        name text NOT NULL,
        signed_in_at bigint NOT NULL,
        new_device_at bigint,
        told_until bigint NOT NULL,
        ended_at bigint,
        ended text,
        PRIMARY KEY (account_id, handle)
    )
    """,
    "CREATE INDEX sign_ins_by_handle ON {schema}.sign_ins (handle)",
)

_EPOCH = "ALTER TABLE {schema}.accounts ADD COLUMN epoch bigint NOT NULL DEFAULT 0"

HISTORY = History((_TABLES, (_EPOCH,)), "accounts_version")


class Tables:
    """A connection to them: a statement calls their schema ``{schema}``.

    Texts come back as they were given, whatever is in them: PostgreSQL itself would
    refuse a NUL.
    """

    def __init__(self, connection: Any, schema: str) -> None:
        self._connection = connection
        self._schema = f'"{schema}"'

    async def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run *statement*; return what it found or returned."""
        found = await self._connection.fetch(
            statement.format(schema=self._schema), *map(_sent, values)
        )
        return [tuple(map(_received, row)) for row in found]

    async def row(self, statement: str, *values: Any) -> tuple[Any, ...] | None:
        """Run *statement*; return the first row, if there is one."""
        found = await self.rows(statement, *values)
        return found[0] if found else None

    async def has(self, account_id: str) -> bool:
        """Whether the account is there; it cannot go before the transaction ends."""
        statement = "SELECT 1 FROM {schema}.accounts WHERE id = $1 FOR KEY SHARE"
        return await self.row(statement, account_id) is not None


def _sent(value: Any) -> Any:
    if isinstance(value, list):
        return list(map(_sent, value))
    return to_name(value) if isinstance(value, str) else value


def _received(value: Any) -> Any:
    if isinstance(value, list):
        return list(map(_received, value))
    return from_name(value) if isinstance(value, str) else value
