"""Room in an SQLite file's log that only the ends of sessions may use."""

import errno
import os
import sqlite3
from pathlib import Path

from .sqlite_index import WalIndex

RESERVED_FRAMES = 500
"""Enough for a hundred sign-outs of small sessions, one by one (1 MiB)."""

_BATCH_FRAMES = 250  # hardly any batch of changes writes more
_STEP_FRAMES = 250
_LEFT_BYTES = 1024 * 1024  # for the file, to which the log is written back
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_IMPOSSIBLE = {errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS}
# SQLite, "WAL-mode File Format", 1.
_HEADER_BYTES, _FRAME_HEADER_BYTES = 32, 24


class Reserve:
    """Holds a place on the disk for the log's next frames before they are needed.

    What makes or changes a session sees to it that the reserve is kept. So on a full
    disk that fails first, and a sign-out or a revoke can still be made durable. It is
    whole again when the log begins anew, or the disk has room. A file system that
    cannot hold a place has no reserve.
    """

    def __init__(self, file: Path, index: WalIndex | None) -> None:
        """*index* is that of the open *file*; without one there is no reserve."""
        self._log = f"{file}-wal"
        self._index = index if hasattr(os, "posix_fallocate") else None
        self._frame_bytes = 0  # not known yet
        self._was_refused = False

    def is_kept(self) -> bool:
        """Tell whether the reserve lies behind what one more batch may write."""
        if self._index is None:
            return True
        # The file is asked, for others lengthen it, begin it anew and cut it.
        try:
            size_bytes = os.stat(self._log).st_size
        except OSError:  # or take it away
            return True
        return self._frame_bytes > 0 and self._end() <= size_bytes

    def is_out_of_reach(self) -> bool:
        """Tell whether it is not kept, and cannot be, for the disk has no room."""
        if self._index is None or not self._frame_bytes or self.is_kept():
            return False
        try:
            return self._was_refused or not _has_room(self._log, self._end())
        except OSError:
            return False

    def keep(self, db: sqlite3.Connection) -> None:
        """Make it so; *db* is in a transaction, for nobody else may write the log now.

        Raises sqlite3.OperationalError on a full disk.
        """
        if self._index is None:
            return
        (page_bytes,) = db.execute("PRAGMA page_size").fetchone()
        self._frame_bytes = _FRAME_HEADER_BYTES + page_bytes
        end = self._end()
        try:
            for size in (end + _STEP_FRAMES * self._frame_bytes, end):
                if _has_room(self._log, size) and _hold(self._log, size):
                    self._was_refused = False
                    return
        except OSError as exc:
            if exc.errno in _IMPOSSIBLE:
                self._index = None
            return
        self._was_refused = True
        raise sqlite3.OperationalError(
            "the disk is full; what is left of the log is for the ends of sessions"
        )

    def _end(self) -> int:
        """Return the size that the log must have."""
        next_frame = 0 if self._index is None else self._index.next_frame()
        frames = next_frame + _BATCH_FRAMES + RESERVED_FRAMES
        return _HEADER_BYTES + frames * self._frame_bytes


def _has_room(log: str, size_bytes: int) -> bool:
    """Tell whether *log* may be so long, and some room be left."""
    disk = os.statvfs(log)
    if disk.f_blocks == 0:  # it has no bounds, or does not tell them
        return True
    # Some of what is free may be kept for root.
    blocks = disk.f_bfree if os.geteuid() == 0 else disk.f_bavail
    missing_bytes = size_bytes - os.stat(log).st_size
    return missing_bytes <= 0 or missing_bytes + _LEFT_BYTES <= blocks * disk.f_frsize


def _hold(log: str, size_bytes: int) -> bool:
    """Hold a place for the first bytes of *log*, whatever they are; False: no room.

    Raises OSError where the file system cannot do that.
    """
    # SQLite holds no lock on the log that closing it could drop.
    descriptor = os.open(log, os.O_RDWR)
    try:
        end_bytes = os.fstat(descriptor).st_size
        if end_bytes < size_bytes:
            os.posix_fallocate(descriptor, end_bytes, size_bytes - end_bytes)
    except OSError as exc:
        if exc.errno in _FULL:
            return False
        raise
    finally:
        os.close(descriptor)
    return True
