"""A PostgreSQL server that is killed, frozen, cut off, and comes back."""

import asyncio
import random
from datetime import timedelta

import pytest

from tests.servers.cutting import CuttingRelay
from tests.servers.postgresql import PostgreSQLServer
from tests.sessions.stores.postgresql_harm import cut, freeze, kill, relayed
from tests.sessions.stores.postgresql_visitors import (
    LATEST_S,
    SOON_S,
    TIMEOUT_S,
    Visitors,
)
from tornado_app.sessions import StoreUnavailableError, open_store
from tornado_app.sessions.record import Create, Outcome, Whole
from tornado_app.sessions.testing import NOW, START, make_record, make_update

# The visitors' own asserts decide how long; this is for a machine that is busy.
pytestmark = pytest.mark.gen_test(timeout=60)

TIMEOUT = timedelta(seconds=TIMEOUT_S)


@pytest.fixture(scope="module")
def server():
    # What is acknowledged must not depend on a setting that somebody made faster.
    server = PostgreSQLServer("synchronous_commit=off", "wal_writer_delay=10s")
    server.start()
    yield server
    server.remove()


@pytest.fixture
def url(server):
    schema = f"faults_{random.getrandbits(48)}"
    return server.url(schema=schema)


@pytest.fixture
async def store(url):
    async with open_store(url) as store:
        yield store


@pytest.fixture
async def relay(server):
    async with CuttingRelay(server.socket).running() as relay:
        yield relay


async def answers_again(store):
    """How many seconds it takes until the store answers."""
    loop = asyncio.get_running_loop()
    started_s = loop.time()
    while True:
        try:
            async with asyncio.timeout(TIMEOUT_S):
                await store.count(now=START)
        except (StoreUnavailableError, TimeoutError):
            assert loop.time() < started_s + 10, "it does not answer any more"
            await asyncio.sleep(0.005)
        else:
            return loop.time() - started_s


async def test_what_was_answered_survives_a_kill(server, store):
    records = [make_record(data={"n": n}) for n in range(5)]
    await store.apply([Create(record) for record in records])
    await store.apply([make_update(records[0], values={"n": "7"})])
    await store.delete_user("nobody", now=NOW, keep=None)

    server.kill()
    server.start()
    await answers_again(store)

    found = await store.find([record.handle for record in records], now=NOW)
    assert len(found) == 5
    assert found[records[0].handle].data == '{"n":7}'


async def test_one_value_that_was_set_survives_a_kill(server, store):
    record = make_record(data={"n": 1})
    await store.apply([Create(record)])
    update = make_update(record, values={"n": "7"}, whole=Whole(0, '{"n":7}'))
    await store.apply([update])

    server.kill()
    server.start()
    await answers_again(store)

    found = await store.find([record.handle], now=NOW)
    assert found[record.handle].data == '{"n":7}'


async def test_a_revoke_that_was_answered_survives_a_kill(server, store):
    await store.apply([Create(make_record(user="ada")), Create(make_record())])

    assert await store.delete_user("ada", now=NOW, keep=None) == 1
    server.kill()
    server.start()
    await answers_again(store)
    assert await store.count(now=NOW) == 1

    assert await store.delete_all(now=NOW) == 1
    server.kill()
    server.start()
    await answers_again(store)
    assert await store.count(now=NOW) == 0


async def test_a_server_that_is_gone_is_an_unavailable_store_at_once(server, store):
    server.kill()
    try:
        for _ in range(10):
            async with asyncio.timeout(TIMEOUT_S):
                with pytest.raises(StoreUnavailableError, match="during count"):
                    await store.count(now=START)
    finally:
        server.start()

    assert await answers_again(store) < SOON_S


@pytest.mark.logs("does not answer")
async def test_a_server_that_is_down_at_the_start_is_used_once_it_is_there(server, url):
    server.stop()
    try:
        async with open_store(url) as store:
            with pytest.raises(StoreUnavailableError):
                await store.apply([Create(make_record())])

            server.start()

            assert await answers_again(store) < SOON_S
            assert await store.apply([Create(make_record())]) == [Outcome.APPLIED]
    finally:
        if server.process.poll() is not None:
            server.start()


async def test_a_frozen_server_is_used_again_when_it_thaws(server, store):
    async with Visitors(store, TIMEOUT) as visitors:
        await visitors.answer_again()
        for _ in range(3):
            await freeze(server, 2 * TIMEOUT_S)
            assert await visitors.answer_again() < SOON_S

    assert visitors.refused > 0
    assert visitors.slowest_s < LATEST_S


async def test_visitors_go_on_after_kills(server, store):
    async with Visitors(store, TIMEOUT) as visitors:
        for _ in range(3):
            await visitors.answer_again()
            await kill(server, TIMEOUT_S)
            assert await visitors.answer_again() < SOON_S

    assert visitors.refused > 0
    assert visitors.slowest_s < LATEST_S


async def test_connections_cut_at_any_byte_hand_nobody_anothers_answer(
    server, url, relay
):
    async with (
        open_store(relayed(url, server, relay)) as store,
        Visitors(store, TIMEOUT) as visitors,
    ):
        await cut(relay, 200)
        assert await visitors.answer_again() < SOON_S

    assert visitors.refused > 0
    assert visitors.slowest_s < LATEST_S


async def test_backends_that_an_operator_ends_are_replaced(server, store):
    ending = (
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE application_name = 'tornado sessions'"
    )
    async with Visitors(store, TIMEOUT) as visitors:
        for _ in range(10):
            await visitors.answer_again()
            await asyncio.to_thread(server.query, ending)
        assert await visitors.answer_again() < SOON_S

    assert visitors.slowest_s < LATEST_S


async def test_a_lock_that_somebody_holds_ends_in_the_deadline_with_no_backend_left(
    server, store, url
):
    schema = url.rpartition("=")[2]
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    locking = f"BEGIN; LOCK TABLE {schema}.sessions; SELECT pg_sleep(1.5); COMMIT"
    locker = asyncio.create_task(asyncio.to_thread(server.query, locking))
    await asyncio.sleep(0.3)

    for _ in range(3):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await store.apply([Create(make_record())])
    await asyncio.sleep(0.1)

    assert server.query(waiting) == "0"
    await locker
    assert await store.apply([Create(make_record())]) == [Outcome.APPLIED]


async def test_a_storm_of_cancelled_calls_mixes_up_no_answers(store, server):
    records = [make_record(data={"who": n}) for n in range(8)]
    await store.apply([Create(record) for record in records])
    chance = random.Random(11)  # noqa: S311 (a fault is no secret)

    async def ask(record):
        call = asyncio.ensure_future(store.find([record.handle], now=NOW))
        for _ in range(chance.randrange(60)):
            await asyncio.sleep(0)
        if chance.random() < 0.5:
            call.cancel()
        (answer,) = await asyncio.gather(call, return_exceptions=True)
        if isinstance(answer, asyncio.CancelledError):
            return False
        assert answer == {record.handle: record}
        return True

    async def ask_on(record):
        return sum([await ask(record) for _ in range(60)])

    counts = await asyncio.gather(*map(ask_on, records))
    assert 0 < sum(counts) < 60 * len(records)

    # The pool is whole: as many calls as ever run side by side.
    sleep = asyncio.gather(*(busy(store) for _ in range(5)))
    await asyncio.sleep(0.2)
    asleep = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    assert await asyncio.to_thread(server.query, asleep) == "5"
    await sleep


async def busy(store):
    async with store._link._connections.lend() as connection:
        await connection.execute("SELECT pg_sleep(0.6)")
