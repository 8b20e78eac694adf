"""A folder of which only what was synced is sure to be there after a power cut.

Of all else any part may be on the disk, in whatever order it was written: a write may
be missing, whole, or there by sectors; a name may be missing or there again.
"""

from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from .recording import Call, Seen

SECTOR_BYTES = 512


@dataclass(eq=False)
class Write:
    """A change of one file's content, whole once it is over."""

    offset: int
    data: bytes = b""
    is_over: bool = False

    def put_into(self, content: bytearray) -> None:
        _grow(content, self.offset)
        content[self.offset : self.offset + len(self.data)] = self.data

    def sectors(self) -> list["Write"]:
        """The parts of it that may be on the disk one without the other."""
        begin = SECTOR_BYTES - self.offset % SECTOR_BYTES
        cuts = [0, *range(begin, len(self.data), SECTOR_BYTES), len(self.data)]
        return [
            Write(self.offset + at, self.data[at:end]) for at, end in pairwise(cuts)
        ]


class Growth(Write):
    """Makes the file at least so long."""

    def put_into(self, content: bytearray) -> None:
        _grow(content, self.offset)

    def sectors(self) -> list[Write]:
        return [self]


class Truncation(Growth):
    """Makes the file just so long."""

    def put_into(self, content: bytearray) -> None:
        del content[self.offset :]
        _grow(content, self.offset)


@dataclass(eq=False)
class File:
    """What is surely there, and what may be."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[Write] = field(default_factory=list)

    def sync(self, writes: list[Write]) -> None:
        for write in writes:
            if write in self.pending:
                self.pending.remove(write)
                write.put_into(self.durable)

    def content(self, chance: Random, share: float) -> bytes:
        found = bytearray(self.durable)
        for write in self.pending:
            parts = write.sectors() if chance.random() < share / 2 else [write]
            for part in parts:
                if chance.random() < share:
                    part.put_into(found)
        return bytes(found)


class Disk:
    """The folder *root*, as the calls of a recording change it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._names: dict[str, File] = {}
        self._durable_names: dict[str, File] = {}
        self._pending_names: list[tuple[str, File | None]] = []
        # By call: what was there to sync when it began; what it writes.
        self._syncs: dict[int, list[Any]] = {}
        self._writes: dict[int, Write] = {}

    def see(self, seen: Seen) -> bool:
        """Follow what was *seen*; tell whether anything may be on the disk for it."""
        call = seen.call
        if call.path == self._root:
            return call.name.endswith("sync") and self._sync_names(seen)
        if call.path.parent != self._root or call.path.name.endswith("-shm"):
            return False
        name = call.path.name
        if call.name in ("make", "unlink"):
            return not seen.begins and self._rename(name, made=call.name == "make")
        file = self._names.get(name)
        if file is None or call.name == "openat":
            return False
        if call.name.endswith("sync"):
            return self._sync(seen, file)
        return self._write(seen, file)

    def state(self, chance: Random, share: float) -> dict[str, bytes]:
        """What a power cut now leaves of each file; *share* of what is not sure."""
        names = dict(self._durable_names)
        for change in self._pending_names:
            if chance.random() < share:
                _rename_in(names, *change)
        return {name: file.content(chance, share) for name, file in names.items()}

    def _rename(self, name: str, *, made: bool) -> bool:
        if made == (name in self._names):
            return False
        change = name, File() if made else None
        _rename_in(self._names, *change)
        self._pending_names.append(change)
        return True

    def _sync_names(self, seen: Seen) -> bool:
        if seen.begins:
            self._syncs[seen.call.key] = list(self._pending_names)
            return False
        for change in self._syncs.pop(seen.call.key):
            if change in self._pending_names:
                self._pending_names.remove(change)
                _rename_in(self._durable_names, *change)
        return True

    def _sync(self, seen: Seen, file: File) -> bool:
        if seen.begins:
            over = [write for write in file.pending if write.is_over]
            self._syncs[seen.call.key] = over
            return False
        file.sync(self._syncs.pop(seen.call.key))
        return True

    def _write(self, seen: Seen, file: File) -> bool:
        if not seen.begins:
            self._writes.pop(seen.call.key).is_over = True
            return False
        write = _write_of(seen.call)
        self._writes[seen.call.key] = write
        file.pending.append(write)
        return True


def _rename_in(names: dict[str, File], name: str, file: File | None) -> None:
    """Give *file* the *name*; None: nothing has it any more."""
    if file is None:
        names.pop(name, None)
    else:
        names[name] = file


def _write_of(call: Call) -> Write:
    if call.name == "pwrite64":
        return Write(call.numbers[-1], call.data)
    if call.name == "ftruncate":
        return Truncation(call.numbers[-1])
    if call.name == "fallocate":
        return Growth(sum(call.numbers[-2:]))
    raise ValueError(f"a call that no store makes: {call}")


def _grow(content: bytearray, size: int) -> None:
    content.extend(bytes(max(0, size - len(content))))
