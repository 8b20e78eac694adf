"""What every account store promises about failed tries."""

import asyncio
from datetime import timedelta

from tests.contracts.accounts.made import NOW, SECOND
from tornado_app.throttling import Allowance, Subject

MINUTE = timedelta(minutes=1)
FEW = Allowance(
    free=3, first_wait=30 * SECOND, longest_wait=2 * MINUTE, memory=timedelta(days=1)
)
ADA = Subject("ada", FEW)
BEA = Subject("bea", FEW)


async def fail(store, times, *, subject=ADA, at=NOW):
    return [await store.begin_try(subject, [], now=at) for _ in range(times)]


class TryPromises:
    async def test_the_next_try_waits_until_the_instant_and_no_longer(self, store):
        assert await fail(store, 3) == [None, None, None]

        assert await fail(store, 1) == [30 * SECOND]
        assert await fail(store, 1, at=NOW + 29 * SECOND) == [SECOND]
        assert await fail(store, 1, at=NOW + 30 * SECOND) == [None]
        assert await fail(store, 1, at=NOW + 30 * SECOND) == [MINUTE]

    async def test_a_process_whose_clock_is_behind_has_its_free_tries(self, store):
        assert await fail(store, 1) == [None]

        assert await fail(store, 2, at=NOW - SECOND) == [None, None]

    async def test_nobody_waits_for_a_clock_that_was_a_year_ahead(self, store):
        await fail(store, 4, at=NOW + timedelta(days=365))

        assert await fail(store, 1) == [None]

    async def test_a_process_whose_clock_is_behind_lets_nobody_pass(self, store):
        for _ in range(10):
            await store.add_failure(ADA, now=NOW)

        assert await fail(store, 1, at=NOW - SECOND) == [2 * MINUTE + SECOND]

    async def test_a_refused_try_does_not_count(self, store):
        await fail(store, 20)

        assert await fail(store, 1) == [30 * SECOND]

    async def test_of_many_tries_at_once_no_more_pass_than_may(self, store, reopened):
        async with reopened() as other:
            answers = await asyncio.gather(
                *(fail(each, 1) for each in [store, other] * 10)
            )

        assert answers.count([None]) == 3

    async def test_failures_added_at_once_all_count(self, store, reopened):
        async with reopened() as other:
            await asyncio.gather(
                *(each.add_failure(ADA, now=NOW) for each in [store, other] * 2)
            )

        assert await fail(store, 1) == [MINUTE]

    async def test_what_is_watched_can_forbid_a_try_and_counts_nothing_then(
        self, store
    ):
        for _ in range(FEW.free):
            await store.add_failure(BEA, now=NOW)

        assert await store.begin_try(ADA, [BEA], now=NOW) == 30 * SECOND
        assert await fail(store, 3) == [None, None, None]

    async def test_the_longest_wait_is_the_one_that_is_told(self, store):
        for _ in range(FEW.free + 1):
            await store.add_failure(BEA, now=NOW)
        await fail(store, 3)

        assert await store.begin_try(ADA, [BEA], now=NOW) == MINUTE
        assert await store.begin_try(BEA, [ADA], now=NOW) == MINUTE

    async def test_what_is_watched_is_not_counted_by_a_try(self, store):
        for _ in range(10):
            await store.begin_try(ADA, [BEA], now=NOW)
            await store.forget_failures(ADA)

        assert await fail(store, 1, subject=BEA) == [None]

    async def test_tries_that_watch_each_other_come_to_an_end(self, store, reopened):
        async with reopened() as other:
            await asyncio.gather(
                *(store.begin_try(ADA, [BEA], now=NOW) for _ in range(10)),
                *(other.begin_try(BEA, [ADA], now=NOW) for _ in range(10)),
                *(each.add_failure(ADA, now=NOW) for each in (store, other)),
                *(each.add_failure(BEA, now=NOW) for each in (store, other)),
            )

        assert await store.begin_try(ADA, [BEA], now=NOW) is not None

    async def test_success_starts_anew(self, store):
        await fail(store, 3)

        await store.forget_failures(ADA)

        assert await fail(store, 3) == [None, None, None]

    async def test_one_s_success_is_not_another_s(self, store):
        await fail(store, 3)

        await store.forget_failures(BEA)

        assert await fail(store, 1) == [30 * SECOND]

    async def test_a_try_that_was_not_looked_at_is_taken_back(self, store):
        await store.undo_try(ADA)
        for _ in range(10):
            assert await fail(store, 1) == [None]
            await store.undo_try(ADA)

        assert await fail(store, 3) == [None, None, None]

    async def test_failures_are_forgotten_when_none_came_for_long(self, store):
        await fail(store, 2)

        assert await fail(store, 3, at=NOW + FEW.memory) == [None, None, None]

    async def test_failures_outlive_the_store(self, store, reopened):
        await fail(store, 3)

        async with reopened() as other:
            assert await fail(other, 1) == [30 * SECOND]

    async def test_what_is_forgotten_is_deleted_by_and_by(self, store):
        for number in range(150):
            await fail(store, 1, subject=Subject(f"user {number}", FEW))

        await fail(store, 2, at=NOW + 2 * FEW.memory)

        # A clock that went back would find them, if they were still there.
        again = [
            await fail(store, 3, subject=Subject(f"user {number}", FEW))
            for number in (0, 75, 149)
        ]
        assert again == [[None, None, None]] * 3
