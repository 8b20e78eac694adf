"""Which store a URL names."""

from typing import Protocol
from urllib.parse import SplitResult

from .base import SessionStore
from .memory import MemoryStore
from .moving import MovingStore
from .one_place import are_one_file
from .postgresql_url import parse as parse_postgresql
from .redis_url import parse as parse_redis
from .sqlite import SQLiteStore
from .sqlite_url import parse as parse_sqlite
from .urls import HIDDEN, scheme_of, split

__all__ = ["MemoryStore", "MovingStore", "SQLiteStore", "SessionStore", "open_store"]


def open_store(url: str, *, may_lead: bool = True) -> SessionStore:
    """Return the store that *url* names; it connects in ``async with``, not before.

    ``sqlite:///relative.db``, ``sqlite:////absolute.db`` (``?durability=normal`` is
    faster and not power-safe), ``memory://``, ``postgresql://user@host/database``,
    ``redis://user@host:port/number`` and ``rediss://`` with TLS; ``moving:OLD|NEW``
    for two of them, while a site moves from one to the other.

    *may_lead* False: beside a site, whose SQLite file is never checkpointed then.

    Raises ValueError, which names the part of *url* that is wrong.
    """
    parts = split(url)
    maker = _MAKERS.get(parts.scheme)
    if maker is None:
        urls = (f"{scheme}://" for scheme in _MAKERS if scheme != "moving")
        schemes = ", ".join((*urls, "moving:OLD|NEW"))
        raise ValueError(f"unknown store {scheme_of(url)}; want one of {schemes}")
    return maker(url, parts, may_lead=may_lead)


def _open_memory(url: str, parts: SplitResult, *, may_lead: bool) -> SessionStore:
    if parts.netloc or parts.path or parts.query or parts.fragment:
        raise ValueError("want memory:// with nothing behind it")
    return MemoryStore()


def _open_sqlite(url: str, parts: SplitResult, *, may_lead: bool) -> SessionStore:
    path, durability = parse_sqlite(parts)
    return SQLiteStore(path, durability=durability, may_lead=may_lead)


def _open_postgresql(url: str, parts: SplitResult, *, may_lead: bool) -> SessionStore:
    place = parse_postgresql(parts)  # a wrong URL is wrong without the driver too
    try:
        from .postgresql import PostgreSQLStore
    except ModuleNotFoundError as exc:
        raise _without_driver(parts.scheme, "postgres", exc) from exc
    return PostgreSQLStore(place)


def _open_redis(url: str, parts: SplitResult, *, may_lead: bool) -> SessionStore:
    place = parse_redis(parts)
    try:
        from .redis import RedisStore
    except ModuleNotFoundError as exc:
        raise _without_driver(parts.scheme, "redis", exc) from exc
    return RedisStore(place)


def _open_moving(url: str, parts: SplitResult, *, may_lead: bool) -> SessionStore:
    old, _, new = url.partition(":")[2].partition("|")
    if not old or not new or "|" in new:
        raise ValueError("want moving:OLD|NEW with two URLs; write | in a URL as %7C")
    if "moving" in (split(old).scheme, split(new).scheme):
        raise ValueError("want OLD and NEW in moving:OLD|NEW to be no moves themselves")
    if "@" in url and not {split(old).scheme, split(new).scheme} <= _MAKERS.keys():
        # The | may be a password's, and so OLD or NEW a part of it.
        raise ValueError(f"want moving:OLD|NEW with two URLs, got {HIDDEN}")
    stores = [open_store(each, may_lead=may_lead) for each in (old, new)]
    if old == new or are_one_file(*stores):
        raise ValueError("want two different stores in moving:OLD|NEW")
    return MovingStore(*stores)


class _Maker(Protocol):
    def __call__(
        self, url: str, parts: SplitResult, *, may_lead: bool
    ) -> SessionStore: ...


def _without_driver(scheme: str, extra: str, exc: ModuleNotFoundError) -> ValueError:
    return ValueError(
        f"{scheme}:// wants the extra [{extra}]: pip install 'tornado-app[{extra}]'"
        f" ({exc})"
    )


_MAKERS: dict[str, _Maker] = {
    "sqlite": _open_sqlite,
    "memory": _open_memory,
    "postgresql": _open_postgresql,
    "postgres": _open_postgresql,
    "redis": _open_redis,
    "rediss": _open_redis,
    "moving": _open_moving,
}
