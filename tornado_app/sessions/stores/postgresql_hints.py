"""How PostgreSQL tells which records to look at."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import Any

import asyncpg

from .hints import Hear, handles_in

_CONNECT_TIMEOUT_S = 5.0
_PROOF_TIMEOUT_S = 2.0
_PROOF_INTERVAL_S = 2.0


class PostgreSQLHints:
    """The `Hints` of one schema, heard on a connection of their own.

    *connect* opens it; *tell* sends a message to the channel by another way. *trouble*
    makes a `StoreUnavailableError` of what the driver raises.
    """

    def __init__(
        self,
        channel: str,
        *,
        connect: Callable[[], Awaitable[Any]],
        tell: Callable[[str, str], Awaitable[object]],
        trouble: Callable[[str], AbstractContextManager[None]],
    ) -> None:
        self._channel = channel
        self._connect = connect
        self._tell = tell
        self._trouble = trouble

    async def listen(self, hear: Hear) -> None:
        with self._trouble("listen"):
            async with asyncio.timeout(_CONNECT_TIMEOUT_S):
                connection = await self._connect()
            try:
                lost = asyncio.Event()
                connection.add_termination_listener(lambda _: lost.set())
                await self._subscribe(connection, hear)
                hear(None)
                await self._until_lost(connection, lost)
            finally:
                connection.terminate()

    async def _subscribe(self, connection: Any, hear: Hear) -> None:
        """Listen to the channel, until what is told there is heard.

        A pooler may take the connection to the server away from us, unnoticed.
        """
        proof, proven = secrets.token_hex(8), asyncio.Event()

        def take(_: Any, _pid: int, _channel: str, message: str) -> None:
            if message == proof:
                proven.set()
            else:
                hear(handles_in(message))

        async with asyncio.timeout(_PROOF_TIMEOUT_S):
            await connection.add_listener(self._channel, take)
            await self._tell(self._channel, proof)
            await proven.wait()

    async def _until_lost(self, connection: Any, lost: asyncio.Event) -> None:
        """Want a sign of life again and again; raise when none comes."""
        while not lost.is_set():
            try:
                async with asyncio.timeout(_PROOF_INTERVAL_S):
                    await lost.wait()
            except TimeoutError:
                async with asyncio.timeout(_PROOF_TIMEOUT_S):
                    # To say it again changes nothing.
                    await connection.execute(f'LISTEN "{self._channel}"')
        raise asyncpg.InterfaceError("the connection that listens was lost")
