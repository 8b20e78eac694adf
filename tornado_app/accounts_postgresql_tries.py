"""The statements about failed tries in the accounts' PostgreSQL database."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tornado_app.accounts_postgresql_tables import Tables
from tornado_app.sessions.stores.micros import MICROSECOND, to_micros
from tornado_app.throttling import Subject

_MOST_SWEPT = 100

# A row that is not there cannot be locked itself.
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
_SELECT = """
    SELECT failures, next_at FROM {schema}.tries
    WHERE subject = $1 AND forgotten_at > $2
"""
_KEEP = """
    INSERT INTO {schema}.tries VALUES ($1, $2, $3, $4)
    ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures,
        next_at = excluded.next_at, forgotten_at = excluded.forgotten_at
"""
# Of two who sweep, none waits for the other.
_SWEEP = """
    DELETE FROM {schema}.tries WHERE subject IN (
        SELECT subject FROM {schema}.tries WHERE forgotten_at <= $1
        LIMIT $2 FOR UPDATE SKIP LOCKED
    )
"""
_UNDO = """
    UPDATE {schema}.tries SET failures = greatest(0, failures - 1), next_at = 0
    WHERE subject = $1
"""


async def begin(
    db: Tables, counted: Subject, watched: Sequence[Subject], now: datetime
) -> timedelta | None:
    """Count a failure of *counted*, or say how long to wait."""
    await db.rows(_LOCK, counted.name)
    longest = max([await _wait(db, each, now) for each in (counted, *watched)])
    if longest:
        return longest
    await _count(db, counted, now)
    return None


async def add(db: Tables, subject: Subject, now: datetime) -> None:
    """Count a failure."""
    await db.rows(_LOCK, subject.name)
    await _count(db, subject, now)


async def undo(db: Tables, subject: Subject) -> None:
    """Take one failure back."""
    await db.rows(_UNDO, subject.name)


async def forget(db: Tables, subject: Subject) -> None:
    """Forget all failures."""
    await db.rows("DELETE FROM {schema}.tries WHERE subject = $1", subject.name)


async def _count(db: Tables, subject: Subject, now: datetime) -> None:
    failures = (await _tries(db, subject, now))[0] + 1
    next_at = subject.next_at(failures, now=now)
    await db.rows(
        _KEEP,
        subject.name,
        failures,
        to_micros(next_at) if next_at else 0,
        to_micros((next_at or now) + subject.allowance.memory),
    )
    await db.rows(_SWEEP, to_micros(now), _MOST_SWEPT)


async def _wait(db: Tables, subject: Subject, now: datetime) -> timedelta:
    _, next_at = await _tries(db, subject, now)
    return subject.left_of((next_at - to_micros(now)) * MICROSECOND)


async def _tries(db: Tables, subject: Subject, now: datetime) -> tuple[int, int]:
    """How many tries failed in a row, and when the next is looked at."""
    row = await db.row(_SELECT, subject.name, to_micros(now))
    return (row[0], row[1]) if row else (0, 0)
