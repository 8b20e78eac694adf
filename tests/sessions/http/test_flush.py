"""Answers that leave in parts."""

import asyncio
import contextlib

import pytest
from tornado.simple_httpclient import HTTPStreamClosedError

from tests.sessions.http.browser import session_cookie
from tests.sessions.http.site import Page, keep, show
from tornado_app.sessions import StoreUnavailableError


async def test_the_cookie_is_on_the_headers_that_a_flush_sends(site):
    async def get(handler):
        handler.session["a"] = 1
        handler.write("one ")
        await handler.flush()
        assert site.rows() == ['{"a":1}']
        handler.write("two")

    site.on("/", get=get)
    response = await site.browser().get()

    assert response.body == b"one two"
    assert session_cookie(response)


async def test_changes_after_the_flush_are_committed_in_an_existing_session(site):
    async def get(handler):
        handler.write("one ")
        await handler.flush()
        handler.session["later"] = True
        handler.write("two")

    site.on("/begin", get=keep(a=1))
    site.on("/", get=get)
    site.on("/show", get=show)
    browser = site.browser()
    await browser.text("/begin")

    assert await browser.text() == "one two"
    assert await browser.text("/show") == '{"a": 1, "later": true}'


@pytest.mark.logs("Uncaught exception GET /")
async def test_a_session_that_begins_after_the_flush_breaks_the_answer_off(
    site, caplog
):
    async def get(handler):
        handler.write("one ")
        await handler.flush()
        handler.session["later"] = True
        handler.write("two")

    site.on("/", get=get)

    with pytest.raises(HTTPStreamClosedError):
        await site.browser().get()
    assert "store, renew or sign in before flush()" in caplog.text
    assert site.rows() == []


@pytest.mark.logs("sqlite store is unavailable")
async def test_a_commit_that_fails_after_the_flush_breaks_the_answer_off(site):
    async def get(handler):
        handler.write("one ")
        await handler.flush()
        site.store.break_down()
        handler.session["a"] = 2
        handler.write("two")

    site.on("/begin", get=keep(a=1))
    site.on("/", get=get)
    browser = site.browser()
    await browser.text("/begin")

    answer = await site.talk(
        f"GET / HTTP/1.1\r\nHost: x\r\nCookie: session={browser.cookie}\r\n\r\n"
    )

    assert answer.startswith("HTTP/1.1 200 OK")
    assert answer.endswith("one \r\n")  # no last chunk: not the whole answer
    assert site.rows() == ['{"a":1}']


@pytest.mark.logs("Uncaught exception GET /")
async def test_an_exception_after_the_flush_commits_nothing_more(site):
    async def get(handler):
        await handler.flush()
        handler.session["a"] = 2
        raise LookupError

    site.on("/begin", get=keep(a=1))
    site.on("/", get=get)
    browser = site.browser()
    await browser.text("/begin")

    with pytest.raises(HTTPStreamClosedError):
        await browser.get()
    assert site.rows() == ['{"a":1}']


async def test_a_flush_that_nobody_awaits_comes_before_the_rest(site):
    def get(handler):
        handler.session["a"] = 1
        handler.write("one ")
        handler.flush()
        handler.session["b"] = 2
        handler.write("two ")
        handler.flush()
        handler.finish("three")

    site.on("/", get=get)
    response = await site.browser().get()

    assert response.body == b"one two three"
    assert session_cookie(response)
    assert site.rows() == ['{"a":1,"b":2}']


async def test_every_part_waits_for_what_was_stored_before_it(site):
    async def get(handler):
        for part in range(3):
            handler.session["part"] = part
            handler.write(f"{part} ")
            await handler.flush()
            assert site.rows() == [f'{{"part":{part}}}']

    site.on("/", get=get)

    assert await site.browser().text() == "0 1 2 "


@pytest.mark.logs("sqlite store is unavailable", "access: 503")
async def test_a_flush_that_nobody_awaits_and_cannot_commit_is_a_503(site):
    def get(handler):
        handler.session["a"] = 1
        handler.write("one ")
        handler.flush()
        handler.finish("two")

    site.on("/", get=get)
    site.store.down = {"apply"}

    response = await site.browser().get()

    assert (response.code, session_cookie(response)) == (503, None)
    assert b"one" not in response.body


@pytest.mark.logs("sqlite store is unavailable", "access: 503")
async def test_who_goes_on_after_a_flush_that_failed_ends_nothing_twice(site):
    async def get(handler):
        handler.session["a"] = 1
        with contextlib.suppress(StoreUnavailableError):
            await handler.flush()
        handler.finish("two")

    site.on("/", get=get)
    site.store.down = {"apply"}

    response = await site.browser().get()

    assert response.code == 503
    assert b"two" not in response.body


def is_whole_error_page(response):
    size = int(response.headers["Content-Length"])
    return (response.code, size) == (500, len(response.body)) and (
        b"one" not in response.body
    )


@pytest.mark.logs("Uncaught exception GET /", "access: 500")
async def test_an_error_after_a_flush_that_nobody_awaits_is_an_error_page(site):
    def get(handler):
        handler.session["a"] = 1
        handler.write("one ")
        handler.flush()
        raise LookupError("nothing has left yet")

    pages = []

    def write_error(handler, status_code, **about):
        pages.append(status_code)
        Page.write_error(handler, status_code, **about)

    site.on("/", get=get, write_error=write_error)

    assert is_whole_error_page(await site.browser().get())
    assert (pages, site.rows()) == ([500], [])


@pytest.mark.logs("Uncaught exception GET /", "access: 500")
async def test_an_error_while_a_flush_commits_is_an_error_page(site, monkeypatch):
    asked, held = asyncio.Event(), asyncio.Event()
    apply = site.store.apply

    async def apply_later(changes):
        asked.set()
        await held.wait()
        return await apply(changes)

    async def get(handler):
        handler.session["a"] = 1
        handler.write("one ")
        handler.flush()
        await asked.wait()
        asyncio.get_running_loop().call_soon(held.set)
        raise LookupError("nothing has left yet")

    monkeypatch.setattr(site.store, "apply", apply_later)
    site.on("/", get=get)

    assert is_whole_error_page(await site.browser().get())


@pytest.mark.logs("access: 500")
async def test_a_status_after_a_flush_that_nobody_awaits_does_not_overtake_it(site):
    def get(handler):
        handler.session["a"] = 1
        handler.write("one ")
        handler.flush()
        handler.set_status(500)
        handler.write("two")

    site.on("/", get=get)
    response = await site.browser().get()

    assert (response.code, response.body) == (200, b"one two")
    assert session_cookie(response)
    assert site.rows() == ['{"a":1}']
