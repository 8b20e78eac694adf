"""The promises about flashes."""

# ruff: noqa: S101 (a test asserts)

from ...record import Outcome, StoredFlash
from ...stores.base import SessionStore
from ..records import make_flash, make_record, make_update
from .base import found, keep, update

ODD_TEXTS = (
    "",
    "\0",
    "'\"\\",
    "Grüße, 日本 😀",
    "<b>&amp;</b>",
    "null",
    "[]",
    "x" * 5000,
)


class FlashPromises:
    """What an `Update` does to the flashes of a record."""

    async def test_flashes_of_two_updates_are_both_kept_the_oldest_first(
        self, store: SessionStore
    ) -> None:
        record = make_record(flashes=(make_flash(2),))
        await keep(store, record)

        await update(store, make_update(record, add_flashes=(make_flash(3),)))
        await update(store, make_update(record, add_flashes=(make_flash(1),)))

        flashes = (await found(store, record)).flashes
        assert flashes == (make_flash(1), make_flash(2), make_flash(3))

    async def test_a_flash_that_was_shown_goes_and_the_others_stay(
        self, store: SessionStore
    ) -> None:
        flashes = tuple(make_flash(number) for number in range(3))
        record = make_record(flashes=flashes)
        await keep(store, record)

        dropped = frozenset({flashes[1].id, "unknown"})
        outcome = await update(store, make_update(record, drop_flashes=dropped))

        assert outcome is Outcome.APPLIED
        assert (await found(store, record)).flashes == (flashes[0], flashes[2])

    async def test_a_flash_that_two_requests_showed_is_dropped_once(
        self, store: SessionStore
    ) -> None:
        record = make_record(flashes=(make_flash(1),))
        await keep(store, record)
        shown = make_update(record, drop_flashes=frozenset({make_flash(1).id}))

        outcomes = [await update(store, shown), await update(store, shown)]

        assert outcomes == [Outcome.APPLIED, Outcome.APPLIED]
        assert (await found(store, record)).flashes == ()

    async def test_one_update_drops_what_was_shown_and_adds_what_is_new(
        self, store: SessionStore
    ) -> None:
        record = make_record(flashes=(make_flash(1),))
        await keep(store, record)

        change = make_update(
            record,
            drop_flashes=frozenset({make_flash(1).id}),
            add_flashes=(make_flash(2),),
        )
        await update(store, change)

        assert (await found(store, record)).flashes == (make_flash(2),)

    async def test_at_the_limit_the_oldest_flash_goes(
        self, store: SessionStore
    ) -> None:
        flashes = tuple(make_flash(number) for number in range(4))
        record = make_record(flashes=flashes[:2])
        await keep(store, record)

        await update(
            store, make_update(record, max_flashes=3, add_flashes=flashes[2:3])
        )
        assert (await found(store, record)).flashes == flashes[:3]

        await update(store, make_update(record, max_flashes=3, add_flashes=flashes[3:]))
        assert (await found(store, record)).flashes == flashes[1:]

    async def test_every_text_can_be_flashed(self, store: SessionStore) -> None:
        flashes = tuple(
            StoredFlash(f"{n:04x}", f"kind {text[:9]}", text)
            for n, text in enumerate(ODD_TEXTS)
        )
        record = make_record()
        await keep(store, record)

        await update(store, make_update(record, add_flashes=flashes))

        assert (await found(store, record)).flashes == flashes

    async def test_a_cleared_record_keeps_only_the_flashes_of_the_update(
        self, store: SessionStore
    ) -> None:
        record = make_record(flashes=(make_flash(1),))
        await keep(store, record)

        change = make_update(record, clear=True, add_flashes=(make_flash(2),))
        await update(store, change)

        assert (await found(store, record)).flashes == (make_flash(2),)

    async def test_flashes_are_no_part_of_the_data(self, store: SessionStore) -> None:
        record = make_record()
        await keep(store, record)

        await update(store, make_update(record, add_flashes=(make_flash(1),)))

        assert (await found(store, record)).data == "{}"
