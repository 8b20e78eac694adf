"""How an update meets the record that is stored now, as a pure function."""

import json
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any, TypeGuard

from .record import Change, Outcome, SessionRecord, StoredFlash, Update
from .values import encode_object

_HANDLE = attrgetter("handle")
_DATA, _VERSION, _SEEN_AT, _EXPIRES_AT = map(
    SessionRecord._fields.index, ("data", "version", "last_seen_at", "expires_at")
)


def merge(
    record: SessionRecord | None, update: Update
) -> tuple[Outcome, SessionRecord | None]:
    """Return what becomes of *update*, with the new record where it is applied."""
    if record is None or not record.is_live(update.now):
        return Outcome.GONE, None
    if record.generation != update.generation:
        return Outcome.GONE, None
    if update.version is not None and record.version != update.version:
        return Outcome.CONFLICT, None

    data = _merged_data(record, update)
    flashes = _merged_flashes(record, update)
    if grows(update) and size_bytes(data, flashes) > update.max_bytes:
        return Outcome.TOO_LARGE, None

    changed = record._replace(data=data, flashes=flashes, version=record.version + 1)
    superseded = update.sign_in is None and record.id_digest != update.id_digest
    outcome = Outcome.SUPERSEDED if superseded else Outcome.APPLIED
    return outcome, with_marks(changed, update, superseded=superseded)


def size_bytes(data: str, flashes: Iterable[StoredFlash] = ()) -> int:
    """Return the bytes of a record's whole data: the object, the flashes if any."""
    return len(data.encode()) + (len(flash_text(flashes).encode()) if flashes else 0)


def flash_text(flashes: Iterable[StoredFlash]) -> str:
    """Return *flashes* as the text of one JSON array."""
    return json.dumps(list(flashes), ensure_ascii=False, separators=(",", ":"))


def grows(update: Update) -> bool:
    """Tell whether *update* can make a record larger; only then is it measured."""
    added = any(text is not None for text in update.values.values())
    return added or bool(update.add_flashes)


def _merged_data(record: SessionRecord, update: Update) -> str:
    if not update.values:
        return "{}" if update.clear else record.data
    values: dict[str, Any] = {} if update.clear else json.loads(record.data)
    for key, text in update.values.items():
        if text is None:
            values.pop(key, None)
        else:
            values[key] = json.loads(text)
    return encode_object(values)


def _merged_flashes(record: SessionRecord, update: Update) -> tuple[StoredFlash, ...]:
    stored = () if update.clear else record.flashes
    kept = [flash for flash in stored if flash.id not in update.drop_flashes]
    return tuple(sorted([*kept, *update.add_flashes])[-update.max_flashes :])


def with_marks(
    record: SessionRecord, update: Update, *, superseded: bool
) -> SessionRecord:
    """Return *record* with all that *update* says beside its data and flashes."""
    if update.sign_in is not None:
        record = record._replace(
            user=update.sign_in.user,
            signed_in_at=update.sign_in.at,
            id_digest=update.sign_in.id_digest,
            renewed_at=update.sign_in.at,
            previous_digest=None,
            previous_until=None,
            generation=record.generation + 1,
        )
    elif update.renewal is not None and not superseded:
        record = record._replace(
            id_digest=update.renewal.id_digest,
            renewed_at=update.now,
            previous_digest=record.id_digest,
            previous_until=update.renewal.grace_until,
        )
    if update.own_idle is not None:
        record = record._replace(idle_timeout=update.own_idle[0])
    if update.touch:
        record = record._replace(last_seen_at=max(record.last_seen_at, update.now))
    if update.touch or update.own_idle is not None or update.sign_in is not None:
        record = record._replace(
            expires_at=update.clocks.expires_at(
                record.last_seen_at, record.idle_timeout
            )
        )
    return record


def only_sets_values_of(change: Change, record: SessionRecord) -> TypeGuard[Update]:
    """Tell whether *change* sets values of the very *record* that it was made for.

    And does no more. Then `with_whole` is the result; what is too large has no whole.
    """
    return (
        isinstance(change, Update)
        and change.whole is not None
        and change.whole.loaded is record
        and not change.touch
        and change.version in (None, change.whole.version)
        and None not in change.values.values()
        and change.id_digest == record.id_digest
        and change.generation == record.generation
        and record.is_live(change.now)
    )


def are_of_different_records(changes: Sequence[Change]) -> bool:
    """Tell whether no record comes twice: the order of *changes* does not matter."""
    return len(set(map(_HANDLE, changes))) == len(changes)


def with_whole(record: SessionRecord, update: Update) -> SessionRecord | None:
    """Return what *update*, written as a whole, has made of *record*.

    None: it was not, or not of this version of the record.
    """
    whole = update.whole
    if whole is None or record.version != whole.version:
        return None
    # Less than half of what `_replace` takes: by the places of the fields.
    fields = list(record)
    fields[_DATA], fields[_VERSION] = whole.data, whole.version + 1
    if whole.last_seen_at is not None:
        fields[_SEEN_AT], fields[_EXPIRES_AT] = whole.last_seen_at, whole.expires_at
    return tuple.__new__(SessionRecord, fields)
