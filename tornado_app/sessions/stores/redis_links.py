"""How the servers of one place are asked, as if they were one."""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol

from redis.exceptions import NoScriptError, RedisError

from .redis_calls import Call
from .redis_cluster import ClusterRoute
from .redis_options import ANSWER_TIMEOUT_S, MOST_CONNECTIONS
from .redis_scripts import ALL
from .redis_server import ServerRoute
from .redis_url import RedisPlace
from .redis_wire import Words


class Route(Protocol):
    """Where calls go; the scripts that they run may be unknown there."""

    async def send(self, calls: Sequence[Call], replicas: int) -> list[Any]:
        """Return an answer for each key of each call, errors among them.

        *replicas* must have the changes.
        """

    async def send_to(
        self, node: Any, words: Sequence[Words], replicas: int
    ) -> list[Any]:
        """Return one node's answers, errors among them."""

    async def nodes(self) -> Sequence[Any]:
        """Return the nodes that keep records."""

    async def new_connection(self) -> Any:
        """Return a connection for who asks alone, still to be connected."""

    async def close(self) -> None:
        """Close every connection."""


class Link:
    """Asks the servers of *place*; every method raises what the driver raises."""

    def __init__(self, place: RedisPlace) -> None:
        self._replicas = place.replicas
        self._turns = asyncio.Semaphore(MOST_CONNECTIONS)
        self._route: Route = (ClusterRoute if place.cluster else ServerRoute)(place)

    async def close(self) -> None:
        """Close every connection."""
        await self._route.close()

    async def ask(self, calls: Sequence[Call], *, changes: bool = False) -> list[Any]:
        """Return an answer for each key of each call; servers have one round trip each.

        *changes*: the calls change something, which replicas may have to know.
        """
        asked = [call for call in calls if call.keys]
        if not asked:
            return []
        async with asyncio.timeout(ANSWER_TIMEOUT_S), self._turns:
            return await self._ask(asked, self._replicas if changes else 0)

    async def _ask(self, calls: Sequence[Call], replicas: int) -> list[Any]:
        answers = await self._route.send(calls, replicas)
        if not _has_errors(answers):
            return answers
        unknown = _where_script_is_unknown(answers)
        if unknown:
            # None of these did anything, so that asking again repeats nothing.
            await self._load_scripts()
            alone = [one for call in calls for one in call.alone()]
            again = await self._route.send([alone[at] for at in unknown], replicas)
            for at, answer in zip(unknown, again, strict=True):
                answers[at] = answer
        return _without_errors(answers)

    async def nodes(self) -> Sequence[Any]:
        """Return the nodes that keep records, for `ask_node`."""
        return await self._route.nodes()

    async def new_connection(self) -> Any:
        """Return a connection for who asks alone, to be connected and closed by him.

        It leads to one of the nodes, each time to another one.
        """
        return await self._route.new_connection()

    async def ask_node(
        self, node: Any, *words: str | int, changes: bool = False
    ) -> Any:
        """Return one node's answer to one command."""
        replicas = self._replicas if changes else 0
        async with asyncio.timeout(ANSWER_TIMEOUT_S), self._turns:
            answers = await self._route.send_to(node, [words], replicas)
            if _where_script_is_unknown(answers):
                await self._load_scripts()
                answers = await self._route.send_to(node, [words], replicas)
        return _without_errors(answers)[0]

    async def _load_scripts(self) -> None:
        loading: list[Words] = [("SCRIPT", "LOAD", script.text) for script in ALL]
        for node in await self._route.nodes():
            _without_errors(await self._route.send_to(node, loading, 0))


def _where_script_is_unknown(answers: Sequence[Any]) -> list[int]:
    return [at for at, one in enumerate(answers) if isinstance(one, NoScriptError)]


def _without_errors(answers: list[Any]) -> list[Any]:
    for answer in answers:
        if isinstance(answer, RedisError):
            raise answer
    return answers


def _has_errors(answers: Sequence[Any]) -> bool:
    # By their types, of which there are few.
    return any(issubclass(one, RedisError) for one in set(map(type, answers)))
