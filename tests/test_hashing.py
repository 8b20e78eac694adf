"""The hashing of passwords."""

import asyncio
import statistics
import threading
import time

import pytest
from argon2 import PasswordHasher, extract_parameters

from tornado_app.account_errors import HashingBusyError
from tornado_app.hashing import MOST_WAITING, WORKERS, Hashing

CHEAP = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}
PASSWORD = "correct horse battery staple"


@pytest.fixture
async def hashing():
    async with Hashing(PasswordHasher(**CHEAP)) as hashing:
        yield hashing


async def test_a_password_fits_its_own_hash_only(hashing):
    kept = await hashing.hash(PASSWORD)

    assert (await hashing.verify(PASSWORD, kept)).matches
    assert not (await hashing.verify(PASSWORD + " ", kept)).matches


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x" * 72 + "a", "x" * 72 + "b"),
        ("x" * 72, "x" * 73),
        ("pass\x00word one", "pass\x00word two"),
        ("trailing", "trailing "),
        ("Capital", "capital"),
        ("x" * 4_096 + "a", "x" * 4_096 + "b"),
    ],
)
async def test_near_twins_are_told_apart(hashing, one, other):
    assert not (await hashing.verify(other, await hashing.hash(one))).matches


async def test_the_same_text_fits_however_a_keyboard_composes_it(hashing):
    kept = await hashing.hash("sch\u00f6n")

    assert (await hashing.verify("scho\u0308n", kept)).matches


async def test_two_hashes_of_one_password_differ(hashing):
    assert await hashing.hash(PASSWORD) != await hashing.hash(PASSWORD)


async def test_a_weak_hash_comes_back_stronger(hashing):
    kept = await hashing.hash(PASSWORD)
    stronger = PasswordHasher(**CHEAP | {"time_cost": 2})

    async with Hashing(stronger) as hashing_now:
        verdict = await hashing_now.verify(PASSWORD, kept)
        wrong = await hashing_now.verify("wrong", kept)
        again = await hashing_now.verify(PASSWORD, verdict.new_hash)

    assert extract_parameters(verdict.new_hash).time_cost == 2
    assert wrong.new_hash is None
    assert (again.matches, again.new_hash) == (True, None)


async def test_no_password_fits_where_nothing_is_kept(hashing):
    assert not (await hashing.verify(PASSWORD, None)).matches


async def test_a_damaged_hash_fits_nothing(hashing):
    assert not (await hashing.verify(PASSWORD, "$argon2id$")).matches
    assert not (await hashing.verify(PASSWORD, "")).matches


async def test_nobody_takes_as_long_as_somebody():
    # Work that can be measured; the quickest of each is the least disturbed.
    hasher = PasswordHasher(time_cost=3, memory_cost=4_096, parallelism=1)
    async with Hashing(hasher) as hashing:
        kept = await hashing.hash(PASSWORD)
        known = [await seconds(hashing.verify("wrong", kept)) for _ in range(15)]
        unknown = [await seconds(hashing.verify("wrong", None)) for _ in range(15)]

    assert min(unknown) == pytest.approx(min(known), rel=0.5)
    assert statistics.median(unknown) > min(known) / 2


async def seconds(work):
    start = time.process_time()  # however busy the others are
    await work
    return time.process_time() - start


async def test_the_real_cost_is_above_what_owasp_accepts():
    async with Hashing() as hashing:
        found = extract_parameters(await hashing.hash(PASSWORD))

    assert str(found.type) == "Type.ID"
    assert found.memory_cost >= 47_104
    assert found.time_cost >= 1
    assert (found.salt_len, found.hash_len) == (16, 32)


def test_the_memory_it_takes_has_a_limit():
    assert WORKERS == 2
    assert MOST_WAITING <= 100


class Gate(PasswordHasher):
    """Hashes nothing until it is opened; knows how many wait in it."""

    def __init__(self):
        super().__init__(**CHEAP)
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


@pytest.fixture
async def guarded(gate):
    async with Hashing(gate, workers=2, most_waiting=3) as hashing:
        yield hashing
        gate.opened.set()


async def test_what_does_not_fit_in_the_queue_is_refused_at_once(guarded, gate):
    taken = [asyncio.ensure_future(guarded.hash(PASSWORD)) for _ in range(5)]
    await asyncio.sleep(0)

    with pytest.raises(HashingBusyError):
        await guarded.hash(PASSWORD)

    gate.opened.set()
    assert all(await asyncio.gather(*taken))
    assert gate.most_inside == 2


async def test_who_only_asks_for_room_takes_none(guarded, gate):
    for _ in range(10):
        guarded.require_room()
    taken = [asyncio.ensure_future(guarded.hash(PASSWORD)) for _ in range(5)]
    await asyncio.sleep(0)

    with pytest.raises(HashingBusyError):
        guarded.require_room()

    gate.opened.set()
    await asyncio.gather(*taken)
    guarded.require_room()


async def test_there_is_room_again_when_some_are_done(guarded, gate):
    taken = [asyncio.ensure_future(guarded.hash(PASSWORD)) for _ in range(5)]
    await asyncio.sleep(0)
    gate.opened.set()
    await asyncio.gather(*taken)

    assert await guarded.hash(PASSWORD)


async def test_the_loop_goes_on_while_passwords_are_hashed(guarded, gate):
    hashing = asyncio.ensure_future(guarded.hash(PASSWORD))

    for _ in range(100):
        await asyncio.sleep(0)

    assert not hashing.done()
    gate.opened.set()
    await hashing


async def test_a_place_of_somebody_who_left_is_kept_until_the_work_is_done(
    guarded, gate
):
    taken = [asyncio.ensure_future(guarded.hash(PASSWORD)) for _ in range(2)]
    await asyncio.to_thread(gate.full.wait, 20)

    for each in taken:
        each.cancel()
    waiting = [asyncio.ensure_future(guarded.hash(PASSWORD)) for _ in range(3)]
    await asyncio.sleep(0)

    with pytest.raises(HashingBusyError):
        await guarded.hash(PASSWORD)
    gate.opened.set()
    assert all(await asyncio.gather(*waiting))
