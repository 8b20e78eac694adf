"""The promises about a walk through all records."""

# ruff: noqa: S101 (a test asserts)

from collections import Counter

import pytest

from ...record import Create, Delete, SessionRecord
from ...stores.base import SessionStore
from ..clock import START
from ..records import make_record, make_update
from .base import found, keep, same, update
from .finding import FULL


async def walked(store: SessionStore, *, batch: int = 100) -> list[SessionRecord]:
    """Return all that a walk comes by."""
    return [record async for records in store.walk(batch=batch) for record in records]


class WalkPromises:
    """What `SessionStore.walk` promises."""

    @pytest.mark.parametrize("batch", [1, 7, 20, 1000])
    async def test_a_walk_comes_by_every_record(
        self, store: SessionStore, batch: int
    ) -> None:
        records = [make_record(data={"n": n}) for n in range(20)]
        await keep(store, *records)

        met = {one.handle: same(one) for one in await walked(store, batch=batch)}

        assert met == {record.handle: same(record) for record in records}

    async def test_a_walk_through_nothing_ends(self, store: SessionStore) -> None:
        assert await walked(store) == []

    async def test_a_walk_shows_records_whole(self, store: SessionStore) -> None:
        await keep(store, FULL)

        assert [same(one) for one in await walked(store)] == [same(FULL)]

    async def test_a_walk_comes_by_expired_records(self, store: SessionStore) -> None:
        record = make_record(expires_at=START)
        await keep(store, record)

        assert [one.handle for one in await walked(store)] == [record.handle]

    async def test_a_walk_ends_though_sessions_begin_all_the_time(
        self, store: SessionStore
    ) -> None:
        numbers = iter(range(1_000))

        def make_next() -> SessionRecord:
            return make_record(handle=f"{next(numbers):016}")

        await keep(store, *(make_next() for _ in range(5)))

        async for _ in store.walk(batch=2):
            last = make_next()
            assert last.handle < f"{100:016}", "it runs after what is made behind it"
            await keep(store, last)

    async def test_a_walk_misses_nobody_while_others_come_and_go(
        self, store: SessionStore
    ) -> None:
        stay, go, come = ([make_record() for _ in range(40)] for _ in range(3))
        await keep(store, *stay, *go)
        met: Counter[str] = Counter()

        async for records in store.walk(batch=10):
            met.update(record.handle for record in records)
            if go:
                gone, new = go.pop(), come.pop()
                await store.apply([Delete(gone.handle), Create(new)])

        assert {record.handle for record in stay} <= met.keys()

    async def test_a_walk_may_change_what_it_comes_by(
        self, store: SessionStore
    ) -> None:
        records = [make_record(data={"n": 0}) for _ in range(30)]
        await keep(store, *records)

        async for batch in store.walk(batch=10):
            for record in batch:
                await update(store, make_update(record, values={"n": "1"}))

        for record in records:
            assert same(await found(store, record)).data == '{"n": 1}'
