"""What is remembered of sign-ins, for the page where people see and end them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from tornado_app.devices import Device

MEMORY = timedelta(days=28)
"""How long a session that ended is still shown."""


class Ended(StrEnum):
    """How a session ended."""

    SIGNED_OUT = "signed-out"
    REVOKED = "revoked"
    BY_ITSELF = "by-itself"
    """Unused for too long, too old, one too many, or ended by the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A session in which somebody signed in.

    Attributes:
        handle: The session's.
        ended_at: When its user ended it; None: it lives, or ended by itself.
        ended: How.
    """

    handle: str
    account_id: str
    device: Device
    address: str
    signed_in_at: datetime
    ended_at: datetime | None = None
    ended: Ended | None = None


class SignInStore(Protocol):
    """Keeps sign-ins. Every method may raise `StoreUnavailableError`."""

    async def note_sign_in(self, sign_in: SignIn, *, forget_before: datetime) -> None:
        """Keep *sign_in* in place of an older one with its handle.

        What the account has of sign-ins before *forget_before* that ended before it,
        or of which no end is known, may go.
        """

    async def sign_ins_of(self, account_id: str) -> list[SignIn]:
        """Return the sign-ins of an account, the latest first."""

    async def sign_in_of(self, handle: str) -> SignIn | None:
        """Return the sign-in of a session."""

    async def note_ends(
        self, account_id: str, handles: Collection[str], ended: Ended, *, now: datetime
    ) -> None:
        """Note how those of *handles* that have not ended yet end."""
