"""HEAD, 304, 204, templates, generators, compression: with a session in each."""

import asyncio
import gzip

import pytest
from tornado.template import DictLoader
from tornado.web import GZipContentEncoding

from tests.sessions.http.browser import session_cookie
from tests.sessions.http.site import count, keep, show


async def test_head_commits_and_sends_no_body(site):
    site.on("/", head=keep(a=1), get=show)
    browser = site.browser()

    response = await browser.send("HEAD", "/")

    assert (response.code, response.body) == (200, b"")
    assert session_cookie(response)
    assert await browser.text() == '{"a": 1}'


async def test_a_304_commits_and_keeps_its_cookie(site):
    def get(handler):
        handler.session["seen"] = True
        handler.write("the same page")

    site.on("/", get=get)
    etag = (await site.browser().get()).headers["Etag"]

    response = await site.browser().get(If_None_Match=etag)

    assert (response.code, response.body) == (304, b"")
    assert session_cookie(response)
    assert site.rows() == ['{"seen":true}'] * 2


async def test_a_204_commits(site):
    def get(handler):
        handler.session["a"] = 1
        handler.set_status(204)

    site.on("/", get=get)

    response = await site.browser().get()

    assert (response.code, response.body) == (204, b"")
    assert "Content-Length" not in response.headers
    assert site.rows() == ['{"a":1}']


@pytest.mark.logs("Uncaught exception GET /", "access: 500")
async def test_a_204_with_a_body_is_the_mistake_that_it_is_in_tornado(site):
    def get(handler):
        handler.session["a"] = 1
        handler.set_status(204)
        handler.finish("a body")

    site.on("/", get=get)

    browser = site.browser()
    response = await browser.get()

    assert response.code == 500
    assert site.rows() == ['{"a":1}']
    assert session_cookie(response), "what is stored belongs to somebody"


async def test_render_commits_what_the_template_stored_too(site):
    loader = DictLoader({"page.txt": "{% set handler.session['b'] = 2 %}shown"})
    site.app.settings["template_loader"] = loader

    def get(handler):
        handler.session["a"] = 1
        handler.render("page.txt")

    site.on("/", get=get)

    assert await site.browser().text() == "shown"
    assert site.rows() == ['{"a":1,"b":2}']


async def test_a_page_made_by_an_async_generator_is_committed_at_its_end(site):
    async def parts():
        for number in range(5):
            await asyncio.sleep(0)
            yield f"{number} "

    async def get(handler):
        async for part in parts():
            handler.session["part"] = part
            handler.write(part)

    site.on("/", get=get)

    assert await site.browser().text() == "0 1 2 3 4 "
    assert site.rows() == ['{"part":"4 "}']


async def test_a_compressed_answer_is_committed_and_varies_by_both(site):
    site.app.add_transform(GZipContentEncoding)

    def get(handler):
        handler.session["a"] = 1
        handler.write("long " * 1000)

    site.on("/", get=get)

    response = await site.browser().get(Accept_Encoding="gzip")

    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.body) == b"long " * 1000
    assert {part.strip() for part in response.headers["Vary"].split(",")} == {
        "Cookie",
        "Accept-Encoding",
    }
    assert session_cookie(response)


async def test_a_compressed_answer_in_parts_is_committed(site):
    site.app.add_transform(GZipContentEncoding)

    async def get(handler):
        for part in range(3):
            handler.session["part"] = part
            handler.write("long " * 1000)
            await handler.flush()

    site.on("/", get=get)

    response = await site.browser().get(Accept_Encoding="gzip")

    assert gzip.decompress(response.body) == b"long " * 3000
    assert site.rows() == ['{"part":2}']


async def test_a_session_is_found_by_every_method(site):
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    site.on("/", **{method.lower(): count for method in methods})
    browser = site.browser()

    for number, method in enumerate(methods, 1):
        response = await browser.send(method, "/", body="" if "P" in method else None)
        assert response.body == str(number).encode()
