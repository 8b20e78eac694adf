"""The promises about the ends of records."""

# ruff: noqa: S101 (a test asserts)

from datetime import timedelta

import pytest

from ...record import Create, Delete, Outcome
from ...stores.base import SessionStore
from ..clock import START
from ..records import IDLE, NOW, make_record, make_update
from .base import found, is_gone, keep, same, update

ODD_USERS = (
    "7",
    "Zoë",
    "zoë",
    "日本 😀",
    "'; --",
    '"',
    "\\",
    "a:b",
    "{a}",
    "*",
    "a\0b",
    " 7",
)


class EndPromises:
    """What deletes records, one or many, with what counts and lists them."""

    expires_by_itself = False
    """Whether the server removes what expires; `delete_expired` then only tidies up."""

    frees_handles = True
    """Whether a handle can be taken again once its record is deleted."""

    async def test_a_deleted_record_is_gone(self, store: SessionStore) -> None:
        record, other = make_record(user="7"), make_record(user="7")
        await keep(store, record, other)

        outcomes = await store.apply([Delete(record.handle)])

        assert outcomes == [Outcome.APPLIED]
        assert await is_gone(store, record)
        assert [one.handle for one in await store.of_user("7", now=START)] == [
            other.handle
        ]

    async def test_deleting_what_is_not_there_answers_gone(
        self, store: SessionStore
    ) -> None:
        record = make_record()

        assert await store.apply([Delete(record.handle)]) == [Outcome.GONE]
        assert await store.apply([Delete(record.handle, 0)]) == [Outcome.GONE]

    async def test_a_deletion_for_one_generation_spares_every_other(
        self, store: SessionStore
    ) -> None:
        record = make_record(generation=2)
        await keep(store, record)

        for generation in (0, 1, 3):
            outcomes = await store.apply([Delete(record.handle, generation)])
            assert outcomes == [Outcome.GONE]
        assert same(await found(store, record)) == same(record)

        outcomes = await store.apply([Delete(record.handle, 2)])
        assert outcomes == [Outcome.APPLIED]
        assert await is_gone(store, record)

    async def test_generation_zero_is_a_generation(self, store: SessionStore) -> None:
        record = make_record(generation=1)
        await keep(store, record)

        assert await store.apply([Delete(record.handle, 0)]) == [Outcome.GONE]
        assert await found(store, record)

    async def test_nothing_is_left_under_a_handle_after_its_end(
        self, store: SessionStore
    ) -> None:
        record = make_record(user="7", data={"a": 1})
        await keep(store, record)
        await store.apply([Delete(record.handle)])

        again = make_record(handle=record.handle)
        (outcome,) = await store.apply([Create(again)])

        assert await store.of_user("7", now=START) == []
        if self.frees_handles:
            assert outcome is Outcome.APPLIED
            assert same(await found(store, again)) == same(again)
        else:
            assert outcome is Outcome.TAKEN
            assert await is_gone(store, again)

    async def test_only_the_live_records_of_a_user_are_listed(
        self, store: SessionStore
    ) -> None:
        live, renamed = make_record(user="7"), make_record(user="7")
        expired = make_record(user="7", expires_at=NOW)
        await keep(store, live, renamed, expired, make_record(), make_record(user="8"))
        await update(store, make_update(renamed, values={"a": "1"}))

        listed = await store.of_user("7", now=NOW)

        assert {one.handle for one in listed} == {live.handle, renamed.handle}
        assert all(one.user == "7" for one in listed)
        assert await store.of_user("unknown", now=NOW) == []

    async def test_no_text_of_a_user_is_mistaken_for_another(
        self, store: SessionStore
    ) -> None:
        records = {user: make_record(user=user) for user in ODD_USERS}
        await keep(store, *records.values())

        for user, record in records.items():
            listed = await store.of_user(user, now=START)
            assert [one.handle for one in listed] == [record.handle]
            assert [one.user for one in listed] == [user]

        assert await store.delete_user("*", now=START, keep=None) == 1
        assert await store.count(now=START) == len(ODD_USERS) - 1

    async def test_all_records_of_a_user_go_but_the_kept_one(
        self, store: SessionStore
    ) -> None:
        kept, *others = (make_record(user="7") for _ in range(4))
        expired = make_record(user="7", expires_at=NOW)
        nobodys, strangers = make_record(), make_record(user="8")
        await keep(store, kept, *others, expired, nobodys, strangers)

        count = await store.delete_user("7", now=NOW, keep=kept.handle)

        assert count == 3, "only the live ones count"
        handles = [one.handle for one in (kept, *others, expired, nobodys, strangers)]
        left = set(await store.find(handles, now=START))
        assert left == {kept.handle, nobodys.handle, strangers.handle}

    @pytest.mark.parametrize("keep_handle", [None, "AAAAAAAAAAAAAAAA", ""])
    async def test_without_one_to_keep_all_records_of_a_user_go(
        self, store: SessionStore, keep_handle: str | None
    ) -> None:
        await keep(store, make_record(user="7"), make_record(user="7"), make_record())

        assert await store.delete_user("7", now=START, keep=keep_handle) == 2
        assert await store.of_user("7", now=START) == []
        assert await store.count(now=START) == 1
        assert await store.delete_user("7", now=START, keep=keep_handle) == 0

    async def test_everything_goes_and_the_live_ones_are_counted(
        self, store: SessionStore
    ) -> None:
        live = [make_record(), make_record(user="7")]
        expired = make_record(user="7", expires_at=NOW)
        await keep(store, *live, expired)

        assert await store.delete_all(now=NOW) == 2

        for record in (*live, expired):
            assert await is_gone(store, record)
        assert await store.of_user("7", now=START) == []
        assert await store.delete_all(now=START) == 0

    async def test_only_live_records_are_counted(self, store: SessionStore) -> None:
        assert await store.count(now=START) == 0
        await keep(store, *(make_record() for _ in range(3)))
        await keep(store, make_record(expires_at=NOW))

        assert await store.count(now=NOW - timedelta(microseconds=1)) == 4
        assert await store.count(now=NOW) == 3

    async def test_the_sweep_spares_the_living(self, store: SessionStore) -> None:
        live = make_record(user="7", expires_at=NOW + timedelta(microseconds=1))
        expired = [make_record(user="7", expires_at=NOW) for _ in range(3)]
        await keep(store, live, *expired)

        count = await store.delete_expired(now=NOW, limit=10)

        assert await found(store, live, now=NOW)
        if not self.expires_by_itself:
            assert count == 3
            assert await store.count(now=START) == 1
            assert await store.delete_expired(now=NOW, limit=10) == 0

    async def test_the_sweep_follows_a_touch(self, store: SessionStore) -> None:
        record = make_record(expires_at=NOW + timedelta(seconds=1))
        await keep(store, record)
        await update(store, make_update(record, touch=True))

        later = NOW + timedelta(seconds=2)
        assert await store.delete_expired(now=later, limit=10) == 0
        assert await found(store, record, now=later)
        if not self.expires_by_itself:
            assert await store.delete_expired(now=NOW + IDLE, limit=10) == 1

    async def test_the_sweep_follows_an_end_that_came_nearer(
        self, store: SessionStore
    ) -> None:
        record = make_record()
        await keep(store, record)
        own = timedelta(hours=1)
        await update(store, make_update(record, own_idle=(own,)))

        count = await store.delete_expired(now=START + own, limit=10)

        assert await is_gone(store, record, now=START + own)
        if not self.expires_by_itself:
            assert count == 1

    async def test_the_sweep_takes_no_more_than_asked_the_oldest_first(
        self, store: SessionStore
    ) -> None:
        seconds = [4, 1, 3, 0, 2]
        records = {
            s: make_record(expires_at=NOW + timedelta(seconds=s)) for s in seconds
        }
        await keep(store, *records.values())
        later = NOW + timedelta(minutes=1)

        count = await store.delete_expired(now=later, limit=2)

        if not self.expires_by_itself:
            assert count == 2
            handles = [record.handle for record in records.values()]
            left = await store.find(handles, now=START)
            assert set(left) == {records[s].handle for s in (2, 3, 4)}
            assert await store.delete_expired(now=later, limit=2) == 2
            assert await store.delete_expired(now=later, limit=2) == 1

    async def test_an_expired_handle_that_is_not_swept_may_stay_taken(
        self, store: SessionStore
    ) -> None:
        record = make_record(expires_at=NOW, data={"old": 1})
        await keep(store, record)

        again = make_record(handle=record.handle)
        (outcome,) = await store.apply([Create(again)])

        # Handles are random: all that matters is that nothing of the two is mixed.
        expected = {Outcome.TAKEN: record, Outcome.APPLIED: again}[outcome]
        assert same(await found(store, record)) == same(expected)
