"""Which stores are asked to answer at once."""

from tornado_app.sessions.record import Create
from tornado_app.sessions.stores.memory import MemoryStore
from tornado_app.sessions.stores.recalling import recall_of
from tornado_app.sessions.testing import make_record


class Slow(MemoryStore):
    async def find(self, handles, *, now):
        return {}


class Passing:
    """Hands everything on but what it does itself."""

    def __init__(self, store):
        self.store = store

    async def find(self, handles, *, now):
        return {}

    def __getattr__(self, name):
        return getattr(self.store, name)


async def a_record_in(store):
    record = make_record()
    await store.apply([Create(record)])
    return record


async def test_a_store_that_can_is_asked():
    store = MemoryStore()
    record = await a_record_in(store)

    assert recall_of(store)(record.handle) == record


async def test_a_find_of_its_own_is_asked_before_an_inherited_recall():
    store = Slow()
    record = await a_record_in(store)

    assert recall_of(store)(record.handle) is None


async def test_a_find_that_was_put_in_its_place_is_asked_too():
    store = MemoryStore()
    record = await a_record_in(store)
    store.find = Slow().find

    assert recall_of(store)(record.handle) is None


async def test_who_hands_on_is_asked_by_its_own_find():
    store = MemoryStore()
    record = await a_record_in(store)

    assert recall_of(Passing(store))(record.handle) is None
