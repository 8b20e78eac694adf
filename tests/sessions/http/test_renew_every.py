"""New ids by the clock, with nobody signed out."""

import asyncio
from datetime import timedelta

import pytest
from tornado.web import HTTPError

from tests.sessions.http.browser import session_cookie
from tests.sessions.http.site import count, show

HOUR = timedelta(hours=1)
INSTANT = timedelta(microseconds=1)
GRACE = timedelta(seconds=30)


@pytest.fixture
async def renewing(open_site):
    site = await open_site(renew_every=HOUR, renewal_grace=GRACE)
    site.on("/", get=count)
    site.on("/show", get=show)
    return site


@pytest.fixture
async def browser(renewing):
    browser = renewing.browser()
    await browser.text()
    return browser


async def test_the_id_changes_at_the_hour_and_not_before(browser, clock):
    clock.advance(HOUR - INSTANT)
    before = session_cookie(await browser.get("/show"))
    clock.advance(INSTANT)
    at = session_cookie(await browser.get("/show"))
    again = session_cookie(await browser.get("/show"))

    assert [line is not None for line in (before, at, again)] == [False, True, False]
    assert await browser.text() == "2"


async def test_a_page_of_many_requests_at_once_gets_one_new_id(browser, clock):
    clock.advance(HOUR)
    twins = [browser.twin() for _ in range(8)]

    answers = await asyncio.gather(*[twin.get("/show") for twin in twins])

    assert [answer.body for answer in answers] == [b'{"visits": 1}'] * 8
    assert len({session_cookie(answer) for answer in answers} - {None}) == 1


async def test_the_old_id_is_served_during_the_grace_and_dead_after_it(browser, clock):
    late = browser.twin()
    clock.advance(HOUR)
    await browser.get()
    clock.advance(GRACE - INSTANT)
    assert await late.text("/show") == '{"visits": 2}'

    clock.advance(INSTANT)
    assert await late.text("/show") == "{}"
    assert await browser.text("/show") == '{"visits": 2}'


async def test_a_request_with_the_old_id_renews_nothing(browser, clock):
    late = browser.twin()
    clock.advance(HOUR)
    await browser.get()
    clock.advance(GRACE - INSTANT)

    assert session_cookie(await late.get()) is None
    assert await browser.text() == "4"


async def test_an_answer_in_parts_is_renewed_with_its_headers(renewing, browser, clock):
    async def get(handler):
        await handler.flush()
        clock.advance(2 * HOUR)
        handler.session["later"] = True
        handler.write("two")

    renewing.on("/parts", get=get)
    clock.advance(HOUR)

    assert session_cookie(await browser.get("/parts"))
    assert '"later": true' in await browser.text("/show")


async def test_an_error_renews_nothing(renewing, browser, clock):
    def get(handler):
        raise HTTPError(404)

    renewing.on("/error", get=get)
    clock.advance(HOUR)

    assert session_cookie(await browser.get("/error")) is None
    assert await browser.text() == "2"
