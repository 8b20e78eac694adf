"""Dead stays dead."""

import asyncio

import pytest

from tests.sessions.http.browser import session_cookie
from tests.sessions.http.site import count, keep, show


@pytest.fixture
async def served(site):
    site.on("/", get=show)
    site.on("/count", get=count)
    site.on("/leave", get=lambda handler: handler.session.destroy())
    site.go_on = asyncio.Event()
    site.on("/slow", get=slow_change(site.go_on))
    browser = site.browser()
    await browser.text("/count")
    return site, browser


def slow_change(go_on):
    async def get(handler):
        handler.session["late"] = True
        await go_on.wait()
        handler.write("answered")

    return get


async def test_the_record_goes_and_the_cookie_is_cleared(served):
    site, browser = served
    thief = browser.twin()

    line = session_cookie(await browser.get("/leave"))

    assert line.startswith('session="";')
    assert browser.cookie is None
    assert site.rows() == []
    assert await thief.text() == "{}"


async def test_a_request_under_way_does_not_bring_it_back(served):
    site, browser = served
    late = await site.begin(browser.twin(), "/slow")
    await browser.get("/leave")
    site.go_on.set()

    response = await late

    assert (response.code, response.body) == (200, b"answered")
    assert session_cookie(response) is None
    assert site.rows() == []


async def test_a_revoke_reaches_a_request_under_way(served):
    site, browser = served
    late = await site.begin(browser.twin(), "/slow")
    [handle] = site.rows("select handle from sessions")
    assert await site.sessions.revoke(handle)
    site.go_on.set()

    response = await late

    assert (response.body, session_cookie(response)) == (b"answered", None)
    assert site.rows() == []


@pytest.mark.logs("session [0-9a-f]{8} has ended")
async def test_save_in_a_session_that_was_revoked_meanwhile_is_a_409(served):
    site, browser = served

    async def get(handler):
        await site.sessions.revoke_all()
        handler.session["late"] = True
        await handler.session.save()

    site.on("/save", get=get)

    assert (await browser.get("/save")).code == 409
    assert site.rows() == []


async def test_what_is_stored_after_a_destroy_begins_a_new_session(served):
    site, browser = served
    [old] = site.rows("select handle from sessions")

    def get(handler):
        handler.session.destroy()
        assert dict(handler.session) == {}
        handler.session["fresh"] = True

    site.on("/restart", get=get)
    thief = browser.twin()
    await browser.text("/restart")

    assert site.rows("select handle from sessions") != [old]
    assert await browser.text() == '{"fresh": true}'
    assert await thief.text() == "{}"


async def test_two_who_destroy_at_once_both_have_their_answer(served):
    _, browser = served

    answers = await asyncio.gather(browser.get("/leave"), browser.twin().get("/leave"))

    assert [answer.code for answer in answers] == [200, 200]


async def test_destroying_what_is_not_stored_says_nothing(served):
    site, _ = served

    assert session_cookie(await site.browser().get("/leave")) is None


async def test_after_a_revoke_the_cookie_opens_a_new_session_on_the_next_change(
    served,
):
    site, browser = served
    old = browser.cookie
    await site.sessions.revoke_all()

    assert session_cookie(await browser.get()) is None
    assert await browser.text("/count") == "1"
    assert browser.cookie != old


async def test_revoking_one_session_leaves_the_others(served):
    site, browser = served
    site.on("/other", get=keep(other=True))
    other = site.browser()
    [handle] = site.rows("select handle from sessions")
    await other.text("/other")

    await site.sessions.revoke(handle)

    assert await browser.text() == "{}"
    assert await other.text() == '{"other": true}'
