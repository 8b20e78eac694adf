"""Remembers records that are still what the SQLite file holds."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from ..merging import with_whole
from ..oldest import oldest
from ..record import STORED, Change, Create, Delete, Outcome, SessionRecord, Update
from .sqlite_index import Mark, WalIndex, is_next, is_whole
from .sqlite_rows import UNKNOWN, Found

_MOST = 4096
# Longer ones are left to the file: all together stay below some ten megabytes.
_LONGEST_DATA = 2048
_NEVER = datetime.max.replace(tzinfo=UTC)


class Step(NamedTuple):
    """What one transaction of ours has made of the file."""

    before: Mark
    after: Mark
    merged: Mapping[str, SessionRecord]
    """Records as they are now, where that cannot be told from the changes."""

    @property
    def is_ours_alone(self) -> bool:
        """Whether nobody else committed while it was under way or just after."""
        return is_next(self.after, self.before)


class Known:
    """Records as they were at one state of the file, given only while that lasts.

    Any commit of any process, a revoke elsewhere for one, makes all of them unknown,
    and before it returns; only what our own commits change is followed. For the event
    loop's thread; the others may `mark` and ask for a `rowid`.
    """

    def __init__(self, index: WalIndex) -> None:
        self.mark = index.mark
        self._valid_at = b""
        self._found: dict[str, Found] = {}
        self._none_expires_before = _NEVER
        self._writes = 0

    def get(self, handle: str) -> SessionRecord | None:
        """Return the record of *handle* if it is known to be the file's."""
        if self.mark() != self._valid_at:
            return None
        found = self._found.get(handle)
        return None if found is None else found.record

    def rowid(self, handle: str) -> int:
        """Return where the record of *handle* lay when it was found, or `UNKNOWN`."""
        found = self._found.get(handle)
        return UNKNOWN if found is None else found.rowid

    def learn(self, before: Mark, after: Mark, found: Mapping[str, Found]) -> None:
        """Take in what was *found* between two looks at the index."""
        if before != after or not self._adopts(after):
            return
        for one in found.values():
            self._put(one)

    def begin_write(self) -> None:
        """A transaction of ours is on its way; whatever comes, end it once."""
        self._writes += 1

    def end_write(
        self,
        step: Step | None,
        changes: Sequence[Change],
        outcomes: Sequence[Outcome],
    ) -> None:
        """Follow what our transaction has changed; None: nothing, or it failed."""
        self._writes -= 1
        if step is None or not self._follow_step(step):
            return
        for change, outcome in zip(changes, outcomes, strict=True):
            if isinstance(change, Create):
                continue  # many never come back: it is known once it is asked for
            if outcome in STORED:
                self._follow(change, step.merged)

    def end_sweep(self, step: Step | None, now: datetime) -> None:
        """Forget what our sweep at *now* may have deleted; *step*: see `end_write`."""
        self._writes -= 1
        if step is None or not self._follow_step(step):
            return
        if now < self._none_expires_before:
            return
        for handle, found in list(self._found.items()):
            if found.record.expires_at <= now:
                del self._found[handle]
        ends = (found.record.expires_at for found in self._found.values())
        self._none_expires_before = min(ends, default=_NEVER)

    def _follow_step(self, step: Step) -> bool:
        """Go on with what is known to where *step* leads; False: it was not ours alone.

        What it has changed is for who asks.
        """
        if not step.is_ours_alone:
            return False
        if step.before != self._valid_at:
            # Somebody else committed before: nothing is known for sure any more.
            self._begin_at(step.after)
        self._valid_at = step.after
        return True

    def _adopts(self, mark: Mark) -> bool:
        """Whether what was found at *mark* may join what is known."""
        if mark == self._valid_at:
            return True
        # While a write of ours is under way its own step is waited for: it knows more.
        if self._writes or not is_whole(mark) or mark != self.mark():
            return False
        self._begin_at(mark)
        return True

    def _begin_at(self, mark: Mark) -> None:
        self._found.clear()
        self._valid_at = mark

    def _follow(
        self, change: Update | Delete, merged: Mapping[str, SessionRecord]
    ) -> None:
        found = self._found.pop(change.handle, None)
        if isinstance(change, Delete):
            return
        after = merged.get(change.handle)
        if after is None and found is not None:
            after = with_whole(found.record, change)
        if after is not None:
            found = found or Found(after, UNKNOWN)
            found.record = after
            self._put(found)

    def _put(self, found: Found) -> None:
        record = found.record
        if len(record.data) > _LONGEST_DATA:
            self._found.pop(record.handle, None)
            return
        self._found[record.handle] = found
        if record.expires_at < self._none_expires_before:
            self._none_expires_before = record.expires_at
        if len(self._found) > _MOST:
            for handle in oldest(self._found):
                del self._found[handle]
