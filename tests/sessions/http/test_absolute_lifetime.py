"""Over its lifetime after it began, a session is over, however busy."""

from datetime import timedelta

import pytest

from tests.sessions.http.site import count

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


@pytest.fixture
async def busy(open_site, clock):
    """A site with a visitor who never rests, one day before the end of ten."""
    site = await open_site(
        idle_timeout=2 * DAY, absolute_lifetime=10 * DAY, touch_interval=timedelta(0)
    )
    site.on("/", get=count)
    site.on("/renew", get=lambda handler: handler.session.renew())
    site.on("/forever", get=lambda h: h.session.expire_in(timedelta(days=99)))
    browser = site.browser()
    for _ in range(9):
        await browser.text()
        clock.advance(DAY)
    return browser


@pytest.mark.parametrize("pause", [DAY, DAY + INSTANT])
async def test_at_the_end_and_after_it_a_session_is_over(busy, clock, pause):
    clock.advance(pause)

    assert await busy.text() == "1"


async def test_an_instant_before_the_end_it_is_not(busy, clock):
    clock.advance(DAY - INSTANT)

    assert await busy.text() == "10"
    clock.advance(INSTANT)
    assert await busy.text() == "1"


@pytest.mark.parametrize("path", ["/renew", "/forever"])
async def test_neither_a_new_id_nor_a_longer_pause_reaches_past_it(busy, clock, path):
    await busy.text(path)
    clock.advance(DAY - INSTANT)
    assert await busy.text() == "10"

    clock.advance(INSTANT)
    assert await busy.text() == "1"


async def test_without_a_lifetime_only_pauses_end_a_session(open_site, clock):
    site = await open_site(
        idle_timeout=2 * DAY, absolute_lifetime=None, touch_interval=timedelta(0)
    )
    site.on("/", get=count)
    browser = site.browser()
    for visit in range(1, 40):
        assert await browser.text() == str(visit)
        clock.advance(DAY)
