"""When the cookie is sent again, and when it is not."""

import base64
import time
from datetime import timedelta
from urllib.parse import quote

import pytest
from tornado.web import create_signed_value

from tests.sessions.http.browser import session_cookie, set_cookies
from tests.sessions.http.conftest import SECRET
from tests.sessions.http.site import count, keep, show

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def pages(site):
    site.on("/", get=count)
    site.on("/show", get=show)
    return site.browser()


async def test_the_cookie_is_sent_once(site):
    browser = pages(site)

    lines = [session_cookie(await browser.get(path)) for path in ("/", "/", "/show")]

    assert [line is not None for line in lines] == [True, False, False]


async def test_a_rolling_cookie_is_sent_with_each_touch(open_site, clock):
    site = await open_site(rolling=True, idle_timeout=HOUR)
    browser = pages(site)
    await browser.get()

    clock.advance(timedelta(minutes=5))
    within = await browser.get("/show")
    clock.advance(timedelta(minutes=1))
    after = await browser.get("/show")

    assert set_cookies(within)["session"]["max-age"] == "3600"
    assert set_cookies(after)["session"]["max-age"] == "3600"


async def test_a_rolling_cookie_is_not_sent_within_the_touch_interval(open_site, clock):
    site = await open_site(rolling=True, idle_timeout=HOUR)
    browser = pages(site)
    await browser.get()
    clock.advance(timedelta(seconds=59))

    assert session_cookie(await browser.get("/show")) is None


async def test_a_rolling_cookie_never_ends_before_its_session_can(open_site, clock):
    site = await open_site(rolling=True, idle_timeout=HOUR)
    browser = pages(site)
    for minutes in (0, 1, 30, 2, 59, 1):
        clock.advance(timedelta(minutes=minutes))
        response = await browser.get("/")
        line = set_cookies(response).get("session")
        if line is not None:
            ends_at = clock() + timedelta(seconds=int(line["max-age"]))
        micros = site.rows("select expires_at from sessions")[0]
        assert ends_at.timestamp() * 1_000_000 >= micros


async def test_a_session_cookie_of_the_browser_has_no_max_age(open_site):
    site = await open_site(cookie_persistent=False)

    line = session_cookie(await pages(site).get())

    assert "Max-Age" not in line
    assert "expires" not in line.lower()


@pytest.mark.parametrize(("age_days", "sent"), [(1, False), (199, False), (201, True)])
async def test_a_cookie_that_browsers_soon_drop_is_sent_again(
    open_site, clock, age_days, sent
):
    site = await open_site(absolute_lifetime=None)
    browser = pages(site)
    await browser.get()
    browser.cookies["session"] = made_days_ago(browser.cookie, age_days)
    clock.advance(DAY)

    response = await browser.get("/show")

    assert response.body == b'{"visits": 1}'
    assert (session_cookie(response) is not None) is sent


async def test_an_old_cookie_is_not_sent_again_for_a_session_that_ends_first(
    open_site, clock
):
    site = await open_site(absolute_lifetime=timedelta(days=90))
    browser = pages(site)
    await browser.get()
    browser.cookies["session"] = made_days_ago(browser.cookie, 300)
    clock.advance(DAY)

    assert session_cookie(await browser.get("/show")) is None


async def test_strangers_get_no_cookie_until_something_is_stored(site):
    site.on("/look", get=show)
    site.on("/", get=keep(a=1))
    browser = site.browser()

    assert session_cookie(await browser.get("/look")) is None
    assert site.store.calls == []
    assert session_cookie(await browser.get())


async def test_what_a_stranger_deletes_again_is_nothing_stored(site):
    def get(handler):
        handler.session["a"] = 1
        del handler.session["a"]

    site.on("/", get=get)

    assert session_cookie(await site.browser().get()) is None
    assert site.store.calls == []


async def test_save_uninitialized_keeps_even_an_empty_session(open_site):
    site = await open_site(save_uninitialized=True)
    site.on("/look", get=show)
    browser = site.browser()

    assert session_cookie(await browser.get("/look"))
    assert site.rows() == ["{}"]
    assert session_cookie(await browser.get("/look")) is None


def made_days_ago(cookie, days):
    """The same cookie as it would be had it been made *days* ago."""
    session_id = base64.b64decode(cookie.split("|")[4].split(":")[1])
    made_at = time.time() - days * 86_400
    signed = create_signed_value(SECRET, "session", session_id, clock=lambda: made_at)
    assert quote(signed, safe="|:=") == signed.decode()
    return signed.decode()
