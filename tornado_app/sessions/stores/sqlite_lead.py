"""Which process checkpoints an SQLite file and sweeps it."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import IO, Literal

try:
    import fcntl
except ImportError:  # Windows: one process, which leads
    fcntl = None  # type: ignore[assignment]

_TURN_S = 0.5
_TRIES = 100
_TRY_S = 0.01


class Lead:
    """Held by one process at a time; when that ends, another takes it over.

    *take_over* is called once, when this process begins to lead; *look* twice a second
    from then on, for what others have committed.
    """

    def __init__(
        self,
        path: Path,
        *,
        take_over: Callable[[], Awaitable[None]],
        look: Callable[[], None],
    ) -> None:
        self.is_ours = False
        self._lock_path = path.with_name(f"{path.name}-lead")
        self._take_over = take_over
        self._look = look
        self._lock: IO[bytes] | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take the lead if it is free; else wait for it in the background."""
        self._lock = _open_privately(self._lock_path)
        await self._turn()
        self._task = asyncio.create_task(self._run())

    async def rest(self) -> None:
        """Take no more turns; a lead that is ours stays so until `stop`."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def stop(self) -> None:
        """Leave the lead to another process."""
        if fcntl is not None and self._lock is not None:
            fcntl.flock(self._lock, fcntl.LOCK_UN)
        self.is_ours = False

    async def take_turn_to_close(self) -> None:
        """Wait while another process closes the file; it has a second for it.

        Of processes that close a file at once SQLite takes none for the last, which
        would merge the log. Whoever comes next may close it after `close`.
        """
        for _ in range(_TRIES):
            if self._try_lock("lockf"):
                break
            await asyncio.sleep(_TRY_S)

    def close(self) -> None:
        """Let others close the file too."""
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.close()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_TURN_S)
            await self._turn()

    async def _turn(self) -> None:
        if self.is_ours:
            self._look()
        elif self._try_lock("flock"):
            await self._take_over()
            self.is_ours = True

    def _try_lock(self, kind: Literal["flock", "lockf"]) -> bool:
        """On Linux the two kinds do not see each other: one leads, another may close.

        Elsewhere who closes beside a leader may have to wait out its second.
        """
        if fcntl is None or self._lock is None:
            return True
        try:
            getattr(fcntl, kind)(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):  # POSIX leaves open which
            return False
        return True


def _open_privately(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb")
