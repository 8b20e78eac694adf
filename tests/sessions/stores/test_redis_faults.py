"""A Redis server that is killed, frozen, cut off, and comes back."""

import asyncio
import random
from datetime import timedelta

import pytest

from tests.servers import valkey
from tests.servers.cutting import CuttingRelay
from tests.servers.slow import SlowRelay
from tests.sessions.stores.postgresql_visitors import (
    LATEST_S,
    SOON_S,
    TIMEOUT_S,
    Visitors,
)
from tornado_app.sessions import StoreUnavailableError, open_store
from tornado_app.sessions.record import Create, Outcome
from tornado_app.sessions.testing import NOW, START, make_record, make_update

TIMEOUT = timedelta(seconds=TIMEOUT_S)
pytestmark = pytest.mark.gen_test(timeout=60)


@pytest.fixture(scope="module")
def server():
    with valkey.Server(*valkey.DURABLE, "--unixsocket", "socket") as server:
        yield server


@pytest.fixture
async def store(server):
    async with open_store(server.url) as store:
        yield store
    server.call("FLUSHALL")


@pytest.fixture
async def relay(server):
    async with CuttingRelay(str(server.folder / "socket")).running() as relay:
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

    server.kill()
    server.start()
    await answers_again(store)

    found = await store.find([record.handle for record in records], now=NOW)
    assert len(found) == 5
    assert found[records[0].handle].data == '{"n":7}'


async def test_a_revoke_that_was_answered_survives_a_kill(server, store):
    await store.apply([Create(make_record(user="ada")), Create(make_record())])

    assert await store.delete_user("ada", now=NOW, keep=None) == 1
    server.kill()
    server.start()
    await answers_again(store)

    assert await store.of_user("ada", now=NOW) == []
    assert await store.count(now=NOW) == 1


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


@pytest.mark.logs("cannot be reached yet")
async def test_a_server_that_is_down_at_the_start_is_used_once_it_is_there(server):
    server.kill()
    try:
        async with open_store(server.url) as store:
            with pytest.raises(StoreUnavailableError):
                await store.apply([Create(make_record())])

            server.start()

            assert await answers_again(store) < SOON_S
            assert await store.apply([Create(make_record())]) == [Outcome.APPLIED]
    finally:
        server.kill()
        server.start()


async def test_a_restarted_server_costs_no_visitor_an_answer(server, store):
    await asyncio.gather(*(store.count(now=START) for _ in range(5)))

    server.kill()
    server.start()
    await asyncio.sleep(0.01)  # until this loop has heard of it

    await asyncio.gather(*(store.count(now=START) for _ in range(5)))


async def test_a_frozen_server_is_used_again_when_it_thaws(server, store):
    async with Visitors(store, TIMEOUT) as visitors:
        await visitors.answer_again()
        for _ in range(3):
            server.freeze()
            try:
                await asyncio.sleep(2 * TIMEOUT_S)
            finally:
                server.thaw()
            assert await visitors.answer_again() < SOON_S

    assert visitors.refused > 0
    assert visitors.slowest_s < LATEST_S


async def test_visitors_go_on_after_kills(server, store):
    async with Visitors(store, TIMEOUT) as visitors:
        for _ in range(3):
            await visitors.answer_again()
            server.kill()
            await asyncio.sleep(TIMEOUT_S)
            server.start()
            assert await visitors.answer_again() < SOON_S

    assert visitors.refused > 0
    assert visitors.slowest_s < LATEST_S


async def test_a_server_that_became_a_replica_is_left_for_its_successor(server, store):
    record = make_record()
    await store.apply([Create(record)])
    first = await client_of(store)
    server.call("REPLICAOF", "127.0.0.1", "1")
    try:
        with pytest.raises(StoreUnavailableError):
            await store.apply([make_update(record, values={"a": "1"})])
    finally:
        server.call("REPLICAOF", "NO", "ONE")

    # Its name may lead elsewhere now, so that the next call connects anew.
    assert await client_of(store) != first

    change = make_update(record, values={"a": "1"})
    assert await store.apply([change]) == [Outcome.APPLIED]


async def client_of(store):
    """The number that the server gave to the store's connection."""
    return await store._link.ask_node(None, "CLIENT", "ID")


async def test_connections_cut_at_any_byte_hand_nobody_anothers_answer(relay):
    chance = random.Random(7)  # noqa: S311 (a test keeps no secret)
    async with (
        open_store(f"redis://127.0.0.1:{relay.port}/0") as store,
        Visitors(store, TIMEOUT) as visitors,
    ):
        while relay.cuts < 200:
            relay.cut_after = chance.randrange(1, 20_000)
            await asyncio.sleep(0.005)
            if chance.random() < 0.05:
                relay.cut_all()
        relay.cut_after = None
        relay.cut_all()
        assert await visitors.answer_again() < SOON_S

    assert visitors.refused > 0
    assert visitors.slowest_s < LATEST_S


async def test_a_storm_of_cancelled_calls_mixes_up_no_answers(server):
    records = [make_record(data={"who": n, "long": "x" * n * 40}) for n in range(8)]
    chance = random.Random(11)  # noqa: S311 (a test keeps no secret)
    async with (
        SlowRelay(server.port).running() as relay,
        open_store(relay.url) as store,
    ):
        await store.apply([Create(record) for record in records])

        async def ask(record):
            limit_s = chance.choice([None, chance.random() * 0.03])
            try:
                async with asyncio.timeout(limit_s):
                    if chance.random() < 0.3:
                        await store.apply([make_update(record, touch=True)])
                    found = await store.find([record.handle], now=NOW)
            except TimeoutError:
                return False
            assert found[record.handle].data == record.data
            return True

        async def ask_on(record):
            return [await ask(record) for _ in range(40)]

        answers = [
            answer
            for theirs in await asyncio.gather(*map(ask_on, records))
            for answer in theirs
        ]

        assert 30 < sum(answers) < len(answers) - 30
        # The pool is whole: as many calls as ever run side by side.
        assert await asyncio.gather(*(store.count(now=NOW) for _ in range(40)))
    server.call("FLUSHALL")


async def test_an_answer_to_another_question_is_noticed(store, monkeypatch):
    record = make_record()
    await store.apply([Create(record)])
    (connection,) = store._link._route._idle
    # What nobody must ever do: ask and go away.
    await connection.send_command("HGETALL", f"session:s:{record.handle}")
    monkeypatch.setattr(type(connection), "can_read", never)

    with pytest.raises(StoreUnavailableError):
        await store.find([make_record().handle], now=NOW)
    assert await store.find([make_record().handle], now=NOW) == {}


async def never(connection):
    return False
