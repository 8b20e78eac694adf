"""Unused for the idle timeout, a session is over: to the microsecond."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.sessions.http.site import count, keep, show

HOUR = timedelta(hours=1)
INSTANT = timedelta(microseconds=1)


@pytest.fixture
async def used(open_site):
    """A site where every use is noted, with a visitor who was there just now."""
    site = await open_site(idle_timeout=HOUR, touch_interval=timedelta(0))
    site.on("/", get=count)
    site.on("/show", get=show)
    browser = site.browser()
    await browser.text()
    return browser


@pytest.mark.parametrize(
    ("pause", "visit"), [(HOUR - INSTANT, "2"), (HOUR, "1"), (HOUR + INSTANT, "1")]
)
async def test_a_pause_before_at_and_after_the_idle_timeout(used, clock, pause, visit):
    clock.advance(pause)

    assert await used.text() == visit


async def test_each_use_gives_another_whole_idle_timeout(used, clock):
    for visit in range(2, 6):
        clock.advance(HOUR - INSTANT)

        assert await used.text() == str(visit)


async def test_a_use_that_only_reads_counts_too(used, clock):
    for _ in range(4):
        clock.advance(HOUR - INSTANT)

        assert await used.text("/show") == '{"visits": 1}'


async def test_a_page_that_does_not_look_counts_too(open_site, clock):
    site = await open_site(idle_timeout=HOUR, touch_interval=timedelta(0))
    site.on("/begin", get=keep(a=1))
    site.on("/", get=lambda handler: handler.write("no session looked at"))
    site.on("/show", get=show)
    browser = site.browser()
    await browser.text("/begin")
    clock.advance(HOUR - INSTANT)
    await browser.text()
    clock.advance(HOUR - INSTANT)

    assert await browser.text("/show") == '{"a": 1}'


async def test_an_expired_session_is_not_revived_by_a_late_commit(open_site, clock):
    site = await open_site(idle_timeout=HOUR)

    def get(handler):
        clock.advance(HOUR)
        handler.session["late"] = True
        handler.write("answered")

    site.on("/begin", get=keep(a=1))
    site.on("/", get=get)
    site.on("/show", get=show)
    browser = site.browser()
    await browser.text("/begin")

    assert await browser.text() == "answered"
    assert await browser.text("/show") == "{}"
    assert site.rows() == ['{"a":1}']


async def test_a_clock_that_goes_backwards_ends_nothing_and_extends_nothing(
    used, clock
):
    clock.advance(-HOUR)
    assert await used.text() == "2"

    clock.advance(2 * HOUR - INSTANT)
    assert await used.text() == "3"


@pytest.mark.parametrize(("pause", "visit"), [(HOUR - INSTANT, "2"), (HOUR, "1")])
async def test_a_shorter_timeout_holds_for_sessions_that_are_there_already(
    open_site, clock, pause, visit
):
    site = await open_site(idle_timeout=2 * HOUR)
    site.on("/", get=count)
    browser = site.browser()
    await browser.text()
    await open_site(idle_timeout=HOUR)
    clock.advance(pause)

    assert await browser.text() == visit


async def test_a_leap_day_and_a_change_of_clocks_mean_nothing(open_site, clock):
    clock.now = datetime(2028, 2, 28, 23, 30, tzinfo=UTC)
    site = await open_site(idle_timeout=timedelta(days=30), absolute_lifetime=None)
    site.on("/", get=count)
    browser = site.browser()
    await browser.text()
    clock.advance(timedelta(days=30) - INSTANT)

    assert await browser.text() == "2"
    clock.advance(timedelta(days=30))
    assert await browser.text() == "1"
