"""The promises about an update that brings its result along."""

# ruff: noqa: S101 (a test asserts)

from typing import Any

import pytest

from ...merging import merge
from ...record import Change, Create, Delete, Outcome, SessionRecord, Update, Whole
from ...stores.base import SessionStore
from ...values import encode_object
from ..clock import START
from ..records import make_digest, make_record, make_update
from .base import found, keep, same, update


def whole_update(record: SessionRecord, **changes: Any) -> Update:
    """Return an update of ``n`` to 2 that says what all data becomes by it."""
    data = '{"kept":true,"n":2}'
    whole = Whole(record.version, data)
    return make_update(record, values={"n": "2"}, whole=whole, **changes)


RECORD = make_record(data={"kept": True, "n": 1})
"""A record that `whole_update` fits."""


class WholePromises:
    """What a store promises of `Update.whole`."""

    async def test_a_whole_update_of_an_unchanged_record_is_what_it_says(
        self, store: SessionStore
    ) -> None:
        await keep(store, RECORD)

        assert await update(store, whole_update(RECORD)) is Outcome.APPLIED

        after = same(await found(store, RECORD))
        assert after.data == '{"kept": true, "n": 2}'
        assert after.version == RECORD.version + 1

    async def test_a_whole_update_with_a_touch_is_what_merging_would_make(
        self, store: SessionStore
    ) -> None:
        other = make_record(data={"kept": True, "n": 1})
        await keep(store, RECORD, other)
        touched = make_update(RECORD, values={"n": "2"}, touch=True)
        _, merged = merge(RECORD, touched)
        assert merged is not None
        whole = Whole(
            RECORD.version, merged.data, merged.last_seen_at, merged.expires_at
        )

        outcomes = await store.apply(
            [touched._replace(whole=whole), whole_update(other)]
        )

        assert outcomes == [Outcome.APPLIED] * 2
        assert same(await found(store, RECORD)) == same(merged)
        assert (await found(store, other)).last_seen_at == other.last_seen_at

    async def test_a_whole_update_is_merged_when_somebody_came_between(
        self, store: SessionStore
    ) -> None:
        await keep(store, RECORD)
        await update(store, make_update(RECORD, values={"theirs": '"kept"'}))

        assert await update(store, whole_update(RECORD)) is Outcome.APPLIED

        after = same(await found(store, RECORD))
        assert after.data == '{"kept": true, "n": 2, "theirs": "kept"}'

    @pytest.mark.parametrize(
        ("values", "data"),
        [
            ({"a": "2"}, '{"a": 2, "b": 1, "c": 1}'),
            ({"c": "2", "a": "3"}, '{"a": 3, "b": 1, "c": 2}'),
            ({"a": "2", "d": "3"}, '{"a": 2, "b": 1, "c": 1, "d": 3}'),
            ({"a": None, "b": '"2:3"'}, '{"b": "2:3", "c": 1}'),
        ],
    )
    async def test_a_whole_update_keeps_the_order_of_the_keys(
        self, store: SessionStore, values: dict[str, str | None], data: str
    ) -> None:
        record = make_record(data={"a": 1, "b": 1, "c": 1})
        await keep(store, record)
        whole = Whole(record.version, data.replace(" ", ""))

        made = await update(store, make_update(record, values=values, whole=whole))

        assert made is Outcome.APPLIED
        assert same(await found(store, record)).data == data

    async def test_a_whole_update_of_very_many_keys_is_made(
        self, store: SessionStore
    ) -> None:
        keys = [f"key {number}" for number in range(5000)]
        record = make_record(data=dict.fromkeys(keys, 1))
        await keep(store, record)
        whole = Whole(record.version, encode_object(dict.fromkeys(keys, 2)))

        made = await update(
            store,
            make_update(record, values=dict.fromkeys(keys, "2"), whole=whole),
        )

        assert made is Outcome.APPLIED
        assert (await found(store, record)).data == whole.data

    async def test_a_whole_update_with_an_old_id_says_so(
        self, store: SessionStore
    ) -> None:
        await keep(store, RECORD)

        late = whole_update(RECORD, id_digest=make_digest("the id before"))
        outcome = await update(store, late)

        assert outcome is Outcome.SUPERSEDED
        assert '"n": 2' in same(await found(store, RECORD)).data

    @pytest.mark.parametrize(
        "changes", [{"generation": 5}, {"now": START.replace(year=2200)}]
    )
    async def test_a_whole_update_of_what_ended_for_it_changes_nothing(
        self, store: SessionStore, changes: dict[str, Any]
    ) -> None:
        await keep(store, RECORD)

        outcome = await update(store, whole_update(RECORD, **changes))

        assert outcome is Outcome.GONE
        assert same(await found(store, RECORD)) == same(RECORD)

    async def test_whole_updates_of_many_records_are_each_their_own(
        self, store: SessionStore
    ) -> None:
        records = [make_record(data={"kept": True, "n": 1}) for _ in range(20)]
        gone = records[7]
        await keep(store, *(one for one in records if one is not gone))

        outcomes = await store.apply([whole_update(one) for one in records])

        assert outcomes == [
            Outcome.GONE if one is gone else Outcome.APPLIED for one in records
        ]
        for one in records:
            if one is not gone:
                assert '"n": 2' in same(await found(store, one)).data

    async def test_whole_updates_keep_their_order_among_others_of_the_record(
        self, store: SessionStore
    ) -> None:
        await keep(store, RECORD)
        first = make_update(RECORD, values={"n": "3"})

        outcomes = await store.apply([first, whole_update(RECORD)])

        assert outcomes == [Outcome.APPLIED, Outcome.APPLIED]
        assert '"n": 2' in same(await found(store, RECORD)).data

    async def test_a_whole_update_that_met_somebody_comes_before_an_end_behind_it(
        self, store: SessionStore
    ) -> None:
        await keep(store, RECORD)
        await update(store, make_update(RECORD, values={"theirs": "1"}))

        changes: list[Change] = [whole_update(RECORD), Delete(RECORD.handle)]

        assert await store.apply(changes) == [Outcome.APPLIED] * 2

    async def test_a_record_made_and_ended_in_one_call_is_ended(
        self, store: SessionStore
    ) -> None:
        other = make_record()
        changes: list[Change] = [
            Create(RECORD),
            Create(other),
            whole_update(RECORD),
            Delete(RECORD.handle),
        ]

        assert await store.apply(changes) == [Outcome.APPLIED] * 4

        assert await store.find([RECORD.handle, other.handle], now=START) == {
            other.handle: other
        }
