"""Finds and changes the records of a Redis store; asks only for what is not known."""

import itertools
import secrets
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from ..merging import are_of_different_records, with_whole
from ..record import Change, SessionRecord, Update
from . import redis_rows as rows
from .recent import Recent, Seen
from .redis_links import Link
from .redis_wire import Command


class _Write(NamedTuple):
    """A simple update of what was seen, with the stamp that it gives."""

    update: Update
    seen: Seen[str]
    stamp: str


class RedisRecords:
    """The records under keys that begin with *start*; *channel* hears of their ends.

    A record that was read is remembered with its version and stamp. The server is asked
    for both each time, all records of a batch together, and sends a record only where
    they are others.
    """

    def __init__(self, start: str, channel: str) -> None:
        self._start = start
        self._channel = channel
        self._recent = Recent[str]()
        self._stamps = _new_stamps()

    async def find(self, link: Link, handles: Collection[str]) -> list[SessionRecord]:
        """Return what there is of *handles*, expired records too."""
        asked = [(self.key(handle), self._recent.get(handle)) for handle in handles]
        answers = await link.ask([rows.find_command(*one) for one in asked])
        found = list[SessionRecord]()
        for (_, seen), answer in zip(asked, answers, strict=True):
            if answer == b"known" and seen is not None:
                found.append(seen.record)
            elif answer:
                now = rows.to_seen(answer)
                self._recent.put(*now)
                found.append(now.record)
        return found

    async def read(self, link: Link, handles: Collection[str]) -> list[SessionRecord]:
        """Return the same without remembering it: for who looks at many, once."""
        keys = [self.key(handle) for handle in handles]
        answers = await link.ask([rows.find_command(key, None) for key in keys])
        return [rows.to_record(row) for row in answers if row]

    async def apply(self, link: Link, changes: Sequence[Change]) -> list[bytes]:
        """Return what came of *changes*, those of one record made in their order."""
        writes = dict(self._simple(changes))
        answers = await link.ask(
            [
                self._command(change, writes.get(at))
                for at, change in enumerate(changes)
            ],
            changes=True,
        )
        for at, write in writes.items():
            if answers[at] == b"applied":
                self._follow(write)
        others = [at for at, answer in enumerate(answers) if answer == b"other"]
        merging = [self._command(changes[at], None) for at in others]
        again = await link.ask(merging, changes=True)
        for at, answer in zip(others, again, strict=True):
            answers[at] = answer
        return answers

    def key(self, handle: str) -> str:
        """Return where the record of *handle* is."""
        return self._start + handle

    def _simple(self, changes: Sequence[Change]) -> Iterator[tuple[int, _Write]]:
        """Those of *changes* that one short script can make, by their places."""
        if not are_of_different_records(changes):
            return
        for at, change in enumerate(changes):
            seen = self._recent.get(change.handle)
            if seen is not None and rows.is_simple(change, seen.record):
                yield at, _Write(change, seen, next(self._stamps))

    def _command(self, change: Change, write: _Write | None) -> Command:
        key = self.key(change.handle)
        if write is not None:
            return rows.write_command(key, *write)
        return rows.change_command(key, change, self._channel, next(self._stamps))

    def _follow(self, write: _Write) -> None:
        """Know what is stored now without asking for it."""
        record = with_whole(write.seen.record, write.update)
        if record is not None:
            self._recent.put(rows.mark_of(record.version, write.stamp), record)


def _new_stamps() -> Iterator[str]:
    """Stamps that no other process gives, and each only once."""
    own = secrets.token_urlsafe(9)
    return (f"{own}{number:x}" for number in itertools.count())
