"""Tests of preferences that two tabs change at once."""

import re

from tests.handlers.visitor import html_tag, text_of

FORM = {
    "name": "Ada",
    "language": "",
    "time_zone": "",
    "theme": "system",
    "text_size": "normal",
    "date_style": "long",
    "motion": "system",
}


async def open_tab(visitor):
    """What a form that is opened now says that it shows."""
    page = (await visitor.get("/preferences")).body.decode()
    return shown_in(page)


def shown_in(page):
    found = re.search(r'name="shown" value="([^"]*)"', page)[1]
    return found.replace("&amp;", "&")


async def saves(visitor, shown, **fields):
    return await visitor.post("/preferences", FORM | fields | {"shown": shown})


async def test_a_tab_that_was_open_for_long_undoes_nothing(visitor):
    await visitor.introduce("Ada")
    old = await open_tab(visitor)
    await saves(visitor, await open_tab(visitor), theme="dark")

    answer = await saves(visitor, old, text_size="large")

    response = await visitor.get("/preferences")
    assert answer.code == 303
    assert 'data-theme="dark" data-text-size="large"' in html_tag(response)
    assert "What another tab changed meanwhile is kept too." in response.body.decode()


async def test_nothing_is_said_of_other_tabs_when_there_was_none(visitor):
    await visitor.introduce("Ada")

    await saves(visitor, await open_tab(visitor), theme="dark")

    page = (await visitor.get("/preferences")).body.decode()
    assert "Your preferences are saved." in page
    assert "another tab" not in page


async def test_when_both_tabs_change_the_same_the_visitor_chooses(visitor):
    await visitor.introduce("Ada")
    old = await open_tab(visitor)
    await saves(visitor, await open_tab(visitor), name="Bea")

    refused = await saves(visitor, old, name="Cleo", theme="dark")

    page = refused.body.decode()
    assert refused.code == 422
    assert "Name: another tab saved Bea meanwhile." in page
    assert 'href="#name"' in page
    assert 'value="Cleo"' in page
    assert 'value="dark" checked' in page
    assert text_of(await visitor.get("/"), "greeting") == "Hello, Bea!"


async def test_what_was_seen_in_dispute_can_be_saved_by_sending_it_again(visitor):
    await visitor.introduce("Ada")
    old = await open_tab(visitor)
    await saves(visitor, await open_tab(visitor), name="Bea")
    refused = await saves(visitor, old, name="Cleo")

    answer = await saves(visitor, shown_in(refused.body.decode()), name="Cleo")

    assert answer.code == 303
    assert text_of(await visitor.get("/"), "greeting") == "Hello, Cleo!"


async def test_a_refused_form_still_knows_what_it_showed_at_first(visitor):
    await visitor.introduce("Ada")
    old = await open_tab(visitor)
    refused = await saves(visitor, old, name="x" * 61)
    await saves(visitor, await open_tab(visitor), name="Bea")

    late = await saves(visitor, shown_in(refused.body.decode()), name="Cleo")

    assert late.code == 422
    assert "another tab saved Bea meanwhile" in late.body.decode()


async def test_a_form_that_does_not_say_what_it_showed_is_stored(visitor):
    await visitor.introduce("Ada")

    for shown in ({}, {"shown": "rubbish"}):
        await visitor.get("/preferences")
        answer = await visitor.post("/preferences", {"theme": "dark"} | shown)
        assert answer.code == 303


async def test_accounts_are_kept_from_silent_loss_too(ada):
    await ada.signs_up()
    old = await open_tab(ada)
    await saves(ada, await open_tab(ada), theme="dark")

    await saves(ada, old, theme="light")

    assert 'data-theme="dark"' in html_tag(await ada.get("/"))
