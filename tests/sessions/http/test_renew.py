"""A new id for the same session."""

import asyncio
from datetime import timedelta

import pytest

from tests.sessions.http.browser import session_cookie
from tests.sessions.http.site import count, show

INSTANT = timedelta(microseconds=1)
GRACE = timedelta(seconds=30)


def renew(handler):
    handler.session.renew()
    handler.session["renewed"] = True
    handler.write(handler.session.handle)


async def visitor(site):
    """A browser with a session, and the pages that the tests ask for."""
    site.on("/", get=count)
    site.on("/show", get=show)
    site.on("/renew", get=renew)
    browser = site.browser()
    await browser.text()
    return browser


async def test_the_data_and_the_handle_stay(site):
    browser = await visitor(site)
    old = browser.cookie
    handle = site.rows("select handle from sessions")

    assert [await browser.text("/renew")] == handle
    assert browser.cookie != old
    assert await browser.text("/show") == '{"visits": 1, "renewed": true}'


async def test_the_old_id_is_dead_at_once(site):
    browser = await visitor(site)
    thief = browser.twin()
    await browser.text("/renew")

    assert await thief.text("/show") == "{}"


async def test_a_thief_with_the_old_id_does_not_end_the_session(site):
    browser = await visitor(site)
    thief = browser.twin()
    await browser.text("/renew")
    await thief.text("/")

    assert await browser.text() == "2"


async def test_during_the_grace_the_old_id_opens_the_session(open_site, clock):
    site = await open_site(renewal_grace=GRACE)
    browser = await visitor(site)
    late = browser.twin()
    await browser.text("/renew")

    clock.advance(GRACE - INSTANT)
    response = await late.get()

    assert (response.body, session_cookie(response)) == (b"2", None)
    clock.advance(INSTANT)
    assert await late.text("/show") == "{}"
    assert await browser.text() == "3"


async def test_two_renewals_at_once_leave_one_id_and_sign_nobody_out(open_site):
    site = await open_site(renewal_grace=GRACE)
    browser = await visitor(site)
    twin = browser.twin()
    committing = site.store.hold("apply")
    answers = [await site.begin(one, "/renew") for one in (browser, twin)]
    committing.set()

    cookies = [session_cookie(answer) for answer in await asyncio.gather(*answers)]

    assert len([line for line in cookies if line]) == 1
    assert len(site.rows()) == 1
    for one in (browser, twin):
        assert await one.text("/show") == '{"visits": 1, "renewed": true}'


async def test_a_request_under_way_still_commits_to_a_renewed_session(site):
    go_on = asyncio.Event()

    async def get(handler):
        await go_on.wait()
        handler.session["slow"] = True

    site.on("/slow", get=get)
    browser = await visitor(site)
    slow = await site.begin(browser.twin(), "/slow")
    await browser.text("/renew")
    go_on.set()

    assert session_cookie(await slow) is None
    assert await browser.text("/show") == (
        '{"visits": 1, "renewed": true, "slow": true}'
    )


async def test_clear_and_renew_is_a_fresh_start_under_a_new_id(site):
    def regenerate(handler):
        handler.session.clear()
        handler.session.renew()

    site.on("/regenerate", get=regenerate)
    browser = await visitor(site)
    old = browser.twin()
    await browser.text("/regenerate")

    assert await browser.text("/show") == "{}"
    assert await browser.text() == "1"
    assert await old.text("/show") == "{}"
    assert len(site.rows()) == 1


@pytest.mark.logs("sqlite store is unavailable", "access: 503")
async def test_a_renewal_that_fails_leaves_the_old_id_alive(site):
    browser = await visitor(site)
    site.store.down = {"apply"}
    response = await browser.get("/renew")
    site.store.recover()

    assert (response.code, session_cookie(response)) == (503, None)
    assert await browser.text() == "2"


async def test_renewing_what_is_not_stored_needs_no_cookie(site):
    site.on("/", get=lambda handler: handler.session.renew())

    assert session_cookie(await site.browser().get()) is None
    assert site.rows() == []
