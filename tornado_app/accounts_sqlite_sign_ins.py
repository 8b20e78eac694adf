"""The statements about sign-ins in the accounts' SQLite file."""

import sqlite3
from collections.abc import Collection
from datetime import datetime, timedelta

from tornado_app.devices import Device
from tornado_app.sign_ins import Ended, SignIn

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

_SELECT = (
    "SELECT handle, account_id, browser, system, address, signed_in_at, ended_at, ended"
    " FROM sign_ins"
)

_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def note(db: sqlite3.Connection, sign_in: SignIn, forget_before: datetime) -> None:
    """Keep *sign_in*, forget what is old."""
    db.execute(
        "DELETE FROM sign_ins WHERE account_id = ? AND signed_in_at < ?"
        " AND (ended_at IS NULL OR ended_at < ?)",
        (sign_in.account_id, *[_micros(forget_before)] * 2),
    )
    db.execute(
        "REPLACE INTO sign_ins VALUES (?, ?, ?, ?, ?, ?, NULL, NULL)",
        (
            sign_in.handle,
            sign_in.account_id,
            *sign_in.device,
            sign_in.address,
            _micros(sign_in.signed_in_at),
        ),
    )


def of_account(db: sqlite3.Connection, account_id: str) -> list[SignIn]:
    """The sign-ins of an account, the latest first."""
    rows = db.execute(
        f"{_SELECT} WHERE account_id = ? ORDER BY signed_in_at DESC", (account_id,)
    )
    return [_sign_in(*row) for row in rows]


def of_session(db: sqlite3.Connection, handle: str) -> SignIn | None:
    """The sign-in of a session."""
    row = db.execute(f"{_SELECT} WHERE handle = ?", (handle,)).fetchone()
    return _sign_in(*row) if row else None


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
        [(_micros(now), ended, handle, account_id) for handle in handles],
    )


def _sign_in(
    handle: str,
    account_id: str,
    browser: str,
    system: str,
    address: str,
    signed_in_at: int,
    ended_at: int | None,
    ended: str | None,
) -> SignIn:
    return SignIn(
        handle=handle,
        account_id=account_id,
        device=Device(browser, system),
        address=address,
        signed_in_at=_instant(signed_in_at),
        ended_at=None if ended_at is None else _instant(ended_at),
        ended=None if ended is None else Ended(ended),
    )


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def _instant(micros: int) -> datetime:
    return _EPOCH + micros * _MICROSECOND
