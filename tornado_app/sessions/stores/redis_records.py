"""Finds and changes the records of a Redis store; asks only for what is not known."""

import asyncio
import itertools
import secrets
from collections.abc import Collection, Iterator, Sequence

from ..merging import are_of_different_records, with_whole
from ..record import Change, SessionRecord, Update
from . import redis_rows as rows
from .recent import Recent
from .redis_calls import Gathering
from .redis_links import Link


class RedisRecords:
    """The records under keys that begin with *start*; *channel* hears of their ends.

    A record that was read is remembered with its stamp. The server is asked for that
    each time, all records of a batch together, and sends a record only where it is
    another one.
    """

    def __init__(self, start: str, channel: str) -> None:
        self._start = start
        self._channel = channel
        self._recent = Recent()
        self._stamps = _new_stamps()

    async def find(self, link: Link, handles: Collection[str]) -> list[SessionRecord]:
        """Return what there is of *handles*, expired records too."""
        keys = list(map(self.key, handles))
        seen = [self._recent.get(handle) for handle in handles]
        answers = await link.ask([rows.to_find(keys, seen)])
        found = list[SessionRecord]()
        for one, answer in zip(seen, answers, strict=True):
            if answer == b"known" and one is not None:
                found.append(one.record)
            elif answer:
                stamp, record = rows.to_stamped(answer)
                if stamp:
                    self._recent.put(stamp, record)
                found.append(record)
        return found

    async def read(self, link: Link, handles: Collection[str]) -> list[SessionRecord]:
        """Return the same without remembering it: for who looks at many, once."""
        keys = list(map(self.key, handles))
        answers = await link.ask([rows.to_find(keys, [None] * len(keys))])
        return [rows.to_record(row) for row in answers if row]

    async def apply(self, link: Link, changes: Sequence[Change]) -> list[bytes]:
        """Return what came of *changes*, those of one record made in their order."""
        in_any_order = are_of_different_records(changes)
        asked = Gathering(in_any_order=in_any_order)
        writes = list[tuple[int, str, SessionRecord, Update]]()
        for at, change in enumerate(changes):
            stamp = next(self._stamps)
            # One short script makes a change of what is known, if nobody comes between.
            seen = self._recent.get(change.handle) if in_any_order else None
            if seen is not None and rows.is_simple(change, seen.record):
                script, arguments = rows.to_write(change, seen, stamp)
                writes.append((at, stamp, seen.record, change))
            else:
                script, arguments = rows.to_change(change, self._channel, stamp)
            asked.add(script, self.key(change.handle), arguments)
        # Done while the calls are under way, for a turn of the loop or longer.
        made = list[SessionRecord | None]()
        foreseen = (with_whole(record, change) for *_, record, change in writes)
        asyncio.get_running_loop().call_soon(made.extend, foreseen)
        answers = asked.in_order(await link.ask(asked.calls, changes=True))
        for (at, stamp, *_), record in zip(writes, made, strict=True):
            # What is stored now is known without asking for it.
            if record is not None and answers[at] == b"applied":
                self._recent.put(stamp, record)
        if b"other" in answers:
            await self._merge(link, changes, answers)
        return answers

    async def _merge(
        self, link: Link, changes: Sequence[Change], answers: list[bytes]
    ) -> None:
        """Make those that met somebody; put what came of them among *answers*."""
        others = [at for at, answer in enumerate(answers) if answer == b"other"]
        asked = Gathering(in_any_order=True)
        for at in others:
            change, stamp = changes[at], next(self._stamps)
            script, arguments = rows.to_change(change, self._channel, stamp)
            asked.add(script, self.key(change.handle), arguments)
        again = asked.in_order(await link.ask(asked.calls, changes=True))
        for at, answer in zip(others, again, strict=True):
            answers[at] = answer

    def key(self, handle: str) -> str:
        """Return where the record of *handle* is."""
        return self._start + handle


def _new_stamps() -> Iterator[str]:
    """Stamps that no other process gives, and each only once."""
    own = secrets.token_urlsafe(9)
    return (f"{own}{number:x}" for number in itertools.count())
