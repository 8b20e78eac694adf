"""What is remembered of rows is of one run of the PostgreSQL server alone."""

import shutil
import subprocess

import pytest

from tests.servers.postgresql import PostgreSQLServer
from tests.sessions.stores.test_postgresql_faults import answers_again
from tornado_app.sessions import open_store
from tornado_app.sessions.record import Create, Outcome, Whole
from tornado_app.sessions.testing import START, make_record, make_update

# For a machine that is busy: the server begins three times.
pytestmark = pytest.mark.gen_test(timeout=60)


@pytest.fixture
def server():
    server = PostgreSQLServer()
    server.start()
    yield server
    server.remove()


@pytest.fixture
def kept(server):
    return server.folder / "kept"


@pytest.fixture
async def store(server):
    async with open_store(server.url(schema="site")) as store:
        yield store


def copy(server, source, target):
    """Copy the server's files while it rests."""
    server.stop()
    shutil.rmtree(target, ignore_errors=True)
    subprocess.run(["cp", "-a", source, target], check=True)
    server.start()


def mark_of(server):
    return server.query("SELECT xmin FROM site.sessions")


async def found(store, record):
    return (await store.find([record.handle], now=START)).get(record.handle)


def setting(record, number):
    whole = Whole(record.version, f'{{"n":{number}}}', loaded=record)
    return make_update(record, values={"n": str(number)}, whole=whole)


@pytest.fixture
async def put_back(server, store, kept):
    """A record whose last change is lost, and whose next one had the same number."""
    record = make_record(data={"n": 1})
    await store.apply([Create(record)])
    copy(server, server.data, kept)
    await answers_again(store)
    record = await found(store, record)
    assert await store.apply([setting(record, 2)]) == [Outcome.APPLIED]
    record, mark = await found(store, record), mark_of(server)
    assert record.data == '{"n":2}'

    copy(server, kept, server.data)
    while int(mark_of(server)) < int(mark):
        server.query("UPDATE site.sessions SET texts[1] = '3', generation = 1")
    assert mark_of(server) == mark
    await answers_again(store)
    return record


async def test_a_number_that_comes_again_is_not_taken_for_the_same_row(store, put_back):
    for _ in range(2):
        assert (await found(store, put_back)).data == '{"n":3}'


async def test_what_was_made_for_a_row_of_another_run_is_not_written(store, put_back):
    assert await store.apply([setting(put_back, 4)]) == [Outcome.GONE]

    assert (await found(store, put_back)).data == '{"n":3}'
