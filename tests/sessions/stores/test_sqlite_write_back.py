"""What waits in the log goes into the file while commits go on, and to the disk."""

import asyncio
import os
import threading
from contextlib import closing

import pytest

from tests.sessions.stores.sqlite_files import ask, database, fill
from tornado_app.sessions import SQLiteStore
from tornado_app.sessions.stores import sqlite_file, sqlite_write_back
from tornado_app.sessions.stores.sqlite_checkpoints import MOST_FRAMES
from tornado_app.sessions.stores.sqlite_write_back import (
    FEW_FRAMES,
    WriteBack,
    open_to_write_back,
)

PAGES = 1000


@pytest.fixture
def path(tmp_path):
    return tmp_path / "sessions.db"


@pytest.fixture
async def store(path):
    """One that never checkpoints, with many pages in its log."""
    async with SQLiteStore(path, durability="normal", may_lead=False) as store:
        await fill(store, pages=PAGES)
        yield store


@pytest.fixture
def sent(monkeypatch):
    """What the system is asked to write to the disk: begin and end of each group."""
    groups, send = [], sqlite_write_back._sync_file_range

    def note(descriptor, begin, length, how):
        assert how == 2  # SYNC_FILE_RANGE_WRITE
        assert send(descriptor, begin, length, how) == 0
        groups.append((os.readlink(f"/proc/self/fd/{descriptor}"), begin, length))

    monkeypatch.setattr(sqlite_write_back, "_sync_file_range", note)
    return groups


@pytest.fixture
def commits(path, monkeypatch):
    """Another program commits whenever the thread that writes back rests."""

    def sleep(duration_s):
        with database(path) as db:
            db.execute("PRAGMA wal_autocheckpoint=0").fetchall()
            db.execute("UPDATE sessions SET version = version + 1 WHERE rowid = 1")

    monkeypatch.setattr(sqlite_write_back.time, "sleep", sleep)


async def write_back(store, *, times=1):
    """Write back in a thread, as the store that leads does."""
    back = WriteBack(store.path, store._index)

    def run():
        with closing(open_to_write_back(store.path, "")) as db:
            for _ in range(times):
                back.run(db)

    await asyncio.to_thread(run)


async def test_all_but_a_few_frames_are_written_back_beside_commits(
    store, path, commits
):
    before = path.stat().st_size

    await write_back(store)

    assert path.stat().st_size >= before + PAGES * 2048
    assert PAGES < store._index.written_back() < store._index.frames()
    with database(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_each_page_is_sent_to_the_disk_in_a_small_group(
    store, path, sent, commits
):
    await write_back(store)

    pages = store._index.pages(0, store._index.written_back())
    covered = {
        page
        for _, begin, length in sent
        for page in range(begin // 2048 + 1, (begin + length) // 2048 + 1)
    }
    assert {file for file, _, _ in sent} == {str(path)}
    assert pages <= covered
    assert max(length for _, _, length in sent) <= 16 * 2048


async def test_where_nobody_commits_nothing_is_written_back(store, sent):
    await write_back(store)

    assert store._index.written_back() == 0
    assert sent == []


async def test_a_reader_that_stays_is_not_waited_for(store, path, commits):
    with database(path) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sessions").fetchone()
        frames = store._index.frames()
        await fill(store, pages=PAGES)

        await write_back(store)

    assert store._index.written_back() == frames


async def test_a_file_that_is_closed_by_now_is_looked_for_again(store, path, sent):
    back = WriteBack(store.path, store._index)
    back._descriptor = os.open(os.devnull, os.O_RDONLY)
    try:
        assert back._has_descriptor()
        assert os.path.samestat(os.fstat(back._descriptor), path.stat())
    finally:
        os.close(os.open(os.devnull, os.O_RDONLY))


async def test_no_descriptor_of_ours_is_left(store, commits):
    await write_back(store)
    before = len(os.listdir("/proc/self/fd"))

    await write_back(store, times=3)

    assert len(os.listdir("/proc/self/fd")) == before


def test_its_thread_gives_way_to_all_others(path):
    def priorities():
        before = os.getpriority(os.PRIO_PROCESS, 0)
        open_to_write_back(path, "").close()
        found.extend([before, os.getpriority(os.PRIO_PROCESS, 0)])

    found = []
    thread = threading.Thread(target=priorities)
    thread.start()
    thread.join()

    before, after = found
    assert after == min(before + 5, 19)
    assert os.getpriority(os.PRIO_PROCESS, 0) == before


async def test_a_store_that_leads_writes_back_before_it_checkpoints(path, commits):
    async with SQLiteStore(path, durability="normal") as store:
        checkpoint, waiting = store._checkpoints._checkpoint, []

        async def note(mode):
            waiting.append(store._index.waiting_frames())
            await checkpoint(mode)

        store._checkpoints._checkpoint = note
        await fill(store, pages=MOST_FRAMES)
        await store._checkpoints.aclose()

    assert 0 < waiting[0] <= FEW_FRAMES


async def test_elsewhere_than_on_linux_a_checkpoint_does_it_all(path, monkeypatch):
    monkeypatch.setattr(sqlite_file, "IS_POSSIBLE", False)
    async with SQLiteStore(path, durability="normal") as store:
        await fill(store, pages=MOST_FRAMES)
        await store._checkpoints.aclose()

        assert store._index.waiting_frames() == 0
    assert ask(path, "SELECT count(*) FROM sessions") == MOST_FRAMES


async def test_in_a_hurry_nothing_is_waited_for(store, path, sent):
    async with SQLiteStore(path, durability="normal") as leader:
        leader._checkpoints.look(hurry=True)
        await leader._checkpoints.aclose()

        assert leader._index.waiting_frames() == 0
    assert sent == []
