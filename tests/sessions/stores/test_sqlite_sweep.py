"""How the SQLite store sweeps beside the changes of visitors."""

import asyncio

import pytest

from tornado_app.sessions import SQLiteStore, StoreUnavailableError
from tornado_app.sessions.record import Create
from tornado_app.sessions.stores import sqlite
from tornado_app.sessions.testing import NOW, START, make_record

FOREVER_S = 3_600


@pytest.fixture
async def store(path):
    async with SQLiteStore(path) as store:
        yield store


@pytest.fixture
def often(monkeypatch):
    """Changes come often if they come within so many seconds."""
    return lambda seconds: monkeypatch.setattr(sqlite, "_OFTEN_S", seconds)


async def change(store):
    await store.apply([Create(make_record(expires_at=START))])


async def sweep(store):
    return await store.delete_expired(now=NOW, limit=10)


async def test_a_sweep_comes_right_behind_changes_that_come_often(store, often):
    often(FOREVER_S)
    await change(store)

    sweeping = asyncio.create_task(sweep(store))
    for _ in range(3):
        assert await store.count(now=START) == 0
        assert not sweeping.done()
    await change(store)

    assert await sweeping == 2


async def test_a_sweep_waits_for_nobody_where_nothing_changes(store, often):
    await change(store)
    often(0)
    assert await sweep(store) == 1

    often(FOREVER_S)
    assert await sweep(store) == 0


async def test_a_sweep_that_waits_can_be_cancelled(store, often):
    often(FOREVER_S)
    await change(store)

    sweeping = asyncio.create_task(sweep(store))
    await asyncio.sleep(0)
    sweeping.cancel()
    await asyncio.wait([sweeping])

    assert sweeping.cancelled()
    assert await sweep(store) == 1


async def test_a_sweep_waits_for_no_disk_and_the_next_change_does(store, told):
    await sweep(store)

    before, deletes, after = told[-3:]
    assert (before, after) == ("PRAGMA synchronous=NORMAL", "PRAGMA synchronous=2")
    assert deletes.startswith("DELETE")


async def test_a_change_waits_for_the_disk_even_after_a_sweep_that_failed(store, told):
    await store._write(
        "harm", lambda db: db.execute("ALTER TABLE sessions RENAME TO x")
    )

    with pytest.raises(StoreUnavailableError):
        await sweep(store)

    assert told[-1] == "PRAGMA synchronous=2"
