"""When WebSockets are closed whose session ended elsewhere or by the clock."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from .errors import SessionError
from .sockets import Sockets
from .stores.hints import Hints

_log = logging.getLogger(__name__)
_POLL_INTERVAL_S = 0.5
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 60.0

# For what nobody hints at: a key deleted by hand, a record that a failover lost.
_LONGEST_TRUST = timedelta(minutes=1)


class Live(NamedTuple):
    """A session that has not ended."""

    generation: int
    expires_at: datetime


class SocketWatch:
    """Closes the sockets of sessions that ended by the clock or in another process.

    A sign-in ends what was opened before it, too. *find_live* returns those of the
    handles whose sessions live.

    Where the store gives *hints*, it is asked only about what it hinted at, about
    sockets that are new, sessions whose time is up by *clock*, and each once a minute.
    Where it gives none, or none at the moment, it is asked about all, twice a second.
    Either way a socket outlives its session by less than a second.
    """

    def __init__(
        self,
        sockets: Sockets,
        find_live: Callable[[Collection[str]], Awaitable[Mapping[str, Live]]],
        *,
        clock: Callable[[], datetime],
        hints: Hints | None = None,
    ) -> None:
        self._sockets = sockets
        self._find_live = find_live
        self._clock = clock
        self._hints = hints
        self._hears = False
        self._has_complained = False

    async def run(self) -> None:
        """Watch until cancelled."""
        self._wake = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_checking())
            if self._hints is not None:
                tasks.create_task(self._keep_listening(self._hints))

    async def check(self) -> None:
        """Close the sockets of sessions that have ended, as far as they are due."""
        now = self._clock()
        if self._hears:
            self._sockets.look_at_what_was_good_until(now)
        else:
            self._sockets.look_at(None)
        due = self._sockets.take_due()
        if not due:
            return
        try:
            live = await self._find_live(due)
        except BaseException as exc:
            self._sockets.look_at(due)
            if isinstance(exc, SessionError):
                return  # the store is down: nobody is signed out for that
            raise
        for handle in due:
            self._conclude(handle, live.get(handle), now)

    def _conclude(self, handle: str, live: Live | None, now: datetime) -> None:
        if live is None:
            self._sockets.close(handle)
            return
        self._sockets.close(handle, before=live.generation)
        until = min(live.expires_at, now + _LONGEST_TRUST)
        self._sockets.is_good(handle, until=until)

    async def _keep_checking(self) -> None:
        while True:
            await self._pause()
            try:
                await self.check()
            except Exception:
                _log.exception("The watch over WebSockets failed; it is tried again.")

    async def _pause(self) -> None:
        """Wait for a hint, or for half a second."""
        try:
            async with asyncio.timeout(_POLL_INTERVAL_S):
                await self._wake.wait()
        except TimeoutError:
            return
        self._wake.clear()

    async def _keep_listening(self, hints: Hints) -> None:
        """Listen from the first socket on, and again when that came to an end."""
        pause_s = _FIRST_PAUSE_S
        while True:
            await asyncio.sleep(pause_s)
            if not self._sockets.handles():
                continue
            heard = await self._listen(hints)
            pause_s = _FIRST_PAUSE_S if heard else min(2 * pause_s, _LONGEST_PAUSE_S)

    async def _listen(self, hints: Hints) -> bool:
        """Listen for as long as that goes well; tell whether it ever did."""
        try:
            await hints.listen(self._hear)
        except SessionError as exc:
            self._complain(exc)
        except Exception:
            _log.exception("Listening for ended sessions failed; it is tried again.")
        finally:
            heard, self._hears = self._hears, False
        return heard

    def _hear(self, handles: Collection[str] | None) -> None:
        if not self._hears and self._has_complained:
            _log.info("Ended sessions are heard of again.")
            self._has_complained = False
        self._hears = True
        if self._sockets.look_at(handles):
            self._wake.set()

    def _complain(self, problem: SessionError) -> None:
        if not self._has_complained:
            _log.warning(
                "%s: until ended sessions are heard of again, the store is asked"
                " twice a second about open WebSockets.",
                problem,
            )
        self._has_complained = True
