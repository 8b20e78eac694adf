"""The store in PostgreSQL: the contract, with what is its own."""

import asyncio
import sys

import asyncpg
import pytest

from tests.contracts import StoreContract
from tests.servers.postgresql_shared import empty_store_url, shared_url
from tornado_app.sessions import open_store
from tornado_app.sessions.record import Create, Delete, Outcome
from tornado_app.sessions.testing import NOW, START, make_record, make_update

# For a machine that is busy; nothing here takes long by itself.
pytestmark = pytest.mark.gen_test(timeout=60)


@pytest.fixture
def url():
    return empty_store_url()


@pytest.fixture
async def store(url):
    async with open_store(url) as store:
        yield store


@pytest.fixture
async def other(url):
    async with open_store(url) as store:
        yield store


@pytest.fixture
async def operator():
    """A connection beside the store's own."""
    connection = await asyncpg.connect(shared_url())
    yield connection
    await connection.close()


@pytest.fixture
def table(url):
    return f"{url.rpartition('schema=')[2]}.sessions"


class TestPostgreSQLStore(StoreContract):
    @pytest.fixture
    async def store(self):
        async with open_store(empty_store_url()) as store:
            yield store


async def test_a_store_that_is_not_open_says_so(url):
    with pytest.raises(RuntimeError, match="inside `async with`"):
        await open_store(url).count(now=START)


async def test_a_closed_store_can_be_opened_again(url):
    store = open_store(url)
    async with store:
        await store.apply([Create(make_record())])

    async with store:
        assert await store.count(now=START) == 1


async def test_a_row_that_is_as_it_was_is_the_record_that_it_was(store):
    record = make_record(data={"a": 1})
    await store.apply([Create(record)])

    (first,) = (await store.find([record.handle], now=NOW)).values()
    (again,) = (await store.find([record.handle], now=NOW)).values()

    assert again is first


@pytest.mark.parametrize("user", ["\0", '"', '"a"', "DOMAIN\\ada", "\n", "x" * 9_999])
async def test_any_text_can_be_a_user(store, user):
    record = make_record(user=user)
    await store.apply([Create(record), Create(make_record(user="other"))])

    assert await store.of_user(user, now=NOW) == [record]
    assert await store.delete_user(user, now=NOW, keep=record.handle) == 0
    assert await store.delete_user(user, now=NOW, keep=None) == 1


@pytest.mark.parametrize("handle", ["", "\0", "\ud800", '"', "x" * 9_999])
async def test_a_handle_that_is_none_does_not_spoil_the_batch(store, handle):
    record = make_record()
    await store.apply([Create(record)])

    found = await store.find([handle, record.handle], now=NOW)
    outcomes = await store.apply([Delete(handle), Delete(record.handle)])

    assert found == {record.handle: record}
    assert outcomes == [Outcome.GONE, Outcome.APPLIED]


async def test_batches_that_meet_in_opposite_orders_wait_for_each_other(store, other):
    records = [make_record() for _ in range(40)]
    await store.apply([Create(record) for record in records])

    async def change(one, key, order):
        for _ in range(15):
            changes = [make_update(record, values={key: "1"}) for record in order]
            assert set(await one.apply(changes)) == {Outcome.APPLIED}

    await asyncio.gather(
        change(store, "a", records),
        change(store, "b", records),
        change(other, "c", records[::-1]),
        change(other, "d", records[::-1]),
    )
    found = await store.find([record.handle for record in records], now=NOW)

    assert {record.version for record in found.values()} == {60}
    assert {record.data.count(":1") for record in found.values()} == {4}


async def test_a_commit_and_the_end_of_a_users_sessions_do_not_block_each_other(
    store, other
):
    for _ in range(10):
        records = [make_record(user="ada") for _ in range(20)]
        await store.apply([Create(record) for record in records])
        changes = [make_update(record, touch=True) for record in records[::-1]]

        await asyncio.gather(
            store.apply(changes), other.delete_user("ada", now=NOW, keep=None)
        )

        outcomes = await store.apply(changes)
        assert set(outcomes) == {Outcome.GONE}


async def test_one_process_sweeps_at_a_time(store, other, operator, url):
    schema = url.rpartition("schema=")[2]
    expired = [Create(make_record(expires_at=START)) for _ in range(4)]
    await store.apply(expired)
    sweeping = f"SELECT {schema}.delete_expired(0, 1)"

    async with operator.transaction():
        await operator.fetchval(sweeping)
        assert await store.delete_expired(now=NOW, limit=3) == 0
    counts = [await one.delete_expired(now=NOW, limit=3) for one in (store, other)]

    assert counts == [3, 1]


async def test_the_sweep_does_not_wait_for_records_that_are_in_use(
    store, operator, table
):
    record = make_record(expires_at=START)
    await store.apply([Create(record), Create(make_record(expires_at=START))])

    async with operator.transaction():
        await operator.execute(
            f"SELECT 1 FROM {table} WHERE handle = $1 FOR UPDATE",  # noqa: S608
            record.handle,
        )
        assert await store.delete_expired(now=NOW, limit=10) == 1

    assert await store.delete_expired(now=NOW, limit=10) == 1


async def test_all_sessions_can_be_ended_while_somebody_reads_them(
    store, operator, table
):
    await store.apply([Create(make_record()), Create(make_record(expires_at=START))])

    async with operator.transaction(isolation="repeatable_read"):
        await operator.fetch(f"SELECT * FROM {table}")  # noqa: S608
        assert await store.delete_all(now=NOW) == 1

    assert await operator.fetchval(f"SELECT count(*) FROM {table}") == 0  # noqa: S608


async def test_the_pool_leaves_no_state_in_a_connection(store):
    """So that it need not be reset before its next use."""
    state = (
        "SELECT (SELECT array_agg(name || setting) FROM pg_settings"
        "         WHERE source = 'session'),"
        " (SELECT count(*) FROM pg_locks"
        "   WHERE pid = pg_backend_pid() AND locktype = 'advisory'),"
        " (SELECT count(*) FROM pg_listening_channels()),"
        " (SELECT count(*) FROM pg_class WHERE pg_my_temp_schema() = relnamespace),"
        " (SELECT count(*) FROM pg_cursors WHERE is_holdable),"
        " txid_current_if_assigned()"
    )
    record = make_record(user="ada")

    async def look():
        async with store._link._connections.lend() as connection:
            return connection, tuple(await connection.fetchrow(state))

    before = await look()
    await store.apply([Create(record), make_update(record, values={"a": "1"})])
    await store.find([record.handle], now=NOW)
    await store.of_user("ada", now=NOW)
    await store.delete_expired(now=NOW, limit=10)
    await store.delete_user("ada", now=NOW, keep=None)
    await store.delete_all(now=NOW)
    after = await look()

    assert after == before
    assert after[1] == (None, 0, 0, 0, 0, None)


OPEN_AND_CREATE = """
import asyncio, sys
from tornado_app.sessions import open_store
from tornado_app.sessions.record import Create
from tornado_app.sessions.testing import make_record

async def main():
    async with open_store(sys.argv[1]) as store:
        await store.apply([Create(make_record())])

sys.stdin.readline()
asyncio.run(main())
"""


async def test_processes_that_start_together_make_one_schema(url):
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", OPEN_AND_CREATE, url),
            stdin=asyncio.subprocess.PIPE,
        )
        for _ in range(4)
    ]
    await asyncio.gather(*(process.communicate(b"\n") for process in processes))
    assert [process.returncode for process in processes] == [0] * 4

    stores = [open_store(url) for _ in range(8)]
    await asyncio.gather(*(store.__aenter__() for store in stores))

    assert [await store.count(now=NOW) for store in stores] == [4] * 8
    await asyncio.gather(*(store.__aexit__(None, None, None) for store in stores))
