"""The open WebSockets of each session."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from .watching import Watcher


class Socket(Protocol):
    """An open WebSocket."""

    def close_for_good(self) -> None:
        """Close it at once; no further message is handled."""


class Sockets:
    """Knows which WebSockets are open for which handle, and whose record is due.

    Due is a handle whose record is to be looked at: of a socket that was just opened,
    or what `look_at` names.
    """

    def __init__(self, watcher: Watcher | None = None) -> None:
        self._watcher = watcher or Watcher()
        self._open: dict[str, dict[Socket, int]] = {}
        self._due: set[str] = set()
        self._good_until: dict[str, datetime] = {}

    def add(self, handle: str, socket: Socket, *, generation: int) -> None:
        """Note that *socket* is open for the session of *handle*."""
        self._open.setdefault(handle, {})[socket] = generation
        # The session may have ended since it was loaded, and nobody would say so again.
        self._due.add(handle)
        self._watcher.socket_opened()

    def discard(self, handle: str, socket: Socket) -> None:
        """Note that *socket* is closed."""
        sockets = self._open.get(handle, {})
        if sockets.pop(socket, None) is not None:
            self._watcher.socket_closed()
        if not sockets:
            self._open.pop(handle, None)
            self._due.discard(handle)
            self._good_until.pop(handle, None)

    def close(self, handle: str, *, before: int | None = None) -> None:
        """Close what is open for *handle*, or only what is of a generation *before*."""
        for socket, generation in list(self._open.get(handle, {}).items()):
            if before is None or generation < before:
                self.discard(handle, socket)
                socket.close_for_good()

    def handles(self) -> list[str]:
        """Return the handles that have an open socket."""
        return list(self._open)

    def look_at(self, handles: Iterable[str] | None) -> bool:
        """Make *handles* due, None: all; tell whether one of them has a socket."""
        known = self._open.keys() if handles is None else self._open.keys() & handles
        self._due |= known
        return bool(known)

    def look_at_what_was_good_until(self, now: datetime) -> None:
        """Make due what `is_good` said no more of than *now*."""
        self._due |= {each for each, until in self._good_until.items() if until <= now}

    def is_good(self, handle: str, *, until: datetime) -> None:
        """Note that the session of *handle* lives; it is due again at *until*."""
        if handle in self._open:
            self._good_until[handle] = until

    def take_due(self) -> set[str]:
        """Return the handles that are due, and are so no more."""
        due, self._due = self._due, set()
        return due
