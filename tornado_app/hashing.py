"""The hashing of passwords, beside the event loop.

argon2id in two threads: a hash takes tens of milliseconds and 46 MiB. What waits is
bounded too, so that many sign-ins at once cost neither memory nor the other pages.
"""

import asyncio
import base64
import contextlib
import os
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple, TypeVar

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import (
    InvalidHashError,
    VerificationError,
    VerifyMismatchError,
)

from tornado_app.account_errors import HashingBusyError
from tornado_app.passwords import normal_password

T = TypeVar("T")

WORKERS = 2
MOST_WAITING = 64

# OWASP's password storage sheet accepts 46 MiB with one pass; this is twice that.
MEMORY_KIB = 47_104
PASSES = 2

# Threads of their own on Linux: the loop, which answers everybody, goes first.
_NICENESS = 19


class Verdict(NamedTuple):
    """Whether a password is the right one, and its hash anew if the old one is weak."""

    matches: bool
    new_hash: str | None = None


_WRONG = Verdict(matches=False)


class Hashing:
    """Hashes and verifies in threads; used inside ``async with``.

    Every method raises `HashingBusyError` at once when too many wait already.
    """

    def __init__(
        self,
        hasher: PasswordHasher | None = None,
        *,
        workers: int = WORKERS,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._hasher = hasher or PasswordHasher(
            memory_cost=MEMORY_KIB, time_cost=PASSES, parallelism=1
        )
        self._nobodys_hash = _nobodys_hash(self._hasher)
        self._pool = ThreadPoolExecutor(workers, "hashing", initializer=_step_back)
        self._places = threading.BoundedSemaphore(workers + most_waiting)

    async def __aenter__(self) -> "Hashing":
        return self

    async def __aexit__(self, *_exc: object) -> None:
        end = asyncio.to_thread(self._pool.shutdown, wait=True, cancel_futures=True)
        await end

    def require_room(self) -> None:
        """Raise `HashingBusyError` if nothing is taken in at the moment."""
        self._take_place()
        self._places.release()

    async def hash(self, password: str) -> str:
        """The hash to keep of *password*, as PHC text with its own salt."""
        return await self._run(lambda: self._hash(password))

    async def verify(self, password: str, kept: str | None) -> Verdict:
        """Compare *password* with the hash that is *kept*.

        None, which no password fits, takes just as long: time must not tell who has
        an account.
        """
        return await self._run(lambda: self._verdict(password, kept))

    def _hash(self, password: str) -> str:
        return self._hasher.hash(_bytes_of(password))

    def _verdict(self, password: str, kept: str | None) -> Verdict:
        try:
            self._hasher.verify(kept or self._nobodys_hash, _bytes_of(password))
        except VerifyMismatchError:
            return _WRONG
        except (VerificationError, InvalidHashError):
            # A damaged one; nobody's takes the time that a good one would.
            return _WRONG if kept is None else self._verdict(password, None)
        if kept is None:
            return _WRONG
        if self._hasher.check_needs_rehash(kept):
            return Verdict(matches=True, new_hash=self._hash(password))
        return Verdict(matches=True)

    async def _run(self, work: Callable[[], T]) -> T:
        self._take_place()
        try:
            running = self._pool.submit(work)
        except BaseException:
            self._places.release()
            raise
        # Its place is free when the work ends, whoever still waits for it.
        running.add_done_callback(self._leave)
        return await asyncio.wrap_future(running)

    def _take_place(self) -> None:
        if not self._places.acquire(blocking=False):
            raise HashingBusyError

    def _leave(self, _done: Future[T]) -> None:
        self._places.release()


def _bytes_of(password: str) -> bytes:
    return normal_password(password).encode()


def _nobodys_hash(hasher: PasswordHasher) -> str:
    """A hash that costs as much to verify as any and that no password fits."""
    sample = "$".join(
        (
            f"$argon2id$v=19$m={hasher.memory_cost},t={hasher.time_cost}"
            f",p={hasher.parallelism}",
            _base64(secrets.token_bytes(hasher.salt_len)),
            _base64(secrets.token_bytes(hasher.hash_len)),
        )
    )
    extract_parameters(sample)  # raises if a new argon2-cffi writes hashes otherwise
    return sample


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii").rstrip("=")


def _step_back() -> None:
    """Let the event loop's thread go first where the system can tell threads apart."""
    if hasattr(os, "setpriority"):
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
