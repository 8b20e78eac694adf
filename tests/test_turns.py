"""Who goes first when many come at once."""

import asyncio
import socket
from contextlib import ExitStack

import pytest
from tornado.httpserver import HTTPServer
from tornado.web import RequestHandler

from tornado_app.turns import SlowFormsInTurn

CROWD = 20


class NotingHandler(RequestHandler):
    """Notes who came, in the order in which they are let in."""

    def initialize(self, came):
        self.came = came

    def get(self, name):
        self.came.append(name)
        self.write(name)

    def post(self, name):
        self.get(name + self.get_body_argument("more"))


class SlowHandler(NotingHandler):
    """One whose forms are let in one by one."""


@pytest.fixture
def came():
    return []


@pytest.fixture
async def server(came, listening):
    notes = {"came": came}
    routes = [("/slow/(.*)", SlowHandler, notes), ("/(.*)", NotingHandler, notes)]
    server = HTTPServer(SlowFormsInTurn(routes, slow_handler_class=SlowHandler))
    server.add_socket(listening)
    yield server
    server.stop()
    await server.close_all_connections()


@pytest.fixture
def send(server, listening):
    """Send bytes on a connection of their own; nobody reads them before an await."""
    with ExitStack() as closing:

        def one(content):
            here = closing.enter_context(
                socket.create_connection(listening.getsockname())
            )
            here.sendall(content)
            here.setblocking(False)
            return here

        yield one


def form(path, more="!"):
    body = f"more={more}"
    return (
        f"POST /{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def page(path):
    return (
        f"GET /{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    ).encode()


async def text_from(here):
    reader, writer = await asyncio.open_connection(sock=here)
    answer = await reader.read()
    writer.close()
    return answer.decode().partition("\r\n\r\n")[2]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(page("page"), id="page"),
        pytest.param(page("slow/page"), id="page-of-the-slow-form"),
        pytest.param(form("form"), id="other-form"),
    ],
)
async def test_nothing_else_waits_for_a_crowd_of_slow_forms(send, came, other):
    crowd = [send(form(f"slow/{number}")) for number in range(CROWD)]

    assert await text_from(send(other))

    assert len(came) < CROWD / 2
    await asyncio.gather(*map(text_from, crowd))
    assert len(came) == CROWD + 1


async def test_slow_forms_are_let_in_as_they_came_and_whole(send, came):
    crowd = [send(form(f"slow/{number}", more="x" * number)) for number in range(CROWD)]

    texts = await asyncio.gather(*map(text_from, crowd))

    assert texts == [f"{number}{'x' * number}" for number in range(CROWD)]
    assert came == texts


async def test_other_forms_go_on_side_by_side(send, came):
    crowd = [send(form(number)) for number in range(CROWD)]

    await text_from(crowd[0])

    assert len(came) == CROWD
    await asyncio.gather(*map(text_from, crowd[1:]))


async def test_who_leaves_while_waiting_keeps_nobody(send):
    crowd = [send(form(f"slow/{number}")) for number in range(CROWD)]
    await text_from(send(page("page")))
    for each in crowd[::2]:
        each.close()

    texts = await asyncio.gather(*map(text_from, crowd[1::2]))

    assert texts == [f"{number}!" for number in range(1, CROWD, 2)]


async def test_a_slow_form_follows_another_on_the_same_connection(send):
    kept = form("slow/1").replace(b"Connection: close\r\n", b"")

    answers = await text_from(send(kept + form("slow/2")))

    assert answers.count("HTTP/1.1 200 OK") == 1  # the second; the first is before it
    assert answers.endswith("2!")
