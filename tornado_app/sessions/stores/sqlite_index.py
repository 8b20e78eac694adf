"""What the memory that its users share tells of an SQLite file.

Beside a file in WAL mode lies the index of its log, ``FILE-shm``, which every process
maps. It begins with a header of 48 bytes and a copy of it (SQLite, "WAL-mode File
Format", 2.1). Each commit writes both before it returns, with a counter that it has
raised and a checksum. So as long as these bytes are the same, nobody has committed.

Behind them stands how many frames of the log checkpoints have written back (2.2), and
from byte 136 on which page each frame holds (2.3): in the first half of each block of
32 KiB, whose other half is a hash table.
"""

import mmap
import os
import struct
from collections.abc import Callable
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import ClassVar, Self

Mark = bytes
"""The header with its copy: stands for all that is committed."""

_HEADER_BYTES = 48
_MARK = slice(2 * _HEADER_BYTES)
_FORMAT = 3_007_000  # the only one that there is
_FORMAT_AND_COUNTER = struct.Struct("=I4xI")

_FRAMES_AND_WRITTEN_BACK = struct.Struct("=16xI76xI")
_WRITTEN_BACK = slice(2 * _HEADER_BYTES, 2 * _HEADER_BYTES + 4)
_PAGES_AT = 136  # in the first block; what is before is mapped
_BLOCK_BYTES, _TOLD_BYTES = 32768, 16384
_LOOKS = 1000


class WalIndex:
    """One file's index, for reading, and to have all of the log written back again.

    Closing any descriptor of a file drops all locks that the process holds on it
    (POSIX), SQLite's among them. So what is mapped stays so until nobody needs it: its
    name is gone, for SQLite deletes it with the last connection of any process.
    """

    _of_file: ClassVar[dict[tuple[int, int], Self]] = {}

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._memory = mmap.mmap(descriptor, _PAGES_AT)
        self.mark: Callable[[], Mark] = partial(itemgetter(_MARK), self._memory)
        """Return what stands for the latest commit, of whatever process."""
        self._users = 0

    @classmethod
    def open(cls, path: Path) -> Self | None:
        """Return the index of *path*, which has open connections; None: not here."""
        cls._let_go()
        try:
            index = cls._find(path.with_name(f"{path.name}-shm"))
        except (OSError, ValueError):
            return None
        # Another process may be writing it, which takes no time to speak of.
        if index is None or not any(is_whole(index.mark()) for _ in range(_LOOKS)):
            return None
        index._users += 1
        return index

    def frames(self) -> int:
        """Return how many frames the log has: one for each page of each commit."""
        return self._log()[0]

    def next_frame(self) -> int:
        """Return where the next commit begins: a log that is written back starts anew.

        Only while somebody still reads from it, which is not known here, does it not.
        """
        frames, written_back = _FRAMES_AND_WRITTEN_BACK.unpack_from(self._memory)
        return 0 if frames == written_back else int(frames)

    def written_back(self) -> int:
        """Return how many frames checkpoints have written back into the file."""
        return self._log()[1]

    def forget_written_back(self) -> None:
        """Have all frames wait for a checkpoint again, as after a crash.

        SQLite does the same when it recovers the log (`walIndexRecover`). Only for who
        checkpoints, while no checkpoint is under way.
        """
        self._memory[_WRITTEN_BACK] = bytes(4)

    def waiting_frames(self) -> int:
        """Return how many frames wait for a checkpoint."""
        frames, written_back = self._log()
        return frames - written_back

    def pages(self, first: int, last: int) -> set[int]:
        """Return the numbers of the pages in the frames from *first* to before *last*.

        They are read and not mapped: nobody needs them often.
        """
        count = -(-(_PAGES_AT + 4 * last) // _TOLD_BYTES)
        blocks = (
            os.pread(self._descriptor, _TOLD_BYTES, block * _BLOCK_BYTES)
            for block in range(count)
        )
        numbers = memoryview(b"".join(blocks)[_PAGES_AT:]).cast("I")
        return set(numbers[first:last])

    def _log(self) -> tuple[int, int]:
        frames, written_back = _FRAMES_AND_WRITTEN_BACK.unpack_from(self._memory)
        return frames, written_back

    def close(self) -> None:
        """Be done with it; the connections are closed by now."""
        self._users -= 1
        self._let_go()

    @classmethod
    def _find(cls, shared: Path) -> Self | None:
        status = shared.stat()
        found = cls._of_file.get((status.st_dev, status.st_ino))
        if found is None and status.st_size >= _PAGES_AT:
            found = cls(os.open(shared, os.O_RDWR))
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
