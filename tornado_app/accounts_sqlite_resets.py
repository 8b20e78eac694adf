"""The statements about reset links in the accounts' SQLite file."""

import sqlite3
from datetime import datetime

from tornado_app.sessions.stores.micros import to_micros

TABLES = (
    """
    CREATE TABLE resets (
        account_id TEXT NOT NULL PRIMARY KEY,
        digest BLOB NOT NULL UNIQUE,
        ends_at INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX resets_by_end ON resets (ends_at)",
)

_MOST_SWEPT = 100


def offer(
    db: sqlite3.Connection,
    account_id: str,
    digest: bytes,
    ends_at: datetime,
    now: datetime,
) -> bool:
    """Keep a link if the account is there, forget some that are over."""
    db.execute(
        "DELETE FROM resets WHERE account_id IN"
        " (SELECT account_id FROM resets WHERE ends_at <= ? LIMIT ?)",
        (to_micros(now), _MOST_SWEPT),
    )
    cursor = db.execute(
        "REPLACE INTO resets SELECT id, ?, ? FROM accounts WHERE id = ?",
        (digest, to_micros(ends_at), account_id),
    )
    return cursor.rowcount > 0


def account_of(db: sqlite3.Connection, digest: bytes, now: datetime) -> str | None:
    """Whose link this is."""
    row = db.execute(
        "SELECT account_id FROM resets WHERE digest = ? AND ends_at > ?",
        (digest, to_micros(now)),
    ).fetchone()
    return row[0] if row else None


def use(db: sqlite3.Connection, digest: bytes, new: str, now: datetime) -> bool:
    """Give the account of a link another hash, which forgets the link."""
    account_id = account_of(db, digest, now)
    if account_id is None:
        return False
    db.execute(
        "UPDATE accounts SET password_hash = ?, epoch = epoch + 1 WHERE id = ?",
        (new, account_id),
    )
    forget(db, account_id)
    return True


def forget(db: sqlite3.Connection, account_id: str) -> None:
    """Forget the link of an account."""
    db.execute("DELETE FROM resets WHERE account_id = ?", (account_id,))
