"""A socket ends with its session wherever that ends, told by the store itself."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
import redis.asyncio

from tests.servers import postgresql_shared, valkey_shared
from tests.sessions.http.site import until
from tests.stores import STORES
from tornado_app.sessions import SessionPolicy, Sessions, open_store, socket_watch
from tornado_app.sessions.record import Create, SignIn
from tornado_app.sessions.testing import (
    FakeClock,
    make_digest,
    make_record,
    make_update,
)
from tornado_app.sessions.watching import Watcher

# For a machine that is busy; nothing here takes long by itself.
pytestmark = pytest.mark.gen_test(timeout=60)

HOUR = timedelta(hours=1)
POLICY = SessionPolicy(idle_timeout=HOUR)
NEVER_S = 3600
FOREVER = datetime.max.replace(tzinfo=UTC)

END_LISTENERS = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE query LIKE 'LISTEN%'
"""


async def cut_redis():
    async with redis.asyncio.from_url(valkey_shared.shared_url()) as operator:
        return await operator.execute_command("CLIENT", "KILL", "TYPE", "pubsub")


async def cut_postgresql():
    operator = await asyncpg.connect(postgresql_shared.shared_url())
    try:
        return await operator.fetchval(END_LISTENERS)
    finally:
        await operator.close()


CUTS = {"redis": cut_redis, "postgresql": cut_postgresql}
"""By the store's name: a function that ends every subscription."""


class FakeSocket:
    """Notes that it was closed."""

    def __init__(self):
        self.closed = asyncio.Event()

    def close_for_good(self):
        self.closed.set()


class Finds(Watcher):
    """Counts what is asked of the store."""

    def __init__(self):
        self.counts = Counter()

    def called(self, operation, *, duration_s, size, failed):
        self.counts[operation] += 1


class Here:
    """A process with open sockets, and the store that it shares with others."""

    def __init__(self, sessions, elsewhere, finds, name):
        self.sessions = sessions
        self.elsewhere = elsewhere
        self.finds = finds
        self.cut = CUTS[name]

    async def opens(self, **fields):
        """A record with an open socket that has been looked at."""
        record, socket = make_record(**fields), FakeSocket()
        await self.sessions.store.apply([Create(record)])
        self.sockets.add(record.handle, socket, generation=record.generation)
        await self.hears()
        self.sessions._watch._hear([record.handle])
        await self.looked_at(record)
        return record, socket

    @property
    def sockets(self):
        return self.sessions.lifecycle.sockets

    async def looked_at(self, record, *, good_until=FOREVER):
        """Wait until it was found good, for no longer than so."""
        known = self.sockets._good_until
        await until(lambda: known.get(record.handle, FOREVER) < good_until)

    async def hears(self):
        await until(lambda: self.sessions._watch._hears)

    async def hears_no_more(self):
        await until(lambda: not self.sessions._watch._hears)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture(params=CUTS)
async def here(request, tmp_path, clock, monkeypatch):
    """Nobody looks by the clock here: what closes a socket was hinted at."""
    monkeypatch.setattr(socket_watch, "_POLL_INTERVAL_S", NEVER_S)
    monkeypatch.setattr(socket_watch, "_FIRST_PAUSE_S", 0.01)
    url, finds = STORES[request.param](tmp_path), Finds()
    async with (
        Sessions(open_store(url), POLICY, clock=clock, watcher=finds) as sessions,
        Sessions(open_store(url), POLICY, clock=clock) as elsewhere,
    ):
        yield Here(sessions, elsewhere, finds, request.param)


async def test_a_revoke_elsewhere_closes_it(here):
    _, other = await here.opens()
    record, socket = await here.opens()

    assert await here.elsewhere.revoke(record.handle)

    await socket.closed.wait()
    assert not other.closed.is_set()


@pytest.mark.parametrize("how", ["revoke_all", "revoke_user"])
async def test_every_kind_of_revoke_elsewhere_closes_it(here, how):
    _, socket = await here.opens(user="ada")

    await getattr(here.elsewhere, how)(*["ada"] if how == "revoke_user" else [])

    await socket.closed.wait()


async def test_a_sign_in_elsewhere_closes_it(here, clock):
    record, socket = await here.opens()
    sign_in = SignIn("ada", clock.now, make_digest("new"))

    await here.elsewhere.store.apply([make_update(record, sign_in=sign_in)])

    await socket.closed.wait()


async def test_a_life_that_is_shortened_elsewhere_closes_it_in_time(here, clock):
    record, socket = await here.opens()
    soon = timedelta(seconds=30)
    sooner = make_update(record, now=clock.now, own_idle=(soon,), touch=True)
    await here.elsewhere.store.apply([sooner])
    await here.looked_at(record, good_until=clock.now + 2 * soon)

    clock.advance(soon)
    await here.sessions._watch.check()

    assert socket.closed.is_set()


async def test_expiry_closes_it(here, clock):
    _, socket = await here.opens()

    clock.advance(HOUR)
    await here.sessions._watch.check()

    assert socket.closed.is_set()


async def test_nothing_is_asked_while_nothing_ends(here):
    for _ in range(5):
        await here.opens()
    here.finds.counts.clear()

    for _ in range(100):
        await here.sessions._watch.check()

    assert here.finds.counts == {}


@pytest.mark.logs("asked twice a second")
async def test_what_ends_while_nobody_hears_is_found_when_they_hear_again(here):
    record, socket = await here.opens()

    assert await here.cut() == 1
    await here.elsewhere.revoke(record.handle)

    await socket.closed.wait()
    await here.hears()


@pytest.mark.logs("asked twice a second")
async def test_while_nobody_hears_everything_is_asked_about(here, monkeypatch):
    record, socket = await here.opens()
    _, other = await here.opens()
    monkeypatch.setattr(socket_watch, "_FIRST_PAUSE_S", NEVER_S)

    await here.cut()
    await here.hears_no_more()
    await here.elsewhere.revoke(record.handle)
    await here.sessions._watch.check()

    assert socket.closed.is_set()
    assert not other.closed.is_set()
