"""What Tornado's own signature leaves open."""

import base64
import sqlite3
import time

import pytest
from tornado.web import create_signed_value

from tests.sessions.http.browser import session_cookie
from tests.sessions.http.conftest import SECRET
from tests.sessions.http.site import count, keep
from tornado_app.sessions import ids, signing_settings
from tornado_app.sessions.cookie import VerifiedCookies
from tornado_app.sessions.ids import NOTHING

OTHER = "another secret, as long as a secret of a session has to be"


@pytest.fixture
async def served(site):
    site.on("/", get=count)
    browser = site.browser()
    await browser.text()
    return site, browser


def session_id(cookie):
    return base64.b64decode(cookie.split("|")[4].split(":")[1]).decode()


async def visits(site, cookie):
    """What the page counts for *cookie*; it never is a 500."""
    return await site.browser(session=cookie).text()


async def test_what_we_sign_ourselves_opens_the_session(served):
    site, browser = served
    signed = create_signed_value(SECRET, "session", session_id(browser.cookie))

    assert await visits(site, signed.decode()) == "2"


async def test_a_signature_of_version_1_opens_nothing(served):
    site, browser = served
    signed = create_signed_value(
        SECRET, "session", session_id(browser.cookie), version=1
    )

    assert await visits(site, signed.decode()) == "1"


@pytest.mark.parametrize("name", ["other", "Session", "__Host-session", "session "])
async def test_a_signature_for_another_name_opens_nothing(served, name):
    site, browser = served
    signed = create_signed_value(SECRET, name, session_id(browser.cookie))

    assert await visits(site, signed.decode()) == "1"


@pytest.mark.parametrize("value", ["x", "", "x" * 59, "x" * 61, "é" * 60, "x" * 2000])
async def test_a_signed_value_that_is_no_id_opens_nothing(served, value):
    site, _ = served
    signed = create_signed_value(SECRET, "session", value)
    site.store.calls.clear()

    assert await visits(site, signed.decode()) == "1"
    assert "find" not in site.store.calls


@pytest.mark.parametrize("value", ["x", "2|1:9|1:1|1:s|1:x|" + "0" * 64, "1|2|3", "|"])
async def test_nonsense_is_no_500_when_there_are_several_secrets(served, value):
    site, _ = served
    site.app.settings.update(signing_settings(SECRET, OTHER))

    assert await visits(site, value) == "1"


async def test_an_old_cookie_opens_its_session_as_long_as_the_record_lives(served):
    site, browser = served
    year_ago = time.time() - 365 * 86_400
    signed = create_signed_value(
        SECRET, "session", session_id(browser.cookie), clock=lambda: year_ago
    )

    assert await visits(site, signed.decode()) == "2"


async def test_what_a_stolen_database_holds_opens_nothing(served):
    site, browser = served
    with sqlite3.connect(site.database) as database:
        row = database.execute("select * from sessions").fetchone()
    database.close()
    texts = [value.hex() if isinstance(value, bytes) else str(value) for value in row]
    cookie, found = browser.cookie, session_id(browser.cookie)

    assert not [text for text in texts if cookie in text or found[16:] in text]
    for text in [*texts, texts[0] + texts[1], found[:16] + "A" * 44]:
        assert await visits(site, text) == "1"
        signed = create_signed_value(SECRET, "session", text).decode()
        assert await visits(site, signed) == "1"


async def test_an_unknown_id_is_neither_adopted_nor_stored(site):
    site.on("/", get=keep(a=1))
    planted = ids.new_id(ids.new_handle())
    signed = create_signed_value(SECRET, "session", planted).decode()
    browser = site.browser(session=signed)

    response = await browser.get()

    assert session_cookie(response)
    assert session_id(browser.cookie)[:16] != planted[:16]
    assert site.rows("select handle from sessions") != [planted[:16]]


async def test_an_unknown_id_costs_no_write_until_something_is_stored(site):
    site.on("/", get=lambda handler: handler.write(str(len(handler.session))))
    planted = ids.new_id(ids.new_handle())
    signed = create_signed_value(SECRET, "session", planted).decode()

    response = await site.browser(session=signed).get()

    assert session_cookie(response) is None
    assert site.store.calls == ["find"]


def test_only_so_many_verified_cookies_are_remembered():
    cookies = VerifiedCookies(most=3)
    cookies.get("http", "", SECRET)

    for number in range(5):
        cookies.put("http", f"session={number}", NOTHING)

    known = [cookies.get("http", f"session={number}", SECRET) for number in range(5)]
    assert known == [None, None, NOTHING, NOTHING, NOTHING]
