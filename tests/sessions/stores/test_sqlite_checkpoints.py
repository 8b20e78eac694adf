"""The log is written back in the background, and never by two at once."""

import asyncio
import sqlite3
import subprocess
import threading

import pytest

from tests.sessions.stores.sqlite_files import (
    Failing,
    ask,
    cancelled,
    database,
    fill,
    nothing_is_left_open,
)
from tornado_app.sessions import SQLiteStore, StoreUnavailableError
from tornado_app.sessions.record import Create, Whole
from tornado_app.sessions.stores.sqlite_checkpoints import MOST_FRAMES
from tornado_app.sessions.stores.sqlite_index import WalIndex
from tornado_app.sessions.testing import make_record, make_update

MIB = 1_048_576


@pytest.fixture
async def store(path):
    async with SQLiteStore(path, durability="normal") as store:
        yield store


async def change(store, record, *, times):
    """Commit *times* changes of one record, each by itself."""
    for version in range(times):
        whole = Whole(version, str(version % 10))
        await store.apply([make_update(record, values={"a": "1"}, whole=whole)])


async def created(store):
    record = make_record()
    await store.apply([Create(record)])
    return record


async def checkpointed(store):
    await store._checkpoints.aclose()


class Gate:
    """Stands before the checkpoints of *store*; notes their modes, and what waited."""

    def __init__(self, store):
        self._index = store._index
        self._checkpoint = store._checkpoints._checkpoint
        store._checkpoints._checkpoint = self
        self.modes, self.waiting = [], []
        self.opened = asyncio.Event()
        self.opened.set()
        self.reached = asyncio.Event()

    async def __call__(self, mode):
        self.modes.append(mode)
        self.reached.set()
        self.waiting.append(self._index.waiting_frames())
        await self.opened.wait()
        await self._checkpoint(mode)


async def test_many_frames_begin_a_checkpoint(store, path):
    await fill(store, pages=MOST_FRAMES)
    before = path.stat().st_size

    await checkpointed(store)

    assert store._index.waiting_frames() == 0
    assert path.stat().st_size > before + MOST_FRAMES * 2048


async def test_few_frames_wait(store):
    await fill(store, pages=MOST_FRAMES // 2)

    assert store._checkpoints._task is None
    assert store._index.waiting_frames() >= MOST_FRAMES // 2


async def test_a_long_log_begins_a_checkpoint_and_begins_anew(store):
    record, gate = make_record(), Gate(store)
    await store.apply([Create(record)])

    # Held until they are done: a commit that takes long would make a restart miss it.
    gate.opened.clear()
    await fill(store, pages=MOST_FRAMES)
    while not gate.reached.is_set():
        await fill(store, pages=1)  # it waits for commits
    await change(store, record, times=10)
    assert gate.modes == ["PASSIVE"]
    gate.opened.set()
    await checkpointed(store)
    await store.apply([Create(make_record())])

    assert store._index.frames() < 10


async def test_a_log_in_which_nothing_waits_any_more_is_not_restarted(store):
    gate = Gate(store)

    await fill(store, pages=MOST_FRAMES)
    await checkpointed(store)

    assert gate.modes == ["PASSIVE"]
    assert store._index.frames() >= MOST_FRAMES


async def test_commits_go_on_while_a_checkpoint_is_under_way(store):
    """Its connection is at it until the end, and another one commits."""
    end = threading.Event()
    busy = asyncio.ensure_future(store._checkpointer.run(lambda _: end.wait()))
    await fill(store, pages=MOST_FRAMES)

    await fill(store, pages=MOST_FRAMES)

    assert store._checkpoints._task is not None
    assert store._index.waiting_frames() > MOST_FRAMES * 2
    end.set()
    await busy
    await checkpointed(store)
    assert store._index.waiting_frames() == 0


def meeting_commits(store, *pages):
    """Let so many pages be committed during each passive checkpoint."""
    checkpoint, coming = store._checkpoints._checkpoint, list(pages)

    async def meet(mode):
        with database(store.path) as reader:
            if mode == "PASSIVE":
                # What is committed from here on is not for this checkpoint.
                reader.execute("BEGIN")
                reader.execute("SELECT count(*) FROM sessions").fetchone()
                await fill(store, pages=coming.pop(0))
            await checkpoint(mode)

    store._checkpoints._checkpoint = meet
    return Gate(store)


async def test_commits_beside_a_checkpoint_cannot_keep_the_log_long(store):
    gate = meeting_commits(store, 10)

    await fill(store, pages=MOST_FRAMES)
    await checkpointed(store)
    await store.apply([Create(make_record())])

    assert gate.modes == ["PASSIVE", "RESTART"]
    assert store._index.frames() < 10


async def test_commits_are_halted_for_the_last_few_frames_alone(store):
    gate = meeting_commits(store, 300, 140, 60, 10)

    await fill(store, pages=MOST_FRAMES)
    await checkpointed(store)

    assert gate.modes == ["PASSIVE"] * 4 + ["RESTART"]
    assert 0 < gate.waiting[-1] < 40
    assert store._index.waiting_frames() == 0


async def test_a_log_that_has_begun_anew_meanwhile_is_not_restarted(store):
    checkpoint = store._checkpoints._checkpoint
    gate = meeting_commits(store, 300)
    meet = gate._checkpoint

    async def then_commit(mode):
        if len(gate.modes) == 1:
            await meet(mode)
        else:
            await checkpoint(mode)
            await store.apply([Create(make_record())])

    gate._checkpoint = then_commit
    await fill(store, pages=MOST_FRAMES)
    await checkpointed(store)

    assert gate.modes == ["PASSIVE", "PASSIVE"]
    assert store._index.frames() < 10


async def test_commits_that_come_too_fast_are_halted_earlier(store):
    gate = meeting_commits(store, 300, 200)

    await fill(store, pages=MOST_FRAMES)
    await checkpointed(store)

    assert gate.modes == ["PASSIVE", "PASSIVE", "RESTART"]
    assert store._index.waiting_frames() == 0


async def test_a_checkpoint_begins_only_where_something_waits(path):
    """One that begins beside the first commit of a new log can corrupt the file."""
    async with (
        SQLiteStore(path, durability="normal") as store,
        SQLiteStore(path, durability="normal") as other,
    ):
        gate, rounds = Gate(store), 0
        while len(gate.waiting) < 40:
            rounds += 1
            await asyncio.gather(
                fill(store, pages=60), fill(other, pages=60), store._lead._turn()
            )

    assert min(gate.waiting) > 0
    assert ask(path, "PRAGMA integrity_check") == "ok"
    assert ask(path, "SELECT count(*) FROM sessions") == rounds * 120


async def test_a_reader_that_stays_costs_no_checkpoint_at_each_commit(store, path):
    with database(path) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sessions").fetchone()
        gate = Gate(store)
        for _ in range(100):
            await fill(store, pages=50)
            await checkpointed(store)

    assert 2 <= len(gate.modes) <= 10


async def test_a_log_that_stayed_long_is_soon_tried_again(store, path):
    gate = Gate(store)
    with database(path) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sessions").fetchone()
        await fill(store, pages=MOST_FRAMES)
        await checkpointed(store)
    gate.modes.clear()

    await fill(store, pages=250)
    await checkpointed(store)
    await fill(store, pages=250)
    await checkpointed(store)

    assert gate.modes == ["PASSIVE"]  # after which the log has begun anew
    assert store._index.frames() < MOST_FRAMES


async def test_a_reader_that_stays_is_not_waited_for(store, path):
    gate = Gate(store)
    with database(path) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sessions").fetchone()
        for _ in range(20):
            await fill(store, pages=1000)
            await checkpointed(store)
        assert set(gate.modes) == {"PASSIVE"}

    log = path.with_name("sessions.db-wal")
    assert log.stat().st_size > 40 * MIB
    await fill(store, pages=1000)
    await checkpointed(store)
    await store.apply([Create(make_record())])
    assert store._index.frames() < 10
    assert log.stat().st_size <= 32 * MIB


@pytest.mark.logs(
    "A checkpoint failed and will be tried again: sqlite .*: disk I/O error"
)
async def test_a_checkpoint_that_fails_is_told_once_and_tried_again(store, caplog):
    checkpoints = store._checkpoints
    checkpoint, failed = checkpoints._checkpoint, []

    async def fail(mode):
        failed.append("now")
        error = sqlite3.OperationalError("disk I/O error")
        raise StoreUnavailableError("sqlite", "checkpoint") from error

    checkpoints._checkpoint = fail
    for _ in range(3):
        await fill(store, pages=MOST_FRAMES)
        await checkpointed(store)
    checkpoints._checkpoint = checkpoint
    await fill(store, pages=MOST_FRAMES)
    await checkpointed(store)

    assert len(failed) == 3
    assert store._index.waiting_frames() == 0
    assert len(caplog.records) == 1


def copy(source, target):
    """Copy a file in another process: to close it here would drop locks on it."""
    subprocess.run(["cp", source, target], check=True)


async def write_back_in_part(store):
    """Have a reader hold a checkpoint short of the end of the log."""
    with database(store.path) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sessions").fetchone()
        await fill(store, pages=10)
        await store._checkpoints._checkpoint("PASSIVE")
    assert store._index.written_back() > 100
    assert store._index.waiting_frames() > 0


async def checkpoint_that_fails(store, code):
    """A checkpoint whose connection fails with an SQLite result *code*."""

    async def run(work):
        work(Failing(code))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store._checkpointer, "run", run)
        with pytest.raises(StoreUnavailableError):
            await store._checkpoints._checkpoint("PASSIVE")


async def test_what_the_disk_lost_of_a_checkpoint_is_in_the_log(path):
    """Linux tells that it could not write pages once; they count as written then."""
    on_disk = path.with_name("on-disk")
    async with SQLiteStore(path) as store:
        copy(path, on_disk)
        await fill(store, pages=100)
        await write_back_in_part(store)
        copy(on_disk, path)
        await checkpoint_that_fails(store, sqlite3.SQLITE_IOERR_FSYNC)
        assert store._index.written_back() == 0

        await store._checkpoints._checkpoint("PASSIVE")
        assert store._index.waiting_frames() == 0

    assert not path.with_name("sessions.db-wal").exists()
    assert ask(path, "PRAGMA integrity_check") == "ok"
    assert ask(path, "SELECT count(*) FROM sessions") == 110


@pytest.mark.parametrize("code", [sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL])
async def test_nothing_is_written_twice_where_the_disk_has_not_failed(store, code):
    await fill(store, pages=100)
    await write_back_in_part(store)

    await checkpoint_that_fails(store, code)

    assert store._index.written_back() > 100


async def test_closing_waits_for_the_checkpoint_that_is_under_way(path):
    store = await SQLiteStore(path).__aenter__()
    gate = Gate(store)
    gate.opened.clear()
    await fill(store, pages=MOST_FRAMES)
    closing = asyncio.ensure_future(store.__aexit__(None, None, None))
    await gate.reached.wait()
    for _ in range(50):
        await asyncio.sleep(0)

    assert store._lead.is_ours
    gate.opened.set()
    await closing

    assert gate.modes == ["PASSIVE"]
    assert not path.with_name("sessions.db-wal").exists()


async def test_closing_that_is_cancelled_meanwhile_leaves_the_lead_to_others(path):
    store = await SQLiteStore(path).__aenter__()
    gate = Gate(store)
    gate.opened.clear()
    await fill(store, pages=MOST_FRAMES)
    task = store._checkpoints._task

    await cancelled(store.__aexit__(None, None, None), after_turns=6)

    assert not store.sweeps
    await nothing_is_left_open(path)
    assert task.done()
    async with SQLiteStore(path) as next_one:
        assert next_one.sweeps


async def test_without_the_shared_memory_sqlite_looks_after_the_log(path, monkeypatch):
    monkeypatch.setattr(WalIndex, "open", lambda path: None)
    async with SQLiteStore(path, durability="normal") as store:
        await fill(store, pages=MOST_FRAMES)

        assert path.stat().st_size > MOST_FRAMES * 2048


async def test_pages_are_told_from_frames(store, path):
    """Those of the first block of the index, and of later ones."""
    await fill(store, pages=3000)
    await change(store, await created(store), times=100)
    await fill(store, pages=3000)

    frames = pages_of_frames(path)
    assert len(frames) > 6000
    for first, last in [(0, 6000), (3100, 3120), (4000, 4100), (4200, 5000)]:
        assert store._index.pages(first, last) == set(frames[first:last])
    assert store._index.pages(5, 5) == set()


def pages_of_frames(path):
    """The page of each frame, as the log itself tells (WAL-mode File Format, 1)."""
    log = path.with_name("sessions.db-wal").read_bytes()
    begins = range(32, len(log), 24 + 2048)
    numbers = [int.from_bytes(log[at : at + 4], "big") for at in begins]
    return numbers[: numbers.index(0)] if 0 in numbers else numbers
