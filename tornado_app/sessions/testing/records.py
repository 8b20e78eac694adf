"""Records and changes with nothing to say but what a test says."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from .. import ids
from ..record import Clocks, SessionRecord, StoredFlash, Update
from ..values import encode_object
from .clock import START

IDLE = timedelta(days=14)
LIFETIME = timedelta(days=90)
NOW = START + timedelta(minutes=1)
"""When the changes of `make_update` come, a minute after `START`."""


def make_record(
    *, data: Mapping[str, object] | str = "{}", **changes: Any
) -> SessionRecord:
    """Return a record with an id of its own that was made at `START`."""
    session_id = ids.new_id(ids.new_handle())
    record = SessionRecord(
        handle=ids.handle_of(session_id),
        id_digest=ids.digest_of(session_id),
        started_at=START,
        last_seen_at=START,
        expires_at=START + IDLE,
        renewed_at=START,
        data=data if isinstance(data, str) else encode_object(data),
    )
    return record._replace(**changes)


def make_update(record: SessionRecord, **changes: Any) -> Update:
    """Return an update by a request that found *record* as it is, at `NOW`."""
    update = Update(
        handle=record.handle,
        now=NOW,
        id_digest=record.id_digest,
        generation=record.generation,
        clocks=Clocks(IDLE, record.started_at + LIFETIME),
        max_bytes=65_536,
        max_flashes=20,
    )
    return update._replace(**changes)


def make_flash(number: int, text: str = "Saved.") -> StoredFlash:
    """Return a flash; those with a higher *number* are younger."""
    return StoredFlash(f"{number:08x}", "info", text)


def make_digest(name: str) -> bytes:
    """Return the digest of an id that *name* stands for."""
    return ids.digest_of(name)


def canonical(text: str) -> str:
    """Return JSON *text* so that equal values, and only those, have equal texts.

    The order of keys is nothing; 1 and 1.0 differ, as do 0.0 and -0.0.
    """
    return json.dumps(json.loads(text), sort_keys=True)
