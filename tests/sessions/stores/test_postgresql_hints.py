"""What PostgreSQL tells of sessions that ended, and what is done when it cannot."""

import asyncio

import asyncpg
import pytest

from tests.servers.postgresql import PostgreSQLServer
from tests.servers.postgresql_shared import empty_store_url, shared_url
from tornado_app.sessions import StoreUnavailableError, open_store
from tornado_app.sessions.record import Create, Delete, Renewal
from tornado_app.sessions.stores import postgresql_hints
from tornado_app.sessions.stores.postgresql_hints import PostgreSQLHints
from tornado_app.sessions.testing import (
    NOW,
    START,
    HintsContract,
    make_digest,
    make_record,
    make_update,
)
from tornado_app.sessions.testing.hints import Heard, listening

# For a machine that is busy; nothing here takes long by itself.
pytestmark = pytest.mark.gen_test(timeout=60)

END_LISTENERS = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE query = format('LISTEN "%s"', $1::text)
"""


@pytest.fixture
def url():
    return empty_store_url()


@pytest.fixture
def schema(url):
    return url.rpartition("schema=")[2]


@pytest.fixture
async def store(url):
    async with open_store(url) as store:
        yield store


@pytest.fixture
async def operator():
    """A connection beside the store's own."""
    connection = await asyncpg.connect(shared_url())
    yield connection
    await connection.close()


@pytest.fixture
def prompt(monkeypatch):
    """Let nobody wait long for a sign of life."""
    monkeypatch.setattr(postgresql_hints, "_PROOF_INTERVAL_S", 0.01)
    monkeypatch.setattr(postgresql_hints, "_PROOF_TIMEOUT_S", 0.5)


class TestPostgreSQLHints(HintsContract):
    """What every store with hints promises."""


async def test_what_needs_no_look_is_not_hinted_at(store):
    record, ended = make_record(), make_record()
    renewal = Renewal(make_digest("new"), None)
    async with listening(store) as heard:
        await store.apply([Create(record), Create(ended)])
        changes = [
            make_update(record, values={"a": "1"}),
            make_update(record, touch=True),
            make_update(record, renewal=renewal),
            Delete(record.handle, generation=7),
            Delete(ended.handle),
        ]
        for change in changes:
            await store.apply([change])
        await heard.of(ended.handle)

    assert heard.handles == {ended.handle}
    assert heard.times_all == 1


async def test_what_is_deleted_by_hand_is_hinted_at(store, operator, schema):
    record = make_record()
    await store.apply([Create(record)])
    async with listening(store) as heard:
        await operator.execute(f"DELETE FROM {schema}.sessions")  # noqa: S608
        await heard.of(record.handle)

        await operator.execute(f"TRUNCATE {schema}.sessions")
        await heard.all(times=2)


async def test_the_end_of_thousands_at_once_comes_in_messages_that_fit(store):
    records = [make_record(user="ada") for _ in range(3000)]
    await store.apply([Create(record) for record in records])

    async with listening(store) as heard:
        assert await store.delete_user("ada", now=NOW, keep=None) == 3000
        await heard.of(*(record.handle for record in records))
        assert heard.times_all == 1


async def test_what_the_sweep_deletes_is_hinted_at(store):
    expired = make_record(expires_at=START)
    await store.apply([Create(expired)])

    async with listening(store) as heard:
        assert await store.delete_expired(now=NOW, limit=9) == 1
        await heard.of(expired.handle)


async def test_a_handle_too_long_for_any_message_can_be_deleted(store):
    record = make_record(handle="x" * 9_999)
    await store.apply([Create(record), make_update(record, own_idle=(NOW - START,))])

    await store.apply([Delete(record.handle)])

    assert await store.count(now=START) == 0


async def test_stores_in_two_schemas_hear_nothing_of_each_other(store):
    record, ours = make_record(), make_record()
    async with open_store(empty_store_url()) as other, listening(store) as heard:
        await other.apply([Create(record)])
        await other.apply([Delete(record.handle)])
        await store.apply([Create(ours)])
        await store.apply([Delete(ours.handle)])
        await heard.of(ours.handle)

    assert heard.handles == {ours.handle}


async def test_a_connection_that_is_ended_ends_the_listening(store, operator, schema):
    heard = Heard()
    listens = asyncio.create_task(store.hints.listen(heard))
    await heard.all()

    assert await operator.fetchval(END_LISTENERS, schema) == 1

    with pytest.raises(StoreUnavailableError, match="during listen"):
        await listens


async def test_who_listens_leaves_no_connection_behind(store, operator, schema):
    async with listening(store):
        pass

    async with asyncio.timeout(10):
        while await operator.fetchval(END_LISTENERS, schema):
            pass


async def test_a_connection_that_is_alive_is_listened_to_for_long(store, prompt):
    record = make_record()
    await store.apply([Create(record)])
    async with listening(store) as heard:
        for _ in range(20):
            await store.count(now=NOW)
        await store.apply([Delete(record.handle)])
        await heard.of(record.handle)

    assert heard.times_all == 1


async def test_hints_that_a_pooler_swallows_are_not_relied_on(store, schema, prompt):
    async def tell_nobody(channel, message):
        """What another server connection gets does not come to ours."""

    heard = Heard()
    hints = PostgreSQLHints(
        schema,
        connect=store._link.connect,
        tell=tell_nobody,
        trouble=store._link.trouble,
    )

    with pytest.raises(StoreUnavailableError):
        await hints.listen(heard)

    assert heard.times_all == 0


async def test_a_server_that_is_silent_or_away_ends_the_listening(prompt):
    server = PostgreSQLServer()
    server.start()
    try:
        async with open_store(server.url()) as store:
            heard = Heard()
            listens = asyncio.create_task(store.hints.listen(heard))
            await heard.all()

            server.freeze()
            with pytest.raises(StoreUnavailableError):
                await listens
            server.thaw()

            server.stop()
            with pytest.raises(StoreUnavailableError):
                await store.hints.listen(heard)
    finally:
        server.remove()
