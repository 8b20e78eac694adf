"""The store in a Redis Cluster of three primaries: the contract, with its own."""

import asyncio
import re

import pytest
from redis.crc import key_slot

from tests.contracts import StoreContract
from tests.servers import valkey
from tools.environment import ROOT
from tornado_app.sessions import StoreOpenError, StoreUnavailableError, open_store
from tornado_app.sessions.record import Create, Delete, Outcome
from tornado_app.sessions.testing import (
    NOW,
    START,
    HintsContract,
    make_record,
    make_update,
)
from tornado_app.sessions.testing.hints import Heard, listening

TIMEOUT_S = 2
DOCS = ROOT / "docs" / "redis.md"


@pytest.fixture(scope="module")
def nodes():
    with valkey.cluster() as nodes:
        yield nodes


@pytest.fixture
async def store(nodes):
    async with open_store(f"redis://{nodes[0].address}/?cluster=1") as store:
        yield store
    for node in nodes:
        node.call("FLUSHALL")


class TestRedisCluster(StoreContract):
    expires_by_itself = True


class TestRedisClusterHints(HintsContract):
    """What every store with hints promises."""


def slot_of(record):
    return key_slot(f"session:s:{record.handle}".encode())


def record_of(node, nodes):
    """A record whose key this node has; the first third of the slots is the first's."""
    while True:
        record = make_record()
        if slot_of(record) * len(nodes) // 16_384 == nodes.index(node):
            return record


async def tried(call):
    """What *call* answers within a store's deadline; None: it did not."""
    try:
        async with asyncio.timeout(TIMEOUT_S):
            return await call
    except (StoreUnavailableError, TimeoutError):
        return None


async def answers_again(store, handles):
    """How many seconds it takes until all of *handles* can be looked for."""
    loop = asyncio.get_running_loop()
    started_s = loop.time()
    while await tried(store.find(handles, now=NOW)) is None:
        assert loop.time() < started_s + 20, "it does not answer any more"
        await asyncio.sleep(0.05)
    return loop.time() - started_s


async def test_records_are_spread_over_the_nodes(store, nodes):
    await store.apply([Create(make_record()) for _ in range(60)])

    sizes = [node.call("DBSIZE") for node in nodes]
    assert sum(sizes) == 60
    assert min(sizes) > 5
    assert await store.count(now=START) == 60


async def test_a_slot_that_moves_takes_its_sessions_along(store, nodes):
    source, target = nodes[:2]
    stays, moves = record_of(source, nodes), record_of(source, nodes)
    await store.apply([Create(stays), Create(moves)])
    slot, key = slot_of(moves), f"session:s:{moves.handle}"
    old, new = (node.call("CLUSTER", "MYID") for node in (source, target))

    target.call("CLUSTER", "SETSLOT", slot, "IMPORTING", old)
    source.call("CLUSTER", "SETSLOT", slot, "MIGRATING", new)
    source.call("MIGRATE", "127.0.0.1", target.port, key, 0, 5000)
    # The first node has the slot still and says ASK for what is gone already.
    both = [make_update(stays, values={"a": "1"}), make_update(moves, touch=True)]
    assert await store.apply(both) == [Outcome.APPLIED] * 2

    for node in nodes:
        node.call("CLUSTER", "SETSLOT", slot, "NODE", new)
    # Now it says MOVED.
    change = make_update(moves, values={"b": "2"})
    assert await store.apply([change]) == [Outcome.APPLIED]

    found = await store.find([stays.handle, moves.handle], now=NOW)
    assert found[stays.handle].data == '{"a":1}'
    assert (found[moves.handle].data, found[moves.handle].version) == ('{"b":2}', 2)

    target.call("DEL", key)  # a node gives no slot away that has keys
    source.call("CLUSTER", "SETSLOT", slot, "IMPORTING", new)
    for node in nodes:
        node.call("CLUSTER", "SETSLOT", slot, "NODE", old)


async def test_each_node_learns_the_scripts_that_it_lacks(store, nodes):
    nodes[1].call("SCRIPT", "FLUSH")
    records = [make_record() for _ in range(20)]

    outcomes = await store.apply([Create(record) for record in records])

    assert outcomes == [Outcome.APPLIED] * 20


async def test_the_rights_in_the_docs_are_enough(nodes):
    (line,) = re.findall(r"^ACL SETUSER .*$", DOCS.read_text(), re.MULTILINE)
    (more,) = re.findall(r"with a Cluster `(.*?)` too", DOCS.read_text())
    for node in nodes:
        node.call(*line.replace("PASSWORD", "secret").split(), *more.split())
    record = make_record(user="ada")

    url = f"redis://site:secret@{nodes[1].address}?cluster=1"
    async with open_store(url) as store:
        await store.apply([Create(record)])
        assert await store.delete_expired(now=NOW, limit=9) == 0
        assert await store.delete_user("ada", now=NOW, keep=None) == 1
        assert await store.count(now=NOW) == 0
        async with listening(store) as heard:
            await store.apply([Create(record), Delete(record.handle)])
            await heard.of(record.handle)


async def test_hints_at_every_nodes_records_come_to_whichever_node_listens(
    store, nodes
):
    records = [make_record() for _ in range(60)]
    await store.apply([Create(record) for record in records])
    async with listening(store) as one, listening(store) as two:
        listeners = [node.call("CLIENT", "LIST", "TYPE", "pubsub") for node in nodes]
        assert sum(map(bool, listeners)) == 2

        await store.apply([Delete(record.handle) for record in records])

        for heard in (one, two):
            await heard.of(*(record.handle for record in records))


async def test_a_node_is_not_mistaken_for_a_server_of_its_own(nodes):
    with pytest.raises(StoreOpenError, match=r"add \?cluster=1"):
        async with open_store(nodes[0].url):
            pass


@pytest.mark.gen_test(timeout=60)
async def test_sessions_go_on_with_the_replica_when_a_primary_dies():
    with valkey.cluster(spare=True) as nodes:
        records = [record_of(node, nodes[:3]) for node in nodes[:3]]
        async with open_store(f"redis://{nodes[0].address}?cluster=1") as store:
            await store.apply([Create(record) for record in records])
            valkey.until(lambda: nodes[3].call("DBSIZE") == 1)

            nodes[0].kill()
            await answers_again(store, [record.handle for record in records])

            changes = [make_update(record, touch=True) for record in records]
            assert await tried(store.apply(changes)) == [Outcome.APPLIED] * 3


@pytest.mark.gen_test(timeout=60)
async def test_the_death_of_any_primary_ends_the_listening_until_it_is_replaced():
    with valkey.cluster(spare=True) as nodes:
        async with open_store(f"redis://{nodes[1].address}?cluster=1") as store:
            heard = Heard()
            listens = asyncio.create_task(store.hints.listen(heard))
            await heard.all()

            nodes[0].kill()
            with pytest.raises(StoreUnavailableError):
                await listens

            await answers_again(store, [record_of(nodes[0], nodes[:3]).handle])
            record = record_of(nodes[0], nodes[:3])
            async with listening(store) as heard:
                await store.apply([Create(record), Delete(record.handle)])
                await heard.of(record.handle)


@pytest.mark.gen_test(timeout=60)
async def test_a_frozen_primary_is_replaced_too():
    with valkey.cluster(spare=True) as nodes:
        record = record_of(nodes[0], nodes[:3])
        async with open_store(f"redis://{nodes[0].address}?cluster=1") as store:
            await store.apply([Create(record)])
            valkey.until(lambda: nodes[3].call("DBSIZE") == 1)

            nodes[0].freeze()
            await answers_again(store, [record.handle])

            assert len(await store.find([record.handle], now=NOW)) == 1
