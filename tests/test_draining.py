"""How the server stops without cutting a request off."""

import asyncio
import socket

import pytest
from tornado.iostream import StreamClosedError
from tornado.tcpclient import TCPClient
from tornado.web import Application, RequestHandler

from tornado_app.draining import DrainingServer

LONG_S = 3600
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Doors:
    """Where a request waits until the test lets it go on."""

    def __init__(self):
        self.entered = asyncio.Event()
        self.open = asyncio.Event()


class SlowHandler(RequestHandler):
    """Answers when the test says so."""

    def initialize(self, doors):
        self.doors = doors

    async def get(self):
        self.doors.entered.set()
        await self.doors.open.wait()
        self.write("done")


class QuickHandler(RequestHandler):
    """Answers at once."""

    def get(self):
        self.write("quick")


@pytest.fixture
async def doors():
    return Doors()


@pytest.fixture
def address(listening):
    return listening.getsockname()


@pytest.fixture
async def server(doors, listening):
    routes = [("/slow", SlowHandler, {"doors": doors}), ("/", QuickHandler)]
    server = DrainingServer(Application(routes))
    server.add_socket(listening)
    yield server
    doors.open.set()
    server.stop()
    await server.close_all_connections()


@pytest.fixture
async def connect(address):
    """Open a connection to the server; all are closed after the test."""
    streams = []

    async def open_one():
        streams.append(await TCPClient().connect(*address))
        return streams[-1]

    yield open_one
    for stream in streams:
        stream.close()


async def ask(stream, path):
    await stream.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())


async def answer(stream):
    """The next answer's head and text."""
    head = (await stream.read_until(b"\r\n\r\n")).decode()
    length = int(head.lower().split("content-length: ")[1].split("\r\n")[0])
    return head, (await stream.read_bytes(length)).decode()


async def is_closed(stream):
    with pytest.raises(StreamClosedError):
        await stream.read_bytes(1)
    return True


async def drain(server, limit_s=LONG_S):
    await server.stop_accepting()
    return await server.finish_requests(limit_s=limit_s)


async def test_a_request_in_flight_is_finished(server, connect, doors):
    stream = await connect()
    await ask(stream, "/slow")
    await doors.entered.wait()
    draining = asyncio.ensure_future(drain(server))
    await asyncio.sleep(0)

    doors.open.set()

    assert (await answer(stream))[1] == "done"
    assert await draining == 0
    assert await is_closed(stream)


async def test_a_request_that_lasts_too_long_is_cut_off(server, connect, doors):
    stream = await connect()
    await ask(stream, "/slow")
    await doors.entered.wait()

    assert await drain(server, limit_s=0.01) == 1
    assert await is_closed(stream)


async def test_an_idle_connection_is_closed(server, connect):
    fresh, used = await connect(), await connect()
    await ask(used, "/")
    await answer(used)

    assert await drain(server) == 0
    assert await is_closed(fresh)
    assert await is_closed(used)


async def test_a_request_that_has_just_arrived_is_answered(server, connect):
    stream = await connect()
    await ask(stream, "/")
    await answer(stream)
    reading = asyncio.ensure_future(answer(stream))
    stream.socket.send(REQUEST)

    # At once, before the server had a turn to read it.
    assert await server.finish_requests(limit_s=LONG_S) == 0

    head, text = await reading
    assert text == "quick"
    assert "\r\nConnection: close\r\n" in head


async def test_a_connection_that_was_waiting_to_be_accepted_is_answered(
    server, address
):
    with socket.create_connection(address, timeout=5) as early:
        early.sendall(REQUEST)

        assert await drain(server) == 0

        assert early.recv(65_536).startswith(b"HTTP/1.1 200")


async def test_a_connection_that_goes_on_asking_gets_one_more_answer(
    server, connect, doors
):
    stream = await connect()
    await ask(stream, "/slow")
    await doors.entered.wait()
    draining = asyncio.ensure_future(drain(server))
    await ask(stream, "/")
    await ask(stream, "/")

    doors.open.set()

    assert (await answer(stream))[1] == "done"
    assert (await answer(stream))[1] == "quick"
    assert await draining == 0
    assert await is_closed(stream)


async def test_a_visitor_who_leaves_ends_the_wait(server, connect, doors):
    stream = await connect()
    await ask(stream, "/slow")
    await doors.entered.wait()
    draining = asyncio.ensure_future(drain(server))

    stream.close()

    assert await draining == 0
