"""The way to one Redis server, known by its address or by its Sentinels."""

import asyncio
from collections.abc import Sequence
from itertools import chain
from typing import Any

from redis.asyncio import ConnectionPool, SSLConnection
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool

from .redis_calls import Call
from .redis_options import sentinel_options, server_options
from .redis_url import RedisPlace
from .redis_wire import Words, exchange

# The driver gives their constructors and methods no types (8.1).
_Sentinel: Any = Sentinel
_SentinelPool: Any = SentinelConnectionPool


class ServerRoute:
    """Sends every call to one server, or to the master that Sentinels name."""

    def __init__(self, place: RedisPlace) -> None:
        self._sentinel = _sentinel(place) if place.sentinel else None
        self._pool = _pool(place, self._sentinel)
        self._idle: list[Any] = []
        self._is_closed = False
        # Where the last one was made to: a master that was replaced answers, too.
        self._address = ("", 0)

    async def send(self, calls: Sequence[Call], replicas: int) -> list[Any]:
        answers = await self.send_to(None, [call.words() for call in calls], replicas)
        return list(chain.from_iterable(map(Call.each, calls, answers)))

    async def send_to(
        self, node: Any, words: Sequence[Words], replicas: int
    ) -> list[Any]:
        connection = self._idle.pop() if self._idle else self._pool.make_connection()
        try:
            await self._make_ready(connection)
            return await exchange(connection, words, replicas=replicas)
        finally:
            if self._is_closed:
                await connection.disconnect(nowait=True)
            else:
                # The next to come takes it: if it was lost the Sentinels are asked.
                self._idle.append(connection)

    async def nodes(self) -> Sequence[Any]:
        return [None]

    async def new_connection(self) -> Any:
        return self._pool.make_connection()

    async def close(self) -> None:
        self._is_closed = True
        idle, self._idle = self._idle, []
        # A server that says no good-bye keeps none of the others waiting.
        closing = (connection.disconnect() for connection in idle)
        await asyncio.gather(*closing, return_exceptions=True)
        if self._sentinel is not None:
            await self._sentinel.aclose()

    async def _make_ready(self, connection: Any) -> None:
        if connection.is_connected:
            leads_elsewhere = _address(connection) != self._address
            # What can be read before anything was asked is the server's good-bye.
            if leads_elsewhere or await connection.can_read():
                await connection.disconnect(nowait=True)
        if not connection.is_connected:
            await connection.connect()
            self._address = _address(connection)


def _address(connection: Any) -> tuple[str, int]:
    return connection.host, connection.port


def _pool(place: RedisPlace, sentinel: Any) -> Any:
    """Return what makes connections; the idle ones are kept by who uses them."""
    options = server_options(place) | {"db": place.database}
    if sentinel is not None:
        # Each of them asks the Sentinels for the master when it connects.
        return _SentinelPool(place.sentinel, sentinel, ssl=place.tls, **options)
    host, port = place.hosts[0]
    if place.tls:
        options["connection_class"] = SSLConnection
    return ConnectionPool(host=host, port=port, **options)


def _sentinel(place: RedisPlace) -> Any:
    return _Sentinel(place.hosts, sentinel_kwargs=sentinel_options(place))
