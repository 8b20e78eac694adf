"""What waits in the log goes into the file while commits go on, and to the disk."""

import asyncio
import os
import sqlite3
import threading
from contextlib import closing
from types import SimpleNamespace

import pytest

from tests.sessions.stores.sqlite_files import (
    Failing,
    ask,
    database,
    fill,
    nothing_is_left_open,
)
from tornado_app.sessions import SQLiteStore, StoreUnavailableError
from tornado_app.sessions.stores import (
    sqlite_checkpoints,
    sqlite_file,
    sqlite_write_back,
)
from tornado_app.sessions.stores.sqlite_checkpoints import MOST_FRAMES
from tornado_app.sessions.stores.sqlite_write_back import (
    FEW_FRAMES,
    WriteBack,
    open_to_write_back,
)

PAGES = 1000
COMMIT = "UPDATE sessions SET version = version + 1 WHERE rowid = 1"


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
    """What stops the thread that writes back; whenever that rests, somebody commits."""

    class Stop(threading.Event):
        def wait(self, timeout=None):
            if not self.is_set():
                with database(path) as db:
                    db.execute("PRAGMA wal_autocheckpoint=0").fetchall()
                    db.execute("PRAGMA synchronous=OFF")
                    db.execute(COMMIT)
            return self.is_set()

    monkeypatch.setattr(sqlite_checkpoints, "threading", SimpleNamespace(Event=Stop))
    return Stop


def back_of(store):
    """What writes back for *store*, as for one that leads."""

    def in_thread(work):
        def run():
            with closing(open_to_write_back(store.path, "")) as db:
                work(db)

        return asyncio.to_thread(run)

    return WriteBack(store.path, store._index, in_thread)


async def test_all_but_a_few_frames_are_written_back_beside_commits(
    store, path, commits
):
    before = path.stat().st_size

    await back_of(store).run(commits())

    assert path.stat().st_size >= before + PAGES * 2048
    assert PAGES < store._index.written_back() < store._index.frames()
    with database(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_if_the_disk_fails_all_of_the_log_waits_again(store, commits):
    await back_of(store).run(commits())
    await fill(store, pages=100)

    async def in_thread(work):
        work(Failing(sqlite3.SQLITE_IOERR_WRITE))

    with pytest.raises(sqlite3.OperationalError):
        await WriteBack(store.path, store._index, in_thread).run(commits())

    assert store._index.written_back() == 0


async def test_each_page_is_sent_to_the_disk_in_a_small_group(
    store, path, sent, commits
):
    await back_of(store).run(commits())

    pages = store._index.pages(0, store._index.written_back())
    covered = {
        page
        for _, begin, length in sent
        for page in range(begin // 2048 + 1, (begin + length) // 2048 + 1)
    }
    assert {file for file, _, _ in sent} == {str(path)}
    assert pages <= covered
    assert max(length for _, _, length in sent) <= 64 * 2048


class Seen(threading.Event):
    """Tells when the thread waits for a commit, or to be stopped."""

    def __init__(self):
        super().__init__()
        self.loop, self.reached = asyncio.get_running_loop(), asyncio.Event()

    def wait(self, timeout=None):
        self.loop.call_soon_threadsafe(self.reached.set)
        return super().wait(timeout)


async def test_a_commit_is_waited_for(store, sent):
    stop = Seen()
    running = asyncio.ensure_future(back_of(store).run(stop))
    await stop.reached.wait()
    assert (store._index.written_back(), sent) == (0, [])
    frames = store._index.frames()

    await fill(store, pages=1)
    await running

    assert store._index.written_back() == frames
    assert sent


async def test_until_it_is_stopped(store, sent):
    stop = Seen()
    running = asyncio.ensure_future(back_of(store).run(stop))
    await stop.reached.wait()

    stop.set()
    await running

    assert (store._index.written_back(), sent) == (0, [])


async def test_a_cancelled_checkpoint_leaves_no_thread_that_waits(path, monkeypatch):
    monkeypatch.setattr(sqlite_checkpoints, "threading", SimpleNamespace(Event=Seen))
    async with SQLiteStore(path, durability="normal") as store:
        await fill(store, pages=MOST_FRAMES)
        task, stop = store._checkpoints._task, store._checkpoints._stop
        await stop.reached.wait()

        task.cancel()
        await asyncio.wait([task])

        assert stop.is_set()
    await nothing_is_left_open(path)


async def test_a_reader_that_stays_is_not_waited_for(store, path, commits):
    with database(path) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sessions").fetchone()
        frames = store._index.frames()
        await fill(store, pages=PAGES)

        await back_of(store).run(commits())

    assert store._index.written_back() == frames


async def test_a_number_that_stands_for_another_file_by_now_is_not_used(store, path):
    back = back_of(store)
    back._descriptor = 0

    assert back._has_descriptor()
    assert os.path.samestat(os.fstat(back._descriptor), path.stat())


async def test_no_descriptor_of_ours_is_left(store, commits):
    await back_of(store).run(commits())
    before = len(os.listdir("/proc/self/fd"))

    for _ in range(3):
        await fill(store, pages=PAGES)
        await back_of(store).run(commits())

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
        await asyncio.wait([store._checkpoints._task])

    assert 0 < waiting[0] <= FEW_FRAMES


async def test_elsewhere_than_on_linux_a_checkpoint_has_fewer_pages(path, monkeypatch):
    monkeypatch.setattr(sqlite_file, "IS_POSSIBLE", False)
    async with SQLiteStore(path, durability="normal") as store:
        await fill(store, pages=250)
        await store._checkpoints.aclose()

        assert store._index.waiting_frames() == 0
    assert ask(path, "SELECT count(*) FROM sessions") == 250


async def test_in_a_hurry_nothing_is_waited_for(store, path, sent):
    async with SQLiteStore(path, durability="normal") as leader:
        leader._checkpoints.look(hurry=True)
        await asyncio.wait([leader._checkpoints._task])

        assert leader._index.waiting_frames() == 0
    assert sent == []


async def test_in_a_hurry_what_waits_is_stopped(path, sent, monkeypatch):
    monkeypatch.setattr(sqlite_checkpoints, "threading", SimpleNamespace(Event=Seen))
    async with SQLiteStore(path, durability="normal") as store:
        await fill(store, pages=MOST_FRAMES)
        task = store._checkpoints._task
        await store._checkpoints._stop.reached.wait()

        store._checkpoints.look(hurry=True)
        await asyncio.wait([task])

        assert store._index.waiting_frames() == 0
    assert sent == []


async def test_a_commit_that_fails_stops_it_for_the_disk_may_be_full(path, sent):
    async with SQLiteStore(path, durability="normal") as store:
        await fill(store, pages=MOST_FRAMES)
        task = store._checkpoints._task

        with pytest.raises(StoreUnavailableError):
            await store._write("fail", lambda db: db.execute("nonsense"))
        await asyncio.wait([task])

        assert store._index.waiting_frames() == 0
    assert sent == []
