"""Two PostgreSQL servers, one of which takes over."""

import asyncio
import socket
from datetime import timedelta
from urllib.parse import quote

import pytest

from tests.servers.postgresql import PostgreSQLServer
from tests.sessions.stores.postgresql_visitors import SOON_S, TIMEOUT_S, Visitors
from tornado_app.sessions import StoreUnavailableError, open_store
from tornado_app.sessions.record import Create, Outcome
from tornado_app.sessions.testing import START, make_record

TIMEOUT = timedelta(seconds=TIMEOUT_S)
pytestmark = pytest.mark.gen_test(timeout=60)


@pytest.fixture
def primary():
    server = PostgreSQLServer("synchronous_standby_names=*")
    server.start()
    yield server
    server.remove()


@pytest.fixture
def standby(primary):
    server = PostgreSQLServer("synchronous_standby_names=", primary=primary)
    server.start()
    yield server
    server.remove()


def url_of(*sockets):
    hosts = ",".join(quote(str(socket), safe="") for socket in sockets)
    return f"postgresql://postgres@{hosts}/postgres"


async def test_a_standby_that_takes_over_has_all_that_was_answered(primary, standby):
    async with (
        open_store(url_of(primary.folder, standby.folder)) as store,
        Visitors(store, TIMEOUT) as visitors,
    ):
        await visitors.answer_again()
        primary.kill()
        await asyncio.sleep(TIMEOUT_S)
        standby.query("SELECT pg_promote()")

        assert await visitors.answer_again() < SOON_S


@pytest.mark.logs("does not answer")
async def test_a_standby_is_not_asked_for_it_may_know_revoked_sessions(
    primary, standby
):
    async with open_store(url_of(primary.folder)) as store:
        assert await store.apply([Create(make_record())]) == [Outcome.APPLIED]

    async with open_store(url_of(standby.folder)) as store:
        with pytest.raises(StoreUnavailableError):
            await store.count(now=START)

        standby.query("SELECT pg_promote()")
        assert await store.count(now=START) == 1


@pytest.mark.logs("does not answer")
async def test_a_host_that_is_silent_does_not_hide_the_other(
    primary, standby, tmp_path, monkeypatch
):
    module = "tornado_app.sessions.stores.postgresql_link._OPEN_TIMEOUT_S"
    monkeypatch.setattr(module, TIMEOUT_S)

    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / ".s.PGSQL.5432"))
        silent.listen()  # and never accept
        async with open_store(url_of(tmp_path, primary.folder)) as store:
            async with asyncio.timeout(TIMEOUT_S):
                assert await store.count(now=START) == 0
