"""Which connections to PostgreSQL are used again, and which never."""

import asyncio

import pytest

from tornado_app.sessions.stores import postgresql_pool
from tornado_app.sessions.stores.postgresql_pool import Connections


class Connection:
    """Knows only whether it is closed."""

    def __init__(self):
        self.closed = False

    def is_closed(self):
        return self.closed

    async def close(self, **options):
        self.closed = True
        raise ConnectionResetError


class Connector:
    def __init__(self):
        self.made = []

    async def __call__(self):
        await asyncio.sleep(0)
        self.made.append(Connection())
        return self.made[-1]


@pytest.fixture
def connector():
    return Connector()


@pytest.fixture
async def connections(connector):
    connections = Connections(connector, most=2)
    yield connections
    await connections.aclose()
    assert all(connection.closed for connection in connector.made)


async def side_by_side(connections, number):
    """Borrow *number* connections at once and give them back."""
    released = asyncio.Event()

    async def borrow():
        async with connections.lend():
            await released.wait()

    borrowers = [asyncio.create_task(borrow()) for _ in range(number)]
    await asyncio.sleep(0.01)
    released.set()
    await asyncio.gather(*borrowers)


async def test_a_connection_is_used_again(connections, connector):
    for _ in range(3):
        async with connections.lend() as connection:
            assert connection is connector.made[0]


async def test_there_are_never_more_than_the_most(connections, connector):
    await side_by_side(connections, 7)

    assert len(connector.made) == 2


@pytest.mark.parametrize("error", [ValueError, asyncio.CancelledError])
async def test_after_an_exception_no_connection_is_used_again(
    connections, connector, error
):
    await side_by_side(connections, 2)

    with pytest.raises(error):
        async with connections.lend():
            raise error
    async with connections.lend() as connection:
        assert connection is connector.made[2]
    assert [one.closed for one in connector.made] == [True, True, False]


async def test_a_connection_that_the_server_closed_is_not_lent(connections, connector):
    async with connections.lend() as connection:
        pass
    connection.closed = True

    async with connections.lend() as other:
        assert other is not connection


async def test_a_connection_that_was_long_unused_is_not_lent(
    connections, connector, monkeypatch
):
    await side_by_side(connections, 2)
    monkeypatch.setattr(postgresql_pool, "_LONGEST_IDLE_S", -1)

    async with connections.lend() as connection:
        assert connection is connector.made[2]


async def test_connecting_that_fails_gives_its_place_back(connector):
    async def refuse():
        raise ConnectionRefusedError

    connections = Connections(refuse, most=1)
    for _ in range(3):
        with pytest.raises(ConnectionRefusedError):
            async with connections.lend():
                pass


async def test_what_comes_back_after_the_end_is_closed(connector):
    connections = Connections(connector, most=1)

    async with connections.lend() as connection:
        await connections.aclose()

    await asyncio.sleep(0)
    assert connection.closed
