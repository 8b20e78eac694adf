"""How a command comes to its stores, and how long it waits for them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import TypeVar

from ..errors import StoreOpenError, StoreUnavailableError
from ..ids import new_handle
from ..manager import utc_now
from ..stores import MovingStore, SessionStore
from ..stores.sqlite_file import SQLiteFile

T = TypeVar("T")

LONGEST_CALL_S = 60.0
_LONGEST_GREETING_S = 10.0


@asynccontextmanager
async def opened(
    store: SessionStore, *, may_be_new: bool = False
) -> AsyncIterator[SessionStore]:
    """Open *store* once it is known to be there, and to answer.

    Raises StoreOpenError or StoreUnavailableError.
    """
    if not may_be_new:
        check_that_it_is_there(store)
    async with store:
        greeting = store.find([new_handle()], now=utc_now())
        await within(_LONGEST_GREETING_S, store, "find", greeting)
        yield store


async def within(
    limit_s: float, store: SessionStore, operation: str, answer: Awaitable[T]
) -> T:
    """Await *answer* for at most *limit_s* seconds."""
    try:
        async with asyncio.timeout(limit_s):
            return await answer
    except TimeoutError as exc:
        raise StoreUnavailableError(store.name, operation) from exc


def check_that_it_is_there(store: object) -> None:
    """A misspelt name must not make a new, empty file."""
    if isinstance(store, MovingStore):
        check_that_it_is_there(store.old)
    elif isinstance(store, SQLiteFile) and not store.path.exists():
        raise StoreOpenError(str(store.path), "there is no such file")
