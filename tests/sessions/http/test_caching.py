"""Shared caches never give one visitor's page to another."""

import pytest
from tornado.web import RequestHandler

from tests.sessions.http.site import keep, show


def headers_of(response):
    return response.headers.get("Vary"), response.headers.get("Cache-Control")


async def answer(site, get):
    site.on("/", get=get)
    return headers_of(await site.browser().get())


async def test_a_page_that_looks_at_the_session_is_not_cached(site):
    assert await answer(site, show) == ("Cookie", "no-store")


async def test_a_page_that_sets_the_cookie_is_not_cached(site):
    assert await answer(site, keep(a=1)) == ("Cookie", "no-store")


async def test_a_page_that_does_not_look_is_left_alone(site):
    assert await answer(site, lambda handler: handler.write("same")) == (None, None)


async def test_a_page_that_does_not_look_is_left_alone_for_visitors_too(site):
    site.on("/begin", get=keep(a=1))
    site.on("/", get=lambda handler: handler.write("same for all"))
    browser = site.browser()
    await browser.get("/begin")

    assert headers_of(await browser.get()) == (None, None)


async def test_a_touch_that_sends_the_cookie_is_not_cached(open_site, clock):
    site = await open_site(rolling=True)
    site.on("/begin", get=keep(a=1))
    site.on("/", get=lambda handler: handler.write("same for all"))
    browser = site.browser()
    await browser.get("/begin")
    clock.advance(site.sessions.policy.touch_interval)

    assert headers_of(await browser.get()) == ("Cookie", "no-store")


async def test_what_the_handler_says_of_caching_stands(site):
    def get(handler):
        handler.set_header("Cache-Control", "private, max-age=60")
        handler.set_header("Vary", "Accept-Language")
        show(handler)

    assert await answer(site, get) == ("Accept-Language, Cookie", "private, max-age=60")


@pytest.mark.parametrize("vary", ["*", "Cookie", "cookie", "Accept, COOKIE"])
async def test_cookie_is_named_once(site, vary):
    def get(handler):
        handler.set_header("Vary", vary)
        show(handler)

    assert (await answer(site, get))[0] == vary


async def test_several_vary_headers_become_one_that_names_them_all(site):
    def get(handler):
        handler.add_header("Vary", "Accept")
        handler.add_header("Vary", "Origin")
        show(handler)

    vary, _ = await answer(site, get)

    assert vary.replace(" ", "") == "Accept,Origin,Cookie"


async def test_an_error_page_that_looks_is_not_cached(site):
    def write_error(handler, status_code, **kwargs):
        handler.finish(str(len(handler.session)))

    site.on("/", get=lambda h: h.send_error(404), write_error=write_error)

    assert headers_of(await site.browser().get()) == ("Cookie", "no-store")


async def test_handlers_without_the_mixin_are_left_alone(site):
    site.on("/", base=RequestHandler, get=lambda handler: handler.write("plain"))

    assert headers_of(await site.browser().get()) == (None, None)
