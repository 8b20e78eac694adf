"""Whether an SQLite file has changed, read from the memory that its users share.

Beside a file in WAL mode lies the index of its log, ``FILE-shm``, which every process
maps. It begins with a header of 48 bytes and a copy of it (SQLite, "WAL-mode File
Format", 2.1). Each commit writes both before it returns, with a counter that it has
raised and a checksum. So as long as these bytes are the same, nobody has committed.
"""

import mmap
import os
import struct
from pathlib import Path
from typing import ClassVar, Self

Mark = bytes
"""The header with its copy: stands for all that is committed."""

_HEADER_BYTES = 48
_MARK_BYTES = 2 * _HEADER_BYTES
_FORMAT = 3_007_000  # the only one that there is
_FORMAT_AND_COUNTER = struct.Struct("=I4xI")


class WalIndex:
    """The header of one file's index, for reading.

    Closing any descriptor of a file drops all locks that the process holds on it
    (POSIX), SQLite's among them. So what is mapped stays so until nobody needs it: its
    name is gone, for SQLite deletes it with the last connection of any process.
    """

    _of_file: ClassVar[dict[tuple[int, int], Self]] = {}

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._memory = mmap.mmap(descriptor, _MARK_BYTES, access=mmap.ACCESS_READ)
        self._users = 0

    @classmethod
    def open(cls, path: Path) -> Self | None:
        """Return the index of *path*, which has open connections; None: not here."""
        cls._let_go()
        try:
            index = cls._find(path.with_name(f"{path.name}-shm"))
        except (OSError, ValueError):
            return None
        if index is None or not is_whole(index.mark()):
            return None
        index._users += 1
        return index

    def mark(self) -> Mark:
        """Return what stands for the latest commit, of whatever process."""
        return self._memory[:_MARK_BYTES]

    def close(self) -> None:
        """Be done with it; the connections are closed by now."""
        self._users -= 1
        self._let_go()

    @classmethod
    def _find(cls, shared: Path) -> Self | None:
        status = shared.stat()
        found = cls._of_file.get((status.st_dev, status.st_ino))
        if found is None and status.st_size >= _MARK_BYTES:
            found = cls(os.open(shared, os.O_RDONLY | os.O_CLOEXEC))
            cls._of_file[found._key()] = found
        return found

    def _key(self) -> tuple[int, int]:
        status = os.fstat(self._descriptor)
        return status.st_dev, status.st_ino

    @classmethod
    def _let_go(cls) -> None:
        for key, index in list(cls._of_file.items()):
            if index._users == 0 and os.fstat(index._descriptor).st_nlink == 0:
                del cls._of_file[key]
                index._memory.close()
                os.close(index._descriptor)


def is_whole(mark: Mark) -> bool:
    """Tell whether *mark* is of a format that we know and not half written."""
    return (
        mark[:_HEADER_BYTES] == mark[_HEADER_BYTES:]
        and _FORMAT_AND_COUNTER.unpack_from(mark)[0] == _FORMAT
    )


def is_next(mark: Mark, before: Mark) -> bool:
    """Tell whether just one commit leads from *before* to *mark*."""
    counter = _FORMAT_AND_COUNTER.unpack_from(mark)[1]
    counter_before = _FORMAT_AND_COUNTER.unpack_from(before)[1]
    return bool((counter - counter_before) % 2**32 == 1)
