"""The way to one schema of a PostgreSQL database, for stores of any kind."""

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import asyncpg

from ..errors import StoreOpenError, StoreUnavailableError
from .postgresql_functions import BE_DURABLE
from .postgresql_pool import Connections, Loan
from .postgresql_schema import History, prepare
from .postgresql_url import PostgreSQLPlace

_log = logging.getLogger(__name__)
_OPEN_TIMEOUT_S = 5.0

_TROUBLES = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,  # TimeoutError, too
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
_BEGIN = f"BEGIN ISOLATION LEVEL READ COMMITTED; SELECT {BE_DURABLE}"


class PostgreSQLLink:
    """Connections to the server that takes changes, made when they are wanted.

    A server that is down is asked again with each call; a connection that was
    interrupted is never used again. *name* is that of the store in errors, *what* is
    kept there in logs. *longest_call_s* None: whoever calls has a deadline of its own.
    """

    def __init__(
        self,
        place: PostgreSQLPlace,
        history: History,
        *,
        name: str,
        what: str,
        longest_call_s: float | None = None,
    ) -> None:
        self._place = place
        self._history = history
        self._name = name
        self._what = what
        self._longest_call_s = longest_call_s
        self._urls = itertools.cycle(place.urls)
        self._url = next(self._urls)
        self._connections: Connections | None = None
        self._prepared = False

    async def open(self) -> None:
        """Look whether the database is ours; raises StoreOpenError if it is not."""
        self._connections = Connections(self.connect, self._place.pool)
        try:
            async with asyncio.timeout(_OPEN_TIMEOUT_S), self._lend():
                pass
        except _REFUSALS as exc:
            await self.close()
            raise StoreOpenError(self._place.shown, f"{exc}") from exc
        except _TROUBLES as exc:
            _log.warning(
                "%s does not answer (%r); %s wait until it does",
                self._place.shown,
                exc,
                self._what,
            )
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Close all connections."""
        connections, self._connections = self._connections, None
        if connections is not None:
            await connections.aclose()

    async def fetch(
        self, operation: str, statement: str, *arguments: Any
    ) -> Sequence[Any]:
        """Return the rows of one statement, which is a transaction of its own.

        For whoever has a deadline of its own. Raises StoreUnavailableError.
        """
        with self.trouble(operation):
            async with self._lend() as connection:
                found: Sequence[Any] = await connection.fetch(statement, *arguments)
        return found

    @asynccontextmanager
    async def reading(self, operation: str) -> AsyncIterator[Any]:
        """Lend a connection for one statement; raises StoreUnavailableError."""
        with self.trouble(operation):
            async with (
                asyncio.timeout(self._longest_call_s),
                self._lend() as connection,
            ):
                yield connection

    @contextmanager
    def trouble(self, operation: str) -> Iterator[None]:
        """Raise StoreUnavailableError for what the driver raises."""
        try:
            yield
        except StoreOpenError as exc:
            _log.error("%s", exc)
            raise StoreUnavailableError(self._name, operation) from exc
        except _TROUBLES as exc:
            if isinstance(exc, _SCHEMA_LOST):
                self._prepared = False
            raise StoreUnavailableError(self._name, operation) from exc

    @asynccontextmanager
    async def writing(self, operation: str) -> AsyncIterator[Any]:
        """Lend a connection for one transaction; raises StoreUnavailableError.

        After an exception the connection is closed, so that nobody waits for a
        rollback by a server that is silent.
        """
        async with self.reading(operation) as connection:
            await connection.execute(_BEGIN)
            yield connection
            await connection.execute("COMMIT")

    async def connect(self) -> Any:
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

    def _lend(self) -> Loan:
        if self._connections is None:
            raise RuntimeError("the store is not open: use it inside `async with`")
        return self._connections.lend()

    def _connect_options(self) -> dict[str, Any]:
        place = self._place
        options: dict[str, Any] = {"statement_cache_size": place.statement_cache}
        if not place.names_role:
            # A standby lags behind: it would still know what was deleted.
            options["target_session_attrs"] = "primary"
        if not place.names_application:
            application = f"tornado {self._what}"
            options["server_settings"] = {"application_name": application}
        return options

    async def _prepare(self, connection: Any) -> None:
        if not self._prepared:
            place = self._place
            await prepare(connection, place.schema, place.shown, self._history)
            self._prepared = True
