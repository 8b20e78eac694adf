"""What every account store promises about sign-ins."""

from dataclasses import replace

from tests.contracts.accounts.made import DAY, NOW, SECOND, note, people, sign_in
from tornado_app.sign_ins import MAX_NEWS, Ended


async def handles(store, account_id="ada"):
    return [each.handle for each in await store.sign_ins_of(account_id)]


async def news(store, handle):
    return [each.handle for each in await store.news_of("ada", handle)]


def new_device(handle, account_id="ada", *, at):
    return replace(sign_in(handle, account_id, at), new_device_at=at)


class SignInPromises:
    async def test_a_sign_in_comes_back_as_it_was_noted(self, store):
        await people(store, "ada")
        noted = sign_in("h")
        await note(store, noted)

        assert await store.sign_ins_of("ada") == [noted]
        assert await store.sign_in_of("h") == noted
        assert await store.sign_in_of("other") is None

    async def test_the_latest_comes_first_and_others_are_not_shown(self, store):
        await people(store, "ada", "bea")
        await note(
            store,
            sign_in("old", at=NOW - DAY),
            sign_in("new"),
            sign_in("bea's", "bea"),
        )

        assert await handles(store) == ["new", "old"]

    async def test_all_that_is_noted_comes_back(self, store):
        await people(store, "ada")
        noted = replace(
            sign_in("h", at=NOW), user_agent="UA", name="Work", new_device_at=NOW
        )
        await note(store, noted)

        assert await store.sign_ins_of("ada") == [noted]

    async def test_a_second_sign_in_to_an_account_in_one_session_is_the_one_that_counts(
        self, store
    ):
        await people(store, "ada")
        first = replace(sign_in("h", at=NOW - DAY), new_device_at=NOW - DAY)
        await note(store, first)
        await store.name_device("ada", "h", "Work")
        await store.note_ends("ada", ["h"], Ended.REVOKED, now=NOW - DAY)

        second = replace(sign_in("h"), address="192.0.2.9")
        await note(store, second)

        kept = replace(second, name="Work", new_device_at=NOW - DAY)
        assert await store.sign_ins_of("ada") == [kept]

    async def test_another_account_in_one_session_signs_the_first_one_out(self, store):
        await people(store, "ada", "bea")
        await note(store, sign_in("h", "ada", at=NOW - DAY))

        await note(store, sign_in("h", "bea"))

        (adas,) = await store.sign_ins_of("ada")
        assert (adas.ended, adas.ended_at) == (Ended.SIGNED_OUT, NOW)
        assert await store.sign_ins_of("bea") == [sign_in("h", "bea")]
        assert await store.sign_in_of("h") == sign_in("h", "bea")

    async def test_a_device_is_named_by_its_owner(self, store):
        await people(store, "ada", "bea")
        await note(store, sign_in("h"), sign_in("other", at=NOW - DAY))

        assert await store.name_device("ada", "h", "Work \x00")
        assert not await store.name_device("bea", "h", "Hers")
        assert not await store.name_device("ada", "unknown", "Nothing")

        names = [each.name for each in await store.sign_ins_of("ada")]
        assert names == ["Work \x00", ""]

    async def test_a_session_is_told_once_of_each_new_device(self, store):
        await people(store, "ada", "bea")
        await note(
            store,
            new_device("here", at=NOW),
            new_device("before", at=NOW - DAY),
            new_device("second", at=NOW + 2 * SECOND),
            new_device("first", at=NOW + SECOND),
            sign_in("known", at=NOW + SECOND),
            new_device("bea's", "bea", at=NOW + SECOND),
        )

        assert await news(store, "here") == ["first", "second"]
        assert await news(store, "second") == []
        assert await news(store, "unknown") == []
        await store.note_news("ada", "here", told_until=NOW + SECOND)
        await store.note_news("ada", "here", told_until=NOW)
        assert await news(store, "here") == ["second"]
        assert await news(store, "before") == ["here", "first", "second"]

    async def test_of_many_new_devices_the_latest_are_told(self, store):
        await people(store, "ada")
        await note(store, sign_in("here"))
        for n in range(1, MAX_NEWS + 3):
            await note(store, new_device(f"{n}", at=NOW + n * SECOND))

        assert await news(store, "here") == [f"{n}" for n in range(3, MAX_NEWS + 3)]

    async def test_the_first_end_is_the_one_that_counts(self, store):
        await people(store, "ada")
        await note(store, sign_in("h"), sign_in("untouched", at=NOW - DAY))

        await store.note_ends("ada", ["h", "unknown"], Ended.REVOKED, now=NOW)
        await store.note_ends("ada", ["h"], Ended.SIGNED_OUT, now=NOW + DAY)
        await store.note_ends("ada", [], Ended.SIGNED_OUT, now=NOW + DAY)

        found, untouched = await store.sign_ins_of("ada")
        assert (found.ended, found.ended_at) == (Ended.REVOKED, NOW)
        assert untouched == sign_in("untouched", at=NOW - DAY)

    async def test_nobody_notes_the_end_of_another_s_session(self, store):
        await people(store, "ada", "bea")
        await note(store, sign_in("h"))

        await store.note_ends("bea", ["h"], Ended.REVOKED, now=NOW)

        (found,) = await store.sign_ins_of("ada")
        assert found.ended_at is None

    async def test_what_is_old_and_over_goes_with_the_next_sign_in(self, store):
        await people(store, "ada", "bea")
        await note(
            store,
            sign_in("over", at=NOW - 90 * DAY),
            sign_in("over lately", at=NOW - 90 * DAY),
            sign_in("without an end", at=NOW - 90 * DAY),
            sign_in("bea's", "bea", at=NOW - 90 * DAY),
            forget_before=NOW - 99 * DAY,
        )
        await store.note_ends("ada", ["over"], Ended.REVOKED, now=NOW - 80 * DAY)
        await store.note_ends("ada", ["over lately"], Ended.REVOKED, now=NOW - DAY)

        await note(store, sign_in("new"), forget_before=NOW - 58 * DAY)

        assert await handles(store) == ["new", "over lately"]
        assert await handles(store, "bea") == ["bea's"]
