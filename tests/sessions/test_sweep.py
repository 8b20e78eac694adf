"""The periodic sweep."""

import asyncio
import contextlib
import logging
from datetime import timedelta

import pytest
from tornado.ioloop import PeriodicCallback

from tornado_app.sessions import (
    MemoryStore,
    SessionPolicy,
    Sessions,
    StoreUnavailableError,
    sweep,
)
from tornado_app.sessions.record import Create
from tornado_app.sessions.sweep import Sweep
from tornado_app.sessions.testing import START, FakeClock, make_record

OFTEN = SessionPolicy(sweep_interval=timedelta(milliseconds=5), sweep_batch=10)
FAILED = r"The sweep failed and will be tried again: fake store is unavailable"


class Batches:
    """Deletes what is expired in a store that is only a number."""

    def __init__(self, expired=0):
        self.expired = expired
        self.sizes = []
        self.errors = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.called = asyncio.Event()

    async def __call__(self):
        self.called.set()
        await self.may_answer.wait()
        if self.errors:
            raise self.errors.pop()
        size = min(self.expired, OFTEN.sweep_batch)
        self.expired -= size
        self.sizes.append(size)
        return size

    async def next_call(self):
        self.called.clear()
        await self.called.wait()


class NotingStore(MemoryStore):
    """Tells when a sweep found something."""

    def __init__(self):
        super().__init__()
        self.has_swept = asyncio.Event()

    async def delete_expired(self, *, now, limit):
        count = await super().delete_expired(now=now, limit=limit)
        if count:
            self.has_swept.set()
        return count


@pytest.fixture
async def batches():
    return Batches()


@pytest.fixture
async def running(batches):
    running = Sweep(batches, OFTEN)
    yield running
    batches.may_answer.set()
    await running.stop()


async def test_a_sweep_goes_on_until_a_batch_is_not_full(running, batches):
    batches.expired = 25

    assert await running.run() == 25
    assert batches.sizes == [10, 10, 5]


async def test_a_full_last_batch_is_followed_by_an_empty_one(running, batches):
    batches.expired = 20

    assert await running.run() == 20
    assert batches.sizes == [10, 10, 0]


async def test_writers_come_through_between_two_batches(running, batches, monkeypatch):
    pauses_s = []
    sleep = asyncio.sleep

    async def note(pause_s):
        pauses_s.append(pause_s)
        await sleep(0)

    batches.expired = 25
    monkeypatch.setattr(sweep.asyncio, "sleep", note)
    await running.run()

    assert len(pauses_s) == 2
    assert min(pauses_s) >= 0.002


async def test_a_slow_store_is_given_long_pauses(running, batches, monkeypatch):
    pauses_s = []
    loop = asyncio.get_running_loop()
    sleep = asyncio.sleep

    async def note(pause_s):
        pauses_s.append(pause_s)

    batches.expired = 15
    batches.may_answer.clear()
    loop.call_later(0.05, batches.may_answer.set)
    monkeypatch.setattr(sweep.asyncio, "sleep", note)
    await running.run()
    monkeypatch.setattr(sweep.asyncio, "sleep", sleep)

    assert len(pauses_s) == 1
    assert pauses_s[0] > 0.02


async def test_the_clock_of_tornado_drives_it(running, batches, monkeypatch):
    started = []
    start = PeriodicCallback.start

    def note(callback):
        started.append((callback.callback_time, callback.jitter))
        start(callback)

    monkeypatch.setattr(PeriodicCallback, "start", note)
    running.start()

    await batches.next_call()
    await batches.next_call()
    assert started == [(5, 0.1)]


@pytest.mark.logs(FAILED)
async def test_a_failed_sweep_is_logged_and_tried_again(running, batches):
    batches.errors = [StoreUnavailableError("fake", "delete_expired")]
    batches.expired = 3
    running.start()

    await batches.next_call()
    await batches.next_call()

    await running.stop()
    assert batches.sizes[0] == 3


async def test_a_sweep_that_found_something_says_so(running, batches, caplog):
    caplog.set_level(logging.INFO, "tornado_app.sessions")
    batches.expired = 3
    running.start()

    await batches.next_call()
    await batches.next_call()

    assert [record.getMessage() for record in caplog.records] == [
        "Swept 3 expired sessions."
    ]


async def test_two_sweeps_never_run_at_once(running, batches):
    batches.may_answer.clear()
    running.start()

    await batches.next_call()
    batches.called.clear()
    await asyncio.sleep(0.03)

    assert not batches.called.is_set()


async def test_stopping_ends_the_sweep_under_way(running, batches):
    batches.may_answer.clear()
    running.start()
    await batches.next_call()

    await running.stop()

    assert batches.sizes == []
    batches.called.clear()
    await asyncio.sleep(0.03)
    assert not batches.called.is_set()


async def test_a_stop_that_is_cancelled_ends_as_cancelled(running, batches):
    async def stubborn():
        while not batches.may_answer.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await batches()
        return 0

    running._delete_batch = stubborn
    batches.may_answer.clear()
    running.start()
    await batches.next_call()
    stopping = asyncio.ensure_future(running.stop())
    await asyncio.sleep(0)
    stopping.cancel()

    with pytest.raises(asyncio.CancelledError):
        await stopping


async def test_a_process_whose_turn_it_is_not_does_not_sweep(batches):
    asked = asyncio.Event()
    answers = [True, False, False]

    def is_ours():
        if len(answers) == 1:
            asked.set()
            return False
        return answers.pop(0)

    batches.expired = 3
    running = Sweep(batches, OFTEN, is_ours=is_ours)
    running.start()
    await asked.wait()
    await running.stop()

    assert batches.sizes == [3]


async def test_stopping_what_never_ran_does_nothing(running):
    await running.stop()
    running.start()
    await running.stop()
    await running.stop()


async def test_an_open_store_is_swept_by_itself():
    clock, store = FakeClock(), NotingStore()
    expired = make_record(expires_at=START + timedelta(seconds=1))
    live = make_record()
    async with Sessions(store, OFTEN, clock=clock):
        await store.apply([Create(expired), Create(live)])
        clock.advance(timedelta(seconds=1))
        await store.has_swept.wait()

        assert await store.count(now=START) == 1


async def test_a_closed_store_is_swept_no_more():
    store = MemoryStore()
    async with Sessions(store, OFTEN, clock=FakeClock()):
        pass
    await store.apply([Create(make_record(expires_at=START))])

    await asyncio.sleep(0.03)

    assert await store.count(now=START - timedelta(seconds=1)) == 1
