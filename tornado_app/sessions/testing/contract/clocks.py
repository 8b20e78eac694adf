"""The promises about uses and expiry."""

# ruff: noqa: S101 (a test asserts)

from datetime import timedelta

from ...record import Clocks, Outcome, SignIn
from ...stores.base import SessionStore
from ..clock import START
from ..records import IDLE, NOW, make_digest, make_record, make_update
from .base import found, is_gone, keep, update

INSTANT = timedelta(microseconds=1)
HOUR = timedelta(hours=1)


class ClockPromises:
    """What a touch and a timeout of its own do to a record."""

    async def test_a_touch_moves_the_end_exact_to_the_microsecond(
        self, store: SessionStore
    ) -> None:
        record = make_record()
        await keep(store, record)
        now = START + timedelta(minutes=1, microseconds=7)
        clocks = Clocks(timedelta(days=3, microseconds=11), None)

        change = make_update(record, touch=True, now=now, clocks=clocks)
        await update(store, change)

        end = START + timedelta(days=3, minutes=1, microseconds=18)
        after = await found(store, record)
        assert (after.last_seen_at, after.expires_at) == (now, end)
        assert await found(store, record, now=end - INSTANT)
        assert await is_gone(store, record, now=end)

    async def test_a_touch_never_moves_the_end_past_the_absolute_one(
        self, store: SessionStore
    ) -> None:
        record = make_record()
        await keep(store, record)
        ends_at = NOW + timedelta(seconds=30, microseconds=1)

        clocks = Clocks(IDLE, ends_at)
        await update(store, make_update(record, touch=True, clocks=clocks))

        assert (await found(store, record)).expires_at == ends_at

    async def test_a_touch_may_bring_the_end_nearer(self, store: SessionStore) -> None:
        record = make_record()
        await keep(store, record)

        clocks = Clocks(HOUR, None)
        await update(store, make_update(record, touch=True, clocks=clocks))

        assert (await found(store, record)).expires_at == NOW + HOUR

    async def test_a_touch_of_a_late_request_never_goes_backwards(
        self, store: SessionStore
    ) -> None:
        record = make_record(last_seen_at=NOW)
        await keep(store, record)

        late = make_update(record, touch=True, now=NOW - timedelta(seconds=1))
        await update(store, late)

        after = await found(store, record)
        assert (after.last_seen_at, after.expires_at) == (NOW, NOW + IDLE)

    async def test_what_is_not_a_touch_leaves_both_instants_alone(
        self, store: SessionStore
    ) -> None:
        record = make_record()
        await keep(store, record)

        clocks = Clocks(HOUR, NOW + HOUR)
        change = make_update(record, values={"a": "1"}, clocks=clocks)
        await update(store, change)

        after = await found(store, record)
        assert after.last_seen_at == record.last_seen_at
        assert after.expires_at == record.expires_at

    async def test_a_timeout_of_its_own_beats_the_policys(
        self, store: SessionStore
    ) -> None:
        record = make_record()
        await keep(store, record)
        own = timedelta(days=40, microseconds=1)

        await update(store, make_update(record, touch=True, own_idle=(own,)))
        after = await found(store, record)
        assert (after.idle_timeout, after.expires_at) == (own, NOW + own)

        later = NOW + HOUR
        await update(store, make_update(record, touch=True, now=later))
        assert (await found(store, record)).expires_at == later + own

    async def test_a_timeout_of_its_own_ends_with_the_absolute_lifetime(
        self, store: SessionStore
    ) -> None:
        record = make_record()
        await keep(store, record)

        change = make_update(
            record, own_idle=(timedelta(days=40),), clocks=Clocks(IDLE, NOW + HOUR)
        )
        await update(store, change)

        assert (await found(store, record)).expires_at == NOW + HOUR

    async def test_a_timeout_of_its_own_counts_from_the_last_use(
        self, store: SessionStore
    ) -> None:
        record = make_record()
        await keep(store, record)

        await update(store, make_update(record, own_idle=(HOUR,)))

        after = await found(store, record)
        assert after.last_seen_at == START
        assert after.expires_at == START + HOUR

    async def test_the_policys_timeout_comes_back(self, store: SessionStore) -> None:
        record = make_record(idle_timeout=HOUR, expires_at=START + HOUR)
        await keep(store, record)

        await update(store, make_update(record, touch=True, own_idle=(None,)))

        after = await found(store, record)
        assert (after.idle_timeout, after.expires_at) == (None, NOW + IDLE)

    async def test_a_sign_in_brings_its_own_clocks(self, store: SessionStore) -> None:
        record = make_record()
        await keep(store, record)

        change = make_update(
            record,
            touch=True,
            sign_in=SignIn("7", NOW, make_digest("new")),
            clocks=Clocks(HOUR, NOW + 2 * HOUR),
        )
        assert await update(store, change) is Outcome.APPLIED

        assert (await found(store, record)).expires_at == NOW + HOUR
