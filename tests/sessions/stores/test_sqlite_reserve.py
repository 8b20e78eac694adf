"""A disk that is full: sessions end, though none can begin or change."""

import asyncio
import errno
import os
import resource
from contextlib import contextmanager

import pytest

from tests.sessions.stores.sqlite_files import ask, database
from tornado_app.sessions import SessionPolicy, Sessions, SQLiteStore
from tornado_app.sessions.errors import StoreUnavailableError
from tornado_app.sessions.record import Create, Delete, Outcome
from tornado_app.sessions.testing.records import NOW, make_record, make_update

KEPT_FOR_ENDS = "the disk is full; what is left of the log is for the ends of sessions"
SIGN_OUTS = 100


@pytest.fixture
async def store(path):
    """One that never writes its log back, so that it can only grow."""
    async with SQLiteStore(path, may_lead=False) as made:
        yield made


@contextmanager
def full_disk(path):
    """No file may grow beyond the log, as where no room is left."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    size_bytes = path.with_name(f"{path.name}-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def create(store, **fields):
    record = make_record(**fields)
    assert await store.apply([Create(record)]) == [Outcome.APPLIED]
    return record


async def create_many(store):
    for _ in range(10_000):
        await create(store, data={"text": "x" * 1500})


async def create_until_the_disk_is_full(store):
    with pytest.raises(StoreUnavailableError, match=KEPT_FOR_ENDS):
        await create_many(store)


def handles(path):
    with database(path) as db:
        return {handle for (handle,) in db.execute("SELECT handle FROM sessions")}


async def test_sessions_end_one_by_one_when_none_can_begin(store, path):
    ending = [await create(store) for _ in range(SIGN_OUTS)]
    staying = await create(store)
    with full_disk(path):
        await create_until_the_disk_is_full(store)
        for record in ending:
            outcomes = await store.apply([Delete(record.handle)])
            assert outcomes == [Outcome.APPLIED]

        left = handles(path)
    assert staying.handle in left
    assert left.isdisjoint(record.handle for record in ending)


async def test_all_sessions_of_a_user_end_when_none_can_begin(store, path):
    for _ in range(SIGN_OUTS):
        await create(store, user="ada")
    with full_disk(path):
        await create_until_the_disk_is_full(store)

        ended = await store.delete_user("ada", now=NOW, keep=None)

    assert ended == SIGN_OUTS


async def test_nothing_that_was_stored_is_lost_and_nothing_changes(store, path):
    record = await create(store)
    with full_disk(path):
        await create_until_the_disk_is_full(store)
        before = handles(path)

        with pytest.raises(StoreUnavailableError, match=KEPT_FOR_ENDS):
            await store.apply([make_update(record)])

        assert await store.find([record.handle], now=NOW) == {record.handle: record}
        assert handles(path) == before


async def test_a_sweep_leaves_the_reserve_alone(store, path):
    with full_disk(path):
        await create_until_the_disk_is_full(store)

        with pytest.raises(StoreUnavailableError, match=KEPT_FOR_ENDS):
            await store.delete_expired(now=NOW, limit=12)


async def test_changes_go_on_as_soon_as_there_is_room(store, path):
    with full_disk(path):
        await create_until_the_disk_is_full(store)

    await create(store)


async def test_who_ends_a_session_does_not_wait_with_those_who_change_one(store, path):
    sessions = Sessions(store, SessionPolicy())
    record = await create(store)
    with full_disk(path):
        await create_until_the_disk_is_full(store)

        changed, ended = await asyncio.gather(
            sessions.lifecycle.apply(make_update(record)),
            sessions.lifecycle.end(record.handle),
            return_exceptions=True,
        )

    assert isinstance(changed, StoreUnavailableError)
    assert ended is True


async def test_the_reserve_is_there_before_anything_is_stored(path):
    async with SQLiteStore(path) as store:
        with full_disk(path):
            assert path.with_name("sessions.db-wal").stat().st_size > 1024 * 1024
            outcomes = await store.apply([Delete(make_record().handle)])

    assert outcomes == [Outcome.GONE]


async def test_a_log_that_is_written_back_has_room_again(path):
    async with SQLiteStore(path) as store:
        record = await create(store)
        # The file has all its pages, so it need not grow for what comes.
        with full_disk(path):
            for _ in range(2000):
                (found,) = (await store.find([record.handle], now=NOW)).values()
                await change_when_there_is_room(store, found)

    assert ask(path, "SELECT version FROM sessions") == 2000


async def change_when_there_is_room(store, record):
    async with asyncio.timeout(4):
        while True:
            try:
                assert await store.apply([make_update(record)]) == [Outcome.APPLIED]
            except StoreUnavailableError:
                await store._lead._turn()  # which comes by itself twice a second
                continue
            return


async def test_a_file_system_that_holds_no_place_has_no_reserve(path, monkeypatch):
    def refuse(descriptor, offset, size):
        raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))

    monkeypatch.setattr(os, "posix_fallocate", refuse)
    async with SQLiteStore(path) as store:
        await create(store)

    assert len(handles(path)) == 1


async def test_a_log_that_somebody_took_away_is_no_reason_to_fail(store, path):
    await create(store)
    path.with_name("sessions.db-wal").unlink()

    await create(store)
