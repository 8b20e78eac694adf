"""The promises about new records."""

# ruff: noqa: S101 (a test asserts)

from datetime import timedelta

from ...record import Create, Outcome
from ...stores.base import SessionStore
from ..clock import START
from ..records import make_digest, make_flash, make_record
from .base import found, keep, same


class CreatePromises:
    """What a `Create` promises."""

    async def test_a_new_record_never_overwrites_another(
        self, store: SessionStore
    ) -> None:
        first = make_record(data={"whose": "mine"}, user="7")
        await keep(store, first)

        second = make_record(
            handle=first.handle,
            data={"whose": "yours"},
            user="8",
            flashes=(make_flash(1),),
            expires_at=START + timedelta(days=1),
        )
        outcomes = await store.apply([Create(second)])

        assert outcomes == [Outcome.TAKEN]
        assert same(await found(store, first)) == same(first)
        assert await store.of_user("8", now=START) == []

    async def test_the_same_record_is_created_only_once(
        self, store: SessionStore
    ) -> None:
        record = make_record()

        outcomes = await store.apply([Create(record), Create(record)])

        assert outcomes == [Outcome.APPLIED, Outcome.TAKEN]

    async def test_two_records_may_have_the_same_digest(
        self, store: SessionStore
    ) -> None:
        first, second = (make_record(id_digest=make_digest("one")) for _ in "ab")
        await keep(store, first, second)

        assert await store.count(now=START) == 2
