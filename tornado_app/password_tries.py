"""The looks at a password, as often as is allowed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from datetime import datetime
from weakref import WeakValueDictionary

from tornado_app.account_errors import HashingBusyError, TooManyTriesError
from tornado_app.accounts_store import Account, AccountStore
from tornado_app.hashing import MOST_WAITING, Hashing
from tornado_app.known_devices import KnownDevices
from tornado_app.throttling import (
    Subject,
    account_subject,
    address_subject,
    device_subject,
)


class PasswordTries:
    """Verifies passwords, and counts what fails.

    Every method may raise `StoreUnavailableError`.
    """

    def __init__(
        self,
        store: AccountStore,
        hashing: Hashing,
        devices: KnownDevices,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._hashing = hashing
        self._devices = devices
        self._clock = clock
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._waiting = 0

    async def check(
        self,
        password: str,
        account: Account | None,
        *,
        key: str,
        address: str,
        device: str,
    ) -> Account | None:
        """Return *account* as it is now, if this is its password; *key* is its name's.

        None, which no password fits, takes just as long. *device* is the cookie of
        `KnownDevices`, or nothing. Raises `TooManyTriesError` or `HashingBusyError`.
        """
        mark = self._devices.mark_of(device, account.id) if account else None
        subject = device_subject(mark) if mark else account_subject(key)
        watched = [] if mark else [address_subject(address)]
        async with self._turn_of(watched[0]) if watched else nullcontext():
            await self.begin(subject, *watched)
            verified = await self._verify(password, account, subject)
            if verified:
                await self._store.forget_failures(subject)
                return verified
            for other in watched:
                await self._store.add_failure(other, now=self._clock())
            return None

    async def begin(self, subject: Subject, *watched: Subject) -> None:
        """Count a try of *subject*; raises `TooManyTriesError` when it has to wait.

        Raises `HashingBusyError`, and counts nothing, while no password is taken in.
        """
        self._hashing.require_room()
        wait = await self._store.begin_try(subject, watched, now=self._clock())
        if wait is not None:
            raise TooManyTriesError(wait)

    @asynccontextmanager
    async def _turn_of(self, address: Subject) -> AsyncIterator[None]:
        """Let what is tried from one address be looked at one after the other.

        A try counts for its address only when it has failed: at once, more would pass
        than may.
        """
        turn = self._turns.setdefault(address.name, asyncio.Lock())
        if turn.locked() and self._waiting >= MOST_WAITING:
            raise HashingBusyError
        self._waiting += 1
        try:
            await turn.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            turn.release()

    async def _verify(
        self, password: str, account: Account | None, subject: Subject
    ) -> Account | None:
        kept = account.password_hash if account else None
        try:
            verdict = await self._hashing.verify(password, kept)
        except HashingBusyError:
            await self._store.undo_try(subject)
            raise
        if account is None or not verdict.matches:
            return None
        if verdict.new_hash:
            await self._store.change_hash(
                account.id, old=account.password_hash, new=verdict.new_hash
            )
        now = await self._store.find(account.id)
        if now and now.password_hash not in (account.password_hash, verdict.new_hash):
            # Changed while this one waited: whoever knows the old one stays outside.
            return await self._verify(password, now, subject)
        return now
