"""The open WebSockets of each session, closed when it ends."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Protocol

from .errors import SessionError
from .watching import Watcher

_log = logging.getLogger(__name__)
_POLL_INTERVAL_S = 0.5


class Socket(Protocol):
    """An open WebSocket."""

    def close_for_good(self) -> None:
        """Close it at once; no further message is handled."""


class Sockets:
    """Knows which WebSockets are open for which handle."""

    def __init__(self, watcher: Watcher | None = None) -> None:
        self._watcher = watcher or Watcher()
        self._open: dict[str, dict[Socket, int]] = {}

    def add(self, handle: str, socket: Socket, *, generation: int) -> None:
        """Note that *socket* is open for the session of *handle*."""
        self._open.setdefault(handle, {})[socket] = generation
        self._watcher.socket_opened()

    def discard(self, handle: str, socket: Socket) -> None:
        """Note that *socket* is closed."""
        sockets = self._open.get(handle, {})
        if sockets.pop(socket, None) is not None:
            self._watcher.socket_closed()
        if not sockets:
            self._open.pop(handle, None)

    def close(self, handle: str, *, before: int | None = None) -> None:
        """Close what is open for *handle*, or only what is of a generation *before*."""
        for socket, generation in list(self._open.get(handle, {}).items()):
            if before is None or generation < before:
                self.discard(handle, socket)
                socket.close_for_good()

    def handles(self) -> list[str]:
        """Return the handles that have an open socket."""
        return list(self._open)


class SocketWatch:
    """Closes the sockets of sessions that ended by the clock or in another process.

    A sign-in ends what was opened before it, too. *find_live* returns the generations
    of those handles whose sessions live. They are asked for twice a second, so a socket
    outlives its session by less than one.
    """

    def __init__(
        self,
        sockets: Sockets,
        find_live: Callable[[Collection[str]], Awaitable[Mapping[str, int]]],
    ) -> None:
        self._sockets = sockets
        self._find_live = find_live

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            await asyncio.sleep(_POLL_INTERVAL_S)
            try:
                await self.check()
            except Exception:
                _log.exception("The watch over WebSockets failed; it is tried again.")

    async def check(self) -> None:
        """Close the sockets of sessions that have ended."""
        handles = self._sockets.handles()
        if not handles:
            return
        try:
            live = await self._find_live(handles)
        except SessionError:
            return  # the store is down: nobody is signed out for that
        for handle in handles:
            self._sockets.close(handle, before=live.get(handle))
