"""Connections to PostgreSQL that wait for their next use."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, NamedTuple

# Longer unused, a connection may be dead unnoticed: routers forget silent ones.
_LONGEST_IDLE_S = 60.0
_FAREWELL_S = 1.0


class _Idle(NamedTuple):
    connection: Any
    since_s: float


class Connections:
    """At most *most* connections, each lent to one task at a time.

    asyncpg's own pool lends a connection again after its query was cancelled, and
    asks the server to reset what nobody has set each time one comes back.
    """

    def __init__(self, connect: Callable[[], Awaitable[Any]], most: int) -> None:
        self._connect = connect
        self._free = asyncio.Semaphore(most)
        self._idle: list[_Idle] = []
        self._farewells: set[asyncio.Task[None]] = set()
        self._closed = False

    def lend(self) -> "Loan":
        """Lend a connection; after an exception nobody uses it again."""
        return Loan(self)

    async def take(self) -> Any:
        """Wait for a connection, which `keep` or `part_with_all` takes back."""
        await self._free.acquire()
        try:
            return self._unused() or await self._connect()
        except BaseException:
            self._free.release()
            raise

    def keep(self, connection: Any) -> None:
        """Take back a *connection* that may be lent again."""
        if self._closed:
            self._part_with(connection)
        else:
            now_s = asyncio.get_running_loop().time()
            self._idle.append(_Idle(connection, now_s))
        self._free.release()

    def part_with_all(self, connection: Any) -> None:
        """Take back a *connection* that something befell.

        It may have befallen the others: a server that was replaced does not say so to
        connections that are silent.
        """
        self._part_with(connection)
        self._part_with_idle()
        self._free.release()

    async def aclose(self) -> None:
        """Close all connections, politely if the server listens."""
        self._closed = True
        self._part_with_idle()
        if self._farewells:
            await asyncio.wait(self._farewells)

    def _unused(self) -> Any | None:
        self._part_with_idle(unused_s=_LONGEST_IDLE_S)
        while self._idle:
            connection = self._idle.pop().connection
            if not connection.is_closed():
                return connection
        return None

    def _part_with_idle(self, *, unused_s: float = 0) -> None:
        before_s = asyncio.get_running_loop().time() - unused_s
        while self._idle and self._idle[0].since_s <= before_s:
            self._part_with(self._idle.pop(0).connection)

    def _part_with(self, connection: Any) -> None:
        task = asyncio.get_running_loop().create_task(_say_farewell(connection))
        self._farewells.add(task)
        task.add_done_callback(self._farewells.discard)


class Loan:
    """A connection for the length of an ``async with``.

    A class, for a generator would take twice as long; this runs for each batch.
    """

    __slots__ = ("_connection", "_lender")

    def __init__(self, lender: Connections) -> None:
        self._lender = lender

    async def __aenter__(self) -> Any:
        self._connection = await self._lender.take()
        return self._connection

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if exc_type is None:
            self._lender.keep(self._connection)
        else:
            self._lender.part_with_all(self._connection)


async def _say_farewell(connection: Any) -> None:
    """Close, which first asks the server to cancel what is still running."""
    with contextlib.suppress(Exception):
        await connection.close(timeout=_FAREWELL_S)
