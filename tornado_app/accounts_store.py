"""What keeps accounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from tornado_app.kept_accounts import MovableStore
from tornado_app.resets import ResetStore
from tornado_app.sign_ins import SignInStore
from tornado_app.throttling import TryStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who signed up.

    Attributes:
        id: What sessions know the account by; never given again.
        username: As its owner wrote it.
        password_hash: PHC text.
        preferences: What was preferred, by field; a default that was chosen is there.
        epoch: How often another password ended every session; see `epochs`.
    """

    id: str
    username: str
    password_hash: str
    preferences: Mapping[str, str]
    epoch: int = 0


class AccountStore(TryStore, SignInStore, ResetStore, MovableStore, Protocol):
    """Keeps accounts, their sign-ins, reset links and failed tries.

    Every method may raise `StoreUnavailableError`. What is to be kept for an account
    that is deleted is not kept: a slow request must not undo that.

    Opening and closing belong to ``async with``; opening may raise `StoreOpenError`.
    """

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    async def ready(self) -> None:
        """Answer; raises `StoreUnavailableError` if that is not possible."""

    async def add(self, account: Account, *, key: str, now: datetime) -> bool:
        """Keep a new account under its name's *key*; False: that is taken."""

    async def find(self, account_id: str) -> Account | None:
        """Return the account of this id."""

    async def find_named(self, key: str) -> Account | None:
        """Return the account of this name's key."""

    async def delete(self, account_id: str) -> None:
        """Forget the account with all that was kept for it; its name is free again."""

    async def change_hash(self, account_id: str, *, old: str, new: str) -> None:
        """Replace the hash, if it still is *old*, by another of the same password."""

    async def change_password(
        self, account_id: str, *, old: str, new: str, ends_sessions: bool = True
    ) -> bool:
        """Replace the hash, if it still is *old*, by that of another password.

        *ends_sessions*: the epoch is raised with it, by one. A reset link is void then.
        False: it is not, or the account is gone.
        """

    async def prefer(self, account_id: str, values: Mapping[str, str]) -> None:
        """Keep *values*; other fields stay as they are."""

    async def add_preferences(self, account_id: str, values: Mapping[str, str]) -> None:
        """Keep those of *values* whose field the account knows nothing about."""

    async def forget_preferences(self, account_id: str) -> None:
        """Forget all that was preferred."""
