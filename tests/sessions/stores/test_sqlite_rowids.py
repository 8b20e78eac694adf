"""The SQLite store changes records where it has found them, if they still lie there."""

import pytest

from tests.sessions.stores.sqlite_files import database
from tornado_app.sessions import SQLiteStore
from tornado_app.sessions.record import Create, Outcome, Whole
from tornado_app.sessions.testing import NOW, make_record, make_update


@pytest.fixture
async def store(path):
    async with SQLiteStore(path, durability="normal") as store:
        yield store


@pytest.fixture
async def records(store):
    records = [make_record(data={"a": number}) for number in range(3)]
    await store.apply([Create(record) for record in records])
    return records


async def test_what_was_found_is_changed_where_it_lies(store, path, records, told):
    await find(store, records)

    for version in range(2):
        await change(store, records, version=version)

    updates = [one for one in told if one.startswith("UPDATE")]
    assert len(updates) == 2
    assert "ROLLBACK" not in told
    for update in updates:
        assert all(f", {rowid})" in update for rowid in rowids(path))
        assert "SEARCH sessions USING INTEGER PRIMARY KEY (rowid=?)" in plan(
            path, update
        )


async def test_what_was_never_found_is_looked_up(store, records, told):
    await change(store, records)

    assert "ROLLBACK" not in told


async def test_what_has_moved_meanwhile_is_looked_up(store, path, records, told):
    await find(store, records)
    with database(path) as db:
        db.execute("UPDATE sessions SET rowid = -rowid")

    await change(store, records)

    assert "ROLLBACK" in told


async def test_what_lies_in_the_place_of_another_is_left_alone(store, path):
    record = make_record()
    other = make_record(id_digest=record.id_digest)
    await store.apply([Create(record), Create(other)])
    await find(store, [record])
    with database(path) as db:
        db.execute("DELETE FROM sessions WHERE handle = ?", (record.handle,))
        db.execute("UPDATE sessions SET rowid = 1")

    await change(store, [record], outcome=Outcome.GONE)

    assert await find(store, [other]) == {other.handle: other}


async def find(store, records):
    return await store.find([record.handle for record in records], now=NOW)


async def change(store, records, *, version=0, outcome=Outcome.APPLIED):
    """Change the whole of all at once."""
    whole = Whole(version, '{"a":9}')
    changes = [make_update(one, values={"a": "9"}, whole=whole) for one in records]

    assert await store.apply(changes) == [outcome] * len(records)


def rowids(path):
    with database(path) as db:
        return [rowid for (rowid,) in db.execute("SELECT rowid FROM sessions")]


def plan(path, statement):
    with database(path) as db:
        return [row[-1] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}")]
