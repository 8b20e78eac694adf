"""What stands in a store for a session that ended while its site was moving.

A tombstone is a record that no id opens: there is no text whose SHA-256 is all zeros.
"""

from datetime import UTC, datetime, timedelta

from ..record import Clocks, SessionRecord, SignIn, Update

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""As ``now``: expired records are found too."""

MARGIN = timedelta(hours=1)
"""No copy of a record takes longer from its reading to its writing."""

_NO_DIGEST = bytes(32)
_INSTANT = timedelta(microseconds=1)


def is_tombstone(record: SessionRecord) -> bool:
    """Tell whether *record* only says that its session has ended."""
    return record.id_digest == _NO_DIGEST


def burial(record: SessionRecord) -> Update:
    """Return the change that makes a tombstone of *record*, if nobody signed in since.

    It is a sign-in by nobody: the id is dead, the data is gone, and every change by
    a request that is still under way is refused for its generation.
    """
    # Every tombstone its own user: a store's index has no place with thousands.
    nobody = f"ended {record.handle}"
    kept = record.expires_at + MARGIN - record.last_seen_at
    return Update(
        handle=record.handle,
        now=min(record.last_seen_at, record.expires_at - _INSTANT),
        id_digest=record.id_digest,
        generation=record.generation,
        clocks=Clocks(kept, None),
        max_bytes=0,
        max_flashes=1,
        clear=True,
        own_idle=(None,),
        sign_in=SignIn(nobody, record.last_seen_at, _NO_DIGEST),
    )
