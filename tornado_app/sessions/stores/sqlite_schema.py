"""How the SQLite file is opened, made, recognised, upgraded."""

import contextlib
import errno
import os
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ..errors import StoreOpenError

T = TypeVar("T")

APPLICATION_ID = 0x53455353  # "SESS"
_BUSY_TIMEOUT_S = 5.0
_CHECKPOINT_TIMEOUT_S = 0.02
_RETRY_PAUSE_S = 0.02
_PAGE_BYTES = 2048
_LOG_BYTES = 32 * 1024 * 1024  # seldom reached: a disk takes 0.1 s to cut a file
_CACHE_KIB = 16 * 1024  # the pages of 1,000 visitors, wherever they lie in a large file

_FIRST_SCHEMA = (
    """
    CREATE TABLE sessions (
        handle TEXT NOT NULL PRIMARY KEY,
        id_digest BLOB NOT NULL,
        started_at INTEGER NOT NULL,
        last_seen_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        renewed_at INTEGER NOT NULL,
        data TEXT NOT NULL,
        flashes TEXT,
        user TEXT,
        signed_in_at INTEGER,
        idle_timeout INTEGER,
        previous_digest BLOB,
        previous_until INTEGER,
        generation INTEGER NOT NULL,
        version INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX sessions_by_expiry ON sessions (expires_at)",
    "CREATE INDEX sessions_by_user ON sessions (user) WHERE user IS NOT NULL",
)

MIGRATIONS = (_FIRST_SCHEMA,)
"""The statements that lead from each version of the schema to the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """What a file of ours is recognised by, and how it came to be what it is."""

    application_id: int
    migrations: tuple[tuple[str, ...], ...]
    probe: str
    """A query that fails when the tables are not what they should be."""


def open_for_writing(path: Path, durability: str) -> sqlite3.Connection:
    """Open *path* for session records; raises StoreOpenError."""
    schema = Schema(
        application_id=APPLICATION_ID,
        migrations=MIGRATIONS,
        probe="SELECT handle FROM sessions LIMIT 1",
    )
    return open_with_schema(path, durability, schema)


def open_with_schema(path: Path, durability: str, schema: Schema) -> sqlite3.Connection:
    """Open *path*, made or upgraded where that is needed; raises StoreOpenError."""
    try:
        _prepare_file(path)
        db = _connect(path)
        try:
            _refuse_strangers(db, path, schema)
            # Heard by a new file alone. A change rewrites the whole page of its row.
            db.execute(f"PRAGMA page_size={_PAGE_BYTES}").fetchall()
            _use_wal(db)
            db.execute(f"PRAGMA synchronous={durability}").fetchall()
            # Only the process that leads checkpoints; see sqlite_checkpoints.
            db.execute("PRAGMA wal_autocheckpoint=0").fetchall()
            db.execute(f"PRAGMA cache_size={-_CACHE_KIB}").fetchall()
            # What undoes one statement: for 32 changes else a temporary file each time.
            db.execute("PRAGMA temp_store=MEMORY").fetchall()
            # A log that grew beside a long reader is cut when it begins anew.
            db.execute(f"PRAGMA journal_size_limit={_LOG_BYTES}").fetchall()
            in_transaction(db, lambda db: _upgrade(db, path, schema))
        except BaseException:
            db.close()
            raise
    except (sqlite3.Error, OSError) as exc:
        raise StoreOpenError(str(path), _explain(exc)) from exc
    return db


def open_for_reading(path: Path, durability: str) -> sqlite3.Connection:
    """Open *path*, which `open_for_writing` has prepared, for queries only."""
    db = _connect(path)
    db.execute("PRAGMA query_only=1").fetchall()
    return db


def open_for_checkpoints(path: Path, durability: str) -> sqlite3.Connection:
    """Open *path* for checkpoints only; they wait 20 ms at most for who is before."""
    return _connect(path, _CHECKPOINT_TIMEOUT_S)


def _prepare_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    # Nobody else on the machine is to read what visitors keep; SQLite gives the
    # files beside it the same mode. One that is there is not opened: to close it would
    # drop the locks of another store on it in this process; see sqlite_index.
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _connect(path: Path, timeout_s: float = _BUSY_TIMEOUT_S) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=timeout_s, isolation_level=None)


def _refuse_strangers(db: sqlite3.Connection, path: Path, schema: Schema) -> None:
    """Leave a file alone that is not ours, or that we do not understand."""
    # The tables first: whoever makes them meanwhile sets the id in one step with them.
    (tables,) = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    application_id = _pragma(db, "application_id")
    if application_id != schema.application_id and (application_id or tables):
        raise StoreOpenError(
            str(path), "it is another program's database; name another file"
        )
    version = _pragma(db, "user_version")
    if version > len(schema.migrations):
        raise StoreOpenError(
            str(path),
            f"its schema is version {version} and this program knows up to"
            f" {len(schema.migrations)}; use a newer version of the program",
        )


def _use_wal(db: sqlite3.Connection) -> None:
    """Switch to WAL; the busy timeout does not hold here when two openers meet."""
    deadline_s = time.monotonic() + _BUSY_TIMEOUT_S
    while True:
        try:
            (mode,) = db.execute("PRAGMA journal_mode=WAL").fetchone()
        except sqlite3.OperationalError:
            if time.monotonic() > deadline_s:
                raise
            time.sleep(_RETRY_PAUSE_S)  # in the connection's thread, not the loop's
            continue
        if mode != "wal":
            raise sqlite3.OperationalError("the file system does not allow WAL")
        return


def in_transaction(
    db: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]
) -> T:
    """Do *work*, all of it or nothing; when this returns, it is durable."""
    db.execute("BEGIN IMMEDIATE")
    try:
        result = work(db)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return result


def _upgrade(db: sqlite3.Connection, path: Path, schema: Schema) -> None:
    _refuse_strangers(db, path, schema)  # another process may have been here first
    missing = schema.migrations[_pragma(db, "user_version") :]
    for statements in missing:
        for statement in statements:
            db.execute(statement)
    if missing:  # else nothing is written: a full disk keeps no file from being opened
        db.execute(f"PRAGMA application_id={schema.application_id}")
        db.execute(f"PRAGMA user_version={len(schema.migrations)}")
    db.execute(schema.probe).fetchall()


def _pragma(db: sqlite3.Connection, name: str) -> int:
    (value,) = db.execute(f"PRAGMA {name}").fetchone()
    return int(value)


def _explain(exc: Exception) -> str:
    if isinstance(exc, OSError):
        return f"{exc.strerror or exc}; name a file in a folder that can be written"
    text = str(exc)
    if "not a database" in text:
        return "it is not an SQLite database; name another file"
    if "malformed" in text:
        return "it is damaged; move it away or restore a backup"
    return f"{text}; is the folder writable, and the disk not full?"
