"""A socket ends with its session and leaves no place in our lists."""

import asyncio

import pytest

from tests.sessions.http.site import until
from tests.sessions.http.sockets import ENDED, handle_of, serve_sockets


async def test_a_revoke_closes_it_at_once_with_1008(talking):
    site, _, talk = talking

    await site.sessions.revoke(handle_of(site))

    assert site.sessions.lifecycle.sockets.handles() == []
    assert await talk.heard() is None
    assert talk.code == ENDED


@pytest.mark.parametrize("how", ["revoke_all", "revoke_user"])
async def test_every_kind_of_revoke_closes_it(open_site, how, connect):
    site = await open_site()
    serve_sockets(site)
    site.on("/begin", get=lambda handler: handler.session.sign_in("ada"))
    browser = site.browser()
    await browser.text("/begin")
    talk = await connect(site, browser)

    await getattr(site.sessions, how)(*["ada"] if how == "revoke_user" else [])

    assert await talk.heard() is None
    assert talk.code == ENDED


async def test_a_destroy_by_a_page_closes_it(talking):
    _, browser, talk = talking

    await browser.text("/leave")

    assert await talk.heard() is None
    assert talk.code == ENDED


async def test_a_destroy_by_itself_closes_it(talking):
    site, _, talk = talking
    await talk.say("destroy")

    await talk.connection.write_message("save")

    assert await talk.heard() is None
    assert talk.code == ENDED
    assert site.rows() == []


async def test_no_message_is_handled_after_a_revoke(talking):
    site, _, talk = talking
    await talk.say("in time")

    await site.sessions.revoke(handle_of(site))
    # The client has not read yet that it is over.
    for number in range(20):
        talk.connection.write_message(f"late {number}")

    assert await talk.heard() is None
    await asyncio.sleep(0.05)
    assert talk.code == ENDED
    assert site.handler.handled == ["in time"]


async def test_other_sessions_keep_their_sockets(talking, connect):
    site, _, talk = talking
    other = site.browser()
    await other.text("/begin")
    others_talk = await connect(site, other)

    await other.text("/leave")

    assert await others_talk.heard() is None
    assert await talk.say("show") == '{"a": 1}'


async def test_a_client_that_leaves_is_forgotten_and_on_close_is_called(talking):
    site, _, talk = talking
    assert site.sessions.lifecycle.sockets.handles() == [handle_of(site)]

    talk.connection.close(1001, "bye")
    await until(lambda: site.handler.closed)

    assert site.sessions.lifecycle.sockets.handles() == []
    assert site.handler.closed == [(1001, "bye")]


async def test_on_close_is_called_once_after_a_revoke(talking):
    site, _, talk = talking
    await site.sessions.revoke(handle_of(site))
    await talk.heard()
    await until(lambda: site.handler.closed)
    await asyncio.sleep(0.02)

    assert len(site.handler.closed) == 1


async def test_several_sockets_of_one_session_all_close(talking, connect):
    site, browser, talk = talking
    talks = [talk, *[await connect(site, browser) for _ in range(4)]]

    await site.sessions.revoke(handle_of(site))

    assert [await each.heard() for each in talks] == [None] * 5
    assert [each.code for each in talks] == [ENDED] * 5


async def test_a_revoke_while_it_opens_closes_it_before_any_message(talking, connect):
    site, browser, _ = talking
    opening = asyncio.Event()

    async def open_slowly(handler):
        await opening.wait()

    handler = serve_sockets(site, "/slow", open=open_slowly)
    talk = await connect(site, browser, "/slow")
    await talk.connection.write_message("too early")
    await site.sessions.revoke(handle_of(site))
    opening.set()

    assert await talk.heard() is None
    assert (talk.code, handler.handled) == (ENDED, [])


async def test_a_renewal_leaves_it_open_and_able_to_save(talking):
    site, browser, talk = talking
    site.on("/renew", get=lambda handler: handler.session.renew())
    await browser.text("/renew")
    await talk.say("set hello")

    assert await talk.say("save") == '{"a": 1, "told": "hello"}'
    assert site.rows() == ['{"a":1,"told":"hello"}']
