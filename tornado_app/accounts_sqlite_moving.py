"""The statements that move accounts out of, or into, an SQLite file."""

import sqlite3
from collections.abc import Sequence

from tornado_app.kept_accounts import ACCOUNT, PREFERENCE, SIGN_IN, KeptAccount, Row


def kept(db: sqlite3.Connection, after: str, limit: int) -> list[KeptAccount]:
    """What is kept of the next accounts."""
    query = f"SELECT {ACCOUNT} FROM accounts WHERE id > ? ORDER BY id LIMIT ?"  # noqa: S608
    accounts: list[Row] = db.execute(query, (after, limit)).fetchall()
    return [
        KeptAccount(
            account,
            _of(db, "preferences", PREFERENCE, account[0]),
            _of(db, "sign_ins", SIGN_IN, account[0]),
        )
        for account in accounts
    ]


def restore(db: sqlite3.Connection, kept: KeptAccount) -> bool:
    """Keep an account unless its id or name is there."""
    if not _insert(db, "accounts", ACCOUNT, [kept.account]):
        return False
    _insert(db, "preferences", PREFERENCE, kept.preferences)
    _insert(db, "sign_ins", SIGN_IN, kept.sign_ins)
    return True


def _of(db: sqlite3.Connection, table: str, columns: str, account_id: str) -> list[Row]:
    query = f"SELECT {columns} FROM {table} WHERE account_id = ?"  # noqa: S608
    return db.execute(query, (account_id,)).fetchall()


def _insert(
    db: sqlite3.Connection, table: str, columns: str, rows: Sequence[Row]
) -> bool:
    places = ", ".join("?" for _ in columns.split(","))
    statement = (
        f"INSERT INTO {table} ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING"  # noqa: S608
    )
    return db.executemany(statement, rows).rowcount > 0
