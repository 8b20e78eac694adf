"""Keeps accounts in an SQLite file through aiosqlite."""

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from tornado_app import accounts_sqlite_sign_ins as sign_ins
from tornado_app.accounts import Account
from tornado_app.sessions.stores.sqlite_file import Durability, SQLiteFile
from tornado_app.sessions.stores.sqlite_schema import (
    Schema,
    open_for_reading,
    open_with_schema,
)
from tornado_app.sign_ins import Ended, SignIn
from tornado_app.throttling import Subject

SCHEMA = Schema(
    application_id=0x41434354,  # "ACCT"
    migrations=(
        (
            """
            CREATE TABLE accounts (
                id TEXT NOT NULL PRIMARY KEY,
                name_key TEXT NOT NULL UNIQUE,
                username TEXT NOT NULL,
                password_hash TEXT NOT NULL,
                created_at INTEGER NOT NULL
            ) STRICT
            """,
            """
            CREATE TABLE preferences (
                account_id TEXT NOT NULL,
                field TEXT NOT NULL,
                value TEXT NOT NULL,
                PRIMARY KEY (account_id, field)
            ) STRICT, WITHOUT ROWID
            """,
            """
            CREATE TABLE tries (
                subject TEXT NOT NULL PRIMARY KEY,
                failures INTEGER NOT NULL,
                next_at INTEGER NOT NULL,
                forgotten_at INTEGER NOT NULL
            ) STRICT
            """,
            "CREATE INDEX tries_by_end ON tries (forgotten_at)",
        ),
        sign_ins.TABLES,
    ),
    probe="SELECT id FROM accounts LIMIT 1",
)

_SELECT = "SELECT id, username, password_hash FROM accounts"
_BY_ID = f"{_SELECT} WHERE id = ?"
_BY_NAME = f"{_SELECT} WHERE name_key = ?"
_REPLACE = "REPLACE INTO preferences VALUES (?, ?, ?)"
_ADD = "INSERT OR IGNORE INTO preferences VALUES (?, ?, ?)"

_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_MOST_SWEPT = 100


class SQLiteAccountStore(SQLiteFile):
    """An `AccountStore` in one file, for all processes of one machine."""

    name = "accounts"

    def __init__(self, path: str | Path, *, durability: Durability = "full") -> None:
        super().__init__(
            path,
            open_for_writing=_open_for_writing,
            open_for_reading=open_for_reading,
            durability=durability,
        )

    async def add(self, account: Account, *, key: str, now: datetime) -> bool:
        return await self._write("add", lambda db: _add(db, account, key, now))

    async def find(self, account_id: str) -> Account | None:
        return await self._read("find", lambda db: _find(db, _BY_ID, account_id))

    async def find_named(self, key: str) -> Account | None:
        return await self._read("find_named", lambda db: _find(db, _BY_NAME, key))

    async def change_hash(self, account_id: str, *, old: str, new: str) -> None:
        statement = (
            "UPDATE accounts SET password_hash = ? WHERE id = ? AND password_hash = ?"
        )
        await self._write(
            "change_hash", lambda db: _do(db, statement, new, account_id, old)
        )

    async def prefer(self, account_id: str, values: Mapping[str, str]) -> None:
        await self._write(
            "prefer", lambda db: _prefer(db, _REPLACE, account_id, values)
        )

    async def add_preferences(self, account_id: str, values: Mapping[str, str]) -> None:
        await self._write(
            "add_preferences", lambda db: _prefer(db, _ADD, account_id, values)
        )

    async def forget_preferences(self, account_id: str) -> None:
        statement = "DELETE FROM preferences WHERE account_id = ?"
        await self._write(
            "forget_preferences", lambda db: _do(db, statement, account_id)
        )

    async def begin_try(
        self, counted: Subject, watched: Sequence[Subject], *, now: datetime
    ) -> timedelta | None:
        return await self._write(
            "begin_try", lambda db: _begin_try(db, counted, watched, now)
        )

    async def add_failure(self, subject: Subject, *, now: datetime) -> None:
        await self._write("add_failure", lambda db: _add_failure(db, subject, now))

    async def undo_try(self, subject: Subject) -> None:
        statement = (
            "UPDATE tries SET failures = max(0, failures - 1), next_at = 0"
            " WHERE subject = ?"
        )
        await self._write("undo_try", lambda db: _do(db, statement, subject.name))

    async def forget_failures(self, subject: Subject) -> None:
        statement = "DELETE FROM tries WHERE subject = ?"
        await self._write(
            "forget_failures", lambda db: _do(db, statement, subject.name)
        )

    async def note_sign_in(self, sign_in: SignIn, *, forget_before: datetime) -> None:
        await self._write(
            "note_sign_in", lambda db: sign_ins.note(db, sign_in, forget_before)
        )

    async def sign_ins_of(self, account_id: str) -> list[SignIn]:
        return await self._read(
            "sign_ins_of", lambda db: sign_ins.of_account(db, account_id)
        )

    async def sign_in_of(self, handle: str) -> SignIn | None:
        return await self._read(
            "sign_in_of", lambda db: sign_ins.of_session(db, handle)
        )

    async def note_ends(
        self, account_id: str, handles: Collection[str], ended: Ended, *, now: datetime
    ) -> None:
        await self._write(
            "note_ends",
            lambda db: sign_ins.note_ends(db, account_id, handles, ended, now),
        )


def _open_for_writing(path: Path, durability: str) -> sqlite3.Connection:
    return open_with_schema(path, durability, SCHEMA)


def _do(db: sqlite3.Connection, statement: str, *values: object) -> None:
    db.execute(statement, values)


def _add(db: sqlite3.Connection, account: Account, key: str, now: datetime) -> bool:
    cursor = db.execute(
        "INSERT INTO accounts (id, name_key, username, password_hash, created_at)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (name_key) DO NOTHING",
        (account.id, key, account.username, account.password_hash, _micros(now)),
    )
    if not cursor.rowcount:
        return False
    _prefer(db, _REPLACE, account.id, account.preferences)
    return True


def _find(db: sqlite3.Connection, query: str, value: str) -> Account | None:
    row = db.execute(query, (value,)).fetchone()
    if row is None:
        return None
    preferences = db.execute(
        "SELECT field, value FROM preferences WHERE account_id = ?", row[:1]
    )
    return Account(
        id=row[0],
        username=row[1],
        password_hash=row[2],
        preferences=dict(preferences.fetchall()),
    )


def _prefer(
    db: sqlite3.Connection, statement: str, account_id: str, values: Mapping[str, str]
) -> None:
    rows = [(account_id, field, value) for field, value in values.items()]
    db.executemany(statement, rows)


def _begin_try(
    db: sqlite3.Connection,
    counted: Subject,
    watched: Sequence[Subject],
    now: datetime,
) -> timedelta | None:
    waits = [_tries(db, each, now)[1] - _micros(now) for each in (counted, *watched)]
    if max(waits) > 0:
        return max(waits) * _MICROSECOND
    _add_failure(db, counted, now)
    return None


def _add_failure(db: sqlite3.Connection, subject: Subject, now: datetime) -> None:
    failures = _tries(db, subject, now)[0] + 1
    next_at = _micros(now + subject.allowance.wait_after(failures))
    forgotten_at = next_at + subject.allowance.memory // _MICROSECOND
    db.execute(
        "REPLACE INTO tries VALUES (?, ?, ?, ?)",
        (subject.name, failures, next_at, forgotten_at),
    )
    db.execute(
        "DELETE FROM tries WHERE subject IN"
        " (SELECT subject FROM tries WHERE forgotten_at <= ? LIMIT ?)",
        (_micros(now), _MOST_SWEPT),
    )


def _tries(db: sqlite3.Connection, subject: Subject, now: datetime) -> tuple[int, int]:
    """How many tries failed in a row, and when the next is looked at."""
    row = db.execute(
        "SELECT failures, next_at FROM tries WHERE subject = ? AND forgotten_at > ?",
        (subject.name, _micros(now)),
    ).fetchone()
    return (row[0], row[1]) if row else (0, 0)


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND
