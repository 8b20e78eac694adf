"""A thousand faults of each kind come to a Redis server that is in use."""

import asyncio
from datetime import timedelta

import pytest

from tests.servers import valkey
from tests.servers.cutting import CuttingRelay
from tests.sessions.stores.postgresql_harm import chance, cut
from tests.sessions.stores.postgresql_visitors import LATEST_S, TIMEOUT_S, Visitors
from tornado_app.sessions import open_store

TIMES = 1_000
pytestmark = pytest.mark.gen_test(timeout=3_600)


@pytest.fixture
def server():
    with valkey.Server(*valkey.DURABLE, "--unixsocket", "socket") as server:
        yield server


@pytest.fixture
async def relay(server):
    async with CuttingRelay(str(server.folder / "socket")).running() as relay:
        yield relay


def visitors_of(store):
    return Visitors(store, timedelta(seconds=TIMEOUT_S))


def report(capsys, visitors, what):
    """Visitors have found by now that no answer was wrong and nothing was lost."""
    with capsys.disabled():
        print(
            f"\n{TIMES} {what}: {visitors.answered} answered, {visitors.refused}"
            f" refused, slowest {visitors.slowest_s:.3f} s"
        )
    assert visitors.slowest_s < LATEST_S


def shorten_log(server):
    """Or each start would take longer than the one before."""
    server.call("BGREWRITEAOF")
    valkey.until(lambda: server.call("INFO")["aof_rewrite_in_progress"] == 0)


async def test_a_thousand_kills(server, capsys):
    async with open_store(server.url) as store, visitors_of(store) as visitors:
        for number in range(TIMES):
            if number % 25 == 0:
                await asyncio.to_thread(shorten_log, server)
            server.kill()
            await asyncio.to_thread(server.start)
            await visitors.answer_again()

    report(capsys, visitors, "kills")


async def test_a_thousand_freezes(server, capsys):
    async with open_store(server.url) as store, visitors_of(store) as visitors:
        for _ in range(TIMES):
            server.freeze()
            await asyncio.sleep(chance.uniform(0, 1.5 * TIMEOUT_S))
            server.thaw()
            await visitors.answer_again()

    report(capsys, visitors, "freezes")


async def test_a_thousand_cuts(server, relay, capsys):
    url = f"redis://127.0.0.1:{relay.port}/0"
    async with open_store(url) as store, visitors_of(store) as visitors:
        await cut(relay, TIMES)
        await visitors.answer_again()

    report(capsys, visitors, "cuts")
