"""The accounts in PostgreSQL: the contract, with what is its own."""

import asyncio

import asyncpg
import pytest

from tests.contracts import AccountStoreContract
from tests.contracts.accounts.made import NOW, account, people
from tests.servers.postgresql_shared import empty_store_url, shared_url
from tornado_app import accounts_postgresql
from tornado_app.accounts_postgresql_tables import HISTORY
from tornado_app.accounts_url import open_account_store
from tornado_app.sessions import StoreOpenError, StoreUnavailableError, open_store
from tornado_app.sessions.record import Create, Outcome
from tornado_app.sessions.testing import make_record

# For a machine that is busy; nothing here takes long by itself.
pytestmark = pytest.mark.gen_test(timeout=60)


@pytest.fixture
def url():
    return empty_store_url()


@pytest.fixture
def schema(url):
    return url.rpartition("schema=")[2]


@pytest.fixture
def reopened(url):
    return lambda: open_account_store(url)


@pytest.fixture
async def store(reopened):
    async with reopened() as store:
        yield store


@pytest.fixture
async def operator():
    """A connection beside the store's own."""
    connection = await asyncpg.connect(shared_url())
    yield connection
    await connection.close()


class TestPostgreSQLAccountStore(AccountStoreContract):
    pass


async def test_a_store_that_is_not_open_says_so(reopened):
    with pytest.raises(RuntimeError, match="inside `async with`"):
        await reopened().find("ada")


async def test_many_that_open_at_once_make_one_schema(reopened):
    async def add(number):
        async with reopened() as store:
            await people(store, f"user {number}")

    await asyncio.gather(*map(add, range(8)))

    async with reopened() as store:
        assert await store.find("user 7")


async def test_sessions_may_share_its_schema(url, store):
    record = make_record(user="ada")
    async with open_store(url) as sessions:
        assert await sessions.apply([Create(record)]) == [Outcome.APPLIED]
    await people(store, "ada")

    async with open_store(url) as sessions, open_account_store(url) as accounts:
        assert await sessions.delete_user("ada", now=record.started_at, keep=None) == 1
        assert await accounts.find("ada")


async def test_a_newer_schema_is_refused(store, reopened, operator, schema):
    newer = f"UPDATE {schema}.accounts_version SET version = 99"  # noqa: S608
    await operator.execute(newer)

    with pytest.raises(StoreOpenError, match="use a newer version"):
        async with reopened():
            pass


async def test_a_schema_of_an_older_version_keeps_its_accounts(
    reopened, operator, schema, monkeypatch
):
    with monkeypatch.context() as patch:
        older = HISTORY._replace(migrations=HISTORY.migrations[:1])
        patch.setattr(accounts_postgresql, "HISTORY", older)
        async with reopened():
            add = f"INSERT INTO {schema}.accounts VALUES ('ada', 'ada', 'A', 'h', 0)"  # noqa: S608
            await operator.execute(add)

    async with reopened() as store:
        assert await store.change_password("ada", old="h", new="newer")
        assert (await store.find("ada")).epoch == 1


async def test_a_schema_that_holds_something_else_is_refused(
    reopened, operator, schema
):
    await operator.execute(f"CREATE SCHEMA {schema}")
    await operator.execute(f"CREATE TABLE {schema}.accounts (theirs text)")

    with pytest.raises(StoreOpenError, match="holds what is not ours"):
        async with reopened():
            pass


async def test_a_schema_that_is_lost_is_made_again(store, operator, schema):
    await people(store, "ada")
    await operator.execute(f"DROP SCHEMA {schema} CASCADE")

    with pytest.raises(StoreUnavailableError, match="accounts store is unavailable"):
        await store.find("ada")

    assert await store.find("ada") is None
    await people(store, "ada")


async def test_what_fails_halfway_leaves_nothing(store, operator, schema):
    await operator.execute(f"DROP TABLE {schema}.preferences")

    with pytest.raises(StoreUnavailableError, match="during add"):
        await store.add(account(preferences={"theme": "dark"}), key="ada", now=NOW)

    count = f"SELECT count(*) FROM {schema}.accounts"  # noqa: S608
    assert await operator.fetchval(count) == 0


async def test_a_name_in_the_database_is_as_it_was_written(store, operator, schema):
    await store.add(account(username="Zoë"), key="zoë", now=NOW)

    kept = await operator.fetchrow(f"SELECT * FROM {schema}.accounts")  # noqa: S608
    assert (kept["username"], kept["name_key"]) == ("Zoë", "zoë")
