"""Keeps accounts in an SQLite file through aiosqlite."""

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from tornado_app import accounts_sqlite_moving as moving
from tornado_app import accounts_sqlite_resets as resets
from tornado_app import accounts_sqlite_sign_ins as sign_ins
from tornado_app import accounts_sqlite_tries as tries
from tornado_app.accounts_store import Account
from tornado_app.kept_accounts import KeptAccount
from tornado_app.sessions.stores.micros import to_micros
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
            *tries.TABLES,
        ),
        sign_ins.TABLES,
        resets.TABLES,
        sign_ins.DEVICES,
        ("ALTER TABLE accounts ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0",),
    ),
    probe="SELECT id FROM accounts LIMIT 1",
)

_SELECT = "SELECT id, username, password_hash, epoch FROM accounts"
_BY_ID = f"{_SELECT} WHERE id = ?"
_BY_NAME = f"{_SELECT} WHERE name_key = ?"
# A request that comes late must not keep anything for an account that is gone.
_REPLACE = "REPLACE INTO preferences SELECT id, ?, ? FROM accounts WHERE id = ?"
_ADD = "INSERT OR IGNORE INTO preferences SELECT id, ?, ? FROM accounts WHERE id = ?"


class SQLiteAccountStore(SQLiteFile):
    """An `AccountStore` in one file, for all processes of one machine."""

    name = "accounts"

    def __init__(
        self,
        path: str | Path,
        *,
        durability: Durability = "full",
        may_lead: bool = True,
    ) -> None:
        """*may_lead* False: never checkpoint, beside a site."""
        super().__init__(
            path,
            open_for_writing=_open_for_writing,
            open_for_reading=open_for_reading,
            durability=durability,
            may_lead=may_lead,
        )

    async def ready(self) -> None:
        await self._read("ready", lambda db: _do(db, SCHEMA.probe))

    async def add(self, account: Account, *, key: str, now: datetime) -> bool:
        return await self._write("add", lambda db: _add(db, account, key, now))

    async def find(self, account_id: str) -> Account | None:
        return await self._read("find", lambda db: _find(db, _BY_ID, account_id))

    async def find_named(self, key: str) -> Account | None:
        return await self._read("find_named", lambda db: _find(db, _BY_NAME, key))

    async def delete(self, account_id: str) -> None:
        await self._write("delete", lambda db: _delete(db, account_id))

    async def change_hash(self, account_id: str, *, old: str, new: str) -> None:
        await self._write(
            "change_hash", lambda db: _change_hash(db, account_id, old, new)
        )

    async def change_password(
        self, account_id: str, *, old: str, new: str, ends_sessions: bool = True
    ) -> bool:
        return await self._write(
            "change_password",
            lambda db: _change_password(db, account_id, old, new, int(ends_sessions)),
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
            "begin_try", lambda db: tries.begin(db, counted, watched, now)
        )

    async def add_failure(self, subject: Subject, *, now: datetime) -> None:
        await self._write("add_failure", lambda db: tries.add(db, subject, now))

    async def undo_try(self, subject: Subject) -> None:
        await self._write("undo_try", lambda db: tries.undo(db, subject))

    async def forget_failures(self, subject: Subject) -> None:
        await self._write("forget_failures", lambda db: tries.forget(db, subject))

    async def offer_reset(
        self, account_id: str, digest: bytes, *, ends_at: datetime, now: datetime
    ) -> bool:
        return await self._write(
            "offer_reset",
            lambda db: resets.offer(db, account_id, digest, ends_at, now),
        )

    async def account_of_reset(self, digest: bytes, *, now: datetime) -> str | None:
        return await self._read(
            "account_of_reset", lambda db: resets.account_of(db, digest, now)
        )

    async def use_reset(self, digest: bytes, *, new: str, now: datetime) -> bool:
        return await self._write(
            "use_reset", lambda db: resets.use(db, digest, new, now)
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

    async def name_device(self, account_id: str, handle: str, name: str) -> bool:
        return await self._write(
            "name_device", lambda db: sign_ins.name(db, account_id, handle, name)
        )

    async def news_of(self, account_id: str, handle: str) -> list[SignIn]:
        return await self._read(
            "news_of", lambda db: sign_ins.news(db, account_id, handle)
        )

    async def note_news(
        self, account_id: str, handle: str, *, told_until: datetime
    ) -> None:
        await self._write(
            "note_news",
            lambda db: sign_ins.note_news(db, account_id, handle, told_until),
        )

    async def note_ends(
        self, account_id: str, handles: Collection[str], ended: Ended, *, now: datetime
    ) -> None:
        await self._write(
            "note_ends",
            lambda db: sign_ins.note_ends(db, account_id, handles, ended, now),
        )

    async def kept(self, *, after: str, limit: int) -> list[KeptAccount]:
        return await self._read("kept", lambda db: moving.kept(db, after, limit))

    async def restore(self, kept: KeptAccount) -> bool:
        return await self._write("restore", lambda db: moving.restore(db, kept))


def _open_for_writing(path: Path, durability: str) -> sqlite3.Connection:
    db = open_with_schema(path, durability, SCHEMA)
    # What people delete is overwritten in the file, wherever SQLite was built.
    db.execute("PRAGMA secure_delete=1").fetchall()
    return db


def _do(db: sqlite3.Connection, statement: str, *values: object) -> None:
    db.execute(statement, values)


def _add(db: sqlite3.Connection, account: Account, key: str, now: datetime) -> bool:
    cursor = db.execute(
        "INSERT INTO accounts (id, name_key, username, password_hash, created_at)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (name_key) DO NOTHING",
        (account.id, key, account.username, account.password_hash, to_micros(now)),
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
        epoch=row[3],
        preferences=dict(preferences.fetchall()),
    )


def _delete(db: sqlite3.Connection, account_id: str) -> None:
    _do(db, "DELETE FROM accounts WHERE id = ?", account_id)
    _do(db, "DELETE FROM preferences WHERE account_id = ?", account_id)
    sign_ins.forget(db, account_id)
    resets.forget(db, account_id)


def _change_hash(
    db: sqlite3.Connection, account_id: str, old: str, new: str, epochs: int = 0
) -> bool:
    cursor = db.execute(
        "UPDATE accounts SET password_hash = ?, epoch = epoch + ?"
        " WHERE id = ? AND password_hash = ?",
        (new, epochs, account_id, old),
    )
    return cursor.rowcount > 0


def _change_password(
    db: sqlite3.Connection, account_id: str, old: str, new: str, epochs: int
) -> bool:
    if not _change_hash(db, account_id, old, new, epochs):
        return False
    resets.forget(db, account_id)
    return True


def _prefer(
    db: sqlite3.Connection, statement: str, account_id: str, values: Mapping[str, str]
) -> None:
    rows = [(field, value, account_id) for field, value in values.items()]
    db.executemany(statement, rows)
