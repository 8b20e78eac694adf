"""Sessions with a user may have clocks of their own."""

from datetime import timedelta

import pytest

from tests.sessions.http.site import show

HOUR = timedelta(hours=1)
INSTANT = timedelta(microseconds=1)
SHORTER = {"signed_in_idle_timeout": HOUR, "signed_in_lifetime": 4 * HOUR}
LONGER = {"signed_in_idle_timeout": 30 * HOUR, "signed_in_lifetime": 100 * HOUR}


@pytest.fixture
async def signed_in(open_site, clock):
    """Open a site by a policy; return a browser that signed in after an hour."""

    async def open_it(**policy):
        site = await open_site(
            idle_timeout=3 * HOUR,
            absolute_lifetime=12 * HOUR,
            touch_interval=timedelta(0),
            **policy,
        )
        site.on("/", get=lambda h: h.write(str(h.session.user)), post=sign_in)
        site.on("/show", get=show)
        browser = site.browser()
        await browser.post()
        clock.advance(HOUR - INSTANT)
        await browser.post()
        return browser

    return open_it


def sign_in(handler):
    handler.session.sign_in("7")


@pytest.mark.parametrize(
    ("policy", "idle_timeout"),
    [(SHORTER, HOUR), (LONGER, 30 * HOUR), ({}, 3 * HOUR)],
)
async def test_the_idle_timeout_of_a_user(signed_in, clock, policy, idle_timeout):
    browser = await signed_in(**policy)
    clock.advance(idle_timeout - INSTANT)
    assert await browser.text() == "7"

    clock.advance(idle_timeout)
    assert await browser.text() == "None"


@pytest.mark.parametrize(
    ("policy", "step", "steps"),
    [(SHORTER, HOUR / 2, 8), (LONGER, 20 * HOUR, 5), ({}, 2 * HOUR, 6)],
)
async def test_the_lifetime_of_a_user_begins_with_the_sign_in(
    signed_in, clock, policy, step, steps
):
    browser = await signed_in(**policy)
    for _ in range(steps - 1):
        clock.advance(step)
        assert await browser.text() == "7"

    clock.advance(step - INSTANT)
    assert await browser.text() == "7"
    clock.advance(INSTANT)
    assert await browser.text() == "None"


async def test_signing_in_again_starts_both_clocks_anew(signed_in, clock):
    browser = await signed_in(**SHORTER)
    for _ in range(7):
        clock.advance(HOUR / 2)
        await browser.text()
    await browser.post()

    for _ in range(7):
        clock.advance(HOUR / 2)
        assert await browser.text() == "7"
