"""What Redis tells of sessions that ended, and what is done when it cannot."""

import asyncio

import pytest

from tests.servers import valkey
from tornado_app.sessions import StoreUnavailableError, open_store
from tornado_app.sessions.record import Create, Delete, Renewal
from tornado_app.sessions.stores import redis_hints
from tornado_app.sessions.testing import (
    NOW,
    START,
    HintsContract,
    make_digest,
    make_record,
    make_update,
)
from tornado_app.sessions.testing.hints import Heard, listening


@pytest.fixture(scope="module")
def server():
    with valkey.Server() as server:
        yield server


@pytest.fixture
async def store(server):
    async with open_store(server.url) as store:
        yield store
    server.call("FLUSHALL")


class TestRedisHints(HintsContract):
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
        await store.apply(changes)
        await heard.of(ended.handle)

    assert heard.handles == {ended.handle}
    assert heard.times_all == 1


async def test_the_end_of_thousands_comes_in_few_messages(store, server):
    records = [make_record() for _ in range(3000)]
    await store.apply([Create(record) for record in records])

    async with listening(store) as heard:
        assert await store.delete_all(now=START) == 3000
        await heard.of(*(record.handle for record in records))


async def test_sites_with_different_prefixes_hear_nothing_of_each_other(server, store):
    record, ours = make_record(), make_record()
    async with (
        open_store(f"{server.url}?prefix=other") as other,
        listening(store) as heard,
    ):
        await other.apply([Create(record), Delete(record.handle)])
        await store.apply([Create(ours), Delete(ours.handle)])
        await heard.of(ours.handle)

    assert heard.handles == {ours.handle}


async def test_a_subscription_that_is_cut_ends_the_listening(store, server):
    heard = Heard()
    listens = asyncio.create_task(store.hints.listen(heard))
    await heard.all()

    assert server.call("CLIENT", "KILL", "TYPE", "pubsub") == 1

    with pytest.raises(StoreUnavailableError, match="during listen"):
        await listens


async def test_a_server_that_is_silent_ends_the_listening(store, server, monkeypatch):
    monkeypatch.setattr(redis_hints, "_PROOF_INTERVAL_S", 0.01)
    monkeypatch.setattr(redis_hints, "_PROOF_TIMEOUT_S", 0.5)
    heard = Heard()
    listens = asyncio.create_task(store.hints.listen(heard))
    await heard.all()

    server.freeze()
    try:
        with pytest.raises(StoreUnavailableError):
            await listens
    finally:
        server.thaw()


async def test_a_server_that_is_away_is_not_listened_to(store, server):
    server.kill()
    try:
        with pytest.raises(StoreUnavailableError):
            await store.hints.listen(Heard())
    finally:
        server.start()


async def test_who_listens_leaves_no_connection_behind(store, server):
    async with listening(store):
        assert server.call("CLIENT", "LIST", "TYPE", "pubsub").count(b"\n") == 1

    await asyncio.to_thread(
        valkey.until, lambda: not server.call("CLIENT", "LIST", "TYPE", "pubsub")
    )


async def test_without_the_right_to_publish_sessions_end_all_the_same(server):
    rights = "on >secret ~session:* +@all -publish resetchannels"
    server.call("ACL", "SETUSER", "quiet", *rights.split())
    record = make_record(user="ada")
    async with open_store(f"redis://quiet:secret@{server.address}/0") as store:
        await store.apply([Create(record), Create(make_record(user="ada"))])
        await store.apply([Delete(record.handle)])

        assert await store.find([record.handle], now=NOW) == {}
        assert await store.delete_user("ada", now=NOW, keep=None) == 1
        with pytest.raises(StoreUnavailableError):
            await store.hints.listen(Heard())
    server.call("ACL", "DELUSER", "quiet")
