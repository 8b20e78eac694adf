"""Who has an account."""

import secrets
from collections.abc import Callable, Collection, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Protocol, Self

from tornado_app.account_errors import (
    AccountProblem,
    AccountRefusedError,
    HashingBusyError,
    TooManyTriesError,
)
from tornado_app.hashing import Hashing
from tornado_app.known_devices import KnownDevices
from tornado_app.passwords import password_problem
from tornado_app.sign_ins import MEMORY, Ended, SignIn, SignInStore
from tornado_app.throttling import (
    Subject,
    TryStore,
    account_subject,
    address_subject,
    device_subject,
    sign_up_subject,
)
from tornado_app.usernames import clean_username, username_key, username_problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who signed up.

    Attributes:
        id: What sessions know the account by; never given again.
        username: As its owner wrote it.
        password_hash: PHC text.
        preferences: What was preferred, by field; a default that was chosen is there.
    """

    id: str
    username: str
    password_hash: str
    preferences: Mapping[str, str]


class AccountStore(TryStore, SignInStore, Protocol):
    """Keeps accounts, their sign-ins and failed tries.

    Every method may raise `StoreUnavailableError`.

    Opening and closing belong to ``async with``; opening may raise `StoreOpenError`.
    """

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    async def add(self, account: Account, *, key: str, now: datetime) -> bool:
        """Keep a new account under its name's *key*; False: that is taken."""

    async def find(self, account_id: str) -> Account | None:
        """Return the account of this id."""

    async def find_named(self, key: str) -> Account | None:
        """Return the account of this name's key."""

    async def change_hash(self, account_id: str, *, old: str, new: str) -> None:
        """Replace the password's hash, if it still is *old*."""

    async def prefer(self, account_id: str, values: Mapping[str, str]) -> None:
        """Keep *values*; other fields stay as they are."""

    async def add_preferences(self, account_id: str, values: Mapping[str, str]) -> None:
        """Keep those of *values* whose field the account knows nothing about."""

    async def forget_preferences(self, account_id: str) -> None:
        """Forget all that was preferred."""


class Accounts:
    """Signs people up and in; opens and closes its parts inside ``async with``.

    Every method may raise `StoreUnavailableError`. *clock* returns an aware UTC
    `datetime`.
    """

    def __init__(
        self,
        store: AccountStore,
        *,
        clock: Callable[[], datetime],
        devices: KnownDevices,
        hashing: Hashing | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._hashing = hashing or Hashing()
        self.devices = devices

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as closing:
            await closing.enter_async_context(self._hashing)
            await closing.enter_async_context(self._store)
            self._closing = closing.pop_all()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._closing.aclose()

    async def find(self, account_id: str) -> Account | None:
        """Return the account of this id; None: it is gone."""
        return await self._store.find(account_id)

    async def sign_up(self, username: str, password: str, *, address: str) -> Account:
        """Make an account.

        Raises `AccountRefusedError`, `TooManyTriesError` or `HashingBusyError`.
        """
        problems = await self._sign_up_problems(username, password)
        if problems:
            raise AccountRefusedError(problems)
        subject = sign_up_subject(address)
        await self._begin(subject)
        account = Account(
            id=secrets.token_hex(16),
            username=clean_username(username),
            password_hash=await self._hashed(password, subject),
            preferences={},
        )
        key = username_key(username)
        if not await self._store.add(account, key=key, now=self._clock()):
            raise AccountRefusedError({"username": AccountProblem.USERNAME_TAKEN})
        return account

    async def authenticate(
        self, username: str, password: str, *, address: str, device: str
    ) -> Account | None:
        """Return whose name and password these are; None: nobody's.

        Whether the name has an account makes no difference that can be seen. *device*
        is the cookie of `KnownDevices`, or nothing. Raises `TooManyTriesError` or
        `HashingBusyError`.
        """
        key = username_key(username)
        account = await self._store.find_named(key)
        mark = self.devices.mark_of(device, account.id) if account else None
        subject = device_subject(mark) if mark else account_subject(key)
        watched = [] if mark else [address_subject(address)]
        await self._begin(subject, *watched)
        if await self._is_right(account, password, subject):
            await self._store.forget_failures(subject)
            return account
        for other in watched:
            await self._store.add_failure(other, now=self._clock())
        return None

    async def prefer(self, account_id: str, values: Mapping[str, str]) -> None:
        """Keep *values* with the account; other fields stay as they are."""
        await self._store.prefer(account_id, values)

    async def add_preferences(self, account_id: str, values: Mapping[str, str]) -> None:
        """Keep those of *values* whose field the account knows nothing about."""
        await self._store.add_preferences(account_id, values)

    async def forget_preferences(self, account_id: str) -> None:
        """Forget all that the account preferred."""
        await self._store.forget_preferences(account_id)

    async def note_sign_in(self, sign_in: SignIn, *, lifetime: timedelta) -> None:
        """Remember a sign-in, whose session can live for *lifetime* at most."""
        forget_before = self._clock() - MEMORY - lifetime
        await self._store.note_sign_in(sign_in, forget_before=forget_before)

    async def sign_ins_of(self, account_id: str) -> list[SignIn]:
        """Return what is remembered of an account's sign-ins, the latest first."""
        return await self._store.sign_ins_of(account_id)

    async def sign_in_of(self, handle: str) -> SignIn | None:
        """Return what is remembered of the sign-in of a session."""
        return await self._store.sign_in_of(handle)

    async def note_ends(
        self, account_id: str, handles: Collection[str], ended: Ended
    ) -> None:
        """Remember how those of *handles* that have not ended yet end."""
        now = self._clock()
        await self._store.note_ends(account_id, handles, ended, now=now)

    async def _sign_up_problems(
        self, username: str, password: str
    ) -> dict[str, AccountProblem]:
        wrong_name = username_problem(username)
        if not wrong_name and await self._store.find_named(username_key(username)):
            wrong_name = AccountProblem.USERNAME_TAKEN
        wrong_password = password_problem(password, username=username)
        found = {"username": wrong_name, "password": wrong_password}
        return {field: problem for field, problem in found.items() if problem}

    async def _begin(self, subject: Subject, *watched: Subject) -> None:
        wait = await self._store.begin_try(subject, watched, now=self._clock())
        if wait is not None:
            raise TooManyTriesError(wait)

    async def _hashed(self, password: str, subject: Subject) -> str:
        try:
            return await self._hashing.hash(password)
        except HashingBusyError:
            await self._store.undo_try(subject)
            raise

    async def _is_right(
        self, account: Account | None, password: str, subject: Subject
    ) -> bool:
        kept = account.password_hash if account else None
        try:
            verdict = await self._hashing.verify(password, kept)
        except HashingBusyError:
            await self._store.undo_try(subject)
            raise
        if account and verdict.new_hash:
            await self._store.change_hash(
                account.id, old=account.password_hash, new=verdict.new_hash
            )
        return verdict.matches
