"""Tests that the privacy page says what is so."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from tests.handlers.signing import Person
from tornado_app import known_devices, throttling
from tornado_app.handlers import xsrf
from tornado_app.settings import Settings
from tornado_app.sign_ins import MEMORY


@pytest.fixture
def site_settings(database):
    # Durations that are no defaults: what is on the page comes from here.
    return Settings(
        store=f"sqlite:///{database}",
        idle_timeout=timedelta(days=11),
        absolute_lifetime=timedelta(days=77),
        signed_in_idle_timeout=timedelta(hours=9),
        signed_in_lifetime=timedelta(days=5),
    )


@pytest.fixture
def site(app, monkeypatch):
    """Changes what the operator decided, for one test."""

    def change(**options):
        changed = replace(app.settings["site"], **options)
        monkeypatch.setitem(app.settings, "site", changed)

    return change


async def privacy_page(visitor, **headers):
    page = (await visitor.get("/privacy", **headers)).body.decode()
    return unescape(" ".join(re.sub("<[^>]+>", " ", page).split()))


async def test_how_long_things_are_kept_is_what_the_settings_say(visitor):
    page = await privacy_page(visitor)

    assert "deleted 11 days after your last visit, and in any case 77 days" in page
    assert "signed in for 9 hours after your last visit and for 5 days at most" in page


async def test_what_no_setting_decides_is_told_as_the_code_does_it(visitor):
    page = await privacy_page(visitor)

    longest = max(
        allowance.memory
        for allowance in (throttling.ACCOUNT, throttling.ADDRESS, throttling.SIGN_UPS)
    )
    assert f"shown for {MEMORY.days} days more" in page
    assert longest == timedelta(days=1)
    assert "forgotten after 1 day without a new one" in page
    assert f"device {known_devices.LIFETIME.days} days at most" in page


async def test_the_audit_log_is_told_of_with_the_form_of_its_addresses(visitor, site):
    short = await privacy_page(visitor)
    site(audit_addresses="full")
    full = await privacy_page(visitor)
    site(audit_log="none")
    none = await privacy_page(visitor)

    assert "Of the address only the first part is there" in short
    assert "The address is there too." in full
    assert "A log of its own" not in none


async def test_what_the_log_holds_is_what_its_level_lets_through(visitor, site):
    every = await privacy_page(visitor)
    site(log_level="warning")
    some = await privacy_page(visitor)

    assert "For each page that is asked for" in every
    assert "For each page that could not be shown" in some


async def test_every_cookie_that_the_site_sets_is_explained(http_client, base_url):
    ada = Person(http_client, base_url)
    await ada.signs_up()
    await ada.prefer(theme="dark")
    await ada.signs_out()

    page = (await ada.get("/privacy")).body.decode()

    assert set(re.findall('<dt><code dir="ltr">([^<]+)</code>', page)) == set(
        ada.cookies
    )
    assert set(ada.cookies) == {"session", xsrf.FIELD, "device"}


async def test_the_page_itself_keeps_nothing(visitor, sessions):
    response = await visitor.get("/privacy")

    assert response.headers.get_list("Set-Cookie") == []
    assert await sessions.count() == 0


async def test_it_speaks_the_visitor_s_language(visitor):
    page = await privacy_page(visitor, Accept_Language="de")

    assert "11 Tage" in page


@pytest.mark.parametrize("path", ["/", "/preferences", "/sign-in", "/nowhere"])
async def test_every_page_leads_to_it(visitor, path):
    page = (await visitor.get(path)).body.decode()

    assert '<a href="/privacy">' in page.partition("<footer")[2]


async def test_it_leads_to_what_one_can_do_about_it(ada):
    await ada.signs_up()
    page = (await ada.get("/privacy")).body.decode()

    for link in (
        "/preferences",
        "/data",
        "/preferences/forget",
        "/sessions",
        "/account/delete",
    ):
        assert f'href="{link}"' in page
        assert (await ada.get(link)).code == 200
