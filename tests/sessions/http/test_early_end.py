"""A request that ends in `prepare`, or forgets it."""

import pytest
from tornado.web import RequestHandler, stream_request_body

from tests.sessions.http.site import Page, keep, show


async def leave_early(handler):
    await Page.prepare(handler)
    handler.session["next"] = "/secret"
    handler.redirect("/sign-in")


async def test_a_redirect_in_prepare_keeps_the_handler_from_running(site):
    ran = []
    site.on("/secret", prepare=leave_early, get=lambda handler: ran.append(handler))
    site.on("/sign-in", get=lambda handler: handler.write(handler.session["next"]))
    browser = site.browser()

    response = await browser.get("/secret")

    assert (response.code, response.headers["Location"]) == (302, "/sign-in")
    assert ran == []
    assert await browser.text("/sign-in") == "/secret"


async def test_a_redirect_in_prepare_keeps_a_streamed_body_from_the_handler(site):
    received = []
    site.on(
        "/upload",
        base=stream_request_body(type("Upload", (Page,), {})),
        prepare=leave_early,
        data_received=lambda handler, chunk: received.append(chunk),
    )

    response = await site.browser().post("/upload", body="x" * 100_000)

    assert (response.code, received) == (302, [])


async def test_a_prepare_that_awaits_super_has_the_session(site):
    async def prepare(handler):
        await Page.prepare(handler)
        handler.session["seen"] = "in prepare"

    site.on("/", prepare=prepare, get=show)

    assert await site.browser().text() == '{"seen": "in prepare"}'


@pytest.mark.logs("Uncaught exception GET /", "access: 500")
async def test_a_prepare_without_super_is_told_what_is_missing(site, caplog):
    site.on("/", prepare=lambda handler: None, get=keep(a=1))

    response = await site.browser().get()

    assert response.code == 500
    assert "begins it with `await super().prepare()`" in caplog.text
    assert site.rows() == []


async def test_a_handler_that_forgets_super_and_the_session_works(site):
    site.on("/", prepare=lambda h: None, get=lambda h: h.write(str(h.has_session)))

    assert await site.browser().text() == "False"


async def test_a_handler_without_the_mixin_works_beside_the_others(site):
    site.on("/", base=RequestHandler, get=lambda handler: handler.write("plain"))

    assert await site.browser().text() == "plain"
    assert site.store.calls == []
