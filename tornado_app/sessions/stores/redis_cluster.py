"""The way to the nodes of a Redis Cluster."""

import asyncio
import itertools
from collections.abc import Coroutine, Sequence
from typing import Any

from redis.asyncio.cluster import ClusterNode, RedisCluster
from redis.exceptions import (
    AskError,
    ClusterDownError,
    MovedError,
    ResponseError,
    TryAgainError,
)

from .redis_calls import Call
from .redis_options import DISCOVERY_TIMEOUT_S, MOST_CONNECTIONS, server_options
from .redis_url import RedisPlace
from .redis_wire import Words, exchange

_DISCOVERY = {
    "socket_timeout": DISCOVERY_TIMEOUT_S,
    "socket_connect_timeout": 2 * DISCOVERY_TIMEOUT_S,  # TLS greets at length
}
_REDIRECTS = (MovedError, AskError, TryAgainError, ClusterDownError)


class ClusterRoute:
    """Sends what is asked about a key to the primary that has it."""

    def __init__(self, place: RedisPlace) -> None:
        self._cluster = RedisCluster(
            startup_nodes=[ClusterNode(host, port) for host, port in place.hosts],
            ssl=place.tls,
            require_full_coverage=False,
            max_connections=MOST_CONNECTIONS,
            **server_options(place) | _DISCOVERY,
        )
        self._is_lost = False
        self._turns = itertools.count()

    async def send(self, calls: Sequence[Call], replicas: int) -> list[Any]:
        await self._find_nodes()
        # About one record each: another may have its slot elsewhere.
        alone = [one for call in calls for one in call.alone()]
        places: dict[ClusterNode, list[int]] = {}
        for at, call in enumerate(alone):
            places.setdefault(self._node_of(call.keys[0]), []).append(at)
        sending = [
            self.send_to(node, [alone[at].words() for at in here], replicas)
            for node, here in places.items()
        ]
        answers: list[Any] = [None] * len(alone)
        for here, theirs in zip(places.values(), await _all(sending), strict=True):
            for at, answer in zip(here, theirs, strict=True):
                answers[at] = answer
        followed = [
            await self._follow(call) if isinstance(answer, _REDIRECTS) else answer
            for call, answer in zip(alone, answers, strict=True)
        ]
        return [
            call.each(answer)[0] for call, answer in zip(alone, followed, strict=True)
        ]

    async def nodes(self) -> Sequence[Any]:
        await self._find_nodes()
        return self._cluster.get_primaries()

    async def new_connection(self) -> Any:
        nodes: Sequence[Any] = await self.nodes()
        node = nodes[next(self._turns) % len(nodes)]
        return node.connection_class(**node.connection_kwargs)

    async def close(self) -> None:
        await self._cluster.aclose()

    async def _find_nodes(self) -> None:
        """Learn which node has what, at first and whenever one was lost."""
        if self._is_lost:
            await self._cluster.aclose()
            self._is_lost = False
        await self._cluster.initialize()

    def _node_of(self, key: str) -> ClusterNode:
        slot = self._cluster.keyslot(key)
        return self._cluster.nodes_manager.get_node_from_slot(slot)

    async def send_to(
        self, node: Any, words: Sequence[Words], replicas: int
    ) -> list[Any]:
        connection: Any = node.acquire_connection()
        try:
            if connection.is_connected and await connection.can_read():
                await connection.disconnect()  # the node was restarted meanwhile
            await connection.connect()
            return await exchange(connection, words, replicas=replicas)
        except BaseException:
            # Another node may have its keys soon, and is asked first which one has.
            self._is_lost = True
            manager = self._cluster.nodes_manager
            manager.move_node_to_end_of_cached_nodes(node.name)
            raise
        finally:
            node.release(connection)

    async def _follow(self, call: Call) -> Any:
        """Go where the key has moved to; nothing was done where it was."""
        try:
            return await self._cluster.execute_command(*call.words())
        except ResponseError as exc:
            return exc


async def _all(sending: Sequence[Coroutine[Any, Any, list[Any]]]) -> list[list[Any]]:
    """Await all *sending*, whatever becomes of one, then raise the first error."""
    results = await asyncio.gather(*sending, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return [result for result in results if not isinstance(result, BaseException)]
