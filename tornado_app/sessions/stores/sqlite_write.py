"""How a batch of changes is written into an SQLite file."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from ..merging import are_of_different_records, merge
from ..record import Change, Create, Delete, Outcome, SessionRecord, Update
from . import sqlite_rows as rows
from .sqlite_known import Known, Step
from .sqlite_reserve import Reserve
from .sqlite_schema import in_transaction


class _Simple(NamedTuple):
    """Changes that meet no other one and say what comes of them."""

    creates: list[SessionRecord]
    updates: list[Update]


def put_together(changes: Sequence[Change]) -> None:
    """Have what *changes* write ready, before the file's own thread writes it."""
    for change in changes:
        if isinstance(change, Update) and change.whole is not None:
            _ = change.whole.data


def make(db: sqlite3.Connection, changes: Sequence[Change]) -> list[Outcome]:
    """Make *changes* in the transaction of *db*, each entirely or not at all."""
    return _make_all(db, changes, _simple(changes), {}, _unknown)


def take_step(
    db: sqlite3.Connection, known: Known, reserve: Reserve, changes: Sequence[Change]
) -> tuple[Step, list[Outcome]]:
    """Make *changes* durable; tell what the file was before and what it is now."""
    if not reserve.is_kept():
        _keep_for(db, reserve, changes)
    simple = _simple(changes)
    if simple.creates and len(simple.creates) == len(changes):
        step = _create_all(db, known, simple.creates)
        if step is not None:
            return step, [Outcome.APPLIED] * len(changes)
    before, merged = b"", dict[str, SessionRecord]()

    def work(db: sqlite3.Connection) -> list[Outcome]:
        nonlocal before
        before = known.mark()  # from here on nobody else can commit
        return _make_all(db, changes, simple, merged, known.rowid)

    outcomes = in_transaction(db, work)
    return Step(before, known.mark(), merged), outcomes


def sweep(
    db: sqlite3.Connection, known: Known, reserve: Reserve, now: datetime, limit: int
) -> tuple[Step, int]:
    """Delete at most *limit* expired records in one statement, as `_create_all`."""
    if not reserve.is_kept():
        in_transaction(db, reserve.keep)
    before = known.mark()
    count = rows.delete_expired(db, now, limit)
    return Step(before, known.mark(), {}), count


def _keep_for(
    db: sqlite3.Connection, reserve: Reserve, changes: Sequence[Change]
) -> None:
    """Keep the *reserve*; ends of sessions go on where that cannot be."""
    try:
        in_transaction(db, reserve.keep)
    except sqlite3.Error:
        if not all(isinstance(change, Delete) for change in changes):
            raise


def _create_all(
    db: sqlite3.Connection, known: Known, records: Sequence[SessionRecord]
) -> Step | None:
    """Keep *records* in one statement, which is a transaction by itself.

    None: one of the handles exists; nothing is done.
    """
    # Whoever commits between this look and our own commit makes the step longer.
    before = known.mark()
    if not rows.insert_many(db, records):
        return None
    return Step(before, known.mark(), {})


def _make_all(
    db: sqlite3.Connection,
    changes: Sequence[Change],
    simple: _Simple,
    merged: dict[str, SessionRecord],
    rowid_of: rows.RowidOf,
) -> list[Outcome]:
    """Make *changes*: the *simple* ones all together, the others one by one.

    What those have made of their records goes into *merged*.
    """
    if not _make_simple(db, simple, rowid_of):
        # Somebody came between, which is rare: then each change is made by itself.
        db.execute("ROLLBACK")
        db.execute("BEGIN IMMEDIATE")
        simple = _Simple([], [])
    if len(simple.creates) + len(simple.updates) == len(changes):
        return [Outcome.APPLIED] * len(changes)
    made = {one.handle for one in simple.creates}
    made.update(one.handle for one in simple.updates)
    return [
        Outcome.APPLIED if change.handle in made else _make(db, change, merged)
        for change in changes
    ]


def _simple(changes: Sequence[Change]) -> _Simple:
    creates = [one.record for one in changes if isinstance(one, Create)]
    if len(creates) == len(changes):
        return _Simple(creates, [])  # the table sees for itself if one comes twice
    updates = [
        one for one in changes if isinstance(one, Update) and one.whole is not None
    ]
    if are_of_different_records(changes):
        return _Simple(creates, updates)
    times = Counter(change.handle for change in changes)
    return _Simple(
        [one for one in creates if times[one.handle] == 1],
        [one for one in updates if times[one.handle] == 1],
    )


def _unknown(handle: str) -> int:
    return rows.UNKNOWN


def _make_simple(
    db: sqlite3.Connection, simple: _Simple, rowid_of: rows.RowidOf
) -> bool:
    """Make them; False: not all of them could be; the transaction is spoilt."""
    creates, updates = simple
    return (not updates or rows.write_whole(db, updates, rowid_of)) and (
        not creates or rows.insert_many(db, creates)
    )


def _make(
    db: sqlite3.Connection, change: Change, merged: dict[str, SessionRecord]
) -> Outcome:
    if isinstance(change, Create):
        return Outcome.APPLIED if rows.insert(db, change.record) else Outcome.TAKEN
    if isinstance(change, Delete):
        found = rows.delete(db, change.handle, change.generation)
        return Outcome.APPLIED if found else Outcome.GONE
    outcome, record = merge(rows.get(db, change.handle), change)
    if record is not None:
        rows.replace(db, record)
        merged[record.handle] = record
    return outcome
