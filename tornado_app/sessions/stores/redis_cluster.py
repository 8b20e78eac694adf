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

from .redis_gathering import scattered, words_of
from .redis_options import DISCOVERY_TIMEOUT_S, MOST_CONNECTIONS, server_options
from .redis_url import RedisPlace
from .redis_wire import Command, Each, Words, exchange

_DISCOVERY = {
    "socket_timeout": DISCOVERY_TIMEOUT_S,
    "socket_connect_timeout": 2 * DISCOVERY_TIMEOUT_S,  # TLS greets at length
}
_REDIRECTS = (MovedError, AskError, TryAgainError, ClusterDownError)


class ClusterRoute:
    """Sends every command to the primary that has its key."""

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

    async def send(self, commands: Sequence[Command], replicas: int) -> list[Any]:
        await self._find_nodes()
        places: dict[ClusterNode, list[int]] = {}
        for at, command in enumerate(commands):
            places.setdefault(self._node_of(command.key), []).append(at)
        calls = [
            self.send_to(node, [words_of([commands[at]]) for at in here], replicas)
            for node, here in places.items()
        ]
        answers: list[Any] = [None] * len(commands)
        for here, theirs in zip(places.values(), await _all(calls), strict=True):
            for at, answer in zip(here, theirs, strict=True):
                answers[at] = answer
        followed = [
            await self._follow(command) if isinstance(answer, _REDIRECTS) else answer
            for command, answer in zip(commands, answers, strict=True)
        ]
        # A script is about one record here: another may have its slot elsewhere.
        return scattered(followed, commands, [[at] for at in range(len(commands))])

    async def send_each(self, each: Each) -> list[Any]:
        return await self.send(each.commands(), 0)

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

    async def _follow(self, command: Command) -> Any:
        """Go where the key has moved to; nothing was done where it was."""
        try:
            return await self._cluster.execute_command(*words_of([command]))
        except ResponseError as exc:
            return exc


async def _all(calls: Sequence[Coroutine[Any, Any, list[Any]]]) -> list[list[Any]]:
    """Await all *calls*, whatever becomes of one, then raise the first error."""
    results = await asyncio.gather(*calls, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return [result for result in results if not isinstance(result, BaseException)]
