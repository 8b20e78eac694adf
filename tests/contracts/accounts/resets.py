"""What every account store promises about reset links."""

import asyncio

from tests.contracts.accounts.made import DAY, NOW, people

ONE, OTHER = b"1" * 32, b"2" * 32
INSTANT = DAY / 86_400_000_000


async def offer(store, digest=ONE, account_id="ada", *, at=NOW):
    return await store.offer_reset(account_id, digest, ends_at=at + DAY, now=at)


class ResetPromises:
    async def test_a_link_is_known_by_its_digest_until_it_is_over(self, store):
        await people(store, "ada", "bea")

        assert await offer(store, ONE)
        assert await offer(store, OTHER, "bea")

        assert await store.account_of_reset(ONE, now=NOW) == "ada"
        assert await store.account_of_reset(OTHER, now=NOW + DAY - INSTANT) == "bea"
        assert await store.account_of_reset(OTHER, now=NOW + DAY) is None
        assert await store.account_of_reset(b"3" * 32, now=NOW) is None
        assert await store.account_of_reset(b"", now=NOW) is None

    async def test_a_new_link_replaces_the_older_one(self, store):
        await people(store, "ada")

        await offer(store, ONE)
        await offer(store, OTHER)

        assert await store.account_of_reset(ONE, now=NOW) is None
        assert await store.account_of_reset(OTHER, now=NOW) == "ada"

    async def test_links_made_at_once_leave_one(self, store, reopened):
        await people(store, "ada")
        digests = [bytes([n]) * 32 for n in range(10)]

        async with reopened() as other:
            await asyncio.gather(
                *(
                    offer(each, digest)
                    for each, digest in zip([store, other] * 5, digests, strict=True)
                )
            )

        good = [await store.account_of_reset(each, now=NOW) for each in digests]
        assert good.count("ada") == 1

    async def test_a_link_that_is_used_changes_the_hash_and_is_gone(self, store):
        await people(store, "ada", "bea")
        await offer(store)

        assert await store.use_reset(ONE, new="newer", now=NOW)
        assert not await store.use_reset(ONE, new="again", now=NOW)

        assert (await store.find("ada")).password_hash == "newer"
        assert (await store.find("bea")).password_hash == "bea's"
        epochs = [(await store.find(name)).epoch for name in ("ada", "bea")]
        assert epochs == [1, 0]
        assert await store.account_of_reset(ONE, now=NOW) is None

    async def test_a_link_that_is_over_changes_nothing(self, store):
        await people(store, "ada")
        await offer(store)

        assert not await store.use_reset(ONE, new="newer", now=NOW + DAY)

        assert (await store.find("ada")).password_hash == "ada's"

    async def test_of_many_who_use_a_link_at_once_one_does(self, store, reopened):
        await people(store, "ada")
        await offer(store)

        async with reopened() as other:
            answers = await asyncio.gather(
                *(
                    each.use_reset(ONE, new=f"{n}", now=NOW)
                    for n, each in enumerate([store, other] * 5)
                )
            )

        assert sum(answers) == 1
        kept = (await store.find("ada")).password_hash
        assert kept == f"{answers.index(True)}"

    async def test_another_password_makes_the_link_void(self, store):
        await people(store, "ada", "bea")
        await offer(store, ONE)
        await offer(store, OTHER, "bea")

        await store.change_password("ada", old="another", new="newer")
        assert await store.account_of_reset(ONE, now=NOW) == "ada"
        await store.change_password("ada", old="ada's", new="newer")

        assert await store.account_of_reset(ONE, now=NOW) is None
        assert await store.account_of_reset(OTHER, now=NOW) == "bea"

    async def test_another_hash_of_the_same_password_leaves_the_link(self, store):
        await people(store, "ada")
        await offer(store)

        await store.change_hash("ada", old="ada's", new="newer")

        assert await store.account_of_reset(ONE, now=NOW) == "ada"

    async def test_links_that_are_over_go_with_the_next_ones(self, store):
        await people(store, "ada", *(f"user {n}" for n in range(150)))
        for n in range(150):
            await offer(store, n.to_bytes(32), f"user {n}")

        for _ in range(2):
            await offer(store, ONE, at=NOW + 2 * DAY)

        # Nothing but the clock would tell, if they were still there.
        left = [
            await store.account_of_reset(n.to_bytes(32), now=NOW) for n in range(150)
        ]
        assert left == [None] * 150
        assert await store.account_of_reset(ONE, now=NOW) == "ada"
