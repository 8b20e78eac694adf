"""The hashing of passwords, beside the event loop.

argon2id in two threads: a hash takes tens of milliseconds and 46 MiB. What waits is
bounded too, so that many sign-ins at once cost neither memory nor the other pages.
"""

import asyncio
import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from argon2 import PasswordHasher

from tornado_app.account_errors import HashingBusyError
from tornado_app.argon2id import Argon2id, Verdict

T = TypeVar("T")

WORKERS = 2
MOST_WAITING = 64

# Threads of their own on Linux: the loop, which answers everybody, goes first.
_NICENESS = 19


class Place:
    """One of the few places in the queue for the threads; see `Hashing.place`.

    For one work after another, not for two at once.
    """

    def __init__(self, argon2id: Argon2id, pool: ThreadPoolExecutor) -> None:
        self._argon2id = argon2id
        self._pool = pool
        self._last: Future[Any] | None = None

    async def hash(self, password: str) -> str:
        """As `Argon2id.hash`."""
        return await self._run(lambda: self._argon2id.hash(password))

    async def verify(self, password: str, kept: str | None) -> Verdict:
        """As `Argon2id.verify`."""
        return await self._run(lambda: self._argon2id.verify(password, kept))

    def when_left(self, call: Callable[[], object]) -> None:
        """*call* once nothing runs here any more, whoever still waits for it."""
        if self._last is None:
            call()
        else:
            self._last.add_done_callback(lambda _done: call())

    async def _run(self, work: Callable[[], T]) -> T:
        self._last = running = self._pool.submit(work)
        return await asyncio.wrap_future(running)


class Hashing:
    """Hashes and verifies in threads; used inside ``async with``."""

    def __init__(
        self,
        hasher: PasswordHasher | None = None,
        *,
        workers: int = WORKERS,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._argon2id = Argon2id(hasher)
        self._pool = ThreadPoolExecutor(workers, "hashing", initializer=_step_back)
        self._places = threading.BoundedSemaphore(workers + most_waiting)

    async def __aenter__(self) -> "Hashing":
        return self

    async def __aexit__(self, *_exc: object) -> None:
        end = asyncio.to_thread(self._pool.shutdown, wait=True, cancel_futures=True)
        await end

    @contextlib.contextmanager
    def place(self) -> Iterator[Place]:
        """Take a place for what one person's password needs, before a try is counted.

        Raises `HashingBusyError` at once when all are taken.
        """
        if not self._places.acquire(blocking=False):
            raise HashingBusyError
        place = Place(self._argon2id, self._pool)
        try:
            yield place
        finally:
            place.when_left(self._places.release)


def _step_back() -> None:
    """Let the event loop's thread go first where the system can tell threads apart."""
    if hasattr(os, "setpriority"):
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
