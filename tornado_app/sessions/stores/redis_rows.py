"""What a record looks like as a Redis hash, with the commands that change it."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from ..merging import grows
from ..record import Change, Create, Delete, SessionRecord, StoredFlash, Update
from . import redis_scripts as scripts
from .redis_wire import Command, run

T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# The application's clock decides when a record is expired; the server only tidies up,
# and this much later, for the clocks of several machines never agree.
_MARGIN_MS = 3_600_000

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def change_command(key: str, change: Change) -> Command:
    """Return what makes *change* of the record under *key*."""
    if isinstance(change, Create):
        return run(scripts.CREATE, key, _kept_ms(change.record), *_row(change.record))
    if isinstance(change, Delete):
        generation = "" if change.generation is None else change.generation
        return run(scripts.DELETE, key, generation, "", "")
    return run(scripts.UPDATE, key, _encode(_facts(change)), *_fields(change))


def delete_of_user_command(key: str, user: str, now: datetime) -> Command:
    """Return what deletes the record under *key* if it is *user*'s."""
    return run(scripts.DELETE, key, "", f"={user}", to_micros(now))


def to_record(flat: list[bytes]) -> SessionRecord | None:
    """Return the record of HGETALL's answer; None: there is none."""
    if not flat:
        return None
    texts = [text.decode() for text in flat]
    row = dict(zip(texts[::2], texts[1::2], strict=True))
    return SessionRecord(
        handle=row["handle"],
        id_digest=bytes.fromhex(row["id_digest"]),
        started_at=_to_instant(row["started_at"]),
        last_seen_at=_to_instant(row["last_seen_at"]),
        expires_at=_to_instant(row["expires_at"]),
        renewed_at=_to_instant(row["renewed_at"]),
        data=_to_data(row),
        flashes=_to_flashes(row),
        user=row.get("user"),
        signed_in_at=_optional(_to_instant, row.get("signed_in_at")),
        idle_timeout=_optional(_to_duration, row.get("idle_timeout")),
        previous_digest=_optional(bytes.fromhex, row.get("previous_digest")),
        previous_until=_optional(_to_instant, row.get("previous_until")),
        generation=int(row["generation"]),
        version=int(row["version"]),
    )


def to_micros(instant: datetime) -> int:
    """Return *instant* as whole microseconds since 1970 in UTC."""
    return (instant - _EPOCH) // _MICROSECOND


def _kept_ms(record: SessionRecord) -> int:
    left = record.expires_at - record.last_seen_at
    return max(0, -(-left // timedelta(milliseconds=1))) + _MARGIN_MS


def _row(record: SessionRecord) -> Iterator[str | int]:
    """The fields of a new record, each before its text."""
    facts: dict[str, str | int | None] = {
        "handle": record.handle,
        "id_digest": record.id_digest.hex(),
        "started_at": to_micros(record.started_at),
        "last_seen_at": to_micros(record.last_seen_at),
        "expires_at": to_micros(record.expires_at),
        "renewed_at": to_micros(record.renewed_at),
        "user": record.user,
        "signed_in_at": _optional(to_micros, record.signed_in_at),
        "idle_timeout": _optional(_to_whole, record.idle_timeout),
        "previous_digest": _optional(bytes.hex, record.previous_digest),
        "previous_until": _optional(to_micros, record.previous_until),
        "generation": record.generation,
        "version": record.version,
    }
    for name, fact in facts.items():
        if fact is not None:
            yield from (name, fact)
    for place, (key, value) in enumerate(json.loads(record.data).items(), start=1):
        yield from (_encode(key), f"{place}:{_encode(value)}")
    for flash in record.flashes:
        yield from (f"flash:{flash.id}", _encode(flash))


def _facts(update: Update) -> dict[str, str]:
    """What redis_update.lua reads as ``ask``; what is absent is no text at all."""
    facts: dict[str, object] = {
        "now": to_micros(update.now),
        "id_digest": update.id_digest.hex(),
        "generation": update.generation,
        "version": update.version,
        "idle_timeout": _to_whole(update.clocks.idle_timeout),
        "ends_at": _optional(to_micros, update.clocks.ends_at),
        "max_bytes": update.max_bytes,
        "max_flashes": update.max_flashes,
        "margin_ms": _MARGIN_MS,
        "grows": grows(update) or None,
        "clear": update.clear or None,
        "touch": update.touch or None,
    }
    if update.own_idle is not None:
        facts["own_idle"] = _optional(_to_whole, update.own_idle[0]) or "none"
    if update.renewal is not None:
        facts["new_digest"] = update.renewal.id_digest.hex()
        facts["grace_until"] = _optional(to_micros, update.renewal.grace_until)
    if update.sign_in is not None:
        facts["sign_in"] = True
        facts["user"] = update.sign_in.user
        facts["signed_in_at"] = to_micros(update.sign_in.at)
        facts["new_digest"] = update.sign_in.id_digest.hex()
    return {name: str(fact) for name, fact in facts.items() if fact is not None}


def _fields(update: Update) -> Iterator[str]:
    """The fields of data and flashes that change, each before its text."""
    for key, text in update.values.items():
        yield from (_encode(key), text or "")
    for flash_id in update.drop_flashes:
        yield from (f"flash:{flash_id}", "")
    for flash in update.add_flashes:
        yield from (f"flash:{flash.id}", _encode(flash))


def _to_data(row: dict[str, str]) -> str:
    """Put the object's text together again; its values were never taken apart."""
    entries = []
    for field, text in row.items():
        if field.startswith('"'):
            place, _, value = text.partition(":")
            entries.append((int(place), f"{field}:{value}"))
    return "{" + ",".join(entry for _, entry in sorted(entries)) + "}"


def _to_flashes(row: dict[str, str]) -> tuple[StoredFlash, ...]:
    texts = [text for field, text in row.items() if field.startswith("flash:")]
    return tuple(sorted(StoredFlash(*json.loads(text)) for text in texts))


def _optional(convert: Callable[[Any], T], value: Any) -> T | None:
    return None if value is None else convert(value)


def _to_instant(micros: str) -> datetime:
    return _EPOCH + timedelta(microseconds=int(micros))


def _to_whole(duration: timedelta) -> int:
    return duration // _MICROSECOND


def _to_duration(micros: str) -> timedelta:
    return timedelta(microseconds=int(micros))
