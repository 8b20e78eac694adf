"""Rows and arguments of the PostgreSQL store, with the records and changes they say."""

import json
import re
from collections.abc import Sequence
from typing import Any

from ..merging import grows
from ..record import Change, Create, Delete, SessionRecord, StoredFlash, Update
from ..values import encode_key
from .micros import optional, to_duration, to_instant, to_micros, to_whole

COLUMNS = (
    "handle, id_digest, started_at, last_seen_at, expires_at, renewed_at, keys, texts,"
    ' flashes, "user", signed_in_at, idle_timeout, previous_digest, previous_until,'
    " generation, version"
)

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
# Not by what prints: each version of Python knows other characters.
_PLAIN = re.compile(r'(?!")[^\x00-\x1f\x7f-\x9f\ud800-\udfff]*')


def to_record(row: Sequence[Any]) -> SessionRecord:
    """Return the record that a row of `COLUMNS` says."""
    # By position: this runs for every row, and names would double its cost.
    members = map(":".join, zip(row[6], row[7], strict=True))
    return SessionRecord(
        from_name(row[0]),
        row[1],
        to_instant(row[2]),
        to_instant(row[3]),
        to_instant(row[4]),
        to_instant(row[5]),
        f"{{{','.join(members)}}}",
        tuple([StoredFlash(*json.loads(text)) for text in row[8]]),
        None if row[9] is None else from_name(row[9]),
        None if row[10] is None else to_instant(row[10]),
        None if row[11] is None else to_duration(row[11]),
        row[12],
        None if row[13] is None else to_instant(row[13]),
        row[14],
        row[15],
    )


def to_argument(changes: Sequence[Change]) -> str:
    """Return *changes* as the JSON text that the server's `apply_changes` takes."""
    return _encode(
        [
            {"place": place, **_members(change)}
            for place, change in enumerate(changes, start=1)
        ]
    )


def to_name(text: str) -> str:
    """Return a user or handle as PostgreSQL can hold it: never with a NUL.

    What holds no control character or lone surrogate is left as it is. The rest
    becomes JSON text, which begins with a quotation mark, as nothing else then does.
    """
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


def from_name(name: str) -> str:
    """Return the text of which `to_name` made *name*."""
    return json.loads(name) if name.startswith('"') else name


def to_bytea(data: bytes) -> str:
    """Return *data* as PostgreSQL reads a bytea."""
    return rf"\x{data.hex()}"


def _members(change: Change) -> dict[str, Any]:
    if isinstance(change, Create):
        record = change.record
        return {"kind": "create", "handle": record.handle, "record": _row(record)}
    handle = to_name(change.handle)
    if isinstance(change, Delete):
        return {"kind": "delete", "handle": handle, "generation": change.generation}
    return {"kind": "update", "handle": handle, **_update(change), **_marks(change)}


def _row(record: SessionRecord) -> dict[str, Any]:
    values = json.loads(record.data)
    return {
        "handle": to_name(record.handle),
        "id_digest": to_bytea(record.id_digest),
        "started_at": to_micros(record.started_at),
        "last_seen_at": to_micros(record.last_seen_at),
        "expires_at": to_micros(record.expires_at),
        "renewed_at": to_micros(record.renewed_at),
        "keys": list(map(encode_key, values)),
        "texts": list(map(_encode, values.values())),
        "flashes": list(map(_encode, record.flashes)),
        "user": optional(to_name, record.user),
        "signed_in_at": optional(to_micros, record.signed_in_at),
        "idle_timeout": optional(to_whole, record.idle_timeout),
        "previous_digest": optional(to_bytea, record.previous_digest),
        "previous_until": optional(to_micros, record.previous_until),
        "generation": record.generation,
        "version": record.version,
    }


def _update(update: Update) -> dict[str, Any]:
    """Return what is asked of the data, and what must be true for it."""
    members: dict[str, Any] = {
        "now_at": to_micros(update.now),
        "id_digest": to_bytea(update.id_digest),
        "generation": update.generation,
        "max_flashes": update.max_flashes,
        "version": update.version,
    }
    if grows(update):
        members["max_bytes"] = update.max_bytes
    if update.values:
        members["keys"] = list(map(encode_key, update.values))
        members["texts"] = list(update.values.values())
    if update.clear:
        members["clear"] = True
    if update.add_flashes:
        members["add_flashes"] = list(map(_encode, update.add_flashes))
    if update.drop_flashes:
        members["drop_flashes"] = [f"[{_encode(one)}," for one in update.drop_flashes]
    return members


def _marks(update: Update) -> dict[str, Any]:
    """Return what is asked beside the data."""
    members: dict[str, Any] = {}
    if update.touch:
        members["touch"] = True
    if update.own_idle is not None:
        members["sets_idle"] = True
        members["own_idle"] = optional(to_whole, update.own_idle[0])
    if update.sign_in is not None:
        members["sign_in_user"] = to_name(update.sign_in.user)
        members["sign_in_at"] = to_micros(update.sign_in.at)
        members["new_digest"] = to_bytea(update.sign_in.id_digest)
    elif update.renewal is not None:
        members["new_digest"] = to_bytea(update.renewal.id_digest)
        members["grace_until"] = optional(to_micros, update.renewal.grace_until)
    if members:
        members["policy_idle"] = to_whole(update.clocks.idle_timeout)
        members["ends_at"] = optional(to_micros, update.clocks.ends_at)
    return members
