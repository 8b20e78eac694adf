"""The store in memory: the contract, with what is its own."""

from datetime import timedelta

import pytest

from tests.contracts import StoreContract
from tornado_app.sessions import MemoryStore
from tornado_app.sessions.record import Create
from tornado_app.sessions.testing import IDLE, START, make_record, make_update


class TestMemoryStore(StoreContract):
    @pytest.fixture
    async def store(self):
        async with MemoryStore() as store:
            yield store


async def test_records_stay_when_the_store_is_closed_and_opened_again():
    store = MemoryStore()
    async with store:
        await store.apply([Create(make_record())])

    async with store:
        assert await store.count(now=START) == 1


async def test_uses_without_end_take_no_more_memory():
    store, record = MemoryStore(), make_record()
    await store.apply([Create(record)])

    for second in range(100):
        now = START + timedelta(seconds=second)
        await store.apply([make_update(record, touch=True, now=now)])

    assert len(store._expiries) == 1
    assert await store.delete_expired(now=START + IDLE, limit=10) == 0
    assert await store.delete_expired(now=now + IDLE, limit=10) == 1
    assert store._expiries == []
