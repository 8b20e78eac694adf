"""The store in Redis: the contract, with what is its own."""

import asyncio
import random
import re
from datetime import timedelta
from unittest import mock

import pytest

from tests.contracts import StoreContract
from tests.servers import valkey
from tools.environment import ROOT
from tornado_app.sessions import (
    MemoryStore,
    StoreOpenError,
    StoreUnavailableError,
    open_store,
)
from tornado_app.sessions.record import (
    Create,
    Delete,
    Outcome,
    Renewal,
    SignIn,
)
from tornado_app.sessions.testing import (
    IDLE,
    NOW,
    START,
    make_digest,
    make_flash,
    make_record,
    make_update,
)
from tornado_app.sessions.testing.hints import listening

HOUR_MS = 3_600_000
DOCS = ROOT / "docs" / "redis.md"


@pytest.fixture(scope="module")
def server():
    with valkey.Server() as server:
        yield server


@pytest.fixture
async def store(server):
    async with open_store(server.url) as store:
        yield store
    server.call("FLUSHALL")


def key_of(record):
    return f"session:s:{record.handle}"


def signed_in(record, user="ada"):
    sign_in = SignIn(user, NOW, make_digest(user))
    return make_update(record, sign_in=sign_in, touch=True)


class TestRedisStore(StoreContract):
    expires_by_itself = True


def any_update(chance, record):
    """An update as chance wants it, of a request that knows *record* or is late."""
    keys = ["a", "b", 'say "hé"', "", "flash:1", "handle"]
    texts = ["1", "[]", '{"z":[1.0,{}]}', '"é😀"', "12345678901234567890", None]
    now = NOW + timedelta(microseconds=chance.randrange(10**9))
    return make_update(
        record,
        now=now,
        generation=record.generation - (chance.random() < 0.1),
        version=chance.choice([None, None, record.version, record.version - 1]),
        id_digest=chance.choice([record.id_digest, make_digest("old")]),
        max_bytes=chance.choice([60, 65_536]),
        max_flashes=2,
        values={key: chance.choice(texts) for key in chance.sample(keys, 2)},
        clear=chance.random() < 0.2,
        add_flashes=tuple(make_flash(chance.randrange(99), "é") for _ in "a"),
        drop_flashes=frozenset({flash.id for flash in record.flashes[:1]}),
        touch=chance.random() < 0.5,
        own_idle=chance.choice([None, None, (None,), (IDLE / 3,)]),
        renewal=chance.choice([None, Renewal(make_digest(str(now)), now)]),
        sign_in=chance.choice([None] * 9 + [SignIn("é", now, make_digest("in"))]),
    )


async def test_the_script_in_the_server_agrees_with_the_merge(store):
    chance = random.Random(5)  # noqa: S311 (a test keeps no secret)
    met = set()
    async with MemoryStore() as law:
        for _ in range(20):
            record = make_record(data={"b": 2, "a": [1.5, {}]})
            await asyncio.gather(*(one.apply([Create(record)]) for one in (law, store)))
            for _ in range(30):
                update = any_update(chance, record)
                outcome = await law.apply([update])
                met |= set(outcome)
                assert await store.apply([update]) == outcome
                record = (await law.find([record.handle], now=START))[record.handle]
                ours = (await store.find([record.handle], now=START))[record.handle]
                assert ours == record

    assert met == set(Outcome) - {Outcome.TAKEN}


async def test_keys_stay_in_the_order_in_which_they_came(store):
    # A hash of the server forgets the order as soon as a text is long.
    record = make_record(data={"z": "long" * 50, "b": 1})
    await store.apply([Create(record)])

    await store.apply([make_update(record, values={"a": "1", "b": None, "z": "2"})])
    await store.apply([make_update(record, values={"b": "3"})])

    found = await store.find([record.handle], now=NOW)
    assert found[record.handle].data == '{"z":2,"a":1,"b":3}'


async def test_the_server_drops_a_record_an_hour_after_its_end(store, server):
    record = make_record()
    await store.apply([Create(record)])
    left_ms = server.call("PTTL", key_of(record))
    assert 0 <= IDLE // timedelta(milliseconds=1) + HOUR_MS - left_ms < 10_000

    await store.apply([make_update(record, own_idle=(timedelta(minutes=5),))])

    # It was last used at START; the change comes a minute later.
    left_ms = server.call("PTTL", key_of(record))
    assert 0 <= 4 * 60_000 + HOUR_MS - left_ms < 10_000


async def test_a_change_that_is_no_use_leaves_the_servers_clock_alone(store, server):
    record = make_record()
    await store.apply([Create(record)])

    late = make_update(record, now=NOW + IDLE / 2, values={"a": "1"})
    await store.apply([late])

    left_ms = server.call("PTTL", key_of(record))
    assert 0 <= IDLE // timedelta(milliseconds=1) + HOUR_MS - left_ms < 10_000


async def test_scripts_that_the_server_forgot_are_loaded_again(store, server):
    record = make_record()
    server.call("SCRIPT", "FLUSH")

    changes = [Create(record), make_update(record, values={"a": "1"})]
    assert await store.apply(changes) == [Outcome.APPLIED] * 2

    server.call("SCRIPT", "FLUSH")
    others = [Create(make_record()) for _ in range(3)]
    assert await store.apply(others) == [Outcome.APPLIED] * 3

    server.call("SCRIPT", "FLUSH")
    handles = [one.handle for one in others]
    assert (await store.find(handles, now=NOW)).keys() == set(handles)

    server.call("SCRIPT", "FLUSH")
    assert await store.count(now=NOW) == 4


async def test_a_user_is_noted_before_the_record_is_written(store, server):
    record = make_record()
    server.call("SET", key_of(record), "what no change can be made of")

    with pytest.raises(StoreUnavailableError):
        await store.apply([signed_in(record)])
    server.call("DEL", key_of(record))

    handle = record.handle.encode()
    assert server.call("ZRANGE", "session:u:ada", 0, -1) == [handle]
    assert await store.of_user("ada", now=NOW) == []


async def test_the_sweep_spares_young_notes_and_those_of_live_sessions(store, server):
    lost, young, living = make_record(), make_record(), make_record()
    await store.apply([Create(living), signed_in(living)])
    await store.apply([signed_in(lost), signed_in(young)])
    server.call("ZADD", "session:u:ada", 1, lost.handle, 1, living.handle)

    assert await store.delete_expired(now=NOW, limit=100) == 0

    left = server.call("ZRANGE", "session:u:ada", 0, -1)
    assert set(left) == {young.handle.encode(), living.handle.encode()}
    assert [one.handle for one in await store.of_user("ada", now=NOW)] == [
        living.handle
    ]


async def test_a_sweep_asks_no_more_often_for_many_users(store):
    asked = []

    async def sweep(*users):
        for user in users:
            record = make_record(user=user)
            await store.apply([Create(record), Delete(record.handle)])
        with mock.patch.object(store._link, "ask", wraps=store._link.ask) as ask:
            await store.delete_expired(now=NOW, limit=100)
        asked.append(ask.await_count)

    await sweep("ada")
    await sweep(*(f"user {number}" for number in range(50)))

    assert asked[0] == asked[1]


async def test_listing_a_user_drops_old_notes_that_lead_nowhere(store, server):
    record = make_record(user="ada")
    await store.apply([Create(record), Delete(record.handle)])
    server.call("ZADD", "session:u:ada", 1, record.handle)

    assert await store.of_user("ada", now=NOW) == []

    assert server.call("EXISTS", "session:u:ada") == 0


async def test_thousands_of_records_are_counted_and_deleted(store, server):
    records = [make_record() for _ in range(3000)]
    expired = [make_record(expires_at=START) for _ in range(1000)]
    await store.apply([Create(record) for record in records + expired])
    server.call("SET", "others", "7")

    assert await store.count(now=START) == 3000
    assert await store.delete_all(now=START) == 3000

    assert server.call("DBSIZE") == 1


async def test_two_prefixes_share_a_server_and_nothing_else(store, server):
    record = make_record(user="ada")
    await store.apply([Create(record)])

    async with open_store(f"{server.url}?prefix=other") as other:
        assert await other.find([record.handle], now=NOW) == {}
        assert await other.of_user("ada", now=NOW) == []
        assert await other.delete_all(now=NOW) == 0
    assert await store.count(now=NOW) == 1


async def test_a_full_server_takes_no_change_and_still_ends_sessions(store, server):
    record, other = make_record(user="ada"), make_record()
    await store.apply([Create(record), Create(other)])
    server.call("CONFIG", "SET", "maxmemory", "1")
    try:
        with pytest.raises(StoreUnavailableError, match="during apply"):
            await store.apply([make_update(record, values={"a": '"long"'})])
        assert len(await store.find([record.handle], now=NOW)) == 1

        assert await store.delete_user("ada", now=NOW, keep=None) == 1
        assert await store.apply([Delete(other.handle)]) == [Outcome.APPLIED]
    finally:
        server.call("CONFIG", "SET", "maxmemory", "0")


async def test_the_rights_in_the_docs_are_enough(server):
    (line,) = re.findall(r"^ACL SETUSER .*$", DOCS.read_text(), re.MULTILINE)
    server.call(*line.replace("site", "app").replace("PASSWORD", "secret").split())
    url = f"redis://app:secret@{server.address}/1"
    record = make_record()

    async with open_store(url) as store:
        await store.apply([Create(record), signed_in(record)])
        assert len(await store.of_user("ada", now=NOW)) == 1
        assert await store.delete_expired(now=NOW, limit=9) == 0
        assert await store.delete_user("ada", now=NOW, keep=None) == 1
        assert await store.count(now=NOW) == 0
        async with listening(store) as heard:
            await store.apply([Create(record), Delete(record.handle)])
            await heard.of(record.handle)

        server.call("ACL", "SETUSER", "app", "-evalsha")
        with pytest.raises(StoreUnavailableError):
            await store.count(now=NOW)


@pytest.mark.logs("may evict live sessions .* allkeys-lru")
async def test_a_server_that_may_evict_sessions_is_warned_of(server):
    server.call("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
    try:
        async with open_store(server.url):
            pass
    finally:
        server.call("CONFIG", "SET", "maxmemory-policy", "noeviction")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("redis://app:wrong@{}", "invalid username-password pair"),
        ("redis://{}/99", "DB index is out of range"),
        ("redis://{}?cluster=1", "it is no Cluster; leave out cluster=1"),
    ],
)
async def test_a_url_that_never_will_do_ends_the_start(server, url, words):
    with pytest.raises(StoreOpenError) as caught:
        async with open_store(url.format(server.address)):
            pass

    assert words in str(caught.value)
    assert server.address in str(caught.value)
    assert "wrong" not in str(caught.value)


async def test_a_store_that_is_not_open_says_so(server):
    store = open_store(server.url)

    with pytest.raises(RuntimeError, match="inside `async with`"):
        await store.count(now=START)
    async with store:
        await store.count(now=START)
    with pytest.raises(RuntimeError, match="inside `async with`"):
        await store.apply([])


async def test_a_closed_store_can_be_opened_again_and_leaves_no_connection(server):
    store = open_store(server.url)
    for _ in range(2):
        async with store:
            assert await store.count(now=START) == 0
            assert server.call("CLIENT", "LIST").count(b"\n") > 1
    await asyncio.sleep(0.05)
    assert server.call("CLIENT", "LIST").count(b"\n") == 1
