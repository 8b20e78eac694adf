"""What every account store promises about accounts and preferences."""

import asyncio

import pytest

from tests.contracts.accounts.made import DAY, NOW, account, note, people, sign_in

DIGEST = b"d" * 32


class PeoplePromises:
    async def test_it_is_ready_once_it_is_open(self, store):
        await store.ready()

    async def test_an_account_is_found_as_it_was_added(self, store):
        ada = account(preferences={"theme": "dark", "name": "Ada"})

        assert await store.add(ada, key="ada", now=NOW)

        assert await store.find("ada") == ada
        assert await store.find_named("ada") == ada

    async def test_nobody_is_found_who_is_not_there(self, store):
        await people(store, "ada")

        assert await store.find("bea") is None
        assert await store.find_named("bea") is None
        assert await store.find_named("Ada") is None

    @pytest.mark.parametrize("name", ["a\x00b", "'; --", '"', "\\", "é", "x" * 5000])
    async def test_any_text_is_a_name_to_look_for(self, store, name):
        assert await store.find_named(name) is None
        assert await store.find(name) is None

        assert await store.add(account("ada", username=name), key=name, now=NOW)

        assert (await store.find_named(name)).username == name

    async def test_a_name_is_given_once(self, store):
        await people(store, "ada")

        assert not await store.add(account("other"), key="ada", now=NOW)

        assert (await store.find_named("ada")).id == "ada"
        assert await store.find("other") is None

    async def test_of_many_who_want_a_name_at_once_one_gets_it(self, store, reopened):
        async with reopened() as other:
            answers = await asyncio.gather(
                *(
                    each.add(account(f"{n}{each is other}"), key="ada", now=NOW)
                    for n in range(5)
                    for each in (store, other)
                )
            )

        assert sum(answers) == 1

    async def test_what_was_kept_outlives_the_store(self, store, reopened):
        await people(store, "ada")
        await store.prefer("ada", {"theme": "dark"})

        async with reopened() as other:
            assert await other.find("ada") == account(preferences={"theme": "dark"})

    async def test_preferences_are_replaced_field_by_field(self, store):
        await people(store, "ada", "bea")
        await store.prefer("ada", {"theme": "dark", "language": "de"})

        await store.prefer("ada", {"theme": "light"})
        await store.prefer("ada", {})

        kept = (await store.find("ada")).preferences
        assert kept == {"theme": "light", "language": "de"}
        assert (await store.find("bea")).preferences == {}

    async def test_preferences_set_at_once_all_count(self, store, reopened):
        await people(store, "ada")

        async with reopened() as other:
            await asyncio.gather(
                *(each.prefer("ada", {"theme": "dark"}) for each in (store, other)),
                store.prefer("ada", {"language": "de", "theme": "dark"}),
                other.prefer("ada", {"theme": "dark", "time_zone": "UTC"}),
            )

        kept = (await store.find("ada")).preferences
        assert kept == {"theme": "dark", "language": "de", "time_zone": "UTC"}

    async def test_added_preferences_replace_none(self, store):
        await people(store, "ada")
        await store.prefer("ada", {"theme": "system"})

        await store.add_preferences("ada", {"theme": "dark", "name": "Ada"})

        kept = (await store.find("ada")).preferences
        assert kept == {"theme": "system", "name": "Ada"}

    async def test_forgotten_preferences_are_those_of_one_account(self, store):
        await people(store, "ada", "bea")
        await store.prefer("ada", {"theme": "dark"})
        await store.prefer("bea", {"theme": "dark"})

        await store.forget_preferences("ada")

        assert (await store.find("ada")).preferences == {}
        assert (await store.find("bea")).preferences == {"theme": "dark"}

    async def test_a_hash_is_replaced_by_who_knows_the_one_that_is_kept(self, store):
        await people(store, "ada", "bea")

        await store.change_hash("ada", old="ada's", new="newer")
        await store.change_hash("ada", old="ada's", new="too late")

        assert (await store.find("ada")).password_hash == "newer"
        assert (await store.find("bea")).password_hash == "bea's"

    async def test_a_password_is_replaced_by_who_knows_the_one_that_is_kept(
        self, store
    ):
        await people(store, "ada", "bea")

        assert await store.change_password("ada", old="ada's", new="newer")
        assert not await store.change_password("ada", old="ada's", new="too late")
        assert not await store.change_password("nobody", old="ada's", new="newer")

        assert (await store.find("ada")).password_hash == "newer"
        assert (await store.find("bea")).password_hash == "bea's"

    async def test_another_password_raises_the_epoch_if_it_ends_the_sessions(
        self, store
    ):
        await people(store, "ada", "bea")
        assert (await store.find("ada")).epoch == 0

        await store.change_password("ada", old="another", new="newer")
        await store.change_password("ada", old="ada's", new="2", ends_sessions=False)
        await store.change_hash("ada", old="2", new="2 again")
        assert (await store.find("ada")).epoch == 0
        await store.change_password("ada", old="2 again", new="3")
        await store.change_password("ada", old="3", new="4", ends_sessions=True)

        assert (await store.find("ada")).epoch == 2
        assert (await store.find_named("ada")).epoch == 2
        assert (await store.find("bea")).epoch == 0

    async def test_of_two_changes_of_one_password_at_once_one_counts(
        self, store, reopened
    ):
        await people(store, "ada")

        async with reopened() as other:
            answers = await asyncio.gather(
                store.change_password("ada", old="ada's", new="one"),
                other.change_password("ada", old="ada's", new="two"),
            )

        assert sorted(answers) == [False, True]
        kept = (await store.find("ada")).password_hash
        assert kept == ("one" if answers[0] else "two")

    async def test_with_an_account_goes_all_that_was_kept_for_it(self, store):
        await people(store, "ada", "bea")
        for name in ("ada", "bea"):
            await store.prefer(name, {"theme": "dark"})
            await note(store, sign_in(f"{name}'s session", name))
        await store.offer_reset("ada", DIGEST, ends_at=NOW + DAY, now=NOW)

        await store.delete("ada")

        assert await store.find("ada") is None
        assert await store.find_named("ada") is None
        assert await store.sign_ins_of("ada") == []
        assert await store.sign_in_of("ada's session") is None
        assert await store.account_of_reset(DIGEST, now=NOW) is None
        assert (await store.find("bea")).preferences == {"theme": "dark"}
        assert await store.sign_ins_of("bea") == [sign_in("bea's session", "bea")]

    async def test_deleting_twice_is_deleting_once(self, store):
        await people(store, "ada")

        await store.delete("ada")
        await store.delete("ada")

        assert await store.find("ada") is None

    async def test_the_name_of_a_deleted_account_is_free_for_a_bare_one(self, store):
        await people(store, "ada")
        await store.prefer("ada", {"theme": "dark"})
        await store.delete("ada")

        assert await store.add(account("later"), key="ada", now=NOW)

        assert (await store.find_named("ada")) == account("later")

    async def test_what_comes_too_late_is_not_kept_for_a_deleted_account(self, store):
        await people(store, "ada")
        await store.delete("ada")

        await store.prefer("ada", {"theme": "dark"})
        await store.add_preferences("ada", {"theme": "dark"})
        await store.change_hash("ada", old="ada's", new="newer")
        await note(store, sign_in("late"))
        offered = await store.offer_reset("ada", DIGEST, ends_at=NOW + DAY, now=NOW)

        assert not offered
        assert await store.sign_ins_of("ada") == []
        assert await store.account_of_reset(DIGEST, now=NOW) is None
        await people(store, "ada")  # as if an id could come again
        assert await store.find("ada") == account()
