"""What is remembered of sign-ins, for the page where people see and end them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from tornado_app.devices import Device

MEMORY = timedelta(days=28)
"""How long a session that ended is still shown."""

MAX_NEWS = 5
"""So many sign-ins on new devices are told of at once, the latest of them."""


class Ended(StrEnum):
    """How a session ended."""

    SIGNED_OUT = "signed-out"
    REVOKED = "revoked"
    """From another device."""
    ONE_TOO_MANY = "one-too-many"
    """Signing in somewhere else made more sessions than an account may have."""
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 - a reason, no password
    """From another device, together with a change of the password."""
    OPERATOR = "operator"
    BY_ITSELF = "by-itself"
    """Never noted: nobody was there when it ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """An account's part of a session: it began with a sign-in.

    Attributes:
        handle: The session's.
        user_agent: What the browser said of itself, cut and showable.
        name: What its owner calls the device; empty: nothing.
        new_device_at: When the account was first signed in to here, if it was not known
            on this device; None: it was.
        ended_at: When it was ended; None: it lives, or ended by itself.
        ended: How.
    """

    handle: str
    account_id: str
    device: Device
    address: str
    signed_in_at: datetime
    user_agent: str = ""
    name: str = ""
    new_device_at: datetime | None = None
    ended_at: datetime | None = None
    ended: Ended | None = None


class SignInStore(Protocol):
    """Keeps sign-ins. Every method may raise `StoreUnavailableError`."""

    async def note_sign_in(self, sign_in: SignIn, *, forget_before: datetime) -> None:
        """Keep *sign_in* in place of the account's older one with its handle.

        Of that one the name, ``new_device_at`` and the news that were told stay. When
        another account was signed in to in this session it is signed out now, which is
        noted: nobody hides a sign-in behind one to an account of their own.

        What the account has of sign-ins before *forget_before* that ended before it,
        or of which no end is known, may go.
        """

    async def sign_ins_of(self, account_id: str) -> list[SignIn]:
        """Return the sign-ins of an account, the latest first."""

    async def sign_in_of(self, handle: str) -> SignIn | None:
        """Return the latest sign-in of a session."""

    async def name_device(self, account_id: str, handle: str, name: str) -> bool:
        """Name the account's device of this session; False: there is none such."""

    async def news_of(self, account_id: str, handle: str) -> list[SignIn]:
        """Return what this session of the account was not told yet, oldest first.

        That is the account's other sign-ins with a ``new_device_at`` later than the
        first sign-in here and later than what `note_news` noted; the latest `MAX_NEWS`.
        """

    async def note_news(
        self, account_id: str, handle: str, *, told_until: datetime
    ) -> None:
        """Note that this session was told of all sign-ins up to *told_until*."""

    async def note_ends(
        self, account_id: str, handles: Collection[str], ended: Ended, *, now: datetime
    ) -> None:
        """Note how those of *handles* that have not ended yet end."""
