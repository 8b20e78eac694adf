"""How a handler may end its answer."""

import asyncio

import pytest
from tornado.web import Finish

from tests.sessions.http.browser import session_cookie
from tests.sessions.http.site import show


async def test_await_finish_goes_on_when_the_row_is_stored(site):
    seen = []

    async def get(handler):
        handler.session["a"] = 1
        await handler.finish("done")
        seen.extend(site.rows())

    site.on("/", get=get)

    assert await site.browser().text() == "done"
    assert seen == ['{"a":1}']


async def test_finish_with_a_chunk_sends_it_once(site):
    def get(handler):
        handler.session["a"] = 1
        handler.write("one ")
        handler.finish("two")

    site.on("/", get=get)

    assert await site.browser().text() == "one two"


async def test_await_finish_goes_on_when_the_answer_has_left(site):
    body, endings = b"x" * 30_000_000, []  # more than all buffers on the way hold

    def get(handler):
        handler.session["a"] = 1
        endings.append(handler.finish(body))

    site.on("/", get=get)
    reader, writer = await site.connect()
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
    assert not endings[0].done()
    assert await reader.read() == body
    await asyncio.wait_for(endings[0], 5)
    writer.close()


async def test_a_second_finish_during_the_commit_is_the_same_one(site):
    same = []

    async def get(handler):
        handler.session["a"] = 1
        first = handler.finish("done")
        same.append(handler.finish() is first)
        await asyncio.gather(first, handler.finish())

    site.on("/", get=get)

    assert await site.browser().text() == "done"
    assert same == [True]


@pytest.mark.parametrize(
    "late",
    [
        lambda handler: handler.write("late"),
        lambda handler: handler.finish("late"),
        lambda handler: handler.redirect("/late"),
    ],
)
async def test_what_is_written_during_the_commit_is_refused(site, late):
    refused = []

    async def get(handler):
        handler.session["a"] = 1
        handler.finish("done")
        try:
            late(handler)
        except RuntimeError as error:
            refused.append(str(error))

    site.on("/", get=get)

    response = await site.browser().get()

    assert (response.code, response.body) == (200, b"done")
    assert len(refused) == 1
    assert "finish()" in refused[0]


@pytest.mark.logs("Uncaught exception GET /")
async def test_an_exception_after_finish_is_logged_and_changes_nothing(site):
    async def get(handler):
        handler.session["a"] = 1
        handler.finish("done")
        raise LookupError("too late")

    site.on("/", get=get)
    site.on("/show", get=show)
    browser = site.browser()

    assert await browser.text() == "done"
    assert await browser.text("/show") == '{"a": 1}'


async def test_a_flush_after_finish_sends_nothing_before_the_commit(site):
    async def get(handler):
        handler.session["a"] = 1
        handler.redirect("/next")
        await handler.flush()

    site.on("/", get=get)

    response = await site.browser().get()

    assert session_cookie(response)
    assert response.headers["Content-Length"] == "0"


@pytest.mark.parametrize("end", [lambda h: h.finish("done"), lambda h: h.flush()])
async def test_who_stops_waiting_for_the_end_does_not_stop_it(site, end):
    async def get(handler):
        handler.session["a"] = 1
        handler.write("")
        waiting = end(handler)
        waiting.cancel()
        await asyncio.sleep(0.05)

    site.on("/", get=get)

    response = await site.browser().get()

    assert response.code == 200
    assert site.rows() == ['{"a":1}']


async def test_finish_as_an_exception_commits(site):
    def get(handler):
        handler.session["a"] = 1
        raise Finish("early")

    site.on("/", get=get)

    assert await site.browser().text() == "early"
    assert site.rows() == ['{"a":1}']


@pytest.mark.logs("Uncaught exception GET /")
async def test_finish_twice_with_a_chunk_is_the_mistake_that_it_is_in_tornado(site):
    async def get(handler):
        handler.session["a"] = 1
        await handler.finish("done")
        handler.finish("again")

    site.on("/", get=get)

    assert await site.browser().text() == "done"
