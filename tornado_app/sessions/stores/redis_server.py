"""The way to one Redis server, known by its address or by its Sentinels."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from redis.asyncio import BlockingConnectionPool, Connection, SSLConnection
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool

from .redis_options import (
    ANSWER_TIMEOUT_S,
    MOST_CONNECTIONS,
    sentinel_options,
    server_options,
)
from .redis_url import RedisPlace
from .redis_wire import Command, Words, exchange

# The driver gives their constructors and methods no types (8.1).
_Sentinel: Any = Sentinel
_SentinelPool: Any = SentinelConnectionPool


class ServerRoute:
    """Sends every command to one server, or to the master that Sentinels name."""

    def __init__(self, place: RedisPlace) -> None:
        self._sentinel = _sentinel(place) if place.sentinel else None
        self._pool = _pool(place, self._sentinel)

    async def send(self, commands: Sequence[Command], replicas: int) -> list[Any]:
        words = [command.words for command in commands]
        return await self.send_to(None, words, replicas)

    async def send_to(
        self, node: Any, words: Sequence[Words], replicas: int
    ) -> list[Any]:
        async with self._connection() as connection:
            return await exchange(connection, words, replicas=replicas)

    async def nodes(self) -> Sequence[Any]:
        return [None]

    async def new_connection(self) -> Any:
        return self._pool.make_connection()

    async def close(self) -> None:
        await self._pool.disconnect()
        if self._sentinel is not None:
            await self._sentinel.aclose()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        connection = await self._pool.get_connection()
        try:
            yield connection
        finally:
            # Shielded: a second cancellation must not lose the connection.
            await asyncio.shield(self._pool.release(connection))


def _pool(place: RedisPlace, sentinel: Any) -> Any:
    options = server_options(place) | {"db": place.database}
    if sentinel is not None:
        # It asks the Sentinels for the master whenever it connects.
        return _SentinelPool(place.sentinel, sentinel, ssl=place.tls, **options)
    host, port = place.hosts[0]
    if place.tls:
        options["connection_class"] = SSLConnection
    return BlockingConnectionPool(
        host=host,
        port=port,
        max_connections=MOST_CONNECTIONS,
        timeout=ANSWER_TIMEOUT_S,
        **options,
    )


def _sentinel(place: RedisPlace) -> Any:
    return _Sentinel(place.hosts, sentinel_kwargs=sentinel_options(place))
