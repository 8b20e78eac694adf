"""Keeps session records in this process's memory."""

import heapq
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from ..merging import merge, only_sets_values_of, with_whole
from ..record import Change, Create, Delete, Outcome, SessionRecord, Update


class MemoryStore:
    """A `SessionStore` for tests, trials and what may be lost with the process."""

    name = "memory"
    sweeps = True

    def __init__(self) -> None:
        self._records: dict[str, SessionRecord] = {}
        self._handles_of: dict[str, set[str]] = {}
        # When to look at a record again: at its expiry, or before if that moved since.
        self._expiries: list[tuple[datetime, str]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Nothing to close; the records stay, should the store be opened again."""

    async def find(
        self, handles: Collection[str], *, now: datetime
    ) -> dict[str, SessionRecord]:
        found = {handle: self._records.get(handle) for handle in handles}
        return {
            handle: record
            for handle, record in found.items()
            if record is not None and record.is_live(now)
        }

    def recall(self, handle: str) -> SessionRecord | None:
        return self._records.get(handle)

    async def apply(self, changes: Sequence[Change]) -> list[Outcome]:
        return [self._make(change) for change in changes]

    async def of_user(self, user: str, *, now: datetime) -> list[SessionRecord]:
        handles = self._handles_of.get(user, ())
        return list((await self.find(handles, now=now)).values())

    async def delete_user(self, user: str, *, now: datetime, keep: str | None) -> int:
        return self._delete(self._handles_of.get(user, set()) - {keep}, now=now)

    async def delete_all(self, *, now: datetime) -> int:
        return self._delete(set(self._records), now=now)

    async def count(self, *, now: datetime) -> int:
        return sum(record.is_live(now) for record in self._records.values())

    async def delete_expired(self, *, now: datetime, limit: int) -> int:
        if len(self._expiries) > 2 * len(self._records):
            # Most of them ended before their time, which left an entry each.
            self._expiries = [(one.expires_at, at) for at, one in self._records.items()]
            heapq.heapify(self._expiries)
        count = 0
        while count < limit and self._expiries and self._expiries[0][0] <= now:
            _, handle = heapq.heappop(self._expiries)
            record = self._records.get(handle)
            if record is None:
                continue
            if record.is_live(now):
                heapq.heappush(self._expiries, (record.expires_at, handle))
                continue
            self._forget(record)
            count += 1
        return count

    async def walk(self, *, batch: int) -> AsyncIterator[list[SessionRecord]]:
        handles = list(self._records)
        for start in range(0, len(handles), batch):
            found = map(self._records.get, handles[start : start + batch])
            yield [record for record in found if record is not None]

    def _make(self, change: Change) -> Outcome:
        if isinstance(change, Create):
            return self._create(change.record)
        record = self._records.get(change.handle)
        if isinstance(change, Delete):
            if record is None or change.generation not in (None, record.generation):
                return Outcome.GONE
            self._forget(record)
            return Outcome.APPLIED
        outcome, merged = _merged(record, change)
        if merged is not None:
            self._keep(merged, before=record)
        return outcome

    def _create(self, record: SessionRecord) -> Outcome:
        if record.handle in self._records:
            return Outcome.TAKEN
        self._keep(record, before=None)
        return Outcome.APPLIED

    def _keep(self, record: SessionRecord, *, before: SessionRecord | None) -> None:
        if before is not None and before.user != record.user:
            self._forget(before)
        self._records[record.handle] = record
        if record.user is not None:
            self._handles_of.setdefault(record.user, set()).add(record.handle)
        if before is None or before.expires_at > record.expires_at:
            heapq.heappush(self._expiries, (record.expires_at, record.handle))

    def _delete(self, handles: set[str], *, now: datetime) -> int:
        records = [self._records[handle] for handle in handles]
        for record in records:
            self._forget(record)
        return sum(record.is_live(now) for record in records)

    def _forget(self, record: SessionRecord) -> None:
        del self._records[record.handle]
        if record.user is None:
            return
        handles = self._handles_of[record.user]
        handles.discard(record.handle)
        if not handles:
            del self._handles_of[record.user]


def _merged(
    record: SessionRecord | None, update: Update
) -> tuple[Outcome, SessionRecord | None]:
    """Return what `merge` does; nothing is to be read where nobody came between."""
    if record is not None and only_sets_values_of(update, record):
        return Outcome.APPLIED, with_whole(record, update)
    return merge(record, update)
