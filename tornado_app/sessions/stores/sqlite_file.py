"""An SQLite file that several processes write and read through aiosqlite."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, TypeVar, cast

import aiosqlite

from ..errors import StoreOpenError, StoreUnavailableError
from .sqlite_checkpoints import MOST_FRAMES, Checkpoints
from .sqlite_index import WalIndex
from .sqlite_lead import Lead
from .sqlite_schema import in_transaction, open_for_checkpoints
from .sqlite_write_back import (
    IS_POSSIBLE,
    Mode,
    WriteBack,
    checkpoint,
    open_to_write_back,
)

T = TypeVar("T")
Durability = Literal["full", "normal"]
Opener = Callable[[Path, str], sqlite3.Connection]


class _Connection(aiosqlite.Connection):
    """Runs a whole function in the connection's thread: one hop for many statements.

    It runs to its end even if nobody waits for it any more, so a cancelled await
    cannot leave a transaction open.
    """

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        execute: Any = self._execute
        result: T = await execute(work, self._conn)
        return result


class SQLiteFile:
    """One file with one writing and one reading connection in this process.

    A third one is for checkpoints, should this process come to lead, and a fourth to
    write back what waits for them.

    With ``durability="full"`` what was answered survives a power cut
    (``synchronous=FULL``); ``"normal"`` is faster, survives a crash of the process and
    may lose the latest commits with the power. A subclass names itself and says how
    its file is opened.
    """

    name = "sqlite"

    def __init__(
        self,
        path: str | Path,
        *,
        open_for_writing: Opener,
        open_for_reading: Opener,
        durability: Durability = "full",
        may_lead: bool = True,
    ) -> None:
        """*may_lead* False: never checkpoint or sweep by the clock, beside a site."""
        self._path = Path(path)
        # Beside this lie the log and its index, whatever links lead here.
        self._file = self._path.resolve()
        self._durability = durability
        self._openers = (open_for_writing, open_for_reading)
        self._writer: _Connection | None = None
        self._reader: _Connection | None = None
        self._checkpointer: _Connection | None = None
        self._background: _Connection | None = None
        self._index: WalIndex | None = None
        self._checkpoints: Checkpoints | None = None
        self._lead = Lead(self._file, take_over=self._take_over, look=self._look_around)
        self._may_lead = may_lead

    @property
    def path(self) -> Path:
        """The file, which is made when it is opened."""
        return self._path

    async def __aenter__(self) -> Self:
        try:
            self._writer = await self._connect(self._openers[0])
            self._reader = await self._connect(self._openers[1])
            self._index = WalIndex.open(self._file)
            if self._may_lead:
                self._checkpointer = await self._connect(open_for_checkpoints)
                if self._index and IS_POSSIBLE:
                    self._background = await self._connect(open_to_write_back)
                await self._lead.start()
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._close()

    async def _connect(self, opener: Opener) -> _Connection:
        """Open a connection; cancelled meanwhile, it is closed and not lost."""
        connection = _Connection(lambda: opener(self._file, self._durability), 64)
        # A store that somebody forgot to close must not keep the process from ending.
        connection._thread.daemon = True
        opening = asyncio.ensure_future(_opened(connection))
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            with contextlib.suppress(StoreOpenError):
                await (await opening).close()
            raise

    async def _take_over(self) -> None:
        index, background = self._index, self._background
        if index is None:  # not here: SQLite looks after the log by itself
            pragma = f"PRAGMA wal_autocheckpoint={MOST_FRAMES}"
            await self._run(self._writer, pragma, lambda db: db.execute(pragma).close())
            return
        connection = self._checkpointer

        async def in_background(work: Callable[[sqlite3.Connection], None]) -> None:
            await self._run(background, "write_back", work)

        async def in_mode(mode: Mode) -> None:
            operation = f"checkpoint({mode})"
            await self._run(
                connection, operation, lambda db: checkpoint(db, index, mode)
            )

        back = WriteBack(self._file, index, in_background) if background else None
        self._checkpoints = Checkpoints(index, write_back=back, checkpoint=in_mode)

    def _look(self) -> None:
        if self._checkpoints is not None:
            self._checkpoints.look()

    def _look_around(self) -> None:
        """What the process that leads does twice a second.

        A subclass may be in more of a hurry then.
        """
        self._look()

    async def _close(self) -> None:
        reader, self._reader = self._reader, None
        writer, self._writer = self._writer, None
        checkpointer, self._checkpointer = self._checkpointer, None
        background, self._background = self._background, None
        checkpoints, self._checkpoints = self._checkpoints, None
        index, self._index = self._index, None
        # The last comes first, and all come even if this is cancelled: threads would
        # stay. The writer is closed after the others: so it leaves one tidy file,
        # without a log beside it. Who leads next must not meet a checkpoint of ours.
        async with contextlib.AsyncExitStack() as steps:
            steps.callback(self._lead.close)
            if index is not None:
                steps.callback(index.close)
            for connection in filter(None, (writer, reader)):
                steps.push_async_callback(connection.close)
            steps.push_async_callback(self._lead.take_turn_to_close)
            steps.callback(self._lead.stop)
            for connection in filter(None, (checkpointer, background)):
                steps.push_async_callback(connection.close)
            if checkpoints is not None:
                steps.push_async_callback(checkpoints.aclose)
            steps.push_async_callback(self._lead.rest)

    async def _read(self, operation: str, work: Callable[[sqlite3.Connection], T]) -> T:
        return await self._run(self._reader, operation, work)

    async def _write(
        self, operation: str, work: Callable[[sqlite3.Connection], T]
    ) -> T:
        return await self._commit(operation, lambda db: in_transaction(db, work))

    async def _commit(
        self, operation: str, work: Callable[[sqlite3.Connection], T]
    ) -> T:
        """Do *work*, whose transactions are its own."""
        try:
            result = await self._run(self._writer, operation, work)
        except StoreUnavailableError:
            if self._checkpoints is not None:  # the log may have no room left
                self._checkpoints.look(hurry=True)
            raise
        self._look()
        return result

    async def _run(
        self,
        connection: _Connection | None,
        operation: str,
        work: Callable[[sqlite3.Connection], T],
    ) -> T:
        if connection is None:
            raise RuntimeError("the store is not open: use it inside `async with`")
        try:
            return await connection.run(work)
        except sqlite3.Error as exc:
            raise StoreUnavailableError(self.name, operation) from exc


async def _opened(connection: _Connection) -> _Connection:
    try:
        return cast(_Connection, await connection)
    except BaseException:
        # aiosqlite tells its thread to stop and waits for nothing; the thread would
        # then report to an event loop that may be closed.
        await asyncio.to_thread(connection._thread.join)
        raise
