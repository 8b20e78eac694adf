"""How the servers of one place are asked, as if they were one."""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol

from redis.exceptions import NoScriptError, RedisError

from .redis_cluster import ClusterRoute
from .redis_options import ANSWER_TIMEOUT_S, MOST_CONNECTIONS
from .redis_scripts import ALL
from .redis_server import ServerRoute
from .redis_url import RedisPlace
from .redis_wire import Command, Each, Words


class Route(Protocol):
    """Where commands go; the scripts that they run may be unknown there."""

    async def send(self, commands: Sequence[Command], replicas: int) -> list[Any]:
        """Return the answers, errors among them; *replicas* must have the changes."""

    async def send_each(self, each: Each) -> list[Any]:
        """Return the answers to what changes nothing, errors among them."""

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

    async def ask(
        self, commands: Sequence[Command], *, changes: bool = False
    ) -> list[Any]:
        """Return the answers in order; every server has one round trip.

        *changes*: the commands change something, which replicas may have to know.
        """
        if not commands:
            return []
        async with asyncio.timeout(ANSWER_TIMEOUT_S), self._turns:
            return await self._ask(commands, self._replicas if changes else 0)

    async def ask_each(self, each: Each) -> list[Any]:
        """Return the answer for each key, in order, to what changes nothing."""
        if not each.keys:
            return []
        async with asyncio.timeout(ANSWER_TIMEOUT_S), self._turns:
            answers = await self._route.send_each(each)
            if _where_script_is_unknown(answers):
                await self._load_scripts()
                answers = await self._route.send_each(each)
        return _without_errors(answers)

    async def _ask(self, commands: Sequence[Command], replicas: int) -> list[Any]:
        answers = await self._route.send(commands, replicas)
        unknown = _where_script_is_unknown(answers)
        if unknown:
            # None of these did anything, so that asking again repeats nothing.
            await self._load_scripts()
            again = await self._route.send([commands[at] for at in unknown], replicas)
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
