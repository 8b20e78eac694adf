"""The promises about records that are looked for."""

# ruff: noqa: S101 (a test asserts)

from datetime import UTC, timedelta

from ... import ids
from ...record import SessionRecord
from ...stores.base import SessionStore
from ..clock import START
from ..records import make_digest, make_flash, make_record
from .base import found, is_gone, keep, same

INSTANT = timedelta(microseconds=1)
FULL = make_record(
    started_at=START + timedelta(microseconds=1),
    last_seen_at=START + timedelta(microseconds=2),
    expires_at=START + timedelta(days=400, microseconds=3),
    renewed_at=START + timedelta(microseconds=999_999),
    data={"name": "Zoë", "cart": {"n": 1}},
    flashes=(make_flash(1, "Grüße \0 'quoted' \"twice\""), make_flash(2)),
    user="7",
    signed_in_at=START + timedelta(microseconds=5),
    idle_timeout=timedelta(minutes=1, microseconds=6),
    previous_digest=make_digest("previous"),
    previous_until=START + timedelta(microseconds=7),
    generation=3,
    version=12,
)


class FindPromises:
    """What `SessionStore.find` promises."""

    async def test_every_field_of_a_record_comes_back(
        self, store: SessionStore
    ) -> None:
        plain = make_record()
        await keep(store, FULL, plain)

        assert same(await found(store, FULL)) == same(FULL)
        assert same(await found(store, plain)) == same(plain)

    async def test_records_come_back_as_records(self, store: SessionStore) -> None:
        await keep(store, FULL)

        record = await found(store, FULL)

        assert isinstance(record, SessionRecord)
        assert isinstance(record.id_digest, bytes)
        assert isinstance(record.previous_digest, bytes)
        assert isinstance(record.flashes, tuple)
        assert record.flashes[0].text == FULL.flashes[0].text

    async def test_instants_come_back_aware_in_utc(self, store: SessionStore) -> None:
        await keep(store, FULL)

        record = await found(store, FULL)

        for instant in (
            record.started_at,
            record.last_seen_at,
            record.expires_at,
            record.renewed_at,
            record.signed_in_at,
            record.previous_until,
        ):
            assert instant is not None
            assert instant.tzinfo is UTC

    async def test_nothing_is_found_for_nothing(self, store: SessionStore) -> None:
        await keep(store, make_record())

        assert await store.find([], now=START) == {}

    async def test_an_unknown_handle_is_absent(self, store: SessionStore) -> None:
        record = make_record()
        await keep(store, record)

        answer = await store.find([ids.new_handle(), record.handle], now=START)

        assert list(answer) == [record.handle]

    async def test_many_records_are_found_each_under_its_own_handle(
        self, store: SessionStore
    ) -> None:
        records = [make_record(data={"n": n}) for n in range(300)]
        await keep(store, *records)

        answer = await store.find({record.handle for record in records}, now=START)

        assert {handle: same(one) for handle, one in answer.items()} == {
            record.handle: same(record) for record in records
        }

    async def test_handles_that_differ_by_case_are_different(
        self, store: SessionStore
    ) -> None:
        record = make_record(handle="aaaaaaaaaaaaaaaa")
        await keep(store, record)

        assert await store.find(["AAAAAAAAAAAAAAAA"], now=START) == {}

    async def test_a_record_is_found_until_the_instant_at_which_it_expires(
        self, store: SessionStore
    ) -> None:
        record = make_record()
        await keep(store, record)
        end = record.expires_at

        assert await found(store, record, now=end - INSTANT)
        assert await is_gone(store, record, now=end)
        assert await is_gone(store, record, now=end + INSTANT)
