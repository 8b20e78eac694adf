"""How the PostgreSQL schema is made, recognised, upgraded."""

import hashlib
from typing import Any, NamedTuple

import asyncpg

from ..errors import StoreOpenError
from .postgresql_functions import FUNCTIONS
from .postgresql_triggers import TRIGGERS

_TABLES = (
    # Keys, texts and flashes are JSON texts: json and jsonb refuse \u0000 or rewrite
    # numbers. Instants and durations are whole microseconds of the application.
    # The room left in each page (fillfactor) lets an update stay near its record.
    """
    CREATE TABLE {schema}.sessions (
        handle text COLLATE "C" PRIMARY KEY,
        id_digest bytea NOT NULL,
        started_at bigint NOT NULL,
        last_seen_at bigint NOT NULL,
        expires_at bigint NOT NULL,
        renewed_at bigint NOT NULL,
        keys text[] NOT NULL,
        texts text[] NOT NULL,
        flashes text[] NOT NULL,
        "user" text COLLATE "C",
        signed_in_at bigint,
        idle_timeout bigint,
        previous_digest bytea,
        previous_until bigint,
        generation bigint NOT NULL,
        version bigint NOT NULL
    ) WITH (fillfactor = 80)
    """,
    "CREATE INDEX sessions_by_expiry ON {schema}.sessions (expires_at)",
    # A hash: btree refuses names above 2,700 bytes.
    """
    CREATE INDEX sessions_by_user ON {schema}.sessions USING hash ("user")
        WHERE "user" IS NOT NULL
    """,
    """
    CREATE TYPE {schema}.change AS (
        place integer,
        kind text,
        handle text,
        record json,
        generation bigint,
        version bigint,
        now_at bigint,
        id_digest bytea,
        policy_idle bigint,
        ends_at bigint,
        max_bytes bigint,
        max_flashes bigint,
        keys text[],
        texts text[],
        clear boolean,
        add_flashes text[],
        drop_flashes text[],
        touch boolean,
        sets_idle boolean,
        own_idle bigint,
        new_digest bytea,
        grace_until bigint,
        sign_in_user text,
        sign_in_at bigint
    )
    """,
)

MIGRATIONS = ((*_TABLES, *FUNCTIONS), TRIGGERS)
"""The statements that lead from each version of the schema to the next."""


class History(NamedTuple):
    """How the tables of one kind of store came to be what they are."""

    migrations: tuple[tuple[str, ...], ...]
    versions: str
    """The table that says how far they are; two kinds may share a schema."""


SESSIONS = History(MIGRATIONS, "schema_version")


async def prepare(connection: Any, schema: str, place: str, history: History) -> None:
    """Make *schema* usable through *connection*, made or upgraded where needed.

    Raises StoreOpenError, which calls the database *place*.
    """
    encoding = connection.get_settings().server_encoding
    if encoding != "UTF8":
        raise StoreOpenError(
            place, f"its encoding is {encoding}; make a database with ENCODING 'UTF8'"
        )
    try:
        if await _version(connection, schema, place, history) < len(history.migrations):
            await _upgrade(connection, schema, place, history)
    except asyncpg.InsufficientPrivilegeError as exc:
        raise StoreOpenError(
            place,
            f"{exc}; let its owner open the store once, or grant the rights on"
            f" schema {schema}",
        ) from exc
    except asyncpg.SyntaxOrAccessError as exc:
        raise StoreOpenError(
            place, f"schema {schema} holds what is not ours ({exc}); name another one"
        ) from exc


async def _version(connection: Any, schema: str, place: str, history: History) -> int:
    """Return the version of the schema that is there; 0: none is."""
    table = f'"{schema}".{history.versions}'
    if await connection.fetchval("SELECT to_regclass($1)", table) is None:
        return 0
    version = int(await connection.fetchval(f"SELECT version FROM {table}"))
    if version > len(history.migrations):
        raise StoreOpenError(
            place,
            f"its schema {schema} is version {version} and this program knows up to"
            f" {len(history.migrations)}; use a newer version of the program",
        )
    return version


async def _upgrade(connection: Any, schema: str, place: str, history: History) -> None:
    versions = f'"{schema}".{history.versions}'
    names = {
        "schema": f'"{schema}"',
        "sweep_lock": str(_lock_number(f"sweep {schema}")),
    }
    async with connection.transaction(isolation="read_committed"):
        # Processes that start together take turns; IF NOT EXISTS alone would fail.
        await connection.execute(
            f"SELECT pg_advisory_xact_lock({_lock_number(f'upgrade {schema}')})"
        )
        if not await connection.fetchval("SELECT to_regnamespace($1)", names["schema"]):
            await connection.execute(f"CREATE SCHEMA {names['schema']}")
        version = await _version(connection, schema, place, history)
        if version == 0:
            await connection.execute(
                f"CREATE TABLE {versions} (version integer NOT NULL);"
                f" INSERT INTO {versions} VALUES (0)"
            )
        for statements in history.migrations[version:]:
            for statement in statements:
                await connection.execute(statement.format(**names))
        await connection.execute(
            f"UPDATE {versions} SET version = {len(history.migrations)}"
        )


def _lock_number(purpose: str) -> int:
    """Return the number of an advisory lock, of which a database has 2**64."""
    digest = hashlib.sha256(f"tornado_app.sessions {purpose}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
