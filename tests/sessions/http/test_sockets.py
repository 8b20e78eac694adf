"""A session in a WebSocket: loaded in the handshake, stored and loaded when asked."""

from datetime import timedelta

import pytest
from tornado.httpclient import HTTPClientError

from tests.sessions.http.site import keep, show
from tests.sessions.http.sockets import serve_sockets

HOUR = timedelta(hours=1)


@pytest.fixture
async def served(site):
    """A site with a socket, and a browser that has a session."""
    site.handler = serve_sockets(site)
    site.on("/", get=show)
    site.on("/begin", get=keep(a=1))
    browser = site.browser()
    await browser.text("/begin")
    return site, browser


async def test_the_session_is_there_from_the_first_message(served, connect):
    talk = await connect(*served)

    assert await talk.say("show") == '{"a": 1}'


async def test_save_stores_for_every_later_page(served, connect):
    site, browser = served
    talk = await connect(site, browser)
    await talk.say("set hello")
    assert await browser.text() == '{"a": 1}'

    await talk.say("save")

    assert await browser.text() == '{"a": 1, "told": "hello"}'


async def test_reload_shows_what_pages_stored_meanwhile(served, connect):
    site, browser = served
    site.on("/more", get=keep(more=True))
    talk = await connect(site, browser)
    await browser.text("/more")
    assert await talk.say("show") == '{"a": 1}'

    assert await talk.say("reload") == '{"a": 1, "more": true}'


async def test_save_where_no_session_exists_says_that_no_cookie_can_be_sent(
    served, connect
):
    site, _ = served
    talk = await connect(site, site.browser())
    await talk.say("set hello")

    assert (await talk.say("save")).startswith("RuntimeError: a new session")
    assert site.rows() == ['{"a":1}']


@pytest.mark.parametrize("verb", ["renew", "sign-in ada"])
async def test_a_new_id_is_refused_for_no_cookie_can_be_sent(served, verb, connect):
    talk = await connect(*served)
    await talk.say(verb)

    assert (await talk.say("save")).startswith("RuntimeError: ")


async def test_a_stranger_without_a_session_may_talk(served, connect):
    site, _ = served
    talk = await connect(site, site.browser())

    assert await talk.say("show") == "{}"
    assert site.sessions.lifecycle.sockets.handles() == []


async def test_the_handshake_counts_as_a_use(open_site, clock, connect):
    site = await open_site(idle_timeout=HOUR, touch_interval=timedelta(0))
    serve_sockets(site)
    site.on("/", get=show)
    site.on("/begin", get=keep(a=1))
    browser = site.browser()
    await browser.text("/begin")
    clock.advance(HOUR / 2)
    await connect(site, browser)
    clock.advance(HOUR - timedelta(microseconds=1))

    assert await browser.text() == '{"a": 1}'


@pytest.mark.logs("sqlite store is unavailable", "access: 503")
async def test_a_handshake_while_the_store_is_down_is_a_503(served, connect):
    site, browser = served
    site.store.break_down()

    with pytest.raises(HTTPClientError) as refused:
        await connect(site, browser)
    assert refused.value.code == 503


async def test_a_plain_request_to_a_socket_is_refused_as_in_tornado(served):
    _, browser = served

    assert (await browser.get("/socket")).code == 400


async def test_a_prepare_may_refuse_the_handshake(served, connect):
    site, browser = served

    async def prepare(handler):
        await super(type(handler), handler).prepare()
        handler.session["refused"] = True
        await handler.session.save()
        handler.set_status(403)
        handler.finish()

    serve_sockets(site, "/refused", prepare=prepare)

    with pytest.raises(HTTPClientError) as refused:
        await connect(site, browser, "/refused")
    assert refused.value.code == 403
    assert await browser.text() == '{"a": 1, "refused": true}'
