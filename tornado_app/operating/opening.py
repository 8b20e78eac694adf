"""How a command comes to the accounts."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tornado_app.accounts_store import Account, AccountStore
from tornado_app.sessions.operating.opening import check_that_it_is_there
from tornado_app.usernames import username_key


@asynccontextmanager
async def opened(
    accounts: AccountStore, *, may_be_new: bool = False
) -> AsyncIterator[AccountStore]:
    """Open *accounts* once they are known to be there, and to answer.

    Raises StoreOpenError or StoreUnavailableError.
    """
    if not may_be_new:
        check_that_it_is_there(accounts)
    async with accounts:
        await accounts.ready()
        yield accounts


async def find(accounts: AccountStore, username: str) -> Account | None:
    """Return the account of this name; None, which is said: nobody has it."""
    account = await accounts.find_named(username_key(username))
    if account is None:
        print_nobody(username)
    return account


def print_nobody(username: str) -> None:
    """Say that there is no such account."""
    print(f"Nobody has the user name {username!r}.", file=sys.stderr)
