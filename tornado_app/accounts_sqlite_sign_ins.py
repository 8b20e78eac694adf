"""The statements about sign-ins in the accounts' SQLite file."""

import sqlite3
from collections.abc import Collection
from datetime import datetime

from tornado_app.kept_sign_ins import COLUMNS, to_sign_in
from tornado_app.sessions.stores.micros import to_micros
from tornado_app.sign_ins import MAX_NEWS, Ended, SignIn

TABLES = (
    """
    CREATE TABLE sign_ins (
        handle TEXT NOT NULL PRIMARY KEY,
        account_id TEXT NOT NULL,
        browser TEXT NOT NULL,
        system TEXT NOT NULL,
        address TEXT NOT NULL,
        signed_in_at INTEGER NOT NULL,
        ended_at INTEGER,
        ended TEXT
    ) STRICT
    """,
    "CREATE INDEX sign_ins_by_account ON sign_ins (account_id, signed_in_at)",
)

# An account's part of a session, where before a session had but one sign-in.
DEVICES = (
    """
    CREATE TABLE account_sign_ins (
        account_id TEXT NOT NULL,
        handle TEXT NOT NULL,
        browser TEXT NOT NULL,
        system TEXT NOT NULL,
        user_agent TEXT NOT NULL,
        address TEXT NOT NULL,
        name TEXT NOT NULL,
        signed_in_at INTEGER NOT NULL,
        new_device_at INTEGER,
        told_until INTEGER NOT NULL,
        ended_at INTEGER,
        ended TEXT,
        PRIMARY KEY (account_id, handle)
    ) STRICT, WITHOUT ROWID
    """,
    """
    INSERT INTO account_sign_ins
    SELECT account_id, handle, browser, system, '', address, '', signed_in_at, NULL,
        signed_in_at, ended_at, ended FROM sign_ins
    """,
    "DROP TABLE sign_ins",
    "ALTER TABLE account_sign_ins RENAME TO sign_ins",
    "CREATE INDEX sign_ins_by_handle ON sign_ins (handle)",
)

_SELECT = f"SELECT {COLUMNS} FROM sign_ins"  # noqa: S608 - constants
_KEEP = """
    INSERT INTO sign_ins
    SELECT id, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL FROM accounts WHERE id = ?
    ON CONFLICT (account_id, handle) DO UPDATE SET
        browser = excluded.browser, system = excluded.system,
        user_agent = excluded.user_agent, address = excluded.address,
        signed_in_at = excluded.signed_in_at,
        new_device_at = coalesce(new_device_at, excluded.new_device_at),
        ended_at = NULL, ended = NULL
"""
_TOLD_UNTIL = "SELECT told_until FROM sign_ins WHERE account_id = ?1 AND handle = ?2"
_NEWS = f"""
    {_SELECT} WHERE account_id = ?1 AND handle <> ?2
    AND new_device_at > ({_TOLD_UNTIL}) ORDER BY new_device_at DESC LIMIT ?3
"""


def note(db: sqlite3.Connection, sign_in: SignIn, forget_before: datetime) -> None:
    """Keep *sign_in* if its account is there, forget what is old."""
    db.execute(
        "DELETE FROM sign_ins WHERE account_id = ? AND signed_in_at < ?"
        " AND (ended_at IS NULL OR ended_at < ?)",
        (sign_in.account_id, *[to_micros(forget_before)] * 2),
    )
    at = to_micros(sign_in.signed_in_at)
    new_device_at = sign_in.new_device_at
    db.execute(
        "UPDATE sign_ins SET ended_at = ?, ended = ?"
        " WHERE handle = ? AND account_id <> ? AND ended_at IS NULL",
        (at, Ended.SIGNED_OUT, sign_in.handle, sign_in.account_id),
    )
    db.execute(
        _KEEP,
        (
            sign_in.handle,
            *sign_in.device,
            sign_in.user_agent,
            sign_in.address,
            sign_in.name,
            at,
            None if new_device_at is None else to_micros(new_device_at),
            at,
            sign_in.account_id,
        ),
    )


def of_account(db: sqlite3.Connection, account_id: str) -> list[SignIn]:
    """The sign-ins of an account, the latest first."""
    rows = db.execute(
        f"{_SELECT} WHERE account_id = ? ORDER BY signed_in_at DESC", (account_id,)
    )
    return [to_sign_in(row) for row in rows]


def of_session(db: sqlite3.Connection, handle: str) -> SignIn | None:
    """The latest sign-in of a session."""
    query = f"{_SELECT} WHERE handle = ? ORDER BY signed_in_at DESC LIMIT 1"
    row = db.execute(query, (handle,)).fetchone()
    return to_sign_in(row) if row else None


def name(db: sqlite3.Connection, account_id: str, handle: str, name: str) -> bool:
    """Name the account's device of this session; False: there is none such."""
    cursor = db.execute(
        "UPDATE sign_ins SET name = ? WHERE account_id = ? AND handle = ?",
        (name, account_id, handle),
    )
    return cursor.rowcount > 0


def news(db: sqlite3.Connection, account_id: str, handle: str) -> list[SignIn]:
    """The sign-ins on new devices that this session was not told of, oldest first."""
    rows = db.execute(_NEWS, (account_id, handle, MAX_NEWS)).fetchall()
    return [to_sign_in(row) for row in reversed(rows)]


def note_news(
    db: sqlite3.Connection, account_id: str, handle: str, told_until: datetime
) -> None:
    """Note that this session was told of all sign-ins up to *told_until*."""
    db.execute(
        "UPDATE sign_ins SET told_until = max(told_until, ?)"
        " WHERE account_id = ? AND handle = ?",
        (to_micros(told_until), account_id, handle),
    )


def note_ends(
    db: sqlite3.Connection,
    account_id: str,
    handles: Collection[str],
    ended: Ended,
    now: datetime,
) -> None:
    """Note how those of *handles* that have not ended yet end."""
    db.executemany(
        "UPDATE sign_ins SET ended_at = ?, ended = ?"
        " WHERE handle = ? AND account_id = ? AND ended_at IS NULL",
        [(to_micros(now), ended, handle, account_id) for handle in handles],
    )


def forget(db: sqlite3.Connection, account_id: str) -> None:
    """Forget the sign-ins of an account."""
    db.execute("DELETE FROM sign_ins WHERE account_id = ?", (account_id,))
