"""Finds out whether two stores are one place under two names."""

from datetime import UTC, datetime

from ..ids import digest_of, new_handle, new_id
from ..record import Create, Delete, SessionRecord
from .base import SessionStore
from .sqlite_file import SQLiteFile
from .tombstones import LONG_AGO, MARGIN


def are_one_file(one: object, other: object) -> bool:
    """Tell whether both are on one SQLite file, however it is spelt or linked to."""
    if not (isinstance(one, SQLiteFile) and isinstance(other, SQLiteFile)):
        return False
    if one.path.resolve() == other.path.resolve():
        return True
    # Through a hard link each has a log of its own: no mark would be seen.
    return one.path.exists() and other.path.exists() and one.path.samefile(other.path)


async def are_one_place(old: SessionStore, new: SessionStore) -> bool:
    """Tell whether what is put into *new* is seen in *old*; both are open.

    Two host names can lead to one server, so nothing but a look inside proves it. A
    mark is put into *new* and taken out again; it is a session whose id nobody knows.

    Raises StoreUnavailableError; then the mark may stay until it expires.
    """
    mark = _mark(datetime.now(UTC))
    await new.apply([Create(mark)])
    try:
        return bool(await old.find([mark.handle], now=LONG_AGO))
    finally:
        await new.apply([Delete(mark.handle)])


def _mark(now: datetime) -> SessionRecord:
    return SessionRecord(
        handle=new_handle(),
        id_digest=digest_of(new_id()),
        started_at=now,
        last_seen_at=now,
        expires_at=now + MARGIN,  # a server's own clock may differ
        renewed_at=now,
    )
