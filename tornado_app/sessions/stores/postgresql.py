"""Keeps session records in PostgreSQL through asyncpg."""

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import asyncpg

from ..errors import StoreOpenError, StoreUnavailableError
from ..record import Change, Outcome, SessionRecord
from . import postgresql_rows as rows
from .micros import to_micros
from .postgresql_hints import PostgreSQLHints
from .postgresql_pool import Connections
from .postgresql_schema import prepare
from .postgresql_url import PostgreSQLPlace
from .recent import Recent

_log = logging.getLogger(__name__)
_OPEN_TIMEOUT_S = 5.0

_TROUBLES = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
)
# Waiting does not help against these.
_REFUSALS = (
    asyncpg.ClientConfigurationError,
    asyncpg.InvalidAuthorizationSpecificationError,  # a wrong password too
    asyncpg.InvalidCatalogNameError,
)
# Somebody dropped the schema, or put another database in this one's place.
_SCHEMA_LOST = (
    asyncpg.InvalidSchemaNameError,
    asyncpg.UndefinedTableError,
    asyncpg.UndefinedFunctionError,
)


class PostgreSQLStore:
    """A `SessionStore` in one schema of a PostgreSQL database, for many machines.

    A server that is down is asked again with each call; a connection that was
    interrupted is never used again.
    """

    name = "postgresql"
    sweeps = True

    def __init__(self, place: PostgreSQLPlace) -> None:
        self._place = place
        self._urls = itertools.cycle(place.urls)
        self._url = next(self._urls)
        self._connections: Connections | None = None
        self._prepared = False
        self._sql = _statements(place.schema)
        self._recent = Recent[Any](rows.to_record)
        self.hints = PostgreSQLHints(
            place.schema,
            connect=self._connect,
            tell=lambda *message: self._fetch("tell", *message),
            trouble=self._trouble,
        )

    async def __aenter__(self) -> Self:
        self._connections = Connections(self._connect, self._place.pool)
        try:
            async with asyncio.timeout(_OPEN_TIMEOUT_S), self._connections.lend():
                pass
        except _REFUSALS as exc:
            await self._close()
            raise StoreOpenError(self._place.shown, f"{exc}") from exc
        except _TROUBLES as exc:
            _log.warning(
                "%s does not answer (%r); sessions wait until it does",
                self._place.shown,
                exc,
            )
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._close()

    async def find(
        self, handles: Collection[str], *, now: datetime
    ) -> dict[str, SessionRecord]:
        names = list(map(rows.to_name, handles))
        found = await self._fetch("find", names, to_micros(now))
        records = [self._recent.record(row["handle"], row) for row in found]
        return {record.handle: record for record in records}

    async def apply(self, changes: Sequence[Change]) -> list[Outcome]:
        outcomes = await self._fetch_value("apply", rows.to_argument(changes))
        return list(map(Outcome, outcomes))

    async def of_user(self, user: str, *, now: datetime) -> list[SessionRecord]:
        name = rows.to_name(user)
        found = await self._fetch("of_user", name, to_micros(now))
        return list(map(rows.to_record, found))

    async def delete_user(self, user: str, *, now: datetime, keep: str | None) -> int:
        kept = None if keep is None else rows.to_name(keep)
        return await self._count(
            "delete_user", rows.to_name(user), to_micros(now), kept
        )

    async def delete_all(self, *, now: datetime) -> int:
        return await self._count("delete_all", to_micros(now))

    async def count(self, *, now: datetime) -> int:
        return await self._count("count", to_micros(now))

    async def delete_expired(self, *, now: datetime, limit: int) -> int:
        return await self._count("delete_expired", to_micros(now), limit)

    async def walk(self, *, batch: int) -> AsyncIterator[list[SessionRecord]]:
        last = ""
        while found := await self._fetch("walk", last, batch):
            yield list(map(rows.to_record, found))
            last = found[-1]["handle"]

    async def _count(self, operation: str, *arguments: Any) -> int:
        return int(await self._fetch_value(operation, *arguments))

    async def _fetch_value(self, operation: str, *arguments: Any) -> Any:
        return (await self._fetch(operation, *arguments))[0][0]

    async def _fetch(self, operation: str, *arguments: Any) -> Sequence[Any]:
        """Run the one statement of *operation*: it is a transaction of its own."""
        if self._connections is None:
            raise RuntimeError("the store is not open: use it inside `async with`")
        with self._trouble(operation):
            async with self._connections.lend() as connection:
                found: Sequence[Any] = await connection.fetch(
                    self._sql[operation], *arguments
                )
        return found

    @contextmanager
    def _trouble(self, operation: str) -> Iterator[None]:
        """Raise StoreUnavailableError for what the driver raises."""
        try:
            yield
        except StoreOpenError as exc:
            _log.error("%s", exc)
            raise StoreUnavailableError(self.name, operation) from exc
        except _TROUBLES as exc:
            if isinstance(exc, _SCHEMA_LOST):
                self._prepared = False
            raise StoreUnavailableError(self.name, operation) from exc

    async def _connect(self) -> Any:
        """Return a new connection to the server that takes changes."""
        try:
            connection = await asyncpg.connect(self._url, **self._connect_options())
        except BaseException:
            # With several hosts, one that is silent must not stop us for ever.
            self._url = next(self._urls)
            raise
        try:
            await self._prepare(connection)
        except BaseException:
            connection.terminate()
            raise
        return connection

    def _connect_options(self) -> dict[str, Any]:
        place = self._place
        options: dict[str, Any] = {"statement_cache_size": place.statement_cache}
        if not place.names_role:
            # A standby lags behind: it would still know a session that was revoked.
            options["target_session_attrs"] = "primary"
        if not place.names_application:
            options["server_settings"] = {"application_name": "tornado sessions"}
        return options

    async def _prepare(self, connection: Any) -> None:
        if not self._prepared:
            await prepare(connection, self._place.schema, self._place.shown)
            self._prepared = True

    async def _close(self) -> None:
        connections, self._connections = self._connections, None
        if connections is not None:
            await connections.aclose()


def _statements(schema: str) -> dict[str, str]:
    """Return the statement of each operation."""
    sessions = f'"{schema}".sessions'
    return {
        "find": f"SELECT {rows.COLUMNS} FROM {sessions}"
        " WHERE handle = ANY ($1::text[]) AND expires_at > $2",
        "apply": f'SELECT "{schema}".apply_changes($1)',
        "of_user": f'SELECT {rows.COLUMNS} FROM {sessions} WHERE "user" = $1'
        " AND expires_at > $2",
        "walk": f"SELECT {rows.COLUMNS} FROM {sessions} WHERE handle > $1"
        " ORDER BY handle LIMIT $2",
        "delete_user": f'SELECT "{schema}".delete_user($1, $2, $3)',
        "delete_all": f'SELECT "{schema}".delete_all($1)',
        "count": f"SELECT count(*) FROM {sessions} WHERE expires_at > $1",
        "delete_expired": f'SELECT "{schema}".delete_expired($1, $2)',
        "tell": "SELECT pg_notify($1, $2)",
    }
