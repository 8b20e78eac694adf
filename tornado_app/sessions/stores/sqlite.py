"""Keeps session records in an SQLite file through aiosqlite."""

import asyncio
import contextlib
import functools
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from ..errors import StoreUnavailableError
from ..merging import are_of_different_records, merge
from ..record import Change, Create, Delete, Outcome, SessionRecord, Update
from . import sqlite_rows as rows
from .sqlite_file import Durability, SQLiteFile
from .sqlite_known import Known, Step
from .sqlite_reserve import Reserve
from .sqlite_schema import in_transaction, open_for_reading, open_for_writing

_OFTEN_S = 0.05


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
        self._known: Known | None = None
        self._reserve = Reserve(self._file, None)
        self._changes_come = asyncio.Event()

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self._changes_come = asyncio.Event()
        self._known = Known(self._index) if self._index else None
        self._reserve = Reserve(self._file, self._index)
        if self._may_lead:
            await self._keep_reserve()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._known = None
        await super().__aexit__(exc_type, exc, traceback)

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
        self._changes_come.set()
        known = self._known
        if known is None:
            return await self._write(
                "apply", lambda db: _make_all(db, changes, _simple(changes), {})
            )
        step, outcomes = None, list[Outcome]()
        known.begin_write()
        try:
            step, outcomes = await self._commit(
                "apply", lambda db: _take_step(db, known, self._reserve, changes)
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
        await self._let_changes_by()
        known = self._known
        if known is None:
            return await self._commit(
                "delete_expired", lambda db: rows.delete_expired(db, now, limit)
            )
        step, count = None, 0
        known.begin_write()
        try:
            step, count = await self._commit(
                "delete_expired",
                lambda db: _sweep(db, known, self._reserve, now, limit),
            )
        finally:
            known.end_sweep(step, now)
        return count

    async def _keep_reserve(self) -> None:
        """For the ends of sessions before this process has stored anything."""
        try:
            await self._write("open", self._reserve.keep)
        except StoreUnavailableError:
            return  # the next change tries it again, and says so
        except BaseException:
            await self._close()
            raise

    def _look_around(self) -> None:
        if self._checkpoints is not None:
            self._checkpoints.look(hurry=self._reserve.is_out_of_reach())

    async def _let_changes_by(self) -> None:
        """Where changes come often, wait for the next ones, to come right behind them.

        The writing thread then rests; who comes just before changes holds them up.
        """
        if not self._changes_come.is_set():
            return
        self._changes_come.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_OFTEN_S):
                await self._changes_come.wait()

    async def walk(self, *, batch: int) -> AsyncIterator[list[SessionRecord]]:
        last = ""
        while True:
            step = functools.partial(rows.after, handle=last, limit=batch)
            records = await self._read("walk", step)
            if records:
                yield records
            # New handles come last: whoever waits for an empty page runs after them.
            if len(records) < batch:
                return
            last = records[-1].handle


class _Simple(NamedTuple):
    """Changes that meet no other one and say what comes of them."""

    creates: list[SessionRecord]
    updates: list[Update]


def _take_step(
    db: sqlite3.Connection, known: Known, reserve: Reserve, changes: Sequence[Change]
) -> tuple[Step, list[Outcome]]:
    """Make *changes* durable; tell what the file was before and what it is now."""
    if not reserve.is_kept():
        _keep_for(db, reserve, changes)
    simple = _simple(changes)
    if simple.creates and len(simple.creates) == len(changes):
        step = _create_all(db, known, simple.creates)
        if step is not None:
            return step, [Outcome.APPLIED] * len(changes)
    before, merged = b"", dict[str, SessionRecord]()

    def work(db: sqlite3.Connection) -> list[Outcome]:
        nonlocal before
        before = known.mark()  # from here on nobody else can commit
        return _make_all(db, changes, simple, merged)

    outcomes = in_transaction(db, work)
    return Step(before, known.mark(), merged), outcomes


def _keep_for(
    db: sqlite3.Connection, reserve: Reserve, changes: Sequence[Change]
) -> None:
    """Keep the *reserve*; ends of sessions go on where that cannot be."""
    try:
        in_transaction(db, reserve.keep)
    except sqlite3.Error:
        if not all(isinstance(change, Delete) for change in changes):
            raise


def _create_all(
    db: sqlite3.Connection, known: Known, records: Sequence[SessionRecord]
) -> Step | None:
    """Keep *records* in one statement, which is a transaction by itself.

    None: one of the handles exists; nothing is done.
    """
    # Whoever commits between this look and our own commit makes the step longer.
    before = known.mark()
    if not rows.insert_many(db, records):
        return None
    return Step(before, known.mark(), {})


def _sweep(
    db: sqlite3.Connection, known: Known, reserve: Reserve, now: datetime, limit: int
) -> tuple[Step, int]:
    """Delete at most *limit* expired records, in one statement as `_create_all`."""
    if not reserve.is_kept():
        in_transaction(db, reserve.keep)
    before = known.mark()
    count = rows.delete_expired(db, now, limit)
    return Step(before, known.mark(), {}), count


def _make_all(
    db: sqlite3.Connection,
    changes: Sequence[Change],
    simple: _Simple,
    merged: dict[str, SessionRecord],
) -> list[Outcome]:
    """Make *changes*: the *simple* ones all together, the others one by one.

    What those have made of their records goes into *merged*.
    """
    if not _make_simple(db, simple):
        # Somebody came between, which is rare: then each change is made by itself.
        db.execute("ROLLBACK")
        db.execute("BEGIN IMMEDIATE")
        simple = _Simple([], [])
    if len(simple.creates) + len(simple.updates) == len(changes):
        return [Outcome.APPLIED] * len(changes)
    made = {one.handle for one in simple.creates}
    made.update(one.handle for one in simple.updates)
    return [
        Outcome.APPLIED if change.handle in made else _make(db, change, merged)
        for change in changes
    ]


def _simple(changes: Sequence[Change]) -> _Simple:
    creates = [one.record for one in changes if isinstance(one, Create)]
    if len(creates) == len(changes):
        return _Simple(creates, [])  # the table sees for itself if one comes twice
    updates = [
        one for one in changes if isinstance(one, Update) and one.whole is not None
    ]
    if are_of_different_records(changes):
        return _Simple(creates, updates)
    times = Counter(change.handle for change in changes)
    return _Simple(
        [one for one in creates if times[one.handle] == 1],
        [one for one in updates if times[one.handle] == 1],
    )


def _make_simple(db: sqlite3.Connection, simple: _Simple) -> bool:
    """Make them; False: not all of them could be; the transaction is spoilt."""
    return (not simple.updates or rows.write_whole(db, simple.updates)) and (
        not simple.creates or rows.insert_many(db, simple.creates)
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
