"""All that is kept of an account, on its way from one database to another."""

from typing import Any, NamedTuple, Protocol

Row = tuple[Any, ...]

ACCOUNT = "id, name_key, username, password_hash, created_at, epoch"
PREFERENCE = "account_id, field, value"
SIGN_IN = (
    "account_id, handle, browser, system, user_agent, address, name, signed_in_at,"
    " new_device_at, told_until, ended_at, ended"
)


class KeptAccount(NamedTuple):
    """Rows as every store has them: the columns above, instants in microseconds.

    Failed tries are left behind, and so is a reset link: it belongs to the old site.
    """

    account: Row
    preferences: list[Row]
    sign_ins: list[Row]

    @property
    def id(self) -> str:
        """The account's id."""
        return str(self.account[0])


class MovableStore(Protocol):
    """Gives accounts away and takes them.

    Every method may raise `StoreUnavailableError`.
    """

    async def kept(self, *, after: str, limit: int) -> list[KeptAccount]:
        """Return what is kept of the next *limit* accounts whose ids follow *after*."""

    async def restore(self, kept: KeptAccount) -> bool:
        """Keep all of it or nothing; False: the id or the name is there already."""
