"""One process leads: it checkpoints the file and sweeps it."""

import asyncio
import subprocess
import sys
from contextlib import contextmanager

import pytest

from tests.sessions.stores.sqlite_files import fill
from tornado_app.sessions.record import Create
from tornado_app.sessions.stores import SQLiteStore, sqlite_lead
from tornado_app.sessions.stores.sqlite_checkpoints import MOST_FRAMES
from tornado_app.sessions.testing import make_record

CLOSES = """
import fcntl, sys
with open(sys.argv[1], "wb") as lock:
    fcntl.lockf(lock, fcntl.LOCK_EX)
    print("closing", flush=True)
    sys.stdin.read()
"""


async def autocheckpoint(store):
    """After how many pages SQLite would checkpoint by itself; 0: never."""
    return await store._writer.run(
        lambda db: db.execute("PRAGMA wal_autocheckpoint").fetchone()[0]
    )


def is_checkpointing(store):
    return store._checkpoints is not None and store._checkpoints._task is not None


async def test_the_only_opener_leads(path):
    async with SQLiteStore(path) as store:
        assert store.sweeps
        assert await autocheckpoint(store) == 0
        await fill(store, pages=MOST_FRAMES)
        assert is_checkpointing(store)


async def test_a_second_opener_neither_checkpoints_nor_sweeps(path):
    async with SQLiteStore(path), SQLiteStore(path) as second:
        assert not second.sweeps
        assert await autocheckpoint(second) == 0
        await fill(second, pages=MOST_FRAMES)
        assert not is_checkpointing(second)


async def test_another_takes_over_when_the_leader_ends(path):
    first = await SQLiteStore(path).__aenter__()
    async with SQLiteStore(path) as second:
        await first.__aexit__(None, None, None)

        await second._lead._turn()

        assert second.sweeps
        await fill(second, pages=MOST_FRAMES)
        assert is_checkpointing(second)


async def test_a_store_that_is_being_closed_takes_over_no_more(path, monkeypatch):
    monkeypatch.setattr(sqlite_lead, "_TURN_S", 0)
    async with SQLiteStore(path):
        second, taken = await SQLiteStore(path).__aenter__(), []

        async def take_over():
            taken.append("the lead")

        second._lead._take_over = take_over
        # The leader ends just now.
        second._lead._try_lock = lambda kind: second._writer is None

        await second.__aexit__(None, None, None)

    assert taken == []


async def test_a_visitor_never_leads_though_nobody_else_does(path):
    async with SQLiteStore(path, may_lead=False) as store:
        assert not store.sweeps
        assert await autocheckpoint(store) == 0
        await fill(store, pages=MOST_FRAMES)
        assert not is_checkpointing(store)


async def test_the_leader_checkpoints_what_others_wrote(path):
    async with SQLiteStore(path) as leader, SQLiteStore(path) as other:
        await fill(other, pages=MOST_FRAMES)
        before = path.stat().st_size

        await leader._lead._turn()
        await leader._checkpoints.aclose()

        assert path.stat().st_size > before + MOST_FRAMES * 2048


@contextmanager
def another_process_closes(path):
    """It is at it until the end of its standard input."""
    command = [sys.executable, "-c", CLOSES, f"{path}-lead"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as process:
        assert process.stdout.readline() == b"closing\n"
        yield process
        process.stdin.close()


async def test_two_processes_do_not_close_at_once(path, monkeypatch):
    store = await SQLiteStore(path).__aenter__()
    with another_process_closes(path) as process:
        looks = []

        async def look(delay):
            looks.append(path.with_name("sessions.db-wal").exists())
            process.stdin.close()
            process.wait()

        await asyncio.sleep(0)  # the leader's own sleep has begun
        monkeypatch.setattr(sqlite_lead.asyncio, "sleep", look)
        await store.__aexit__(None, None, None)

    assert looks == [True]
    assert not path.with_name("sessions.db-wal").exists()


async def test_a_process_that_never_ends_closing_is_not_waited_for(path, monkeypatch):
    monkeypatch.setattr(sqlite_lead, "_TRIES", 2)
    store = await SQLiteStore(path).__aenter__()

    with another_process_closes(path):
        await store.__aexit__(None, None, None)

    assert not path.with_name("sessions.db-wal").exists()


async def test_while_it_waits_for_its_turn_nothing_is_written(path, monkeypatch):
    store = await SQLiteStore(path).__aenter__()
    with another_process_closes(path) as process:
        refused = []

        async def write(delay):
            with pytest.raises(RuntimeError, match="not open") as caught:
                await store.apply([Create(make_record())])
            refused.append(caught.value)
            process.stdin.close()
            process.wait()

        await asyncio.sleep(0)  # the leader's own sleep has begun
        monkeypatch.setattr(sqlite_lead.asyncio, "sleep", write)
        await store.__aexit__(None, None, None)

    assert refused


async def test_a_store_can_be_closed_twice_and_opened_again(path):
    store = await SQLiteStore(path).__aenter__()
    await store.__aexit__(None, None, None)
    await store.__aexit__(None, None, None)

    async with store:
        assert store.sweeps
