"""When the log of an SQLite file is written back into the file."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Awaitable, Callable

from ..errors import StoreUnavailableError
from .sqlite_index import WalIndex
from .sqlite_write_back import FEW_FRAMES, Mode, WriteBack

_log = logging.getLogger(__name__)

MOST_FRAMES = 5000
"""A checkpoint begins when the log has so many frames, for sessions 10 MiB.

A page that was written ten times till then is written back once.
"""

# So many more wait before the next one, if the log stays long; or before any, where
# nothing is written back before it.
_STEP_FRAMES = 250


class Checkpoints:
    """Checkpoints in the background while commits go on.

    *write_back* brings nearly all that waits into the file and is in nobody's way (None
    where the system cannot). *checkpoint* does the rest, on a connection of its own. A
    passive one halts nobody; but SQLite begins a log anew only when nothing waits in
    it, which commits that go on may never allow. So a log that has become long is
    restarted: for its last few frames commits are halted.

    Before SQLite 3.51.3 a checkpoint that begins when nothing waits can miss that
    another connection begins the log anew, and corrupt the file (SQLite, "Write-Ahead
    Logging", 11). So none begins then, and there is one at a time: in the process that
    leads.
    """

    def __init__(
        self,
        index: WalIndex,
        *,
        write_back: WriteBack | None,
        checkpoint: Callable[[Mode], Awaitable[None]],
    ) -> None:
        self._index = index
        self._write_back = write_back
        self._checkpoint = checkpoint
        self._least_frames = MOST_FRAMES if write_back else 0
        self._least_waiting = _STEP_FRAMES
        self._failed = False
        self._task: asyncio.Task[None] | None = None
        self._stop = threading.Event()

    def look(self, *, hurry: bool = False) -> None:
        """Begin a checkpoint if enough waits for it; call it after each commit.

        *hurry*: if anything waits, for the log has no room left.
        """
        if hurry:
            self._stop.set()
        if self._task is not None:
            return
        frames, waiting = self._index.frames(), self._index.waiting_frames()
        if frames < self._least_frames:
            self._least_waiting = _STEP_FRAMES
            if not hurry:
                return
        if waiting >= (1 if hurry else self._least_waiting):
            self._stop = threading.Event()
            self._task = asyncio.create_task(self._run(self._stop, hurry=hurry))

    async def aclose(self) -> None:
        """Wait for the checkpoint that is under way, which waits for nobody now."""
        self._stop.set()
        task = self._task
        if task is None:
            return
        try:
            await asyncio.wait([task])
        finally:
            task.cancel()  # it has ended, unless this was cancelled

    async def _run(self, stop: threading.Event, *, hurry: bool) -> None:
        try:
            if self._write_back is not None and not hurry:
                # The checkpoint tells what is wrong.
                with contextlib.suppress(StoreUnavailableError, OSError):
                    await self._write_back.run(stop)
            if self._index.waiting_frames() > 0:
                await self._checkpoint("PASSIVE")
            if self._index.frames() >= MOST_FRAMES:
                await self._restart()
        except StoreUnavailableError as exc:
            if not self._failed:  # told once, for it is tried again and again
                _log.warning("A checkpoint failed and will be tried again: %s", exc)
            self._failed = True
        else:
            self._failed = False
        finally:
            stop.set()  # cancelled, too: its thread ends
            self._task = None
            waiting = max(self._index.waiting_frames(), 0)
            self._least_waiting = waiting + _STEP_FRAMES

    async def _restart(self) -> None:
        while (waiting := self._index.waiting_frames()) > FEW_FRAMES:
            written_back = self._index.written_back()
            await self._checkpoint("PASSIVE")
            if self._index.written_back() == written_back:
                return  # somebody reads for long, and would be waited for
            if self._index.waiting_frames() > waiting / 2:
                break  # commits come too fast for it
        if self._index.frames() >= MOST_FRAMES and self._index.waiting_frames() > 0:
            await self._checkpoint("RESTART")
