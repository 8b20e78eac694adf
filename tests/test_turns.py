"""Who goes first when many come at once."""

import asyncio
import socket
from contextlib import ExitStack

import pytest
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from tornado_app.turns import FormsInTurn

CROWD = 20
PAGE = b"GET /page HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


class NotingHandler(RequestHandler):
    """Notes who came, in the order in which they are let in."""

    def initialize(self, came):
        self.came = came

    def get(self, name):
        self.came.append(name)
        self.write(name)

    def post(self, name):
        self.get(name + self.get_body_argument("more"))


@pytest.fixture
def came():
    return []


@pytest.fixture
async def server(came, listening):
    application = Application([("/(.*)", NotingHandler, {"came": came})])
    server = HTTPServer(FormsInTurn(application))
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


def form(number, more="!"):
    body = f"more={more}"
    return (
        f"POST /{number} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


async def text_from(here):
    reader, writer = await asyncio.open_connection(sock=here)
    answer = await reader.read()
    writer.close()
    return answer.decode().partition("\r\n\r\n")[2]


async def test_a_page_does_not_wait_for_a_crowd_of_forms(send, came):
    crowd = [send(form(number)) for number in range(CROWD)]
    page = send(PAGE)

    assert await text_from(page) == "page"

    assert len(came) < CROWD / 2
    await asyncio.gather(*map(text_from, crowd))
    assert len(came) == CROWD + 1


async def test_forms_are_let_in_as_they_came_and_whole(send, came):
    crowd = [send(form(number, more="x" * number)) for number in range(CROWD)]

    texts = await asyncio.gather(*map(text_from, crowd))

    assert texts == [f"{number}{'x' * number}" for number in range(CROWD)]
    assert came == texts


async def test_who_leaves_while_waiting_keeps_nobody(send):
    crowd = [send(form(number)) for number in range(CROWD)]
    page = send(PAGE)
    await text_from(page)
    for each in crowd[::2]:
        each.close()

    texts = await asyncio.gather(*map(text_from, crowd[1::2]))

    assert texts == [f"{number}!" for number in range(1, CROWD, 2)]


async def test_a_form_follows_another_on_the_same_connection(send):
    twice = form(1).replace(b"Connection: close\r\n", b"") + form(2)

    answers = await text_from(send(twice))

    assert answers.count("HTTP/1.1 200 OK") == 1  # the second; the first is before it
    assert answers.endswith("2!")
