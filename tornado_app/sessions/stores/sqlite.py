"""Keeps session records in an SQLite file through aiosqlite."""

import functools
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TypeGuard

from ..merging import merge
from ..record import Change, Create, Delete, Outcome, SessionRecord, Update
from . import sqlite_rows as rows
from .sqlite_file import Durability, SQLiteFile, in_transaction
from .sqlite_index import WalIndex
from .sqlite_known import Known, Step
from .sqlite_schema import open_for_reading, open_for_writing


class SQLiteStore(SQLiteFile):
    """A `SessionStore` in one file, for all processes of one machine."""

    def __init__(
        self,
        path: str | Path,
        *,
        durability: Durability = "full",
        may_lead: bool = True,
    ) -> None:
        """*durability*, *may_lead*: see `SQLiteFile`."""
        super().__init__(
            path,
            open_for_writing=open_for_writing,
            open_for_reading=open_for_reading,
            durability=durability,
            may_lead=may_lead,
        )
        self._index: WalIndex | None = None
        self._known: Known | None = None

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self._index = WalIndex.open(self.path)
        self._known = Known(self._index) if self._index else None
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        index, self._index, self._known = self._index, None, None
        try:
            await super().__aexit__(exc_type, exc, traceback)
        finally:
            if index is not None:
                index.close()

    @property
    def sweeps(self) -> bool:
        return self._lead.is_ours

    async def find(
        self, handles: Collection[str], *, now: datetime
    ) -> dict[str, SessionRecord]:
        known = self._known
        if known is None:
            return await self._read("find", lambda db: rows.find(db, handles, now))
        before, found, after = await self._read(
            "find", lambda db: (known.mark(), rows.find(db, handles, now), known.mark())
        )
        known.learn(before, after, found)
        return found

    def recall(self, handle: str) -> SessionRecord | None:
        return None if self._known is None else self._known.get(handle)

    async def apply(self, changes: Sequence[Change]) -> list[Outcome]:
        known = self._known
        if known is None:
            return await self._write("apply", lambda db: _make_all(db, changes, {}))
        step, outcomes = None, list[Outcome]()
        known.begin_write()
        try:
            step, outcomes = await self._run(
                self._writer, "apply", lambda db: _take_step(db, known, changes)
            )
        finally:
            known.end_write(step, changes, outcomes)
        return outcomes

    async def of_user(self, user: str, *, now: datetime) -> list[SessionRecord]:
        return await self._read("of_user", lambda db: rows.of_user(db, user, now))

    async def delete_user(self, user: str, *, now: datetime, keep: str | None) -> int:
        return await self._write(
            "delete_user", lambda db: rows.delete_user(db, user, now, keep)
        )

    async def delete_all(self, *, now: datetime) -> int:
        return await self._write("delete_all", lambda db: rows.delete_all(db, now))

    async def count(self, *, now: datetime) -> int:
        return await self._read("count", lambda db: rows.count(db, now))

    async def delete_expired(self, *, now: datetime, limit: int) -> int:
        return await self._write(
            "delete_expired", lambda db: rows.delete_expired(db, now, limit)
        )

    async def walk(self, *, batch: int) -> AsyncIterator[list[SessionRecord]]:
        last = ""
        while True:
            step = functools.partial(rows.after, handle=last, limit=batch)
            records = await self._read("walk", step)
            if not records:
                return
            yield records
            last = records[-1].handle


def _take_step(
    db: sqlite3.Connection, known: Known, changes: Sequence[Change]
) -> tuple[Step, list[Outcome]]:
    """Make *changes* durable; tell what the file was before and what it is now."""
    step = _create_all(db, known, changes)
    if step is not None:
        return step, [Outcome.APPLIED] * len(changes)
    before, merged = b"", dict[str, SessionRecord]()

    def work(db: sqlite3.Connection) -> list[Outcome]:
        nonlocal before
        before = known.mark()  # from here on nobody else can commit
        return _make_all(db, changes, merged)

    outcomes = in_transaction(db, work)
    return Step(before, known.mark(), merged), outcomes


def _create_all(
    db: sqlite3.Connection, known: Known, changes: Sequence[Change]
) -> Step | None:
    """Make *changes* in one statement, which is a transaction by itself.

    None: they are not all new sessions, or one of the handles exists; nothing is done.
    """
    creates = [one.record for one in changes if isinstance(one, Create)]
    if not creates or len(creates) < len(changes):
        return None
    # Whoever commits between this look and our own commit makes the step longer.
    before = known.mark()
    if not rows.insert_many(db, creates):
        return None
    return Step(before, known.mark(), {})


def _make_all(
    db: sqlite3.Connection,
    changes: Sequence[Change],
    merged: dict[str, SessionRecord],
) -> list[Outcome]:
    """Make *changes*: the plain ones all together, the others one by one.

    What those have made of their records goes into *merged*.
    """
    plain = _plain(changes)
    if not _make_plain(db, plain):
        # Somebody came between, which is rare: then each change is made by itself.
        db.execute("ROLLBACK")
        db.execute("BEGIN IMMEDIATE")
        plain = []
    made = {change.handle for change in plain}
    return [
        Outcome.APPLIED if change.handle in made else _make(db, change, merged)
        for change in changes
    ]


def _plain(changes: Sequence[Change]) -> Sequence[Create | Update]:
    """Those that meet no other change and say what comes of them."""
    handles = [change.handle for change in changes]
    if len(set(handles)) < len(handles):
        times = Counter(handles)
        changes = [one for one in changes if times[one.handle] == 1]
    return [one for one in changes if _is_plain(one)]


def _is_plain(change: Change) -> TypeGuard[Create | Update]:
    return isinstance(change, Create) or (
        isinstance(change, Update) and change.whole is not None
    )


def _make_plain(db: sqlite3.Connection, changes: Sequence[Create | Update]) -> bool:
    """Make *changes*; False: not all of them could be; the transaction is spoilt."""
    creates = [one.record for one in changes if isinstance(one, Create)]
    updates = [one for one in changes if isinstance(one, Update)]
    return (not updates or rows.write_whole(db, updates)) and (
        not creates or rows.insert_many(db, creates)
    )


def _make(
    db: sqlite3.Connection, change: Change, merged: dict[str, SessionRecord]
) -> Outcome:
    if isinstance(change, Create):
        return Outcome.APPLIED if rows.insert(db, change.record) else Outcome.TAKEN
    if isinstance(change, Delete):
        found = rows.delete(db, change.handle, change.generation)
        return Outcome.APPLIED if found else Outcome.GONE
    outcome, record = merge(rows.get(db, change.handle), change)
    if record is not None:
        rows.replace(db, record)
        merged[record.handle] = record
    return outcome
