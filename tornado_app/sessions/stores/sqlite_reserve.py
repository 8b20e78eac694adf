"""Room in an SQLite file's log that only the ends of sessions may use."""

import errno
import os
import sqlite3
import sys
from pathlib import Path

from .sqlite_index import WalIndex

RESERVED_FRAMES = 500
"""Enough for a hundred sign-outs, one by one (1 MiB)."""

_STEP_FRAMES = 250
_LEFT_BYTES = 1024 * 1024  # for the file, to which the log is written back
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
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
        self._log = file.with_name(f"{file.name}-wal")
        self._index = index
        # So many frames have their place.
        self._frames = 0
        self.is_short = False
        """Whether the disk had no room for it when it was last asked."""

    def is_kept(self) -> bool:
        """Tell whether the reserve lies behind the last frame as far as is known."""
        index = self._index
        return index is None or index.next_frame() + RESERVED_FRAMES <= self._frames

    def keep(self, db: sqlite3.Connection) -> None:
        """Make it so; *db* is in a transaction, for nobody else may write the log now.

        Raises sqlite3.OperationalError on a full disk.
        """
        if self._index is None:
            return
        (page_bytes,) = db.execute("PRAGMA page_size").fetchone()
        end = self._index.next_frame() + RESERVED_FRAMES
        for frames in (end + _STEP_FRAMES, end):
            size_bytes = _HEADER_BYTES + frames * (_FRAME_HEADER_BYTES + page_bytes)
            if _hold(self._log, size_bytes):
                self._frames, self.is_short = frames, False
                return
        self.is_short = True
        raise sqlite3.OperationalError(
            "the disk is full; what is left of the log is for the ends of sessions"
        )


def _hold(log: Path, size_bytes: int) -> bool:
    """Hold a place for the first bytes of *log*, whatever they are; False: no room."""
    if sys.platform in ("win32", "darwin"):
        return True
    # SQLite holds no lock on the log that closing it could drop.
    descriptor = os.open(log, os.O_RDWR)
    try:
        end_bytes, disk = os.fstat(descriptor).st_size, os.fstatvfs(descriptor)
        missing_bytes = size_bytes - end_bytes
        if missing_bytes <= 0:
            return True
        if missing_bytes + _LEFT_BYTES > disk.f_bavail * disk.f_frsize:
            return False
        os.posix_fallocate(descriptor, end_bytes, missing_bytes)
    except OSError as exc:
        return exc.errno not in _FULL
    finally:
        os.close(descriptor)
    return True
