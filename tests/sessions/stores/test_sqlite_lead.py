"""One process leads: it checkpoints the file and sweeps it."""

import sqlite3

import pytest

from tornado_app.sessions.record import Create
from tornado_app.sessions.stores import SQLiteStore
from tornado_app.sessions.stores.sqlite_lead import CHECKPOINT_PAGES
from tornado_app.sessions.testing import make_record


@pytest.fixture
def path(tmp_path):
    return tmp_path / "sessions.db"


async def autocheckpoint(store):
    def ask(db: sqlite3.Connection) -> int:
        (pages,) = db.execute("PRAGMA wal_autocheckpoint").fetchone()
        return pages

    return await store._writer.run(ask)


async def test_the_only_opener_leads(path):
    async with SQLiteStore(path) as store:
        assert store.sweeps
        assert await autocheckpoint(store) == CHECKPOINT_PAGES


async def test_a_second_opener_neither_checkpoints_nor_sweeps(path):
    async with SQLiteStore(path), SQLiteStore(path) as second:
        assert not second.sweeps
        assert await autocheckpoint(second) == 0


async def test_another_takes_over_when_the_leader_ends(path):
    first = await SQLiteStore(path).__aenter__()
    async with SQLiteStore(path) as second:
        await first.__aexit__(None, None, None)

        await second._lead._turn()

        assert second.sweeps
        assert await autocheckpoint(second) == CHECKPOINT_PAGES


async def test_a_visitor_never_leads_though_nobody_else_does(path):
    async with SQLiteStore(path, may_lead=False) as store:
        assert not store.sweeps
        assert await autocheckpoint(store) == 0


async def test_the_leader_checkpoints_what_others_wrote(path):
    async with SQLiteStore(path) as leader, SQLiteStore(path) as other:
        records = [make_record(data='"%s"' % ("x" * 60_000)) for _ in range(100)]
        await other.apply([Create(record) for record in records])
        log = path.with_name("sessions.db-wal")
        before = path.stat().st_size
        assert log.stat().st_size > 4 * 1024 * 1024

        await leader._lead._turn()

        assert path.stat().st_size > before
