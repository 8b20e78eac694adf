"""Tests of being forgotten on one device."""

import pytest

from tests.handlers.visitor import text_of


async def forget(visitor):
    await visitor.get("/preferences/forget")
    return await visitor.post("/preferences/forget", {})


async def test_nothing_is_kept_of_a_visitor_who_wants_to_be_forgotten(
    visitor, sessions
):
    await visitor.introduce("Ada")

    answer = await forget(visitor)

    assert (answer.code, answer.headers["Location"]) == (303, "/preferences/forgotten")
    assert await sessions.count() == 0
    assert set(visitor.cookies.values()) <= {""}
    assert "Hello, stranger!" in (await visitor.get("/")).body.decode()


async def test_what_the_browser_kept_goes_but_not_the_cookies_of_others(visitor):
    await visitor.introduce("Ada")

    answer = await forget(visitor)

    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


async def test_looking_at_what_would_go_changes_nothing(visitor):
    await visitor.introduce("Ada")

    page = (await visitor.get("/preferences/forget")).body.decode()

    assert "are deleted. This cannot be undone." in page
    assert text_of(await visitor.get("/"), "greeting") == "Hello, Ada!"


async def test_whoever_is_signed_in_is_signed_out_and_keeps_the_account(ada, bea):
    await ada.signs_up()
    await ada.prefer(name="Ada", language="de")

    await forget(ada)

    assert not await ada.is_signed_in()
    assert 'lang="en"' in (await ada.get("/")).body.decode()
    await bea.signs_in()
    assert text_of(await bea.get("/"), "greeting") == "Hallo, Ada!"


async def test_the_end_is_noted_as_a_sign_out(ada, bea):
    await ada.signs_up()
    await bea.signs_in()

    await forget(ada)

    assert "You signed out there." in (await bea.get("/sessions")).body.decode()


async def test_the_page_afterwards_is_friendly_and_true(visitor):
    await visitor.introduce("Ada")
    known = await visitor.get("/preferences/forgotten")
    await forget(visitor)

    forgotten = await visitor.get("/preferences/forgotten")

    assert (known.code, known.headers["Location"]) == (303, "/preferences")
    assert "we know nothing about you" in forgotten.body.decode()
    assert list(forgotten.headers.get_list("Set-Cookie")) == []


async def test_a_stranger_can_ask_too(visitor, sessions):
    page = (await visitor.get("/preferences/forget")).body.decode()

    assert "We know nothing about you." in page
    assert (await forget(visitor)).code == 303
    assert await sessions.count() == 0


@pytest.mark.logs("Form token was refused")
async def test_no_other_site_can_have_somebody_forgotten(visitor, sessions):
    await visitor.introduce("Ada")

    answer = await visitor.post("/preferences/forget", {}, token="")

    assert answer.code == 403
    assert await sessions.count() == 1
