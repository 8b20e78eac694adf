"""The promises about the size of a record."""

# ruff: noqa: S101 (a test asserts)

from datetime import timedelta

from ...record import Clocks, Outcome, Renewal, SignIn
from ...stores.base import SessionStore
from ..records import NOW, make_digest, make_flash, make_record, make_update
from .base import found, keep, same, update

BIG = {"big": "x" * 1000}


class SizePromises:
    """What ``max_bytes`` of an `Update` promises."""

    async def test_data_may_fill_the_limit_to_its_last_byte(
        self, store: SessionStore
    ) -> None:
        record = make_record(data={"a": "é"})
        await keep(store, record)
        values = {"b": '"日本😀\\u0000"'}
        limit_bytes = len('{"a":"é","b":"日本😀\\u0000"}'.encode())

        over = make_update(record, values=values, max_bytes=limit_bytes - 1)
        assert await update(store, over) is Outcome.TOO_LARGE
        assert same(await found(store, record)) == same(record)

        fits = make_update(record, values=values, max_bytes=limit_bytes)
        assert await update(store, fits) is Outcome.APPLIED

    async def test_flashes_count_as_data_does(self, store: SessionStore) -> None:
        flashes = (make_flash(1, "Grüße"), make_flash(2, "😀\0"))
        record = make_record(data={"a": 1}, flashes=flashes[:1])
        await keep(store, record)
        text = '[["00000001","info","Grüße"],["00000002","info","😀\\u0000"]]'
        limit_bytes = len(record.data) + len(text.encode())

        change = make_update(record, add_flashes=flashes[1:])
        over = change._replace(max_bytes=limit_bytes - 1)
        assert await update(store, over) is Outcome.TOO_LARGE
        assert (await found(store, record)).flashes == flashes[:1]

        fits = change._replace(max_bytes=limit_bytes)
        assert await update(store, fits) is Outcome.APPLIED

    async def test_only_what_is_left_after_the_merge_is_measured(
        self, store: SessionStore
    ) -> None:
        record = make_record(data=BIG, flashes=(make_flash(1, "x" * 1000),))
        await keep(store, record)

        change = make_update(
            record,
            values={"big": None, "a": "1"},
            drop_flashes=frozenset({make_flash(1).id}),
            max_bytes=len('{"a":1}'),
        )

        assert await update(store, change) is Outcome.APPLIED

    async def test_a_record_over_the_limit_can_still_shrink(
        self, store: SessionStore
    ) -> None:
        record = make_record(
            data={**BIG, "a": 1}, flashes=(make_flash(1), make_flash(2))
        )
        await keep(store, record)

        deletes = make_update(record, values={"a": None}, max_bytes=10)
        drops = make_update(
            record, drop_flashes=frozenset({make_flash(1).id}), max_bytes=10
        )

        assert await update(store, deletes) is Outcome.APPLIED
        assert await update(store, drops) is Outcome.APPLIED
        assert (await found(store, record)).flashes == (make_flash(2),)

    async def test_a_record_over_the_limit_can_still_be_used_and_signed_in(
        self, store: SessionStore
    ) -> None:
        record = make_record(data=BIG)
        await keep(store, record)
        change = make_update(record, max_bytes=10)
        sign_in = SignIn("7", NOW, make_digest("signed in"))

        for marked in (
            change._replace(touch=True),
            change._replace(own_idle=(timedelta(hours=1),)),
            change._replace(renewal=Renewal(record.id_digest, None)),
            change._replace(sign_in=sign_in, clocks=Clocks(timedelta(1), None)),
        ):
            assert await update(store, marked) is Outcome.APPLIED

    async def test_a_record_over_the_limit_grows_by_nothing(
        self, store: SessionStore
    ) -> None:
        record = make_record(data=BIG)
        await keep(store, record)

        sets = make_update(record, values={"a": "1"}, max_bytes=1000)
        flashes = make_update(record, add_flashes=(make_flash(1),), max_bytes=1000)

        assert await update(store, sets) is Outcome.TOO_LARGE
        assert await update(store, flashes) is Outcome.TOO_LARGE
