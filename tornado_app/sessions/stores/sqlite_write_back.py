"""Brings what waits in an SQLite file's log into the file without halting commits.

A checkpoint hands the disk all its pages at once, and the commits of that moment wait
behind them. It does so when it reaches the end of the log. One that a reader holds
short of the end leaves its pages to the operating system, and the log keeps them, too:
nobody begins it anew before a checkpoint has reached the end and synced the file
(SQLite, `walCheckpoint`). So a reader of our own holds it, and from the system the
pages go to the disk in small groups.
"""

import contextlib
import importlib
import os
import sqlite3
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Collection
from contextlib import closing
from pathlib import Path
from typing import Any, Literal, cast

from .sqlite_index import WalIndex
from .sqlite_schema import open_for_checkpoints

Mode = Literal["PASSIVE", "RESTART"]

FEW_FRAMES = 64
"""About two commits of many requests: so few are left to the last checkpoint."""

_PAUSE_S = 0.001
_MOST_PAUSES = 4
_PAGES = 16  # for each; a cheap virtual disk takes 40 µs for one
_LONGEST_LOOK_S = 0.5
_NICER = 5
_WRITE = 2  # SYNC_FILE_RANGE_WRITE: begin to write, wait for nothing, tell no error
_DESCRIPTORS = "/proc/self/fd"


def _load() -> Callable[[int, int, int, int], int] | None:
    """Return sync_file_range(2), which Linux has."""
    if sys.platform != "linux" or not os.path.isdir(_DESCRIPTORS):
        return None
    try:
        ctypes = importlib.import_module("ctypes")
        call: Any = ctypes.CDLL(None).sync_file_range
    except (ImportError, OSError, AttributeError):
        return None
    call.argtypes = (ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint)
    return cast(Callable[[int, int, int, int], int], call)


_sync_file_range = _load()
IS_POSSIBLE = _sync_file_range is not None


def open_to_write_back(path: Path, durability: str) -> sqlite3.Connection:
    """Open *path* for `WriteBack`, in a thread that from now on gives way to others."""
    with contextlib.suppress(OSError):
        # Of this thread alone, on Linux. It copies for up to 50 ms.
        nice = os.getpriority(os.PRIO_PROCESS, 0)
        os.setpriority(os.PRIO_PROCESS, 0, min(nice + _NICER, 19))
    return open_for_checkpoints(path, durability)


def checkpoint(db: sqlite3.Connection, index: WalIndex, mode: Mode) -> None:
    """Checkpoint; if the disk fails at it, let all of the log wait again.

    A checkpoint that stopped short of the end has counted frames as written back whose
    pages the system still had to write. If it cannot, it says so once, at the next
    sync, and takes them for written from then on (Rebello and others, "Can
    Applications Recover from fsync Failures?", 2020). The log has them.
    """
    try:
        db.execute(f"PRAGMA wal_checkpoint({mode})").fetchall()
    except sqlite3.Error as exc:
        code: int = getattr(exc, "sqlite_errorcode", 0)
        if code & 0xFF == sqlite3.SQLITE_IOERR:  # the rest tells what was tried
            index.forget_written_back()
        raise


class WriteBack:
    """Writes back what waits; one in all processes, as for all checkpoints.

    *in_thread* does its work on a connection of its own that `open_to_write_back` made.
    """

    def __init__(
        self,
        path: Path,
        index: WalIndex,
        in_thread: Callable[[Callable[[sqlite3.Connection], None]], Awaitable[None]],
    ) -> None:
        self._path = path
        self._index = index
        self._in_thread = in_thread
        self._descriptor = -1

    async def run(self, stop: threading.Event) -> None:
        """Write back until few frames wait, beside the commits that come meanwhile.

        Without any commit it waits for one. Set *stop* for it to go no further.
        """
        await self._in_thread(lambda db: self._run(db, stop))

    def _run(self, db: sqlite3.Connection, stop: threading.Event) -> None:
        with closing(open_for_checkpoints(self._path, "")) as reader:
            (page_bytes,) = reader.execute("PRAGMA page_size").fetchone()
            while (waiting := self._index.waiting_frames()) > FEW_FRAMES:
                self._send(self._copy(db, reader, stop), page_bytes, stop)
                if self._index.waiting_frames() > waiting / 2:
                    return  # too many commits, or somebody reads for long, or stopped

    def _copy(
        self,
        db: sqlite3.Connection,
        reader: sqlite3.Connection,
        stop: threading.Event,
    ) -> Collection[int]:
        """Copy what waits to the file as the system has it; return which pages."""
        first = self._index.written_back()
        reader.execute("BEGIN")
        try:
            reader.execute("SELECT 1 FROM sqlite_schema").fetchone()
            if self._is_followed(stop):
                checkpoint(db, self._index, "PASSIVE")
        finally:
            reader.execute("ROLLBACK")
        return self._index.pages(first, self._index.written_back())

    def _is_followed(self, stop: threading.Event) -> bool:
        """Wait for a commit, so that the reader is short of the end of the log.

        It may be long in coming: then the file need not be written to either.
        """
        frames, look_s = self._index.frames(), _PAUSE_S
        while self._index.frames() == frames:
            if stop.wait(look_s):
                return False
            look_s = min(2 * look_s, _LONGEST_LOOK_S)
        return True

    def _send(
        self, pages: Collection[int], page_bytes: int, stop: threading.Event
    ) -> None:
        """Begin to write *pages* to the disk, which is not long busy with them."""
        numbers = sorted(pages)
        if _sync_file_range is None or not numbers or not self._has_descriptor():
            return
        rested_s = _PAUSE_S
        while numbers:
            # Who gives way to others may rest for longer than it wants.
            count = int(_PAGES * min(max(rested_s / _PAUSE_S, 1), _MOST_PAUSES))
            group, numbers = numbers[:count], numbers[count:]
            begin, end = (group[0] - 1) * page_bytes, group[-1] * page_bytes
            _sync_file_range(self._descriptor, begin, end - begin, _WRITE)
            rests_s = time.monotonic()
            if stop.wait(_PAUSE_S):
                return
            rested_s = time.monotonic() - rests_s

    def _has_descriptor(self) -> bool:
        """Find one that SQLite has of the file: to close one of ours drops its locks.

        Should it be closed by now, another file's pages go to the disk early.
        """
        try:
            file = os.stat(self._path)
            if not _is_of(self._descriptor, file):
                numbers = map(int, os.listdir(_DESCRIPTORS))
                self._descriptor = next((n for n in numbers if _is_of(n, file)), -1)
        except OSError:
            return False
        return self._descriptor >= 0


def _is_of(descriptor: int, file: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), file)
    except OSError:
        return False
