"""Which account store a URL names."""

from urllib.parse import SplitResult, parse_qsl

from tornado_app.accounts_sqlite import SQLiteAccountStore
from tornado_app.accounts_store import AccountStore
from tornado_app.sessions.stores.postgresql_url import parse as parse_postgresql
from tornado_app.sessions.stores.sqlite_url import parse as parse_sqlite
from tornado_app.sessions.stores.urls import scheme_of, split

_POSTGRESQL_SCHEMA = "tornado_accounts"


def open_account_store(url: str, *, may_lead: bool = True) -> AccountStore:
    """Return the store that *url* names; it connects in ``async with``, not before.

    ``sqlite:///relative.db``, ``sqlite:////absolute.db`` or
    ``postgresql://user@host/database``, as for sessions. *may_lead* False: beside a
    site, whose SQLite file is never checkpointed then.

    Raises ValueError, which names the part of *url* that is wrong.
    """
    parts = split(url)
    if parts.scheme == "sqlite":
        path, durability = parse_sqlite(parts)
        return SQLiteAccountStore(path, durability=durability, may_lead=may_lead)
    if parts.scheme in ("postgresql", "postgres"):
        return _open_postgresql(parts)
    raise ValueError(
        f"unknown database {scheme_of(url)}; want sqlite:// or postgresql://"
    )


def _open_postgresql(parts: SplitResult) -> AccountStore:
    place = parse_postgresql(parts)  # a wrong URL is wrong without the driver too
    if "schema" not in dict(parse_qsl(parts.query)):
        place = place._replace(schema=_POSTGRESQL_SCHEMA)
    try:
        from tornado_app.accounts_postgresql import PostgreSQLAccountStore
    except ModuleNotFoundError as exc:
        raise ValueError(
            f"{parts.scheme}:// wants the extra [postgres]:"
            f" pip install 'tornado-app[postgres]' ({exc})"
        ) from exc
    return PostgreSQLAccountStore(place)
