"""Who has an account."""

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from tornado_app.account_errors import (
    AccountProblem,
    AccountRefusedError,
    HashingBusyError,
)
from tornado_app.accounts_store import Account, AccountStore
from tornado_app.hashing import Hashing
from tornado_app.known_devices import KnownDevices
from tornado_app.password_changes import PasswordChanges
from tornado_app.password_tries import PasswordTries
from tornado_app.passwords import password_problem
from tornado_app.reset_offers import offer_reset
from tornado_app.resets import ResetOffer
from tornado_app.sign_ins import MEMORY, Ended, SignIn
from tornado_app.throttling import Subject, sign_up_subject
from tornado_app.usernames import clean_username, username_key, username_problem

__all__ = ["Account", "AccountStore", "Accounts"]


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
        self._tries = PasswordTries(store, self._hashing, devices, clock)
        self._passwords = PasswordChanges(store, self._hashing, self._tries, clock)
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

    async def ready(self) -> None:
        """Ask the store something; raises `StoreUnavailableError` if it is down."""
        await self._store.ready()

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
        await self._tries.begin(subject)
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
        return await self._tries.check(
            password, account, key=key, address=address, device=device
        )

    async def change_password(
        self,
        account_id: str,
        *,
        old: str,
        new: str,
        address: str,
        device: str,
        ends_sessions: bool = True,
    ) -> Account:
        """Replace the password *old*, which is tried as in `authenticate`.

        Returns the account as it is now. *ends_sessions*: those that began before are
        over (`epochs`). A reset link is void then. Raises `AccountRefusedError` for
        ``old_password`` or ``password``, `TooManyTriesError` or `HashingBusyError`.
        """
        return await self._passwords.change(
            account_id,
            old=old,
            new=new,
            address=address,
            device=device,
            ends_sessions=ends_sessions,
        )

    async def delete(self, account_id: str) -> None:
        """Forget the account with its preferences, sign-ins and reset link.

        Its name is free again. Its sessions end with their next request; who wants
        them to end now asks `Sessions.revoke_user`.
        """
        await self._store.delete(account_id)

    async def offer_reset(
        self, username: str, *, lifetime: timedelta
    ) -> ResetOffer | None:
        """Make a link to reset a forgotten password, in place of older ones.

        It is good once and for *lifetime*. None: nobody has that name.
        """
        return await offer_reset(
            self._store, username, lifetime=lifetime, now=self._clock()
        )

    async def reset_account(self, token: str) -> Account | None:
        """Return whose reset link this is; None: it is unknown, used or over."""
        return await self._passwords.account_of(token)

    async def reset_password(self, token: str, new: str) -> Account:
        """Use the reset link up: *new* is the password now, and every session is over.

        Raises `ResetRefusedError`; or `AccountRefusedError` for ``password`` or
        `HashingBusyError`, and the link stays good.
        """
        return await self._passwords.reset(token, new)

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

    async def name_device(self, account_id: str, handle: str, name: str) -> bool:
        """Call the account's device of this session so; False: there is none such."""
        return await self._store.name_device(account_id, handle, name)

    async def news_of(self, account_id: str, handle: str) -> list[SignIn]:
        """Return the sign-ins on new devices that this session was not told of.

        The oldest first, a few at most.
        """
        return await self._store.news_of(account_id, handle)

    async def note_news(
        self, account_id: str, handle: str, news: Sequence[SignIn]
    ) -> None:
        """Remember that this session was told of *news*."""
        told_until = max(each.new_device_at or each.signed_in_at for each in news)
        await self._store.note_news(account_id, handle, told_until=told_until)

    async def _sign_up_problems(
        self, username: str, password: str
    ) -> dict[str, AccountProblem]:
        wrong_name = username_problem(username)
        if not wrong_name and await self._store.find_named(username_key(username)):
            wrong_name = AccountProblem.USERNAME_TAKEN
        wrong_password = password_problem(password, username=username)
        found = {"username": wrong_name, "password": wrong_password}
        return {field: problem for field, problem in found.items() if problem}

    async def _hashed(self, password: str, subject: Subject) -> str:
        try:
            return await self._hashing.hash(password)
        except HashingBusyError:
            await self._store.undo_try(subject)
            raise
