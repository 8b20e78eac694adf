"""The SQLite store changes records where it has found them, if they still lie there."""

import pytest

from tests.sessions.stores.sqlite_files import database
from tornado_app.sessions import SQLiteStore
from tornado_app.sessions.record import Create, Outcome, Whole
from tornado_app.sessions.testing import NOW, make_record, make_update


@pytest.fixture
def path(tmp_path):
    return tmp_path / "sessions.db"


@pytest.fixture
async def store(path):
    async with SQLiteStore(path, durability="normal") as store:
        yield store


@pytest.fixture
async def records(store):
    records = [make_record(data={"a": number}) for number in range(3)]
    await store.apply([Create(record) for record in records])
    return records


async def test_what_was_found_is_changed_where_it_lies(store, path, records):
    await find(store, records)

    for version in range(2):
        statements = await change(store, records, version=version)

        assert "ROLLBACK" not in statements
        (update,) = (one for one in statements if one.startswith("UPDATE"))
        assert all(f", {rowid})" in update for rowid in rowids(path))
        assert "SEARCH sessions USING INTEGER PRIMARY KEY (rowid=?)" in plan(
            path, update
        )


async def test_what_was_never_found_is_looked_up(store, records):
    assert "ROLLBACK" not in await change(store, records)


async def test_what_has_moved_meanwhile_is_looked_up(store, path, records):
    await find(store, records)
    with database(path) as db:
        db.execute("UPDATE sessions SET rowid = -rowid")

    assert "ROLLBACK" in await change(store, records)


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
    """Change the whole of all at once; return the statements that did it."""
    statements, whole = [], Whole(version, '{"a":9}')
    await store._writer.run(lambda db: db.set_trace_callback(statements.append))
    changes = [make_update(one, values={"a": "9"}, whole=whole) for one in records]
    outcomes = await store.apply(changes)
    await store._writer.run(lambda db: db.set_trace_callback(None))

    assert outcomes == [outcome] * len(records)
    return statements


def rowids(path):
    with database(path) as db:
        return [rowid for (rowid,) in db.execute("SELECT rowid FROM sessions")]


def plan(path, statement):
    with database(path) as db:
        return [row[-1] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}")]
