"""A thousand faults of each kind come to a PostgreSQL server that is in use."""

from datetime import timedelta

import pytest

from tests.servers.cutting import CuttingRelay
from tests.servers.postgresql import PostgreSQLServer
from tests.sessions.stores.postgresql_harm import chance, cut, freeze, kill, relayed
from tests.sessions.stores.postgresql_visitors import LATEST_S, TIMEOUT_S, Visitors
from tornado_app.sessions import open_store

TIMES = 1_000
pytestmark = pytest.mark.gen_test(timeout=3_600)


@pytest.fixture(scope="module")
def server():
    server = PostgreSQLServer("synchronous_commit=off", "wal_writer_delay=10s")
    server.start()
    yield server
    server.remove()


@pytest.fixture
async def relay(server):
    async with CuttingRelay(server.socket).running() as relay:
        yield relay


@pytest.fixture
def visitors_of():
    def visitors(store):
        return Visitors(store, timedelta(seconds=TIMEOUT_S))

    return visitors


def report(capsys, visitors, what):
    """Visitors have found by now that no answer was wrong and nothing was lost."""
    with capsys.disabled():
        print(
            f"\n{TIMES} {what}: {visitors.answered} answered, {visitors.refused}"
            f" refused, slowest {visitors.slowest_s:.3f} s"
        )
    assert visitors.slowest_s < LATEST_S


async def test_a_thousand_kills(server, visitors_of, capsys):
    async with (
        open_store(server.url(schema="kills")) as store,
        visitors_of(store) as visitors,
    ):
        for _ in range(TIMES):
            await kill(server, chance.uniform(0, 0.1))
            await visitors.answer_again()

    report(capsys, visitors, "kills")


async def test_a_thousand_freezes(server, visitors_of, capsys):
    async with (
        open_store(server.url(schema="freezes")) as store,
        visitors_of(store) as visitors,
    ):
        for _ in range(TIMES):
            await freeze(server, chance.uniform(0, 1.5 * TIMEOUT_S))
            await visitors.answer_again()

    report(capsys, visitors, "freezes")


async def test_a_thousand_cuts(server, relay, visitors_of, capsys):
    url = relayed(server.url(schema="cuts"), server, relay)
    async with open_store(url) as store, visitors_of(store) as visitors:
        await cut(relay, TIMES)
        await visitors.answer_again()

    report(capsys, visitors, "cuts")
