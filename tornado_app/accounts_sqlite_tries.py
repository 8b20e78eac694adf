"""The statements about failed tries in the accounts' SQLite file."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

from tornado_app.sessions.stores.micros import MICROSECOND, to_micros
from tornado_app.throttling import Subject

TABLES = (
    """
    CREATE TABLE tries (
        subject TEXT NOT NULL PRIMARY KEY,
        failures INTEGER NOT NULL,
        next_at INTEGER NOT NULL,
        forgotten_at INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX tries_by_end ON tries (forgotten_at)",
)

_MOST_SWEPT = 100


def begin(
    db: sqlite3.Connection,
    counted: Subject,
    watched: Sequence[Subject],
    now: datetime,
) -> timedelta | None:
    """Count a failure of *counted*, or say how long to wait."""
    longest = max(_wait(db, each, now) for each in (counted, *watched))
    if longest:
        return longest
    add(db, counted, now)
    return None


def add(db: sqlite3.Connection, subject: Subject, now: datetime) -> None:
    """Count a failure, forget some that are over."""
    failures = _tries(db, subject, now)[0] + 1
    next_at = subject.next_at(failures, now=now)
    forgotten_at = (next_at or now) + subject.allowance.memory
    db.execute(
        "REPLACE INTO tries VALUES (?, ?, ?, ?)",
        (
            subject.name,
            failures,
            to_micros(next_at) if next_at else 0,
            to_micros(forgotten_at),
        ),
    )
    db.execute(
        "DELETE FROM tries WHERE subject IN"
        " (SELECT subject FROM tries WHERE forgotten_at <= ? LIMIT ?)",
        (to_micros(now), _MOST_SWEPT),
    )


def undo(db: sqlite3.Connection, subject: Subject) -> None:
    """Take one failure back."""
    db.execute(
        "UPDATE tries SET failures = max(0, failures - 1), next_at = 0"
        " WHERE subject = ?",
        (subject.name,),
    )


def forget(db: sqlite3.Connection, subject: Subject) -> None:
    """Forget all failures."""
    db.execute("DELETE FROM tries WHERE subject = ?", (subject.name,))


def _wait(db: sqlite3.Connection, subject: Subject, now: datetime) -> timedelta:
    _, next_at = _tries(db, subject, now)
    return subject.left_of((next_at - to_micros(now)) * MICROSECOND)


def _tries(db: sqlite3.Connection, subject: Subject, now: datetime) -> tuple[int, int]:
    """How many tries failed in a row, and when the next is looked at."""
    row = db.execute(
        "SELECT failures, next_at FROM tries WHERE subject = ? AND forgotten_at > ?",
        (subject.name, to_micros(now)),
    ).fetchone()
    return (row[0], row[1]) if row else (0, 0)
