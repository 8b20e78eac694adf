"""Every block of Python in the documentation runs.

The blocks of a page make one program, read from top to bottom; its handlers are served
and visited. A block with ``asyncio.run(`` is a program by itself.
"""

import pytest
from tornado.testing import bind_unused_port

from tests.docs.pages import ROOT, blocks, page, pages
from tests.docs.site import PROGRAM, handlers, methods, run_page, serve
from tests.programs import program, wait_until

WITH_BLOCKS = [name for name in pages() if blocks(page(name))]


def programs():
    return [
        pytest.param(block.source, id=f"{name}:{block.line}")
        for name in WITH_BLOCKS
        for block in blocks(page(name))
        if PROGRAM in block.source
    ]


def answers(running):
    try:
        running.get("/")
    except OSError:
        return False
    return True


@pytest.mark.parametrize("source", programs())
def test_a_whole_program_serves_its_page(source, tmp_path):
    socket, port = bind_unused_port()
    socket.close()
    file = tmp_path / "program.py"
    file.write_text(source.replace("8888", str(port)))

    with program(tmp_path, file, environment={"PYTHONPATH": str(ROOT)}) as running:
        running.port = port
        wait_until(lambda: answers(running))
        status, _ = running.get("/")

    assert status == 200


@pytest.mark.parametrize("name", WITH_BLOCKS)
async def test_every_block_of_a_page_runs_and_its_handlers_answer(name):
    found = handlers(await run_page(name))

    async with serve(found) as visitor:
        for handler in found:
            for method in sorted(methods(handler)):
                status, text = await visitor.send(method, f"/{handler.__name__}")
                assert status < 400, (name, handler.__name__, method, status, text)


@pytest.fixture
async def life():
    """A visitor at the handlers of `docs/sessions.md`."""
    async with serve(handlers(await run_page("docs/sessions.md"))) as visitor:
        yield visitor


async def text(visitor, method, path):
    status, body = await visitor.send(method, path)
    assert status == 200, (path, status)
    return body


async def test_reading_alone_gives_a_stranger_no_cookie(life):
    assert await text(life, "get", "/Greeting") == "Hello, stranger"

    assert not life.cookies


async def test_the_page_behind_a_redirect_sees_what_was_set_before_it(life):
    status, _ = await life.send("post", "/Greeting")

    assert status == 303
    assert await text(life, "get", "/Greeting") == "Hello, Ada"


async def test_a_nested_change_is_kept(life):
    await life.send("post", "/Cart")

    assert await text(life, "post", "/Cart") == '{"cart": {"tea": 2}}'


async def test_visits_are_counted_in_a_transaction(life):
    await life.send("get", "/Visits")

    assert await text(life, "get", "/Visits") == "Visit 2"


async def test_who_signs_in_is_known_until_signing_out(life):
    await life.send("post", "/Greeting")
    planted = life.cookies["session"].value

    await life.send("post", "/SignIn")
    account = await text(life, "get", "/Account")
    renewed = life.cookies["session"].value
    await life.send("post", "/SignOut")

    assert account.startswith("ada, since 20")
    assert renewed != planted
    assert await text(life, "get", "/Account") == "Nobody is signed in."


async def test_other_devices_end_and_this_one_stays(life):
    await life.send("post", "/SignIn")
    here = life.cookies.copy()
    life.cookies.clear()
    await life.send("post", "/SignIn")

    ended = await text(life, "post", "/OtherDevices")
    life.cookies = here

    assert ended == "1 ended."
    assert await text(life, "get", "/Account") == "Nobody is signed in."


async def test_a_message_is_shown_once(life):
    await life.send("post", "/Order")

    first = await text(life, "get", "/Notices")

    assert first == "<p class=success>Your order is on its way.</p>"
    assert await text(life, "get", "/Notices") == ""


async def test_declared_fields_are_kept(life):
    await life.send("post", "/ShowPreferences")
    await life.send("post", "/ShowPreferences")

    assert await text(life, "get", "/ShowPreferences") == "dark, tea, tea"


async def test_a_stream_arrives_whole(life):
    assert await text(life, "get", "/Report") == "first partsecond part"


async def test_a_socket_knows_whose_it_is(life):
    assert await life.say("/Chat", "hello") == "Sign in first."
    await life.send("post", "/Greeting")

    assert await life.say("/Chat", "hello") == "Ada: hello"
