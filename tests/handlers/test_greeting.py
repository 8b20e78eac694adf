"""Tests of the greeting page."""

import asyncio
import re
from datetime import timedelta

import pytest

from tests.handlers.visitor import Visitor, html_tag, text_of
from tornado_app.sessions import Session


async def test_a_stranger_is_greeted_and_asked_for_a_name(visitor):
    response = await visitor.get("/")

    assert response.code == 200
    assert text_of(response, "greeting") == "Hello, stranger!"
    assert 'name="name"' in response.body.decode()
    assert text_of(response, "visits") is None


async def test_a_stranger_s_look_stores_nothing_and_sets_no_session_cookie(
    visitor, sessions
):
    for path in ("/", "/preferences", "/nowhere", "/robots.txt"):
        await visitor.get(path)

    assert list(visitor.cookies) == ["_xsrf"]
    assert await sessions.count() == 0


async def test_a_name_is_greeted_from_then_on(visitor):
    response = await visitor.introduce("Ada")

    assert text_of(response, "greeting") == "Hello, Ada!"
    assert 'name="name"' not in response.body.decode()


async def test_saving_a_name_leads_back_to_the_greeting(visitor):
    await visitor.get("/")

    response = await visitor.post("/", {"name": "Ada"})

    assert (response.code, response.headers["Location"]) == (303, "/")


async def test_a_name_is_shown_as_text_whatever_it_holds(visitor):
    response = await visitor.introduce('<b>"&')

    assert text_of(response, "greeting") == "Hello, &lt;b&gt;&quot;&amp;!"


async def test_a_name_with_percent_signs_is_only_a_name(visitor):
    response = await visitor.introduce("%(x)s %s 100%")

    assert text_of(response, "greeting") == "Hello, %(x)s %s 100%!"


@pytest.mark.parametrize("name", ["", "   ", "\t"])
async def test_an_empty_name_is_refused(visitor, sessions, name):
    await visitor.get("/")

    response = await visitor.post("/", {"name": name})

    page = response.body.decode()
    assert response.code == 422
    assert "<title>Error:" in page
    assert 'href="#name"' in page
    assert await sessions.count() == 0


async def test_a_refused_name_stays_in_its_field(visitor):
    await visitor.get("/")

    response = await visitor.post("/", {"name": "x" * 61})

    page = response.body.decode()
    assert response.code == 422
    assert f'value="{"x" * 61}"' in page
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="name-hint name-problem"' in page


async def test_a_refused_name_leaves_the_old_one_and_the_count(visitor):
    await visitor.introduce("Ada")

    refused = await visitor.post("/", {"name": " "})
    response = await visitor.get("/")

    assert refused.code == 422
    assert text_of(response, "greeting") == "Hello, Ada!"
    assert text_of(response, "visits") == "2"


async def test_the_visit_after_the_name_is_the_first(visitor):
    response = await visitor.introduce()

    assert text_of(response, "visits") == "1"
    assert "You have been here <strong" in response.body.decode()


async def test_every_visit_counts_one(visitor):
    await visitor.introduce()

    await visitor.get("/preferences")
    response = await visitor.get("/")

    assert text_of(response, "visits") == "2"


async def test_visits_count_once_anything_is_stored(visitor):
    await visitor.prefer(theme="dark")

    response = await visitor.get("/")

    assert text_of(response, "visits") == "1"
    assert text_of(response, "greeting") == "Hello, stranger!"


async def test_visits_at_the_same_time_all_count(visitor):
    await visitor.introduce()

    await asyncio.gather(*(visitor.get("/") for _ in range(8)))

    assert text_of(await visitor.get("/"), "visits") == "10"


async def test_looking_ahead_does_not_count(visitor):
    await visitor.introduce()

    await visitor.send("HEAD", "/", headers={})
    await visitor.get("/", Sec_Purpose="prefetch")
    await visitor.get("/", Sec_Purpose="prefetch;prerender")
    await visitor.get("/", Purpose="prefetch")

    assert text_of(await visitor.get("/"), "visits") == "2"


async def test_the_last_visit_is_told_in_words(visitor, clock):
    await visitor.introduce()

    clock.now += timedelta(days=3)
    page = (await visitor.get("/")).body.decode()

    assert "Your last visit was 3 days ago." in page
    assert "November 24, 2026" in page


async def test_the_first_visit_has_none_before_it(visitor):
    page = (await visitor.introduce()).body.decode()

    assert "Your last visit" not in page


async def test_the_page_says_how_long_things_are_kept(visitor):
    stranger = (await visitor.get("/")).body.decode()
    known = (await visitor.introduce()).body.decode()

    assert "for 30 days after your last visit, and for 400 days at most" in stranger
    assert "for 30 days after your last visit, and for 400 days at most" in known


@pytest.mark.parametrize(
    ("time_zone", "words", "clock_words"),
    [
        ("Europe/Berlin", "Good morning.", "10:30\u202fAM in Berlin"),
        ("Asia/Kolkata", "Good afternoon.", "3:00\u202fPM in Kolkata"),
        ("Asia/Tokyo", "Good evening.", "6:30\u202fPM in Tokyo"),
        ("America/New_York", "You are up late.", "4:30\u202fAM in New York"),
    ],
)
async def test_the_hour_is_the_visitor_s(visitor, time_zone, words, clock_words):
    await visitor.prefer(time_zone=time_zone)

    page = (await visitor.get("/")).body.decode()

    assert words in page
    assert clock_words in page


async def test_without_a_time_zone_the_hour_is_utc_and_says_so(visitor):
    page = (await visitor.get("/")).body.decode()

    assert "9:30\u202fAM by our clock (UTC)" in page


async def test_a_german_browser_is_greeted_in_german(visitor):
    response = await visitor.get("/", Accept_Language="de-DE,de;q=0.9,en;q=0.5")

    assert text_of(response, "greeting") == "Hallo, Fremder!"
    assert html_tag(response) == '<html lang="de" dir="ltr" data-theme="system">'


async def test_another_browser_knows_nothing_of_this_one(
    visitor, http_client, base_url
):
    await visitor.introduce("Ada")

    other = Visitor(http_client, base_url)

    assert text_of(await other.get("/"), "greeting") == "Hello, stranger!"


async def test_a_session_that_ends_during_the_visit_still_gets_its_page(
    visitor, sessions, monkeypatch
):
    await visitor.introduce("Ada")
    transaction = Session.transaction

    async def revoked_meanwhile(session, change):
        await sessions.revoke_all()
        return await transaction(session, change)

    monkeypatch.setattr(Session, "transaction", revoked_meanwhile)
    late = await visitor.get("/")
    monkeypatch.undo()

    assert text_of(late, "greeting") == "Hello, Ada!"
    assert text_of(await visitor.get("/"), "greeting") == "Hello, stranger!"


async def test_a_page_is_never_kept_by_a_cache(visitor):
    response = await visitor.introduce()

    assert response.headers["Cache-Control"] == "no-store"
    assert "Cookie" in response.headers["Vary"]


@pytest.mark.parametrize(
    ("field", "value", "sign"),
    [("language", "de", 'lang="de"'), ("theme", "dark", 'data-theme="dark"')],
)
async def test_language_and_theme_are_one_click_away(visitor, field, value, sign):
    page = (await visitor.get("/")).body.decode()
    assert f'name="{field}" value="{value}"' in page

    await visitor.post("/preferences", {field: value, "next": "/"})

    response = await visitor.get("/")
    assert sign in html_tag(response)
    button = re.search(
        f'name="{field}" value="{value}"[^>]* aria-pressed="true"',
        response.body.decode(),
    )
    assert button is not None


async def test_the_greeting_says_how_to_be_forgotten_once_it_remembers(visitor):
    stranger = (await visitor.get("/")).body.decode()
    known = (await visitor.introduce()).body.decode()

    assert 'href="/preferences/forget"' not in stranger
    assert 'href="/preferences/forget"' in known
    assert 'href="/preferences#name"' in known
