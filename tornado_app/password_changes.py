"""How an account gets another password."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from tornado_app.account_errors import (
    AccountProblem,
    AccountRefusedError,
    ResetRefusedError,
)
from tornado_app.accounts_store import Account, AccountStore
from tornado_app.hashing import Hashing
from tornado_app.password_tries import PasswordTries
from tornado_app.passwords import password_problem
from tornado_app.resets import token_digest
from tornado_app.throttling import account_subject
from tornado_app.usernames import username_key


class PasswordChanges:
    """Changes passwords: for who knows the old one, or has a link from the operator.

    Every method may raise `StoreUnavailableError`.
    """

    def __init__(
        self,
        store: AccountStore,
        hashing: Hashing,
        tries: PasswordTries,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._hashing = hashing
        self._tries = tries
        self._clock = clock

    async def change(
        self,
        account_id: str,
        *,
        old: str,
        new: str,
        address: str,
        device: str,
        ends_sessions: bool,
    ) -> Account:
        """Replace *old*; raises as `Accounts.change_password`."""
        account = await self._store.find(account_id)
        if account is None:  # deleted just now
            raise _wrong_password()
        _check(new, account)
        account = await self._known(old, account, address, device)
        new_hash = await self._hashing.hash(new)
        while not await self._store.change_password(
            account.id,
            old=account.password_hash,
            new=new_hash,
            ends_sessions=ends_sessions,
        ):
            # Somebody was faster, if only with another hash of the same password.
            account = await self._known(old, account, address, device)
        epoch = account.epoch + ends_sessions  # it changes with the hash alone
        return replace(account, password_hash=new_hash, epoch=epoch)

    async def account_of(self, token: str) -> Account | None:
        """Whose link this is; None: it is unknown, used or over."""
        account_id = await self._store.account_of_reset(
            token_digest(token), now=self._clock()
        )
        return None if account_id is None else await self._store.find(account_id)

    async def reset(self, token: str, new: str) -> Account:
        """Use the link up; raises as `Accounts.reset_password`."""
        account = await self.account_of(token)
        if account is None:
            raise ResetRefusedError
        _check(new, account)
        new_hash = await self._hashing.hash(new)
        used = await self._store.use_reset(
            token_digest(token), new=new_hash, now=self._clock()
        )
        if not used:
            raise ResetRefusedError
        # Whoever guessed the old password must not keep the owner out with the new.
        subject = account_subject(username_key(account.username))
        await self._store.forget_failures(subject)
        return account

    async def _known(
        self, old: str, account: Account, address: str, device: str
    ) -> Account:
        """The account as it is now, whose password is *old*."""
        key = username_key(account.username)
        found = await self._tries.check(
            old, account, key=key, address=address, device=device
        )
        if found is None:
            raise _wrong_password()
        return found


def _check(password: str, account: Account) -> None:
    problem = password_problem(password, username=account.username)
    if problem:
        raise AccountRefusedError({"password": problem})


def _wrong_password() -> AccountRefusedError:
    return AccountRefusedError({"old_password": AccountProblem.WRONG_PASSWORD})
