"""A master that dies and the replica that Sentinels put in its place."""

import asyncio

import pytest

from tests.servers import valkey
from tornado_app.sessions import StoreUnavailableError, open_store
from tornado_app.sessions.record import Create, Delete, Outcome
from tornado_app.sessions.testing import NOW, make_record, make_update
from tornado_app.sessions.testing.hints import Heard, listening

TIMEOUT_S = 2


@pytest.fixture
def servers():
    with valkey.replicated(*valkey.DURABLE) as servers:
        yield servers


def url(sentinels, options=""):
    hosts = ",".join(sentinel.address for sentinel in sentinels)
    return f"redis://{hosts}/0?sentinel={valkey.MASTER}{options}"


async def tried(call):
    """What *call* answers within a store's deadline; None: it did not."""
    try:
        async with asyncio.timeout(TIMEOUT_S):
            return await call
    except (StoreUnavailableError, TimeoutError):
        return None


async def answers_again(store):
    """How many seconds it takes until a change is possible."""
    loop = asyncio.get_running_loop()
    started_s = loop.time()
    while await tried(store.apply([Create(make_record())])) is None:
        assert loop.time() < started_s + 20, "nobody took the master's place"
        await asyncio.sleep(0.05)
    return loop.time() - started_s


@pytest.mark.gen_test(timeout=60)
async def test_sessions_go_on_with_the_replica_when_the_master_dies(servers):
    master, _, sentinels = servers
    records = [make_record(data={"n": n}, user="ada") for n in range(50)]
    kept, revoked = records[:25], records[25:]
    async with open_store(url(sentinels)) as store:
        # Each of these is answered only when the replica has it too.
        async with open_store(url(sentinels, "&replicas=1")) as careful:
            await careful.apply([Create(record) for record in records])
            await careful.apply([Delete(record.handle) for record in revoked])
            changes = [make_update(record, values={"n": "7"}) for record in kept]
            await careful.apply(changes)

        master.kill()
        sentinels[0].kill()  # the one that was asked first
        await answers_again(store)

        found = await store.find([one.handle for one in records], now=NOW)
        assert found.keys() == {one.handle for one in kept}
        assert {one.data for one in found.values()} == {'{"n":7}'}
        assert len(await store.of_user("ada", now=NOW)) == 25


@pytest.mark.gen_test(timeout=60)
async def test_hints_come_from_the_new_master_after_the_old_one_died(servers):
    master, _, sentinels = servers
    record = make_record()
    async with open_store(url(sentinels)) as store:
        heard = Heard()
        listens = asyncio.create_task(store.hints.listen(heard))
        await heard.all()

        master.kill()
        with pytest.raises(StoreUnavailableError):
            await listens
        await answers_again(store)

        async with listening(store) as heard:
            await store.apply([Create(record), Delete(record.handle)])
            await heard.of(record.handle)


@pytest.mark.gen_test(timeout=60)
async def test_a_frozen_master_is_left_and_not_believed_when_it_thaws(servers):
    master, replica, sentinels = servers
    record = make_record()
    async with open_store(url(sentinels)) as store:
        await store.apply([Create(record)])
        valkey.until(lambda: replica.call("DBSIZE") == 1)
        # Several connections, all of which lead to it.
        await asyncio.gather(*(store.count(now=NOW) for _ in range(5)))

        master.freeze()
        await answers_again(store)
        change = make_update(record, values={"a": "1"})
        assert await tried(store.apply([change])) == [Outcome.APPLIED]
        master.thaw()

        for _ in range(20):
            calls = [store.find([record.handle], now=NOW) for _ in range(5)]
            for found in await asyncio.gather(*calls):
                assert found[record.handle].data == '{"a":1}'
            await asyncio.sleep(0.02)


async def test_a_change_that_no_replica_has_does_not_count_as_made():
    record = make_record()
    with valkey.Server() as alone:
        async with open_store(alone.url) as store:
            await store.apply([Create(record)])

        async with open_store(f"{alone.url}?replicas=1") as store:
            with pytest.raises(StoreUnavailableError, match="during apply"):
                await store.apply([make_update(record, values={"a": "1"})])
            assert len(await store.find([record.handle], now=NOW)) == 1
            with pytest.raises(StoreUnavailableError, match="during delete_all"):
                await store.delete_all(now=NOW)
