"""What a store that moves tells of sessions that ended."""

import pytest

from tests.servers.postgresql_shared import empty_store_url
from tests.servers.valkey_shared import empty_store_url as empty_redis_url
from tests.sessions.stores.test_moving import Placing
from tornado_app.sessions import MemoryStore, open_store
from tornado_app.sessions.stores import MovingStore
from tornado_app.sessions.stores.hints import hints_of
from tornado_app.sessions.testing import HintsContract


class TestMovingHintsWithEveryRecordInTheOldStore(HintsContract):
    @pytest.fixture
    async def store(self):
        new = open_store(empty_redis_url())
        async with Placing(MemoryStore(), new, is_old=lambda handle: True) as store:
            yield store


class TestMovingHintsFromRedisToPostgreSQL(HintsContract):
    @pytest.fixture
    async def store(self):
        old, new = open_store(empty_redis_url()), open_store(empty_store_url())
        async with MovingStore(old, new) as store:
            yield store


def test_a_move_to_a_store_without_hints_gives_none():
    old = open_store("redis://cache.example/0")

    assert hints_of(MovingStore(old, MemoryStore())) is None
