"""A session file of millions of records, made within minutes."""

import asyncio
import base64
import os
import secrets
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tornado.web import create_signed_value

from tornado_app.sessions import (
    SessionPolicy,
    Sessions,
    SQLiteStore,
    ids,
    signing_settings,
)
from tornado_app.sessions.record import Create, SessionRecord
from tornado_app.sessions.values import encode_object

from .server import SECRET
from .visitor import new_data
from .visitors import keep

_ROW_BYTES = 600  # with its indexes, and room for the log of the sweep
_LONG_AGO = 1_000_000  # microseconds since 1970
_TOKEN = "0" * 16  # each copy has one of its own in its place


def make(path: Path, rows: int, cookies: Path, *, visitors: int) -> None:
    """Fill *path* with live records; write cookies for *visitors* spread over them."""
    _refuse_full_disk(path, rows)
    asyncio.run(_make_first(path))
    with _without_journal(path) as db:
        _multiply(db, rows)
        places = range(0, 2**32, max(2**32 // visitors, 1))[:visitors]
        made = [_adopt(db, place) for place in places]
    keep(map(_cookie, made), cookies)


def expire_a_tenth(path: Path, cookies: Path) -> int:
    """Let a tenth of the records be expired, but no visitor's; return how many."""
    with _without_journal(path) as db:
        db.execute("CREATE TEMP TABLE kept AS SELECT handle FROM sessions LIMIT 0")
        kept = [(_handle_in(line),) for line in cookies.read_text().splitlines()]
        db.executemany("INSERT INTO kept VALUES (?)", kept)
        count = db.execute(
            "UPDATE sessions SET expires_at = ? + abs(random() % 1000000)"
            " WHERE random() % 10 = 0 AND handle NOT IN (SELECT handle FROM kept)",
            (_LONG_AGO,),
        ).rowcount
    return int(count)


@contextmanager
def _without_journal(path: Path) -> Iterator[sqlite3.Connection]:
    """Write to *path* with no care for it: what is made in vain is made again."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode=OFF").fetchall()
        db.execute("PRAGMA synchronous=OFF")
        db.execute("PRAGMA cache_size=-1000000")  # KiB
        db.execute("BEGIN")
        yield db
        db.execute("COMMIT")
        db.execute("PRAGMA journal_mode=WAL").fetchall()
    os.sync()


def _refuse_full_disk(path: Path, rows: int) -> None:
    wanted, free = rows * _ROW_BYTES, shutil.disk_usage(path.parent).free
    if free < wanted:
        sys.exit(f"This wants {wanted:,} bytes of disk; {free:,} are free.")


async def _make_first(path: Path) -> None:
    """Let the store make its table, with one record that the others are copies of."""
    now, policy = datetime.now(UTC), SessionPolicy()
    session_id = ids.new_id("0" * ids.HANDLE_LENGTH)
    record = SessionRecord(
        handle=ids.handle_of(session_id),
        id_digest=ids.digest_of(session_id),
        started_at=now,
        last_seen_at=now,
        expires_at=now + policy.idle_timeout,
        renewed_at=now,
        data=encode_object(new_data() | {"token": _TOKEN}),
    )
    async with Sessions(SQLiteStore(path), policy) as sessions:
        await sessions.store.apply([Create(record)])


def _multiply(db: sqlite3.Connection, rows: int) -> None:
    """Copy the first record, under handles in rising order: that is quickest."""
    names = [name for _, name, *_ in db.execute("PRAGMA table_info(sessions)")]
    made = {
        "handle": "printf('%08x', i * ?2) || lower(hex(randomblob(4)))",
        "id_digest": "randomblob(32)",
        "data": f"replace(data, '{_TOKEN}', lower(hex(randomblob(8))))",
        "expires_at": "expires_at + abs(random() % 86400000000)",
    }
    values = ", ".join(made.get(name, name) for name in names)
    # The names are the table's own, the expressions stand above.
    numbers = "SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i + 1 < ?1"
    copies = f"SELECT {values} FROM numbers, (SELECT * FROM sessions LIMIT 1)"  # noqa: S608
    db.execute(
        f"WITH RECURSIVE numbers(i) AS ({numbers})"
        f" INSERT INTO sessions ({', '.join(names)}) {copies}",
        (rows, 2**32 // rows),
    )


def _adopt(db: sqlite3.Connection, place: int) -> str:
    """Make the id of the record at *place* known; return it."""
    (handle,) = (
        db.execute(
            "SELECT handle FROM sessions WHERE handle >= ? ORDER BY handle LIMIT 1",
            (f"{place:08x}",),
        ).fetchone()
        or db.execute("SELECT max(handle) FROM sessions").fetchone()
    )
    session_id: str = handle + secrets.token_urlsafe(33)
    digest = ids.digest_of(session_id)
    db.execute("UPDATE sessions SET id_digest = ? WHERE handle = ?", (digest, handle))
    return session_id


def _cookie(session_id: str) -> str:
    settings = signing_settings(SECRET)
    secret, number = settings["cookie_secret"], settings["key_version"]
    value = create_signed_value(secret, "session", session_id, key_version=number)
    return f"session={value.decode()}"


def _handle_in(cookie: str) -> str:
    """The handle of a signed cookie, whose value is base64."""
    value = cookie.split("|")[4].partition(":")[2]
    return base64.b64decode(value).decode()[: ids.HANDLE_LENGTH]
