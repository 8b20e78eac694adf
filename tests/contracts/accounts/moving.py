"""What every account store promises about accounts that move."""

from dataclasses import replace

from tests.contracts.accounts.made import DAY, NOW, account, note, people, sign_in
from tornado_app.sign_ins import Ended


async def whole_account(store):
    """Give Ada all that an account can have; return it as it is kept."""
    await store.add(account(preferences={"theme": "dark"}), key="ada", now=NOW)
    await note(store, replace(sign_in("h", at=NOW - DAY), new_device_at=NOW - DAY))
    await note(store, sign_in("other"))
    await store.name_device("ada", "h", "Work \x00")
    await store.note_news("ada", "h", told_until=NOW)
    await store.note_ends("ada", ["other"], Ended.REVOKED, now=NOW)
    await store.change_password("ada", old="ada's", new="newer")
    (kept,) = await store.kept(after="", limit=9)
    return kept


class MovingPromises:
    async def test_accounts_are_given_page_by_page(self, store):
        await people(store, "bea", "ada", "carl")

        first = await store.kept(after="", limit=2)
        rest = await store.kept(after=first[-1].id, limit=2)

        assert [each.id for each in (*first, *rest)] == ["ada", "bea", "carl"]
        assert await store.kept(after="carl", limit=2) == []

    async def test_a_restored_account_is_what_it_was(self, store):
        kept = await whole_account(store)
        ada, sign_ins = await store.find("ada"), await store.sign_ins_of("ada")
        await store.delete("ada")

        assert await store.restore(kept)

        assert await store.find_named("ada") == ada
        assert ada.epoch == 1
        assert await store.sign_ins_of("ada") == sign_ins
        (again,) = await store.kept(after="", limit=9)
        assert again.account == kept.account
        assert sorted(again.sign_ins) == sorted(kept.sign_ins)

    async def test_what_is_there_already_is_left_as_it_is(self, store):
        kept = await whole_account(store)
        await store.prefer("ada", {"theme": "light", "language": "de"})
        before = await store.find("ada")

        assert not await store.restore(kept)
        assert await store.find("ada") == before

        await store.delete("ada")
        await store.add(account("other"), key="ada", now=NOW)
        assert not await store.restore(kept)
        assert await store.find("ada") is None
        assert await store.sign_ins_of("ada") == []
