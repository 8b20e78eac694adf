"""What a store promises that can answer at once."""

# ruff: noqa: S101 (a test asserts)

from ...record import Change, Create, Delete, SessionRecord, Whole
from ...stores.base import SessionStore
from ...stores.recalling import recall_of
from ..clock import START
from ..records import IDLE, make_record, make_update
from .base import keep

_END = START + IDLE


class RecallPromises:
    """What `recall` gives is what `find` would; a store without it passes too."""

    async def test_what_is_recalled_is_what_is_stored_after_every_change(
        self, store: SessionStore
    ) -> None:
        record = make_record(data={"a": 1}, user="ada")
        changes: list[Change] = [
            Create(record),
            make_update(record, values={"a": "2"}, whole=Whole(0, '{"a":2}')),
            make_update(record, values={"b": "[1]"}),
            make_update(record, touch=True),
            Delete(record.handle),
            Create(record),
        ]
        for change in changes:
            await store.apply([change])
            await _agrees(store, record)

    async def test_what_many_changes_at_once_have_made_is_recalled(
        self, store: SessionStore
    ) -> None:
        one, other = make_record(data={"a": 1}), make_record(data={"a": 1})
        await keep(store, one, other)
        await store.apply(
            [
                make_update(one, values={"a": "2"}, whole=Whole(0, '{"a":2}')),
                make_update(one, values={"b": "3"}),
                make_update(other, values={"b": "3"}, whole=Whole(7, "{}")),
                Delete(other.handle),
                Create(other),
            ]
        )

        await _agrees(store, one)
        await _agrees(store, other)

    async def test_what_ended_by_many_is_not_recalled(
        self, store: SessionStore
    ) -> None:
        for end in (_end_user, _end_all, _sweep):
            record = make_record(user="ada")
            await keep(store, record)
            await store.find([record.handle], now=START)

            await end(store)

            assert recall_of(store)(record.handle) is None


async def _agrees(store: SessionStore, record: SessionRecord) -> None:
    recall = recall_of(store)
    at_once = recall(record.handle)
    found = (await store.find([record.handle], now=START)).get(record.handle)
    assert at_once in (None, found)
    assert recall(record.handle) in (None, found)


async def _end_user(store: SessionStore) -> None:
    await store.delete_user("ada", now=START, keep=None)


async def _end_all(store: SessionStore) -> None:
    await store.delete_all(now=START)


async def _sweep(store: SessionStore) -> None:
    await store.delete_expired(now=_END, limit=10)
