"""WebSockets of a session that is ended by another process."""

import asyncio

import pytest
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from tests.sessions.processes.reach import COUNT, ENDS, signed_in_everywhere

ENDED = 1008  # RFC 6455 §7.4.1


async def sockets_everywhere(visitor):
    """Open sockets until every process has one; by process id."""
    found = {}
    while len(found) < COUNT:
        request = HTTPRequest(
            f"ws://127.0.0.1:{visitor.port}/socket", headers={"Cookie": visitor.cookie}
        )
        socket = await websocket_connect(request)
        pid = await socket.read_message()
        found.setdefault(pid, []).append(socket)
    return [socket for sockets in found.values() for socket in sockets]


async def closed_with(socket):
    assert await socket.read_message() is None
    code = socket.close_code
    socket.close()  # Tornado warns of one that only its server closed
    return code


async def answers(socket):
    """Whether it is open still; closed in order afterwards."""
    await socket.write_message("still there?")
    heard = await socket.read_message()
    socket.close()
    assert await socket.read_message() is None
    return heard == "still there?"


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
async def test_they_close_in_every_process_within_a_second(port, end):
    visitor, handle = await signed_in_everywhere(port)
    sockets = await sockets_everywhere(visitor)
    others, _handle = await signed_in_everywhere(port, user="grace")
    bystanders = await sockets_everywhere(others)

    await end(visitor, handle)
    async with asyncio.timeout(1):
        codes = await asyncio.gather(*map(closed_with, sockets))

    assert set(codes) == {ENDED}
    assert [await answers(socket) for socket in bystanders] == [True] * len(bystanders)
