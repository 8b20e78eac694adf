"""When a use is noted in the store, and when it costs nothing."""

import asyncio
from datetime import timedelta

import pytest

from tests.sessions.http.site import keep, show

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
INSTANT = timedelta(microseconds=1)


async def reader(site):
    """A browser with a session, and pages that only read."""
    site.on("/begin", get=keep(a=1))
    site.on("/", get=show)
    browser = site.browser()
    await browser.text("/begin")
    site.store.calls.clear()
    return browser


async def test_a_read_within_the_touch_interval_writes_nothing(open_site, clock):
    site = await open_site(idle_timeout=HOUR)
    browser = await reader(site)
    clock.advance(MINUTE - INSTANT)

    for _ in range(3):
        await browser.text()

    assert site.store.calls == ["find"] * 3


async def test_a_read_at_the_touch_interval_is_noted_once(open_site, clock):
    site = await open_site(idle_timeout=HOUR)
    browser = await reader(site)
    clock.advance(MINUTE)

    for _ in range(3):
        await browser.text()

    assert site.store.calls == ["find", "apply", "find", "find"]


async def test_a_session_ends_early_by_at_most_a_touch_interval(open_site, clock):
    site = await open_site(idle_timeout=HOUR)
    browser = await reader(site)
    clock.advance(MINUTE - INSTANT)
    await browser.text()  # not noted

    clock.advance(HOUR - MINUTE)
    assert await browser.text() == '{"a": 1}'
    clock.advance(HOUR)
    assert await browser.text() == "{}"


async def test_a_marked_touch_is_noted_within_the_interval(open_site, clock):
    site = await open_site(idle_timeout=HOUR)
    site.on("/touch", get=lambda handler: handler.session.touch())
    browser = await reader(site)
    clock.advance(INSTANT)
    await browser.text("/touch")
    clock.advance(HOUR - INSTANT)

    assert await browser.text() == '{"a": 1}'


async def test_resave_notes_every_use_and_rewrites_no_data(open_site, clock):
    site = await open_site(idle_timeout=HOUR, resave=True)
    browser = await reader(site)
    clock.advance(INSTANT)
    await browser.text()
    clock.advance(HOUR - INSTANT)

    assert await browser.text() == '{"a": 1}'
    assert site.store.calls == ["find", "apply"] * 2


@pytest.mark.parametrize("value", [1, [1, {"b": 2}], "same"])
async def test_setting_what_is_there_already_writes_nothing(open_site, value):
    site = await open_site()
    site.on("/", get=keep(a=value))
    browser = site.browser()
    await browser.text()
    site.store.calls.clear()

    await browser.text()

    assert site.store.calls == ["find"]


async def test_many_reads_at_once_share_their_trips_to_the_store(open_site):
    site = await open_site("memory://")
    browser = await reader(site)

    await asyncio.gather(*[browser.text() for _ in range(10)])

    assert len(site.store.calls) < 10
