"""How Redis tells which records to look at."""

import asyncio
import math
import secrets
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any

from .hints import Hear, handles_in
from .redis_links import Link

_CONNECT_TIMEOUT_S = 5.0
_PROOF_TIMEOUT_S = 2.0
_PROOF_INTERVAL_S = 2.0


class RedisHints:
    """The `Hints` of one *channel*, heard on a connection of their own.

    *open_link* gives the way to the servers, and makes a `StoreUnavailableError` of
    what the driver raises.
    """

    def __init__(
        self,
        channel: str,
        open_link: Callable[[str], AbstractAsyncContextManager[Link]],
    ) -> None:
        self._channel = channel
        self._open_link = open_link

    async def listen(self, hear: Hear) -> None:
        async with self._open_link("listen") as link:
            connection = await link.new_connection()
            try:
                subscription = _Subscription(connection, self._channel, hear)
                async with asyncio.timeout(_CONNECT_TIMEOUT_S):
                    await subscription.begin()
                await _first_of(subscription.read(), subscription.prove(link))
            finally:
                await connection.disconnect(nowait=True)


class _Subscription:
    """What is published, as one connection hears it."""

    def __init__(self, connection: Any, channel: str, hear: Hear) -> None:
        self._connection = connection
        self._channels = (channel, f"{channel}:{secrets.token_hex(8)}")
        self._hear = hear
        self._echoed = asyncio.Event()

    async def begin(self) -> None:
        await self._connection.connect()
        await self._connection.send_command("SUBSCRIBE", *self._channels)
        for _ in self._channels:
            await self._read()

    async def read(self) -> None:
        """Pass on what is published, until the connection is lost."""
        while True:
            kind, channel, message = await self._read()
            if kind == b"message" and channel.decode() == self._channels[0]:
                self._hear(handles_in(message.decode()))
            elif kind == b"message":
                self._echoed.set()

    async def prove(self, link: Link) -> None:
        """Publish by every node, again and again, and raise when that is not heard.

        A connection may be dead unnoticed, or lead to a node that the others have left.
        """
        await self._prove(link)
        self._hear(None)
        while True:
            await asyncio.sleep(_PROOF_INTERVAL_S)
            await self._prove(link)

    async def _prove(self, link: Link) -> None:
        for node in await link.nodes():
            async with asyncio.timeout(_PROOF_TIMEOUT_S):
                self._echoed.clear()
                await link.ask_node(node, "PUBLISH", self._channels[1], "")
                await self._echoed.wait()

    async def _read(self) -> Any:
        return await self._connection.read_response(timeout=math.inf)


async def _first_of(*coroutines: Coroutine[Any, Any, None]) -> None:
    """Await the first that ends, or raises; the others are cancelled."""
    tasks = [asyncio.create_task(each) for each in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
