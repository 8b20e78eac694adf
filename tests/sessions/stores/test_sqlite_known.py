"""What the SQLite store knows without asking its file."""

import asyncio
import random
import subprocess
import sys
from datetime import timedelta

import pytest

from tests.plugins.effort import counts
from tests.programs import program, read_line
from tests.sessions.stores.sqlite_files import (
    ENVIRONMENT,
    ask,
    database,
    nothing_is_left_open,
)
from tornado_app.sessions import SQLiteStore
from tornado_app.sessions.record import Create, Delete, Whole
from tornado_app.sessions.stores import sqlite_index, sqlite_known
from tornado_app.sessions.stores.sqlite_index import WalIndex, is_next, is_whole
from tornado_app.sessions.testing import NOW, START, make_record, make_update

LATER = NOW + timedelta(days=400)

REVOKE = """
import asyncio, signal, sys
from tornado_app.sessions import SQLiteStore
from tornado_app.sessions.record import Delete

async def main():
    async with SQLiteStore(sys.argv[1], may_lead=False) as store:
        await store.apply([Delete(sys.argv[2])])
        print("revoked", flush=True)
        signal.pause()

asyncio.run(main())
"""


@pytest.fixture
async def store(path):
    async with SQLiteStore(path, durability="normal") as store:
        yield store


async def kept(store, **data):
    record = make_record(data=data)
    await store.apply([Create(record)])
    await store.find([record.handle], now=NOW)
    return record


async def test_what_was_found_is_known(store):
    record = await kept(store, a=1)

    assert store.recall(record.handle) == record


async def test_what_this_store_changes_stays_known(store):
    record, other = await kept(store, a=1), await kept(store, b=1)

    whole = Whole(0, '{"a":2}')
    await store.apply([make_update(record, values={"a": "2"}, whole=whole)])

    assert store.recall(record.handle).data == '{"a":2}'
    assert store.recall(other.handle) == other


async def test_the_commit_of_another_connection_makes_all_unknown(store, path):
    record = await kept(store, a=1)

    with database(path) as db:
        db.execute("UPDATE sessions SET data = '{}'")

    assert store.recall(record.handle) is None
    found = await store.find([record.handle], now=NOW)
    assert store.recall(record.handle) == found[record.handle]


async def test_a_session_that_another_process_has_revoked_is_unknown(store, path):
    record = await kept(store, a=1)
    assert store.recall(record.handle) == record

    revoking = ("-c", REVOKE, path, record.handle)
    with program(path.parent, *revoking, environment=ENVIRONMENT) as other:
        assert read_line(other.process.stdout) == "revoked\n"

        assert store.recall(record.handle) is None


async def test_a_change_that_is_rolled_back_makes_nothing_unknown(store, path):
    record = await kept(store, a=1)

    with database(path) as db:
        db.execute("BEGIN IMMEDIATE")
        db.execute("DELETE FROM sessions")
        assert store.recall(record.handle) == record
        db.execute("ROLLBACK")

    assert store.recall(record.handle) == record


async def test_our_own_commit_after_anothers_leaves_no_old_record(store, path):
    record, mine = await kept(store, a=1), await kept(store, b=1)

    with database(path) as db:
        db.execute("UPDATE sessions SET user = 'ada'")
    await store.apply([make_update(mine, values={"b": "2"})])

    assert store.recall(record.handle) is None
    assert store.recall(mine.handle).user == "ada"


async def test_a_commit_of_ours_of_which_nobody_has_heard_is_found_in_the_file(store):
    record, other = await kept(store, a=1), await kept(store, b=1)
    before = store._index.mark()
    change = make_update(record, values={"a": "2"})
    applying = asyncio.ensure_future(store.apply([change]))
    await asyncio.sleep(0)
    while store._index.mark() == before:
        pass  # the loop does not go on, so the store's thread cannot tell it

    assert store.recall(record.handle) is None
    assert store.recall(other.handle) is None
    found = await store.find([record.handle, other.handle], now=NOW)

    assert found[record.handle].data == '{"a":2}'
    assert found[other.handle] == other
    await applying


async def test_strangers_who_come_once_push_nobody_out(store):
    record = await kept(store, a=1)

    await store.apply([Create(make_record()) for _ in range(5000)])

    assert store.recall(record.handle) == record


async def test_a_commit_just_after_ours_is_not_taken_for_ours(store, path, monkeypatch):
    record, other = await kept(store, a=1), await kept(store, b=1)
    mark, looks = store._known.mark, []

    def mark_late():
        looks.append("look")
        if len(looks) == 2:  # ours is committed by now
            with database(path) as db:
                db.execute("UPDATE sessions SET data = '{}'")
        return mark()

    monkeypatch.setattr(store._known, "mark", mark_late)
    await store.apply([make_update(record, values={"a": "2"})])

    assert store.recall(record.handle) is None
    assert store.recall(other.handle) is None


async def sweep(store, *, now=NOW):
    return await store.delete_expired(now=now, limit=10)


async def create(store):
    await store.apply([Create(make_record())])


@pytest.mark.parametrize("commit", [create, sweep])
@pytest.mark.parametrize("look", [1, 2])
async def test_a_commit_around_ours_is_not_taken_for_it(
    store, path, monkeypatch, look, commit
):
    """The first look is before our transaction begins, the second after its end."""
    record = await kept(store, a=1)
    await store.apply([Create(make_record(expires_at=START))])
    mark, looks = store._known.mark, []

    def mark_and_meet():
        looks.append(mark())
        if len(looks) == look:
            with database(path) as db:
                db.execute("UPDATE sessions SET data = '{}'")
        return looks[-1] if look == 1 else mark()

    with monkeypatch.context() as patch:
        patch.setattr(store._known, "mark", mark_and_meet)
        await commit(store)

    assert len(looks) == 2
    assert store.recall(record.handle) is None


async def test_what_a_sweep_leaves_stays_known(store):
    record = await kept(store, a=1)
    await store.apply([Create(make_record(expires_at=START))])

    assert await sweep(store) == 1

    assert store.recall(record.handle) == record


async def test_what_a_sweep_deletes_is_forgotten(store):
    """A clock that is set back must not bring it back."""
    record = await kept(store, a=1)
    longer = make_record(expires_at=LATER + timedelta(days=1))
    await store.apply([Create(longer)])
    await store.find([longer.handle], now=NOW)

    assert await sweep(store, now=LATER) == 1

    assert store.recall(record.handle) is None
    assert store.recall(longer.handle) == longer
    assert store._known._none_expires_before == longer.expires_at


async def test_a_sweep_looks_through_what_is_known_only_when_some_of_it_is_expired(
    store, monkeypatch
):
    record = await kept(store, a=1)
    monkeypatch.setattr(store._known, "_found", Untouched(store._known._found))
    await store.apply([Create(make_record(expires_at=START))])

    await sweep(store)

    assert store.recall(record.handle) == record


class Untouched(dict):
    def items(self):
        raise AssertionError


async def test_whatever_two_stores_do_nobody_recalls_what_is_not_stored(path):
    randomly = random.Random(7)  # noqa: S311 - the same steps at every run
    async with (
        SQLiteStore(path, durability="normal") as one,
        SQLiteStore(path, durability="normal") as other,
    ):
        records, recalled = [make_record(user="ada") for _ in range(6)], 0
        for _ in range(600):
            store = randomly.choice([one, other])
            await act(store, randomly.choice(records), randomly)
            for record in records:
                stored = truth(path, record.handle)
                for each in (one, other):
                    known = each.recall(record.handle)
                    assert known is None or (known.version, known.data) == stored
                    recalled += known is not None
    assert recalled > 300
    counts["records recalled while two stores changed them, none of them old"] += (
        recalled
    )


async def act(store, record, randomly):
    found = (await store.find([record.handle], now=NOW)).get(record.handle)
    step = randomly.randrange(12)
    number = str(randomly.randrange(100))
    if found is None or step == 0:
        await store.apply([Create(record)])
    elif step == 1:
        await store.apply([Delete(record.handle)])
    elif step == 2:
        await store.delete_user("ada", now=NOW, keep=record.handle)
    elif step == 3:
        await sweep(store, now=randomly.choice([NOW, NOW, LATER]))
    elif step < 7:
        await store.apply([make_update(found, values={"b": number})] * 2)
    elif step < 11:
        whole = Whole(found.version, f'{{"a":{number}}}')
        await store.apply([make_update(found, values={"a": number}, whole=whole)])


def truth(path, handle):
    """Version and data as another program finds them."""
    query = "SELECT version, data FROM sessions WHERE handle = ?"
    with database(path) as db:
        return db.execute(query, (handle,)).fetchone()


async def test_long_data_is_left_to_the_file(store):
    record = await kept(store, a="x" * 3000)

    assert store.recall(record.handle) is None


async def test_no_more_is_known_than_there_is_room_for(store, monkeypatch):
    monkeypatch.setattr(sqlite_known, "_MOST", 3)

    records = [await kept(store, n=n) for n in range(5)]

    known = [store.recall(record.handle) is not None for record in records]
    assert known == [False, False, True, True, True]


async def test_without_the_shared_memory_the_file_is_asked(path, monkeypatch):
    monkeypatch.setattr(WalIndex, "open", lambda path: None)
    async with SQLiteStore(path) as store:
        record = await kept(store, a=1)

        assert store.recall(record.handle) is None
        assert await store.find([record.handle], now=NOW) == {record.handle: record}
        assert await sweep(store, now=LATER) == 1
        assert await store.find([record.handle], now=NOW) == {}


async def test_a_closed_store_knows_nothing(path):
    async with SQLiteStore(path) as store:
        record = await kept(store, a=1)

    assert store.recall(record.handle) is None
    await nothing_is_left_open(path)


async def test_closing_one_store_leaves_the_locks_of_another(store, path):
    await kept(store, a=1)

    async with SQLiteStore(path):
        pass

    assert is_locked(path)
    await kept(store, a=2)
    assert ask(path, "PRAGMA integrity_check") == "ok"


# Who has the file open holds a lock on byte 128 (SQLite, os_unix.c, UNIX_SHM_DMS).
LOCK = """
import fcntl, sys
with open(sys.argv[1], "r+b") as shared:
    try:
        fcntl.lockf(shared, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 128)
    except BlockingIOError:
        print("locked")
"""


def is_locked(path):
    """Whether another process finds the memory that the file's users share in use."""
    command = (sys.executable, "-c", LOCK, f"{path}-shm")
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout == "locked\n"


def test_a_half_written_header_stands_for_nothing():
    header = (3_007_000).to_bytes(4, "little") + bytes(44)

    assert is_whole(header * 2)
    assert not is_whole(header + bytes(48))
    assert not is_whole(bytes(96))


async def test_a_header_that_is_being_written_is_read_again(path, monkeypatch):
    looks = []
    monkeypatch.setattr(
        sqlite_index, "is_whole", lambda mark: looks.append(mark) or len(looks) > 3
    )

    async with SQLiteStore(path) as store:
        assert store._known is not None
    assert len(looks) > 3


def test_the_counter_of_commits_may_begin_anew():
    last = bytes(8) + (2**32 - 1).to_bytes(4, "little") + bytes(84)

    assert is_next(bytes(96), last)
    assert not is_next(last, last)
    assert not is_next(last, bytes(96))


async def test_the_expired_are_told_as_such_by_whoever_asks(store):
    record = await kept(store, a=1)

    assert await store.find([record.handle], now=LATER) == {}
    assert store.recall(record.handle).expires_at < LATER
    assert record.started_at == START
