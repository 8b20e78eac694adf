"""The SQLite file: how it is made, recognised, refused, upgraded."""

import asyncio
import os
import sqlite3
import stat
from contextlib import ExitStack

import pytest

from tests.programs import program, read_line
from tests.sessions.stores.sqlite_files import ENVIRONMENT, ask, database
from tornado_app.sessions import SQLiteStore, StoreOpenError, open_store
from tornado_app.sessions.record import Create
from tornado_app.sessions.stores import sqlite_schema
from tornado_app.sessions.testing import START, make_record


@pytest.fixture
async def kept(path):
    """A file that holds one record."""
    record = make_record(data={"a": 1})
    async with SQLiteStore(path) as store:
        await store.apply([Create(record)])
    return record


async def problem_with(path):
    """Why *path* is refused; it has to be, and nothing may be left beside it."""
    with pytest.raises(StoreOpenError) as caught:
        async with SQLiteStore(path):
            pass
    assert caught.value.place == str(path)
    assert str(path) in str(caught.value)
    return caught.value.problem


async def test_a_new_file_says_what_it_is_and_which_version(path):
    async with SQLiteStore(path):
        pass

    assert ask(path, "PRAGMA application_id") == sqlite_schema.APPLICATION_ID
    assert ask(path, "PRAGMA user_version") == len(sqlite_schema.MIGRATIONS)


async def test_to_open_a_file_that_is_there_writes_nothing(path, kept):
    async with SQLiteStore(path) as store:
        assert store._index.frames() == 0


async def test_the_file_and_those_beside_it_are_for_their_owner_alone(path):
    before = os.umask(0)
    try:
        async with SQLiteStore(path) as store:
            await store.apply([Create(make_record())])
            modes = {
                each.name: stat.S_IMODE(each.stat().st_mode)
                for each in path.parent.iterdir()
            }
    finally:
        os.umask(before)

    assert modes == {
        "sessions.db": 0o600,
        "sessions.db-wal": 0o600,
        "sessions.db-shm": 0o600,
        "sessions.db-lead": 0o600,
    }


async def test_what_undoes_one_statement_stays_in_memory(path):
    async with SQLiteStore(path) as store:
        assert await store._write(
            "look", lambda db: db.execute("PRAGMA temp_store").fetchone()
        ) == (2,)


@pytest.mark.parametrize(
    ("query", "level"), [("", 2), ("?durability=full", 2), ("?durability=normal", 1)]
)
async def test_commits_are_power_safe_unless_the_url_says_otherwise(path, query, level):
    async with open_store(f"sqlite:///{path}{query}") as store:
        found = await store._writer.run(
            lambda db: db.execute("PRAGMA synchronous").fetchone()
        )

        assert found == (level,)
        assert ask(path, "PRAGMA journal_mode") == "wal"


async def test_the_reading_connection_cannot_write(path):
    async with SQLiteStore(path) as store:
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            await store._reader.run(lambda db: db.execute("DELETE FROM sessions"))


async def test_a_newer_schema_is_refused_and_left_alone(path, kept):
    newest = len(sqlite_schema.MIGRATIONS)
    with database(path) as db:
        db.execute(f"PRAGMA user_version={newest + 1}")
    before = path.read_bytes()

    problem = await problem_with(path)

    assert f"version {newest + 1}" in problem
    assert f"up to {newest}" in problem
    assert "newer version of the program" in problem
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE users (name TEXT)",
        "CREATE TABLE sessions (id TEXT)",
        "PRAGMA application_id=1",
        "CREATE VIEW sessions AS SELECT 1 AS handle",
    ],
)
async def test_another_programs_database_is_refused_and_left_alone(path, statement):
    with database(path) as db:
        db.execute(statement)
    before = path.read_bytes()

    assert "another program's database" in await problem_with(path)
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == [path.name]


async def test_a_file_that_is_no_database_is_refused_and_left_alone(path):
    text = b"Dear diary, today I named the wrong file.\n" * 100
    path.write_bytes(text)

    assert "not an SQLite database" in await problem_with(path)
    assert path.read_bytes() == text


async def test_a_damaged_file_is_refused(path, kept):
    page = ask(path, "PRAGMA page_size")
    content = path.read_bytes()
    path.write_bytes(content[:page] + b"\xff" * (len(content) - page))

    assert "damaged" in await problem_with(path)


async def test_a_file_that_was_cut_short_is_refused(path, kept):
    path.write_bytes(path.read_bytes()[: ask(path, "PRAGMA page_size")])

    assert "damaged" in await problem_with(path)


async def test_a_file_of_ours_without_its_table_is_refused(path, kept):
    with database(path) as db:
        db.execute("DROP TABLE sessions")

    assert "no such table" in await problem_with(path)


@pytest.mark.parametrize("name", [".", "file/sessions.db", "file/deeper/sessions.db"])
async def test_a_place_that_cannot_hold_the_file_is_refused(tmp_path, name):
    (tmp_path / "file").touch()

    assert "a folder that can be written" in await problem_with(tmp_path / name)


async def test_an_older_file_is_upgraded_and_keeps_its_records(path, kept, monkeypatch):
    older = sqlite_schema.MIGRATIONS
    newer = (*older, ("ALTER TABLE sessions ADD COLUMN colour TEXT DEFAULT 'red'",))
    monkeypatch.setattr(sqlite_schema, "MIGRATIONS", newer)

    async with SQLiteStore(path) as store:
        found = await store.find([kept.handle], now=START)

    assert found == {kept.handle: kept}
    assert ask(path, "PRAGMA user_version") == len(newer)
    assert ask(path, "SELECT colour FROM sessions") == "red"


async def test_an_upgrade_is_made_once(path, kept, monkeypatch):
    more = ("CREATE TABLE extra (n INTEGER)", "INSERT INTO extra VALUES (1)")
    newer = (*sqlite_schema.MIGRATIONS, more)
    monkeypatch.setattr(sqlite_schema, "MIGRATIONS", newer)

    for _ in range(2):
        async with SQLiteStore(path):
            pass

    assert ask(path, "SELECT count(*) FROM extra") == 1


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("INSERT INTO missing VALUES (1)", "no such table: missing"),
        # As a full disk does, this ends the transaction by itself.
        ("INSERT OR ROLLBACK INTO extra VALUES (NULL)", "NOT NULL constraint failed"),
    ],
)
async def test_an_upgrade_that_fails_halfway_changes_nothing(
    path, kept, monkeypatch, statement, problem
):
    older = sqlite_schema.MIGRATIONS
    broken = ("CREATE TABLE extra (n INTEGER NOT NULL)", statement)
    with monkeypatch.context() as patch:
        patch.setattr(sqlite_schema, "MIGRATIONS", (*older, broken))
        assert problem in await problem_with(path)

    assert ask(path, "PRAGMA user_version") == len(older)
    assert ask(path, "SELECT count(*) FROM sqlite_schema WHERE name = 'extra'") == 0
    async with SQLiteStore(path) as store:
        assert await store.find([kept.handle], now=START) == {kept.handle: kept}


async def test_opening_waits_for_another_who_is_making_the_file(path):
    """SQLite answers "locked" at once there, whatever the busy timeout says."""
    store = SQLiteStore(path)
    with database(path) as other:
        other.execute("BEGIN IMMEDIATE")
        opening = asyncio.ensure_future(store.__aenter__())
        await asyncio.wait([opening], timeout=0.2)
        assert not opening.done()

    await opening
    assert ask(path, "PRAGMA journal_mode") == "wal"
    await store.__aexit__(None, None, None)


def test_processes_that_meet_at_a_new_file_all_open_it(tmp_path):
    code = (
        "import asyncio, os, time\n"
        "from tornado_app.sessions import SQLiteStore\n"
        "from tornado_app.sessions.record import Create\n"
        "from tornado_app.sessions.testing import make_record\n"
        "async def main():\n"
        "    async with SQLiteStore('sessions.db') as store:\n"
        "        await store.apply([Create(make_record())])\n"
        "print('ready')\n"
        "while not os.path.exists('go'): time.sleep(0.0001)\n"
        "asyncio.run(main())"
    )
    with ExitStack() as stack:
        others = [
            stack.enter_context(program(tmp_path, "-c", code, environment=ENVIRONMENT))
            for _ in range(4)
        ]
        for other in others:
            assert read_line(other.process.stdout) == "ready\n"
        (tmp_path / "go").touch()
        assert [other.exit_code() for other in others] == [0] * 4

    assert ask(tmp_path / "sessions.db", "SELECT count(*) FROM sessions") == 4
