"""The promises about changes that are refused."""

# ruff: noqa: S101 (a test asserts)

from datetime import timedelta

import pytest

from ...record import Clocks, Delete, Outcome, Renewal, SignIn, Update
from ...stores.base import SessionStore
from ..clock import START
from ..records import NOW, make_digest, make_flash, make_record, make_update
from .base import found, is_gone, keep, same, update

EVERYTHING = {
    "values": {"a": "2", "b": None, "c": "3"},
    "add_flashes": (make_flash(2),),
    "drop_flashes": frozenset({make_flash(1).id}),
    "touch": True,
    "clear": True,
    "own_idle": (timedelta(hours=1),),
    "clocks": Clocks(timedelta(hours=2), None),
}
RECORD = make_record(data={"a": 1, "b": 1}, flashes=(make_flash(1),), version=4)
RENEWAL = {"renewal": Renewal(make_digest("new"), NOW + timedelta(minutes=1))}
SIGN_IN = {"sign_in": SignIn("7", NOW, make_digest("new"))}
CHANGES = [
    pytest.param(make_update(RECORD, **EVERYTHING, **RENEWAL), id="renewal"),
    pytest.param(make_update(RECORD, **EVERYTHING, **SIGN_IN), id="sign-in"),
    pytest.param(make_update(RECORD, touch=True), id="touch"),
    pytest.param(make_update(RECORD, values={"a": None}), id="deletion"),
]


class RefusalPromises:
    """Why an `Update` does nothing at all."""

    @pytest.mark.parametrize("change", CHANGES)
    async def test_changing_what_never_was_creates_nothing(
        self, store: SessionStore, change: Update
    ) -> None:
        assert await update(store, change) is Outcome.GONE
        assert await is_gone(store, RECORD)
        assert await store.count(now=START) == 0
        assert await store.of_user("7", now=START) == []

    @pytest.mark.parametrize("change", CHANGES)
    async def test_changing_a_deleted_record_does_not_bring_it_back(
        self, store: SessionStore, change: Update
    ) -> None:
        await keep(store, RECORD)
        await store.apply([Delete(RECORD.handle)])

        assert await update(store, change) is Outcome.GONE
        assert await is_gone(store, RECORD)
        assert await store.count(now=START) == 0

    @pytest.mark.parametrize("change", CHANGES)
    async def test_a_record_is_past_changing_at_the_instant_it_expires(
        self, store: SessionStore, change: Update
    ) -> None:
        record = RECORD._replace(expires_at=NOW)
        await keep(store, record)

        assert await update(store, change) is Outcome.GONE
        assert same(await found(store, record)) == same(record)

        in_time = change._replace(now=NOW - timedelta(microseconds=1))
        assert await update(store, in_time) is Outcome.APPLIED

    @pytest.mark.parametrize("change", CHANGES)
    async def test_a_change_from_another_generation_does_nothing(
        self, store: SessionStore, change: Update
    ) -> None:
        record = RECORD._replace(generation=2)
        await keep(store, record)

        for generation in (0, 1, 3):
            other = change._replace(generation=generation)
            assert await update(store, other) is Outcome.GONE

        assert same(await found(store, record)) == same(record)

    @pytest.mark.parametrize("change", CHANGES)
    async def test_a_transaction_is_refused_when_another_change_came_between(
        self, store: SessionStore, change: Update
    ) -> None:
        await keep(store, RECORD)

        for version in (0, 3, 5):
            seen = change._replace(version=version)
            assert await update(store, seen) is Outcome.CONFLICT

        assert same(await found(store, RECORD)) == same(RECORD)
        seen = change._replace(version=RECORD.version)
        assert await update(store, seen) is Outcome.APPLIED

    async def test_an_older_generation_is_gone_before_it_is_a_conflict(
        self, store: SessionStore
    ) -> None:
        await keep(store, RECORD)

        change = make_update(RECORD, generation=1, version=99, max_bytes=1)

        assert await update(store, change) is Outcome.GONE

    async def test_a_conflict_is_told_before_the_size(
        self, store: SessionStore
    ) -> None:
        await keep(store, RECORD)

        change = make_update(RECORD, values={"a": "2"}, version=99, max_bytes=1)

        assert await update(store, change) is Outcome.CONFLICT

    @pytest.mark.parametrize("change", CHANGES[:2])
    async def test_what_is_too_large_does_nothing_else_either(
        self, store: SessionStore, change: Update
    ) -> None:
        await keep(store, RECORD)

        outcome = await update(store, change._replace(max_bytes=9))

        assert outcome is Outcome.TOO_LARGE
        assert same(await found(store, RECORD)) == same(RECORD)
        assert await store.of_user("7", now=START) == []

    @pytest.mark.parametrize(
        "changes",
        [{"touch": True}, {"values": {"a": "2"}}, {"values": {"a": None}}, RENEWAL],
    )
    async def test_each_change_makes_a_new_version(
        self, store: SessionStore, changes: dict[str, object]
    ) -> None:
        await keep(store, RECORD)

        await update(store, make_update(RECORD, **changes))

        assert (await found(store, RECORD)).version == RECORD.version + 1
