"""What a record looks like as a Redis hash, with the commands that change it."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

from ..merging import grows
from ..record import Change, Create, Delete, SessionRecord, StoredFlash, Update
from . import redis_scripts as scripts
from .micros import optional, to_duration, to_instant, to_micros, to_whole
from .redis_wire import Command, run

# The application's clock decides when a record is expired; the server only tidies up,
# and this much later, for the clocks of several machines never agree.
_MARGIN_MS = 3_600_000

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def change_command(key: str, change: Change, channel: str) -> Command:
    """Return what makes *change* of the record under *key*; *channel* hears of it."""
    if isinstance(change, Create):
        return run(scripts.CREATE, key, _kept_ms(change.record), *_row(change.record))
    if isinstance(change, Delete):
        generation = "" if change.generation is None else change.generation
        return run(scripts.DELETE, key, channel, generation, "", "")
    facts = _encode(_facts(change))
    return run(scripts.UPDATE, key, channel, facts, *_fields(change))


def delete_of_user_command(key: str, user: str, now: datetime, channel: str) -> Command:
    """Return what deletes the record under *key* if it is *user*'s."""
    return run(scripts.DELETE, key, channel, "", f"={user}", to_micros(now))


def to_record(flat: list[bytes]) -> SessionRecord:
    """Return the record of HGETALL's answer."""
    texts = [text.decode() for text in flat]
    facts, entries, flashes = dict[str, str](), list[tuple[int, str]](), list[str]()
    for field, text in zip(texts[::2], texts[1::2], strict=True):
        if field.startswith('"'):
            place, _, value = text.partition(":")
            entries.append((int(place), f"{field}:{value}"))
        elif field.startswith("flash:"):
            flashes.append(text)
        else:
            facts[field] = text
    return _made_of(facts, entries, flashes)


def _made_of(
    facts: dict[str, str], entries: list[tuple[int, str]], flashes: list[str]
) -> SessionRecord:
    entries.sort()
    read = facts.get
    return SessionRecord(
        facts["handle"],
        bytes.fromhex(facts["id_digest"]),
        to_instant(int(facts["started_at"])),
        to_instant(int(facts["last_seen_at"])),
        to_instant(int(facts["expires_at"])),
        to_instant(int(facts["renewed_at"])),
        # Put together again as it was; its values were never taken apart.
        f"{{{','.join([entry for _, entry in entries])}}}",
        tuple(sorted(StoredFlash(*json.loads(text)) for text in flashes)),
        read("user"),
        optional(to_instant, optional(int, read("signed_in_at"))),
        optional(to_duration, optional(int, read("idle_timeout"))),
        optional(bytes.fromhex, read("previous_digest")),
        optional(to_instant, optional(int, read("previous_until"))),
        int(facts["generation"]),
        int(facts["version"]),
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
        "idle_timeout": to_whole(update.clocks.idle_timeout),
        "ends_at": optional(to_micros, update.clocks.ends_at),
        "max_bytes": update.max_bytes,
        "max_flashes": update.max_flashes,
        "margin_ms": _MARGIN_MS,
        "grows": grows(update) or None,
        "clear": update.clear or None,
        "touch": update.touch or None,
    }
    if update.own_idle is not None:
        facts["own_idle"] = optional(to_whole, update.own_idle[0]) or "none"
    if update.renewal is not None:
        facts["new_digest"] = update.renewal.id_digest.hex()
        facts["grace_until"] = optional(to_micros, update.renewal.grace_until)
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
