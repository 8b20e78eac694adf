"""The queue in front of the threads that hash passwords."""

import asyncio
import threading
from contextlib import ExitStack

import pytest
from argon2 import PasswordHasher

from tornado_app.account_errors import HashingBusyError
from tornado_app.hashing import MOST_WAITING, WORKERS, Hashing

PASSWORD = "correct horse battery staple"


def test_the_memory_it_takes_has_a_limit():
    assert WORKERS == 2
    assert MOST_WAITING <= 100


class Gate(PasswordHasher):
    """Hashes nothing until it is opened; knows how many wait in it."""

    def __init__(self):
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.opened, self.full = threading.Event(), threading.Event()
        self.inside = self.most_inside = 0

    def hash(self, *arguments):
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        if self.inside == 2:
            self.full.set()
        assert self.opened.wait(20)
        self.inside -= 1
        return super().hash(*arguments)


@pytest.fixture
def gate():
    return Gate()


async def hashed(hashing):
    with hashing.place() as place:
        return await place.hash(PASSWORD)


@pytest.fixture
async def guarded(gate):
    async with Hashing(gate, workers=2, most_waiting=3) as hashing:
        yield hashing
        gate.opened.set()


async def test_what_does_not_fit_in_the_queue_is_refused_at_once(guarded, gate):
    taken = [asyncio.ensure_future(hashed(guarded)) for _ in range(5)]
    await asyncio.sleep(0)

    with pytest.raises(HashingBusyError):
        await hashed(guarded)

    gate.opened.set()
    assert all(await asyncio.gather(*taken))
    assert gate.most_inside == 2


async def test_there_is_room_again_when_some_are_done(guarded, gate):
    taken = [asyncio.ensure_future(hashed(guarded)) for _ in range(5)]
    await asyncio.sleep(0)
    gate.opened.set()
    await asyncio.gather(*taken)

    assert await hashed(guarded)


async def test_the_loop_goes_on_while_passwords_are_hashed(guarded, gate):
    hashing = asyncio.ensure_future(hashed(guarded))

    for _ in range(100):
        await asyncio.sleep(0)

    assert not hashing.done()
    gate.opened.set()
    await hashing


async def test_a_place_of_somebody_who_left_is_kept_until_the_work_is_done(
    guarded, gate
):
    taken = [asyncio.ensure_future(hashed(guarded)) for _ in range(2)]
    await asyncio.to_thread(gate.full.wait, 20)

    for each in taken:
        each.cancel()
    waiting = [asyncio.ensure_future(hashed(guarded)) for _ in range(3)]
    await asyncio.sleep(0)

    with pytest.raises(HashingBusyError):
        await hashed(guarded)
    gate.opened.set()
    assert all(await asyncio.gather(*waiting))


async def test_a_place_without_any_work_is_free_when_it_is_left(guarded):
    for _ in range(10):
        with guarded.place():
            pass


async def test_one_place_does_for_a_verdict_and_a_new_hash(guarded, gate):
    gate.opened.set()
    with ExitStack() as others:
        for _ in range(4):
            others.enter_context(guarded.place())

        with guarded.place() as place:
            kept = await place.hash(PASSWORD)
            assert (await place.verify(PASSWORD, kept)).matches
            with pytest.raises(HashingBusyError), guarded.place():
                pass
