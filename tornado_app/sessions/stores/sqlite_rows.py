"""The SQL of the session table, with records for its rows."""

import json
import sqlite3
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from operator import attrgetter
from typing import Any

from ..merging import flash_text
from ..record import SessionRecord, StoredFlash, Update, Whole
from .micros import optional, to_duration, to_instant, to_micros, to_whole

_FIELDS = SessionRecord._fields
_SELECT = f"SELECT {', '.join(_FIELDS)} FROM sessions"
_INSERT = (
    f"INSERT INTO sessions ({', '.join(_FIELDS)})"
    f" VALUES ({', '.join('?' * len(_FIELDS))}) ON CONFLICT DO NOTHING"
)
_UPDATE = (
    f"UPDATE sessions SET {', '.join(f'{field} = ?' for field in _FIELDS)}"
    " WHERE handle = ?"
)

# What a new session rarely has. The driver searches for an adapter at each None and at
# each `bytes`, which takes longer than to write them; so columns are left out where
# they can be, and a `bytearray` is given to it.
_REST = slice(_FIELDS.index("flashes"), _FIELDS.index("generation"))
_NO_REST = ((), None, None, None, None, None)
_PLAIN_FIELDS = [*_FIELDS[: _REST.start], *_FIELDS[_REST.stop :]]

_NOW = attrgetter("now")
_DATA = "data = new.column3"
# The index of expiries is only written where an expiry is.
_DATA_AND_USE = f"{_DATA}, last_seen_at = new.column7, expires_at = new.column8"

UNKNOWN = 0
"""No row that SQLite numbers has it; one that did would be looked up by its handle."""

RowidOf = Callable[[str], int]
"""Returns where the record of a handle lay when it was found, or `UNKNOWN`."""


@dataclass(slots=True)
class Found:
    """A record, and where in the table it lies."""

    record: SessionRecord
    rowid: int


def find(
    db: sqlite3.Connection, handles: Collection[str], now: datetime
) -> dict[str, Found]:
    """Return the live records among *handles*."""
    places = ",".join("?" * len(handles))
    rows = db.execute(
        f"SELECT {', '.join(_FIELDS)}, rowid FROM sessions"
        f" WHERE handle IN ({places}) AND expires_at > ?",
        (*handles, to_micros(now)),
    )
    return {row[0]: Found(_to_record(row), row[-1]) for row in rows}


def of_user(db: sqlite3.Connection, user: str, now: datetime) -> list[SessionRecord]:
    """Return the live records of *user*."""
    rows = db.execute(
        f"{_SELECT} WHERE user = ? AND expires_at > ?", (user, to_micros(now))
    )
    return [_to_record(row) for row in rows]


def after(db: sqlite3.Connection, handle: str, limit: int) -> list[SessionRecord]:
    """Return the next *limit* records behind *handle*, in the order of handles."""
    rows = db.execute(
        f"{_SELECT} WHERE handle > ? ORDER BY handle LIMIT ?", (handle, limit)
    )
    return [_to_record(row) for row in rows]


def get(db: sqlite3.Connection, handle: str) -> SessionRecord | None:
    """Return the record of *handle*, expired or not."""
    row = db.execute(f"{_SELECT} WHERE handle = ?", (handle,)).fetchone()
    return None if row is None else _to_record(row)


def insert(db: sqlite3.Connection, record: SessionRecord) -> bool:
    """Keep a new record; False if its handle exists."""
    return db.execute(_INSERT, _to_row(record)).rowcount == 1


def insert_many(db: sqlite3.Connection, records: Sequence[SessionRecord]) -> bool:
    """Keep new records, all or none; False if a handle exists.

    In one statement that answers nothing: at each step the interpreter's lock is let
    go, and the event loop's thread is in no hurry to give it back.
    """
    is_plain = all(record[_REST] == _NO_REST for record in records)
    fields, to_row = (_PLAIN_FIELDS, _to_plain_row) if is_plain else (_FIELDS, _to_row)
    values = list(chain.from_iterable(map(to_row, records)))
    places = _places(len(records), len(fields))
    try:
        db.execute(
            f"INSERT INTO sessions ({', '.join(fields)}) VALUES {places}", values
        )
    except sqlite3.IntegrityError:
        return False
    return True


def _places(count: int, width: int) -> str:
    return ", ".join([f"({', '.join('?' * width)})"] * count)


def write_whole(
    db: sqlite3.Connection, updates: Sequence[Update], rowid_of: RowidOf
) -> bool:
    """Write what *updates* say of the whole; False if somebody came between at one.

    Then the others are written all the same, and the transaction is to be rolled back.
    In as few statements as can be, as `insert_many` does. A record that lies elsewhere
    than *rowid_of* says, as after a VACUUM, counts as one where somebody came between.
    """
    touches = [update for update in updates if update.touch]
    others = [one for one in updates if not one.touch] if touches else updates
    return (not others or _write(db, others, _DATA, _to_data_row, rowid_of)) and (
        not touches or _write(db, touches, _DATA_AND_USE, _to_whole_row, rowid_of)
    )


def _write(
    db: sqlite3.Connection,
    updates: Sequence[Update],
    what: str,
    to_row: Callable[[Update, int], tuple[Any, ...]],
    rowid_of: RowidOf,
) -> bool:
    rows = [to_row(update, rowid_of(update.handle)) for update in updates]
    values = list(chain.from_iterable(rows))
    places = _places(len(updates), len(values) // len(updates))
    # Who is live at the latest instant is so at the earlier ones.
    values.append(to_micros(max(map(_NOW, updates))))
    # It begins with UPDATE, or the driver would not count. Among millions of handles it
    # takes as long to look one up as to write its row.
    cursor = db.execute(
        f"UPDATE sessions SET {what}, version = new.column2 + 1"
        f" FROM (VALUES {places}) AS new"
        f" WHERE sessions.rowid = iif(new.column6 <> {UNKNOWN}, new.column6,"
        " (SELECT rowid FROM sessions WHERE handle = new.column1))"
        " AND handle = new.column1 AND version = new.column2"
        " AND id_digest = new.column4 AND generation = new.column5 AND expires_at > ?",
        values,
    )
    return cursor.rowcount == len(updates)


def _to_data_row(update: Update, rowid: int) -> tuple[Any, ...]:
    whole = update.whole or Whole(-1, "")
    return (
        update.handle,
        whole.version,
        whole.data,
        bytearray(update.id_digest),
        update.generation,
        rowid,
    )


def _to_whole_row(update: Update, rowid: int) -> tuple[Any, ...]:
    whole = update.whole or Whole(-1, "")
    return (
        *_to_data_row(update, rowid),
        optional(to_micros, whole.last_seen_at),
        optional(to_micros, whole.expires_at),
    )


def replace(db: sqlite3.Connection, record: SessionRecord) -> None:
    """Write *record* over the one with its handle."""
    db.execute(_UPDATE, (*_to_row(record), record.handle))


def delete(db: sqlite3.Connection, handle: str, generation: int | None) -> bool:
    """Delete the record of *handle*, if it has still the *generation* that is asked."""
    cursor = db.execute(
        "DELETE FROM sessions WHERE handle = ?1 AND (?2 IS NULL OR generation = ?2)",
        (handle, generation),
    )
    return cursor.rowcount == 1


def delete_user(
    db: sqlite3.Connection, user: str, now: datetime, keep: str | None
) -> int:
    """Delete the records of *user* but *keep*; return how many were live."""
    rows = db.execute(
        "DELETE FROM sessions WHERE user = ? AND handle IS NOT ?"
        " RETURNING expires_at > ?",
        (user, keep, to_micros(now)),
    )
    return sum(live for (live,) in rows.fetchall())


def delete_all(db: sqlite3.Connection, now: datetime) -> int:
    """Delete every record; return how many were live."""
    live = count(db, now)
    db.execute("DELETE FROM sessions")  # without WHERE: pages, not rows, are freed
    return live


def count(db: sqlite3.Connection, now: datetime) -> int:
    """Return how many records are live."""
    (number,) = db.execute(
        "SELECT count(*) FROM sessions WHERE expires_at > ?", (to_micros(now),)
    ).fetchone()
    return int(number)


def delete_expired(db: sqlite3.Connection, now: datetime, limit: int) -> int:
    """Delete at most *limit* expired records; return how many went.

    Nobody waits for the disk: what a power cut brings back is as expired as before.
    """
    (synchronous,) = db.execute("PRAGMA synchronous").fetchone()
    db.execute("PRAGMA synchronous=NORMAL")
    try:
        return db.execute(
            "DELETE FROM sessions WHERE rowid IN"
            " (SELECT rowid FROM sessions WHERE expires_at <= ?"
            " ORDER BY expires_at LIMIT ?)",
            (to_micros(now), limit),
        ).rowcount
    finally:
        db.execute(f"PRAGMA synchronous={synchronous}")


def _to_plain_row(record: SessionRecord) -> tuple[Any, ...]:
    return (
        record.handle,
        bytearray(record.id_digest),
        to_micros(record.started_at),
        to_micros(record.last_seen_at),
        to_micros(record.expires_at),
        to_micros(record.renewed_at),
        record.data,
        record.generation,
        record.version,
    )


def _to_row(record: SessionRecord) -> tuple[Any, ...]:
    plain = _to_plain_row(record)
    return (
        *plain[: _REST.start],
        flash_text(record.flashes) if record.flashes else None,
        record.user,
        optional(to_micros, record.signed_in_at),
        optional(to_whole, record.idle_timeout),
        record.previous_digest,
        optional(to_micros, record.previous_until),
        *plain[_REST.start :],
    )


def _to_record(row: tuple[Any, ...]) -> SessionRecord:
    # By position: this runs for every request, and names would double its cost.
    return SessionRecord(
        row[0],
        row[1],
        to_instant(row[2]),
        to_instant(row[3]),
        to_instant(row[4]),
        to_instant(row[5]),
        row[6],
        () if row[7] is None else _to_flashes(row[7]),
        row[8],
        None if row[9] is None else to_instant(row[9]),
        None if row[10] is None else to_duration(row[10]),
        row[11],
        None if row[12] is None else to_instant(row[12]),
        row[13],
        row[14],
    )


def _to_flashes(text: str) -> tuple[StoredFlash, ...]:
    return tuple(StoredFlash(*one) for one in json.loads(text))
