"""Keeps session records in an SQLite file through aiosqlite."""

import functools
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from pathlib import Path

from ..merging import merge
from ..record import Change, Create, Delete, Outcome, SessionRecord, Update
from . import sqlite_rows as rows
from .sqlite_file import Durability, SQLiteFile
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

    @property
    def sweeps(self) -> bool:
        return self._lead.is_ours

    async def find(
        self, handles: Collection[str], *, now: datetime
    ) -> dict[str, SessionRecord]:
        return await self._read("find", lambda db: rows.find(db, handles, now))

    async def apply(self, changes: Sequence[Change]) -> list[Outcome]:
        return await self._write("apply", lambda db: _make_all(db, changes))

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


def _make_all(db: sqlite3.Connection, changes: Sequence[Change]) -> list[Outcome]:
    """Make *changes*: the plain ones all together, the others one by one."""
    outcomes = _make_plain(db, changes)
    return [
        outcome or _make(db, change)
        for outcome, change in zip(outcomes, changes, strict=True)
    ]


def _make_plain(
    db: sqlite3.Connection, changes: Sequence[Change]
) -> list[Outcome | None]:
    """Make those that meet no other change; None for what is still to be made."""
    times = Counter(map(_handle_of, changes))
    alone = [one for one in changes if times[_handle_of(one)] == 1]
    creates = [one.record for one in alone if isinstance(one, Create)]
    updates = [one for one in alone if isinstance(one, Update) and one.whole]
    made = rows.insert_many(db, creates) if creates else set()
    made |= rows.write_whole(db, updates) if updates else set()
    return [Outcome.APPLIED if _handle_of(one) in made else None for one in changes]


def _handle_of(change: Change) -> str:
    return change.record.handle if isinstance(change, Create) else change.handle


def _make(db: sqlite3.Connection, change: Change) -> Outcome:
    if isinstance(change, Create):
        return Outcome.APPLIED if rows.insert(db, change.record) else Outcome.TAKEN
    if isinstance(change, Delete):
        found = rows.delete(db, change.handle, change.generation)
        return Outcome.APPLIED if found else Outcome.GONE
    outcome, merged = merge(rows.get(db, change.handle), change)
    if merged is not None:
        rows.replace(db, merged)
    return outcome
