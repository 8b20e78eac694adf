"""The store in memory: the contract, with what is its own."""

import random
from collections import Counter
from datetime import timedelta
from unittest.mock import Mock

import pytest

from tests.contracts import StoreContract
from tests.sessions.stores.simple_updates import simple_update
from tornado_app.sessions import MemoryStore
from tornado_app.sessions.merging import merge
from tornado_app.sessions.record import Create, Delete, Outcome, Whole
from tornado_app.sessions.stores import memory
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


async def test_sessions_that_ended_leave_nothing_behind():
    store, kept = MemoryStore(), make_record()
    await store.apply([Create(kept)])
    for _ in range(100):
        record = make_record()
        await store.apply([Create(record), Delete(record.handle)])

    await store.delete_expired(now=START, limit=10)

    assert [handle for _, handle in store._expiries] == [kept.handle]


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


async def test_what_is_taken_without_merging_agrees_with_the_merge(monkeypatch):
    taken = Mock(wraps=memory.with_whole)
    monkeypatch.setattr(memory, "with_whole", taken)
    chance, met = random.Random(4), Counter()  # noqa: S311 (a test keeps no secret)
    store, record = MemoryStore(), make_record(data={"b": 2, "a": [1.5, {}], "": 1})
    await store.apply([Create(record)])
    for _ in range(400):
        update = simple_update(chance, record)
        outcome, after = merge(record, update)
        met[outcome] += 1
        assert await store.apply([update]) == [outcome]
        (found,) = (await store.find([record.handle], now=START)).values()
        assert found == (after or record)
        record = found

    assert taken.call_count > 40
    assert met.keys() == set(Outcome) - {Outcome.TAKEN, Outcome.TOO_LARGE}


async def test_what_an_older_record_becomes_is_merged_with_the_present_one():
    store, record = MemoryStore(), make_record(data={"a": 1, "b": 1})
    await store.apply([Create(record)])
    first, second = [
        make_update(record, values={key: "2"}, whole=Whole(0, data, loaded=record))
        for key, data in (("a", '{"a":2,"b":1}'), ("b", '{"a":1,"b":2}'))
    ]

    assert await store.apply([first, second]) == [Outcome.APPLIED] * 2

    (found,) = (await store.find([record.handle], now=START)).values()
    assert (found.data, found.version) == ('{"a":2,"b":2}', 2)
