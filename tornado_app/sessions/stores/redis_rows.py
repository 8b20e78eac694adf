"""What a record looks like as a Redis hash, with what finds and changes it."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeGuard

from ..merging import grows, only_sets_values_of
from ..record import Change, Create, Delete, SessionRecord, StoredFlash, Update
from ..values import encode_key
from . import redis_scripts as scripts
from .micros import optional, to_duration, to_instant, to_micros, to_whole
from .recent import Seen
from .redis_calls import Call

# The application's clock decides when a record is expired; the server only tidies up,
# and this much later, for the clocks of several machines never agree.
_MARGIN_MS = 3_600_000

_MOST_WRITTEN = 100  # a script's stack is no place for thousands
_QUOTE = ord('"')  # a key of the data stands in the hash as JSON has it

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def to_find(keys: list[str], seen: Sequence[Seen | None]) -> Call:
    """Return what finds the records under *keys*, or answers ``known`` for each."""
    marks: list[str | int] = ["" if one is None else one.mark for one in seen]
    return Call(scripts.FIND, keys, marks)


def to_change(
    change: Change, channel: str, stamp: str
) -> tuple[scripts.Script, list[str | int]]:
    """Return what makes *change* of its record, which *channel* hears of."""
    if isinstance(change, Create):
        row = _row(change.record)
        return scripts.CREATE, [_kept_ms(change.record), "stamp", stamp, *row]
    if isinstance(change, Delete):
        generation = "" if change.generation is None else change.generation
        return scripts.DELETE, [channel, generation, "", ""]
    facts = _facts(change) | {"stamp": stamp}
    words = [word for fact in facts.items() for word in fact]
    return scripts.UPDATE, [channel, len(facts), *words, *_fields(change)]


def to_write(
    update: Update, seen: Seen, stamp: str
) -> tuple[scripts.Script, list[str | int]]:
    """Return what makes an *update* that `is_simple`, or answers ``other``."""
    version = seen.record.version + 1
    return scripts.WRITE, [seen.mark, version, stamp, *_fields(update)]


def is_simple(change: Change, record: SessionRecord) -> TypeGuard[Update]:
    """Tell whether *change* only writes values of *record*, if that is still stored."""
    return only_sets_values_of(change, record) and len(change.values) <= _MOST_WRITTEN


def to_delete(keys: list[str], user: str, now: datetime, channel: str) -> Call:
    """Return what deletes those of the records under *keys* that are *user*'s."""
    arguments: list[str | int] = [channel, "", f"={user}", to_micros(now)]
    return Call(scripts.DELETE, keys, arguments * len(keys))


def to_record(flat: list[bytes]) -> SessionRecord:
    """Return the record of HGETALL's answer."""
    return to_stamped(flat)[1]


def to_stamped(flat: list[bytes]) -> tuple[str, SessionRecord]:
    """Return the stamp and the record of HGETALL's answer."""
    stored = dict(zip(flat[::2], flat[1::2], strict=True))
    entries: list[tuple[int, bytes]] = []
    flashes: list[StoredFlash] = []
    for field, text in stored.items():
        if field[0] == _QUOTE:
            place, _, value = text.partition(b":")
            entries.append((int(place), b"%b:%b" % (field, value)))
        elif field.startswith(b"flash:"):
            flashes.append(StoredFlash(*json.loads(text)))
    entries.sort()
    # Put together again as it was; its values were never taken apart.
    data = b"{%b}" % b",".join([entry for _, entry in entries])
    record = _made_of(stored, data.decode(), tuple(sorted(flashes)))
    return stored.get(b"stamp", b"").decode(), record


def _made_of(
    stored: dict[bytes, bytes], data: str, flashes: tuple[StoredFlash, ...]
) -> SessionRecord:
    user, signed_in_at = stored.get(b"user"), stored.get(b"signed_in_at")
    idle_timeout = stored.get(b"idle_timeout")
    digest, until = stored.get(b"previous_digest"), stored.get(b"previous_until")
    return SessionRecord(
        stored[b"handle"].decode(),
        bytes.fromhex(stored[b"id_digest"].decode()),
        to_instant(int(stored[b"started_at"])),
        to_instant(int(stored[b"last_seen_at"])),
        to_instant(int(stored[b"expires_at"])),
        to_instant(int(stored[b"renewed_at"])),
        data,
        flashes,
        None if user is None else user.decode(),
        None if signed_in_at is None else to_instant(int(signed_in_at)),
        None if idle_timeout is None else to_duration(int(idle_timeout)),
        None if digest is None else bytes.fromhex(digest.decode()),
        None if until is None else to_instant(int(until)),
        int(stored[b"generation"]),
        int(stored[b"version"]),
    )


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
        "signed_in_at": optional(to_micros, record.signed_in_at),
        "idle_timeout": optional(to_whole, record.idle_timeout),
        "previous_digest": optional(bytes.hex, record.previous_digest),
        "previous_until": optional(to_micros, record.previous_until),
        "generation": record.generation,
        "version": record.version,
    }
    for name, fact in facts.items():
        if fact is not None:
            yield from (name, fact)
    for place, (key, value) in enumerate(json.loads(record.data).items(), start=1):
        yield from (encode_key(key), f"{place}:{_encode(value)}")
    for flash in record.flashes:
        yield from (f"flash:{flash.id}", _encode(flash))


def _facts(update: Update) -> dict[str, str | int]:
    """What redis_update.lua reads as ``ask``; what is absent is no text at all."""
    clocks = update.clocks
    facts: dict[str, str | int] = {
        "now": to_micros(update.now),
        "id_digest": update.id_digest.hex(),
        "generation": update.generation,
        "idle_timeout": to_whole(clocks.idle_timeout),
        "max_bytes": update.max_bytes,
        "max_flashes": update.max_flashes,
        "margin_ms": _MARGIN_MS,
    }
    if clocks.ends_at is not None:
        facts["ends_at"] = to_micros(clocks.ends_at)
    if update.version is not None:
        facts["version"] = update.version
    if grows(update):
        facts["grows"] = "yes"
    if update.clear:
        facts["clear"] = "yes"
    if update.touch:
        facts["touch"] = "yes"
    if update.own_idle is not None:
        facts["own_idle"] = optional(to_whole, update.own_idle[0]) or "none"
    return facts | _new_id_facts(update)


def _new_id_facts(update: Update) -> dict[str, str | int]:
    facts: dict[str, str | int] = {}
    if update.renewal is not None:
        facts["new_digest"] = update.renewal.id_digest.hex()
        if update.renewal.grace_until is not None:
            facts["grace_until"] = to_micros(update.renewal.grace_until)
    if update.sign_in is not None:
        facts["sign_in"] = "yes"
        facts["user"] = update.sign_in.user
        facts["signed_in_at"] = to_micros(update.sign_in.at)
        facts["new_digest"] = update.sign_in.id_digest.hex()
    return facts


def _fields(update: Update) -> list[str]:
    """The fields of data and flashes that change, each before its text."""
    fields: list[str] = []
    for key, text in update.values.items():
        fields += (encode_key(key), text or "")
    for flash_id in update.drop_flashes:
        fields += (f"flash:{flash_id}", "")
    for flash in update.add_flashes:
        fields += (f"flash:{flash.id}", _encode(flash))
    return fields
