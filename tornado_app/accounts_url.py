"""Which account store a URL names."""

from tornado_app.accounts import AccountStore
from tornado_app.accounts_sqlite import SQLiteAccountStore
from tornado_app.sessions.stores.sqlite_url import parse as parse_sqlite
from tornado_app.sessions.stores.urls import split


def open_account_store(url: str) -> AccountStore:
    """Return the store that *url* names; it connects in ``async with``, not before.

    ``sqlite:///relative.db`` or ``sqlite:////absolute.db``, as for sessions. Raises
    ValueError, which names the part of *url* that is wrong.
    """
    parts = split(url)
    if parts.scheme != "sqlite":
        # The URL is not repeated: it may hold a password.
        raise ValueError(
            f"unknown database {parts.scheme or repr(url)}; want sqlite://"
        )
    path, durability = parse_sqlite(url, parts)
    return SQLiteAccountStore(path, durability=durability)
