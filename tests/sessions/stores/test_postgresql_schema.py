"""How the PostgreSQL schema is made, recognised, upgraded, lost and refused."""

import random

import asyncpg
import pytest

from tests.servers.postgresql import PostgreSQLServer
from tests.servers.postgresql_shared import empty_store_url, shared_url
from tornado_app.sessions import StoreOpenError, StoreUnavailableError, open_store
from tornado_app.sessions.record import Create, Delete, Outcome
from tornado_app.sessions.stores.postgresql_rows import to_argument
from tornado_app.sessions.stores.postgresql_schema import (
    MIGRATIONS,
    SESSIONS,
    prepare,
)
from tornado_app.sessions.testing import NOW, make_record
from tornado_app.sessions.testing.hints import listening

# For a machine that is busy; nothing here takes long by itself.
pytestmark = pytest.mark.gen_test(timeout=60)


@pytest.fixture
def url():
    return empty_store_url()


@pytest.fixture
def schema(url):
    return url.rpartition("schema=")[2]


@pytest.fixture
async def operator():
    """A connection beside the store's own."""
    connection = await asyncpg.connect(shared_url())
    yield connection
    await connection.close()


@pytest.fixture(scope="module")
def server():
    """One with accounts and databases of its own."""
    server = PostgreSQLServer()
    server.start()
    server.query("CREATE ROLE picky LOGIN PASSWORD 'right'")
    server.query("CREATE ROLE guest LOGIN")
    yield server
    server.remove()


async def opened_and_used(url):
    async with open_store(url) as store:
        return await store.apply([Create(make_record())])


async def refusal(url):
    with pytest.raises(StoreOpenError) as caught:
        await opened_and_used(url)
    return caught.value


async def test_the_version_is_written_down(url, operator, schema):
    await opened_and_used(url)

    version = f"SELECT version FROM {schema}.schema_version"  # noqa: S608
    assert await operator.fetchval(version) == len(MIGRATIONS)


async def test_an_older_schema_is_upgraded_and_keeps_its_sessions(
    url, operator, schema
):
    first = SESSIONS._replace(migrations=MIGRATIONS[:1])
    await prepare(operator, schema, "here", first)
    record, late = make_record(), make_record()
    await operator.fetchval(
        f"SELECT {schema}.apply_changes($1)",
        to_argument([Create(record), Create(late)]),
    )

    async with open_store(url) as store, listening(store) as heard:
        assert len(await store.find([record.handle, late.handle], now=NOW)) == 2
        await store.apply([Delete(record.handle)])
        # A process of the older version goes on for a while.
        await operator.fetchval(
            f"SELECT {schema}.apply_changes($1)",
            to_argument([Delete(late.handle)]),
        )
        await heard.of(record.handle, late.handle)

    version = f"SELECT version FROM {schema}.schema_version"  # noqa: S608
    assert await operator.fetchval(version) == len(MIGRATIONS)


async def test_a_newer_schema_is_refused_and_left_alone(url, operator, schema):
    await opened_and_used(url)
    newer = f"UPDATE {schema}.schema_version SET version = 99"  # noqa: S608
    await operator.execute(newer)

    problem = (await refusal(url)).problem

    assert f"its schema {schema} is version 99" in problem
    assert "use a newer version" in problem
    version = f"SELECT version FROM {schema}.schema_version"  # noqa: S608
    assert await operator.fetchval(version) == 99


async def test_other_peoples_tables_of_the_same_name_are_not_touched(url, operator):
    await operator.execute("CREATE TABLE IF NOT EXISTS public.sessions (theirs text)")
    try:
        await opened_and_used(url)
        assert await operator.fetchval("SELECT count(*) FROM public.sessions") == 0
    finally:
        await operator.execute("DROP TABLE public.sessions")


async def test_stores_in_two_schemas_know_nothing_of_each_other(url):
    await opened_and_used(url)

    async with open_store(empty_store_url()) as other:
        assert await other.count(now=NOW) == 0


async def test_a_schema_that_holds_something_else_is_refused_and_left_as_it_is(
    url, operator, schema
):
    await operator.execute(f"CREATE SCHEMA {schema}")
    await operator.execute(f"CREATE TYPE {schema}.change AS (theirs integer)")

    problem = (await refusal(url)).problem

    assert f"schema {schema} holds what is not ours" in problem
    assert await operator.fetchval(f"SELECT to_regclass('{schema}.sessions')") is None
    await operator.execute(f"DROP TYPE {schema}.change")
    assert await opened_and_used(url) == [Outcome.APPLIED]


async def test_a_schema_that_is_lost_is_made_again(url, operator, schema):
    async with open_store(url) as store:
        await store.apply([Create(make_record())])
        await operator.execute(f"DROP SCHEMA {schema} CASCADE")

        with pytest.raises(StoreUnavailableError):
            await store.count(now=NOW)

        assert await store.count(now=NOW) == 0
        assert await store.apply([Create(make_record())]) == [Outcome.APPLIED]


@pytest.mark.logs("use a newer version")
async def test_a_schema_that_is_replaced_by_a_newer_one_is_not_used(
    url, operator, schema
):
    async with open_store(url) as store:
        await operator.execute(f"DROP TABLE {schema}.sessions CASCADE")
        newer = f"UPDATE {schema}.schema_version SET version = 99"  # noqa: S608
        await operator.execute(newer)

        for _ in range(2):
            with pytest.raises(StoreUnavailableError):
                await store.count(now=NOW)


async def test_a_wrong_password_ends_the_start_and_is_not_shown(server):
    wrong = await refusal(server.url(user="picky", password="wrong"))

    assert 'password authentication failed for user "picky"' in wrong.problem
    assert "wrong" not in str(wrong)


async def test_an_unknown_database_ends_the_start(server):
    assert 'database "nowhere" does not exist' in str(
        await refusal(server.url("nowhere"))
    )


async def test_an_unknown_user_ends_the_start(server):
    assert 'role "nobody" does not exist' in str(
        await refusal(server.url(user="nobody"))
    )


async def test_a_database_in_another_encoding_ends_the_start(server):
    server.query(
        "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"
        " TEMPLATE template0"
    )

    assert "its encoding is LATIN1" in str(await refusal(server.url("latin")))


async def test_who_may_not_make_the_schema_is_told_so(server):
    problem = (await refusal(server.url(user="guest"))).problem

    assert "permission denied" in problem
    assert "grant the rights on schema tornado_sessions" in problem


async def test_who_may_only_use_the_schema_can_do_all_that_a_site_does(server):
    schema = f"granted_{random.getrandbits(32)}"
    await opened_and_used(server.url(schema=schema))
    server.query(f"GRANT USAGE ON SCHEMA {schema} TO guest")
    server.query(f"GRANT SELECT ON {schema}.schema_version TO guest")
    server.query(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {schema}.sessions TO guest")

    async with open_store(server.url(user="guest", schema=schema)) as store:
        record = make_record(user="ada")
        assert await store.apply([Create(record)]) == [Outcome.APPLIED]
        assert await store.find([record.handle], now=NOW) == {record.handle: record}
        assert await store.delete_user("ada", now=NOW, keep=None) == 1
        assert await store.delete_expired(now=NOW, limit=10) == 0
        async with listening(store) as heard:
            await store.apply([Create(record)])
            assert await store.delete_all(now=NOW) == 2
            await heard.of(record.handle)
