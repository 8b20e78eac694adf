"""Who goes first when many come at once."""

import asyncio
import socket
from contextlib import ExitStack

import pytest
from tornado.httpserver import HTTPServer
from tornado.web import RequestHandler

from tornado_app import slow_forms

CROWD = 20
LONG_S = 10**9  # longer than this machine runs


class NotingHandler(RequestHandler):
    """Notes who came, in the order in which they are let in."""

    def initialize(self, came):
        self.came = came

    def get(self, name):
        self.came.append(name)
        self.write(name)

    def post(self, name):
        self.get(name + self.get_body_argument("more"))

    head = get
    put = post


class SlowHandler(NotingHandler):
    """One whose forms are let in one by one."""


class SlowPage(SlowHandler):
    """A page of it, as a site has several."""


class NotingApplication(slow_forms.SlowFormsInLine):
    """Notes who arrives, in the order in which the server reads them."""

    def find_handler(self, request, **kwargs):
        self.settings["arrived"].append(request.path.rpartition("/")[2])
        return super().find_handler(request, **kwargs)


@pytest.fixture
def came():
    return []


@pytest.fixture
def arrived():
    return []


@pytest.fixture
async def server(came, arrived, listening):
    notes = {"came": came}
    routes = [("/slow/(.*)", SlowPage, notes), ("/(.*)", NotingHandler, notes)]
    server = HTTPServer(
        NotingApplication(routes, slow_handler_class=SlowHandler, arrived=arrived)
    )
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


def form(path, more="!", method="POST"):
    body = f"more={more}"
    return (
        f"{method} /{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def page(path, method="GET"):
    return (
        f"{method} /{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    ).encode()


async def text_from(here):
    reader, writer = await asyncio.open_connection(sock=here)
    answer = await reader.read()
    writer.close()
    return answer.decode().partition("\r\n\r\n")[2]


@pytest.fixture
def time_stands(monkeypatch):
    """Who waits for their turn waits until the event is set; notes how long for."""
    goes_on, delays_s, sleep_as_ever = asyncio.Event(), [], asyncio.sleep

    async def sleep(delay_s):
        if delay_s < LONG_S / 2:  # somebody else's
            await sleep_as_ever(delay_s)
            return
        delays_s.append(delay_s)
        await goes_on.wait()

    monkeypatch.setattr(asyncio, "sleep", sleep)
    monkeypatch.setattr(slow_forms, "STEP_S", LONG_S)
    monkeypatch.setattr(slow_forms, "LONGEST_WAIT_S", LONG_S * CROWD / 2)
    yield goes_on, delays_s
    goes_on.set()


@pytest.mark.parametrize(
    ("other", "name"),
    [
        pytest.param(page("page"), "page", id="page"),
        pytest.param(page("slow/page"), "page", id="page-of-the-slow-form"),
        pytest.param(page("slow/page", "HEAD"), "page", id="head-of-that-page"),
        pytest.param(form("form"), "form!", id="other-form"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_nothing_else_waits_for_a_crowd_of_slow_forms(
    send, came, arrived, other, name, method, time_stands
):
    goes_on, delays_s = time_stands
    crowd = [send(form(f"slow/{number}", method=method)) for number in range(CROWD)]

    await text_from(send(other))

    assert came == [f"{arrived[0]}!", name]
    half = CROWD // 2
    assert [round(each / LONG_S) for each in delays_s] == [
        *range(1, half),
        *[half] * half,  # nobody waits for longer
    ]
    goes_on.set()
    await asyncio.gather(*map(text_from, crowd))
    assert len(came) == CROWD + 1


async def test_slow_forms_are_let_in_as_they_came_and_whole(send, came, arrived):
    crowd = [send(form(f"slow/{number}", more="x" * number)) for number in range(CROWD)]

    texts = await asyncio.gather(*map(text_from, crowd))

    assert texts == [f"{number}{'x' * number}" for number in range(CROWD)]
    assert [each.rstrip("x") for each in came] == arrived


async def test_other_forms_go_on_side_by_side(send, came):
    crowd = [send(form(number)) for number in range(CROWD)]

    await text_from(crowd[0])

    assert len(came) == CROWD
    await asyncio.gather(*map(text_from, crowd[1:]))


async def test_who_leaves_while_waiting_keeps_nobody(send, time_stands):
    goes_on, _ = time_stands
    leaving = [send(form(f"slow/{number}")[:-1]) for number in range(CROWD)]
    crowd = [send(form(f"slow/{number}")) for number in range(CROWD)]
    await text_from(send(page("page")))
    for each in leaving[::2]:  # the others send no more, and stay
        each.close()
    goes_on.set()

    texts = await asyncio.gather(*map(text_from, crowd))

    assert texts == [f"{number}!" for number in range(CROWD)]


async def test_a_slow_form_follows_another_on_the_same_connection(send):
    kept = form("slow/1").replace(b"Connection: close\r\n", b"")

    answers = await text_from(send(kept + form("slow/2")))

    assert answers.startswith("1!HTTP/1.1 200 OK")
    assert answers.endswith("2!")
