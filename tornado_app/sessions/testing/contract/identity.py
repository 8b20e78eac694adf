"""The promises about new ids and users."""

# ruff: noqa: S101 (a test asserts)

from datetime import timedelta

from ...record import Outcome, Renewal, SessionRecord, SignIn, Update
from ...stores.base import SessionStore
from ..records import NOW, make_digest, make_flash, make_record, make_update
from .base import found, keep, same, update

GRACE = timedelta(seconds=30, microseconds=1)
NEW, NEWER = make_digest("new"), make_digest("newer")
RENEWAL = Renewal(NEW, NOW + GRACE)


class RenewalPromises:
    """What a renewal does to a record."""

    async def test_a_renewal_changes_the_id_and_not_the_data(
        self, store: SessionStore
    ) -> None:
        record = make_record(data={"a": 1}, flashes=(make_flash(1),), user="7")
        await keep(store, record)

        outcome = await update(store, make_update(record, renewal=RENEWAL))

        assert outcome is Outcome.APPLIED
        assert same(await found(store, record)) == same(
            record._replace(
                id_digest=NEW,
                renewed_at=NOW,
                previous_digest=record.id_digest,
                previous_until=NOW + GRACE,
                version=1,
            )
        )

    async def test_after_a_renewal_without_grace_only_the_new_id_opens(
        self, store: SessionStore
    ) -> None:
        record = make_record()
        await keep(store, record)

        await update(store, make_update(record, renewal=Renewal(NEW, None)))

        after = await found(store, record)
        assert after.opens_with(NEW, NOW)
        assert not after.opens_with(record.id_digest, NOW)

    async def test_in_its_grace_the_old_id_opens_until_the_last_instant(
        self, store: SessionStore
    ) -> None:
        record = make_record()
        await keep(store, record)

        await update(store, make_update(record, renewal=RENEWAL))

        after = await found(store, record)
        last = NOW + GRACE - timedelta(microseconds=1)
        assert after.opens_with(record.id_digest, last)
        assert not after.opens_with(record.id_digest, NOW + GRACE)
        assert after.opens_with(NEW, NOW + GRACE)

    async def test_a_second_renewal_leaves_only_the_latest_two_ids(
        self, store: SessionStore
    ) -> None:
        record = make_record()
        await keep(store, record)
        await update(store, make_update(record, renewal=RENEWAL))

        second = Renewal(NEWER, NOW + GRACE)
        change = make_update(record, id_digest=NEW, renewal=second)
        assert await update(store, change) is Outcome.APPLIED

        after = await found(store, record)
        assert (after.id_digest, after.previous_digest) == (NEWER, NEW)

    async def test_of_two_renewals_at_once_the_first_gives_the_id(
        self, store: SessionStore
    ) -> None:
        record = make_record()
        await keep(store, record)
        await update(store, make_update(record, renewal=RENEWAL))

        second = Renewal(NEWER, None)
        change = make_update(record, renewal=second, values={"a": "1"}, touch=True)
        outcome = await update(store, change)

        after = await found(store, record)
        assert outcome is Outcome.SUPERSEDED
        assert (after.id_digest, after.previous_digest) == (NEW, record.id_digest)
        assert after.previous_until == NOW + GRACE
        assert (after.data, after.last_seen_at, after.version) == ('{"a":1}', NOW, 2)

    async def test_a_request_with_the_old_id_still_commits_and_hears_of_it(
        self, store: SessionStore
    ) -> None:
        record = make_record()
        await keep(store, record)
        await update(store, make_update(record, renewal=Renewal(NEW, None)))

        outcome = await update(store, make_update(record, values={"a": "1"}))

        assert outcome is Outcome.SUPERSEDED
        assert (await found(store, record)).data == '{"a":1}'


class SignInPromises:
    """What a sign-in does to a record."""

    @staticmethod
    def sign_in(record: SessionRecord, user: str = "7", **changes: object) -> Update:
        sign_in = SignIn(user, NOW + timedelta(microseconds=3), NEW)
        return make_update(record, sign_in=sign_in, touch=True, **changes)

    async def test_a_sign_in_names_the_user_under_a_new_id(
        self, store: SessionStore
    ) -> None:
        record = make_record(data={"cart": [1]}, flashes=(make_flash(1),))
        await keep(store, record)

        outcome = await update(store, self.sign_in(record))

        after = await found(store, record)
        assert outcome is Outcome.APPLIED
        assert (after.user, after.id_digest, after.generation) == ("7", NEW, 1)
        assert after.signed_in_at == NOW + timedelta(microseconds=3)
        assert after.renewed_at == after.signed_in_at
        assert (after.data, after.flashes) == (record.data, record.flashes)

    async def test_the_id_before_a_sign_in_is_dead_at_once(
        self, store: SessionStore
    ) -> None:
        record = make_record(
            previous_digest=make_digest("planted"), previous_until=NOW + GRACE
        )
        await keep(store, record)

        await update(store, self.sign_in(record))

        after = await found(store, record)
        assert (after.previous_digest, after.previous_until) == (None, None)
        assert not after.opens_with(record.id_digest, NOW)
        assert not after.opens_with(make_digest("planted"), NOW)

    async def test_a_sign_in_holds_though_the_id_was_renewed_meanwhile(
        self, store: SessionStore
    ) -> None:
        record = make_record()
        await keep(store, record)
        await update(store, make_update(record, renewal=Renewal(NEWER, NOW + GRACE)))

        outcome = await update(store, self.sign_in(record))

        after = await found(store, record)
        assert outcome is Outcome.APPLIED
        assert (after.id_digest, after.previous_digest, after.user) == (NEW, None, "7")

    async def test_a_change_from_before_a_sign_in_is_refused(
        self, store: SessionStore
    ) -> None:
        record = make_record()
        await keep(store, record)
        await update(store, self.sign_in(record))
        signed_in = await found(store, record)

        for late in (
            make_update(record, values={"a": "1"}),
            make_update(record, touch=True),
            make_update(record, renewal=RENEWAL),
            self.sign_in(record, "8"),
        ):
            assert await update(store, late) is Outcome.GONE

        assert await found(store, record) == signed_in

    async def test_another_user_finds_nothing_of_the_one_before(
        self, store: SessionStore
    ) -> None:
        record = make_record(
            data={"secret": 1},
            flashes=(make_flash(1),),
            user="7",
            idle_timeout=timedelta(hours=1),
        )
        await keep(store, record)

        change = self.sign_in(record, "8", clear=True, own_idle=(None,))
        await update(store, change._replace(values={"mine": "1"}))

        after = await found(store, record)
        assert (after.user, after.data, after.flashes) == ("8", '{"mine":1}', ())
        assert after.idle_timeout is None

    async def test_a_session_that_changes_hands_is_listed_for_its_new_user_alone(
        self, store: SessionStore
    ) -> None:
        record = make_record(user="7")
        await keep(store, record)

        await update(store, self.sign_in(record, "8"))

        assert await store.of_user("7", now=NOW) == []
        assert await store.of_user("8", now=NOW) == [await found(store, record)]
