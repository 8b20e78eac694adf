"""Keeps session records in an SQLite file through aiosqlite."""

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from ..errors import StoreUnavailableError
from ..record import Change, Outcome, SessionRecord
from . import sqlite_rows as rows
from .sqlite_file import Durability, SQLiteFile
from .sqlite_known import Known
from .sqlite_reserve import Reserve
from .sqlite_schema import open_for_reading, open_for_writing
from .sqlite_write import make, put_together, sweep, take_step

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
            found = await self._read("find", lambda db: rows.find(db, handles, now))
        else:
            before, found, after = await self._read(
                "find",
                lambda db: (known.mark(), rows.find(db, handles, now), known.mark()),
            )
            known.learn(before, after, found)
        return {handle: one.record for handle, one in found.items()}

    def recall(self, handle: str) -> SessionRecord | None:
        return None if self._known is None else self._known.get(handle)

    async def apply(self, changes: Sequence[Change]) -> list[Outcome]:
        self._changes_come.set()
        put_together(changes)
        known = self._known
        if known is None:
            return await self._write("apply", lambda db: make(db, changes))
        step, outcomes = None, list[Outcome]()
        known.begin_write()
        try:
            step, outcomes = await self._commit(
                "apply", lambda db: take_step(db, known, self._reserve, changes)
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
                lambda db: sweep(db, known, self._reserve, now, limit),
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
