"""What a link is that resets a forgotten password."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetOffer:
    """A link for the owner of an account, to choose another password once.

    Attributes:
        token: What the link holds: 43 letters of base64url. It is kept nowhere.
        username: As its owner wrote it.
        ends_at: From then on the link is over.
    """

    token: str
    username: str
    ends_at: datetime

    def __repr__(self) -> str:
        """Without the token: whoever reads it owns the account."""
        return f"ResetOffer(username={self.username!r}, ends_at={self.ends_at})"


class ResetStore(Protocol):
    """Keeps reset links, at most one for an account, as digests of their tokens.

    Every method may raise `StoreUnavailableError`.
    """

    async def offer_reset(
        self, account_id: str, digest: bytes, *, ends_at: datetime, now: datetime
    ) -> bool:
        """Keep a link until *ends_at* in place of an older one; False: no account.

        Some of those that are over at *now* may go.
        """

    async def account_of_reset(self, digest: bytes, *, now: datetime) -> str | None:
        """Return the id of the account whose link this is; None: it is not good."""

    async def use_reset(self, digest: bytes, *, new: str, now: datetime) -> bool:
        """Forget a link that is good and make *new* its account's hash, both or none.

        The account's epoch is raised with it, by one.
        False: it is not good. Of two who use it at once, one does.
        """


def new_token() -> str:
    """256 bits from the system's source."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def token_digest(token: str) -> bytes:
    """What is kept of *token*, whatever that holds; a stolen database opens nothing."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
