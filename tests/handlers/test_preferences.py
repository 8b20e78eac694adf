"""Tests of the preferences page."""

import re
from datetime import timedelta

import pytest

from tests.handlers.visitor import html_tag, text_of


def chosen(response, field):
    """The value that a select has chosen."""
    page = response.body.decode()
    select = re.search(rf'<select id="{field}".*?</select>', page, re.DOTALL)[0]
    found = re.search(r'<option value="([^"]*)"[^>]* selected', select)
    return found[1] if found else ""


async def test_every_page_obeys_the_theme(visitor):
    await visitor.prefer(theme="dark")

    for path in ("/", "/preferences", "/nowhere"):
        assert 'data-theme="dark"' in html_tag(await visitor.get(path))


async def test_every_page_speaks_the_chosen_language(visitor):
    await visitor.prefer(language="de")

    for path in ("/", "/preferences", "/nowhere"):
        response = await visitor.get(path, Accept_Language="en")
        assert html_tag(response).startswith('<html lang="de" dir="ltr"')


async def test_saving_says_so_once_and_in_the_new_language(visitor):
    await visitor.prefer(language="de")

    first = (await visitor.get("/preferences")).body.decode()
    second = (await visitor.get("/preferences")).body.decode()

    assert "Deine Einstellungen sind gespeichert." in first
    assert "Deine Einstellungen sind gespeichert." not in second


async def test_a_look_ahead_leaves_the_message_for_the_visitor(visitor):
    await visitor.prefer(theme="dark")

    await visitor.send("HEAD", "/preferences", headers={})
    await visitor.get("/preferences", Sec_Purpose="prefetch")

    assert "are saved" in (await visitor.get("/preferences")).body.decode()


async def test_the_page_shows_what_was_chosen(visitor):
    await visitor.prefer(
        name="Ada", theme="high-contrast", language="de", time_zone="Asia/Tokyo"
    )

    response = await visitor.get("/preferences")

    page = response.body.decode()
    assert 'value="Ada"' in page
    assert 'value="high-contrast" checked' in page
    assert chosen(response, "language") == "de"
    assert chosen(response, "time_zone") == "Asia/Tokyo"
    assert "In Tokio ist es 18:30 Uhr." in page


async def test_a_zone_under_an_old_spelling_stays_chosen(visitor):
    await visitor.prefer(time_zone="Asia/Calcutta")

    assert chosen(await visitor.get("/preferences"), "time_zone") == "Asia/Calcutta"


async def test_a_missing_field_is_left_as_it_is(visitor):
    await visitor.prefer(name="Ada", theme="dark", language="de")

    await visitor.prefer(theme="light")

    response = await visitor.get("/")
    assert text_of(response, "greeting") == "Hallo, Ada!"
    assert 'data-theme="light"' in html_tag(response)


async def test_an_empty_name_is_forgotten(visitor):
    await visitor.introduce("Ada")

    await visitor.prefer(name=" ")

    assert text_of(await visitor.get("/"), "greeting") == "Hello, stranger!"


async def test_an_empty_language_follows_the_browser_again(visitor):
    await visitor.prefer(language="de")

    await visitor.prefer(language="")

    assert 'lang="en"' in html_tag(await visitor.get("/", Accept_Language="en"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "x" * 61),
        ("name", "A\x00da"),
        ("name", "A\u202eda"),
        ("name", "\u200b"),
        ("theme", "pink"),
        ("theme", ""),
        ("language", "tlh"),
        ("language", "../de"),
        ("time_zone", "Moon/Base"),
        ("time_zone", "/etc/passwd"),
        ("time_zone", "../../etc/passwd"),
        ("text_size", "huge"),
        ("date_style", "stardate"),
        ("motion", ""),
    ],
)
async def test_a_bad_value_stores_nothing_and_is_explained(
    visitor, sessions, field, value
):
    await visitor.get("/preferences")

    response = await visitor.post("/preferences", {"language": "de", field: value})

    page = response.body.decode()
    assert response.code == 422
    assert "<title>Error: Preferences" in page
    assert 'role="alert"' in page
    assert f'href="#{field}"' in page
    assert await sessions.count() == 0


async def test_the_other_fields_of_a_refused_form_are_kept(visitor):
    await visitor.get("/preferences")

    response = await visitor.post(
        "/preferences",
        {"name": "Ada", "theme": "dark", "language": "de", "time_zone": "Moon/Base"},
    )

    page = response.body.decode()
    assert 'value="Ada"' in page
    assert 'value="dark" checked' in page
    assert chosen(response, "language") == "de"
    assert 'data-theme="system"' in html_tag(response)  # not obeyed: not stored


async def test_a_refused_form_changes_nothing_that_was_stored(visitor):
    await visitor.prefer(name="Ada", theme="dark")

    await visitor.get("/preferences")
    await visitor.post("/preferences", {"name": "Bea", "theme": "pink"})

    response = await visitor.get("/")
    assert text_of(response, "greeting") == "Hello, Ada!"
    assert 'data-theme="dark"' in html_tag(response)


async def test_every_page_has_the_chosen_size_and_keeps_still(visitor):
    await visitor.prefer(text_size="larger", motion="reduced")

    for path in ("/", "/preferences", "/privacy", "/nowhere"):
        tag = html_tag(await visitor.get(path))
        assert 'data-text-size="larger" data-motion="reduced"' in tag


async def test_dates_are_written_as_chosen(visitor, clock):
    await visitor.prefer(date_style="iso")
    await visitor.get("/")

    clock.now += timedelta(days=1)

    assert '<span class="quiet">2026-11-24' in (await visitor.get("/")).body.decode()


async def test_each_way_to_write_dates_is_shown_by_example(visitor):
    await visitor.prefer(date_style="iso")

    page = (await visitor.get("/preferences")).body.decode()

    for example in ("November 24, 2026", "11/24/26", "2026-11-24"):
        assert f'<span class="quiet">{example}</span>' in page


async def test_a_choice_of_one_click_leads_back_to_where_it_was_made(visitor):
    await visitor.get("/")

    answer = await visitor.post("/preferences", {"theme": "dark", "next": "/"})

    assert (answer.code, answer.headers["Location"]) == (303, "/")
    assert 'data-theme="dark"' in html_tag(await visitor.get("/"))


async def test_saving_leads_to_this_site_only(visitor):
    await visitor.get("/")

    for elsewhere in ("//evil.example", "https://evil.example/", "/\\evil.example"):
        answer = await visitor.post("/preferences", {"next": elsewhere})
        assert answer.headers["Location"] == "/"


async def test_all_can_be_tried_before_it_is_saved(visitor, sessions):
    await visitor.get("/preferences")
    form = {"theme": "dark", "language": "de", "time_zone": "Asia/Tokyo"}

    response = await visitor.post("/preferences", form | {"try": "1"})

    page = response.body.decode()
    assert response.code == 200
    assert html_tag(response) == '<html lang="de" dir="ltr" data-theme="dark">'
    assert "In Tokio ist es 18:30 Uhr." in page
    assert chosen(response, "time_zone") == "Asia/Tokyo"
    assert await sessions.count() == 0
    assert 'data-theme="system"' in html_tag(await visitor.get("/"))


async def test_what_was_tried_can_be_saved(visitor):
    await visitor.introduce("Ada")
    await visitor.get("/preferences")
    tried = await visitor.post("/preferences", {"theme": "dark", "try": "1"})
    shown = re.search(r'name="shown" value="([^"]*)"', tried.body.decode())[1]
    shown = shown.replace("&amp;", "&")

    await visitor.post("/preferences", {"theme": "dark", "shown": shown})

    assert 'data-theme="dark"' in html_tag(await visitor.get("/"))


async def test_a_refused_zone_leaves_the_clock_of_the_one_that_is_kept(visitor):
    await visitor.prefer(time_zone="Asia/Tokyo")
    await visitor.get("/preferences")

    response = await visitor.post("/preferences", {"time_zone": "Moon/Base"})

    assert "It is 6:30\u202fPM in Tokyo." in response.body.decode()


async def test_reset_takes_everything_back_to_the_defaults(visitor):
    await visitor.prefer(
        name="Ada", theme="dark", language="de", time_zone="Asia/Tokyo"
    )
    await visitor.get("/preferences")

    answer = await visitor.post("/preferences/reset", {})
    response = await visitor.get("/preferences")

    assert (answer.code, answer.headers["Location"]) == (303, "/preferences")
    assert html_tag(response) == '<html lang="en" dir="ltr" data-theme="system">'
    assert chosen(response, "time_zone") == ""
    assert "are back to the defaults" in response.body.decode()


async def test_a_stranger_s_reset_stores_nothing(visitor, sessions):
    await visitor.get("/preferences")

    assert (await visitor.post("/preferences/reset", {})).code == 303

    assert await sessions.count() == 0


async def test_two_tabs_that_change_different_fields_both_count(visitor):
    await visitor.introduce("Ada")
    await visitor.get("/preferences")
    first_tab = visitor.token()
    await visitor.get("/preferences")

    await visitor.post("/preferences", {"theme": "dark"})
    await visitor.post("/preferences", {"language": "de"}, token=first_tab)

    tag = html_tag(await visitor.get("/"))
    assert tag == '<html lang="de" dir="ltr" data-theme="dark">'
