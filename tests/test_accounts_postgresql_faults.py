"""A PostgreSQL server with accounts that is killed or frozen, and comes back."""

import asyncio

import pytest

from tests.contracts.accounts.made import DAY, NOW, note, people, sign_in
from tests.servers.postgresql import PostgreSQLServer
from tornado_app.accounts_url import open_account_store
from tornado_app.sessions import StoreOpenError, StoreUnavailableError
from tornado_app.throttling import ACCOUNT, Subject

# For a machine that is busy.
pytestmark = pytest.mark.gen_test(timeout=60)

ADA = Subject("ada", ACCOUNT)
# A store gives a call up after two seconds; this is for a machine that is busy.
LATEST_S = 10


@pytest.fixture(scope="module")
def server():
    # What is acknowledged must not depend on a setting that somebody made faster.
    server = PostgreSQLServer("synchronous_commit=off", "wal_writer_delay=10s")
    server.start()
    server.query("CREATE ROLE picky LOGIN PASSWORD 'right'")
    server.query("CREATE ROLE guest LOGIN")
    yield server
    server.remove()


@pytest.fixture
async def store(server):
    async with open_account_store(server.url()) as store:
        yield store


async def test_what_was_answered_survives_a_kill(server, store):
    await people(store, "ada")
    await store.prefer("ada", {"theme": "dark"})
    assert await store.change_password("ada", old="ada's", new="newer")

    server.kill()
    server.start()

    found = None
    async with asyncio.timeout(LATEST_S):
        while found is None:
            try:
                found = await store.find("ada")
            except StoreUnavailableError:
                await asyncio.sleep(0.005)
    assert found.preferences == {"theme": "dark"}
    assert found.password_hash == "newer"


async def test_a_server_that_is_gone_is_an_unavailable_store_at_once(server, store):
    server.kill()
    try:
        for _ in range(3):
            async with asyncio.timeout(LATEST_S):
                with pytest.raises(StoreUnavailableError, match="during find"):
                    await store.find("ada")
                with pytest.raises(StoreUnavailableError, match="during begin_try"):
                    await store.begin_try(ADA, [], now=NOW)
                with pytest.raises(StoreUnavailableError, match="during ready"):
                    await store.ready()
    finally:
        server.start()

    await store.ready()


async def test_a_server_that_is_silent_is_given_up(server, store):
    await store.ready()
    server.freeze()
    try:
        async with asyncio.timeout(LATEST_S):
            answers = await asyncio.gather(
                store.find("ada"),
                store.begin_try(ADA, [], now=NOW),
                store.delete("nobody"),
                return_exceptions=True,
            )
    finally:
        server.thaw()

    assert [type(each) for each in answers] == [StoreUnavailableError] * 3
    await store.ready()


async def test_a_call_that_is_cancelled_leaves_nothing_half_done(server, store):
    for _ in range(20):
        call = asyncio.ensure_future(store.begin_try(ADA, [], now=NOW))
        await asyncio.sleep(0)
        call.cancel()
        await asyncio.wait([call])

    await store.forget_failures(ADA)  # nobody holds a lock any more
    assert await store.begin_try(ADA, [], now=NOW) is None


@pytest.mark.logs("accounts wait until it does")
async def test_a_server_that_is_down_at_the_start_is_used_once_it_is_there(server):
    server.kill()
    async with open_account_store(server.url()) as store:
        with pytest.raises(StoreUnavailableError):
            await store.ready()
        server.start()
        await store.ready()


async def test_a_wrong_password_ends_the_start_and_is_not_shown(server):
    with pytest.raises(StoreOpenError) as caught:
        async with open_account_store(server.url(user="picky", password="wrong")):
            pass

    assert 'password authentication failed for user "picky"' in str(caught.value)
    assert "wrong" not in str(caught.value)


async def test_who_may_not_make_the_schema_is_told_so(server):
    with pytest.raises(StoreOpenError, match="grant the rights on schema hers"):
        async with open_account_store(server.url(user="guest", schema="hers")):
            pass


async def test_who_may_only_use_the_tables_can_do_all_that_a_site_does(server):
    async with open_account_store(server.url(schema="granted")):
        pass
    server.query("GRANT USAGE ON SCHEMA granted TO guest")
    rights = "GRANT SELECT, INSERT, UPDATE, DELETE"  # as the documentation says
    server.query(f"{rights} ON ALL TABLES IN SCHEMA granted TO guest")

    as_guest = server.url(user="guest", schema="granted")
    async with open_account_store(as_guest) as store:
        await people(store, "ada")
        await store.prefer("ada", {"theme": "dark"})
        await note(store, sign_in("h"))
        assert await store.begin_try(ADA, [], now=NOW) is None
        assert await store.offer_reset("ada", b"d", ends_at=NOW + DAY, now=NOW)
        assert await store.use_reset(b"d", new="newer", now=NOW)
        await store.delete("ada")
        assert await store.sign_ins_of("ada") == []
