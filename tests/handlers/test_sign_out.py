"""Tests of signing out."""

import pytest

from tests.handlers.visitor import html_tag, text_of


async def test_signing_out_ends_the_session_for_good(ada, sessions):
    await ada.signs_up()
    stolen = ada.cookies["session"]

    response = await ada.signs_out()

    assert (response.code, response.headers["Location"]) == (303, "/")
    assert await sessions.count() == 0
    ada.cookies["session"] = stolen
    assert not await ada.is_signed_in()


async def test_the_browser_is_told_to_forget_its_copies(ada):
    await ada.signs_up()

    response = await ada.signs_out()

    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert response.headers["Cache-Control"] == "no-store"


async def test_the_language_and_the_look_of_pages_stay_on_the_device(ada):
    await ada.signs_up()
    await ada.prefer(name="Ada", language="de", theme="dark", time_zone="Asia/Tokyo")
    await ada.prefer(text_size="larger", motion="reduced")
    signed_in = ada.cookies["session"]

    await ada.signs_out()

    response = await ada.get("/")
    assert html_tag(response) == (
        '<html lang="de" dir="ltr" data-theme="dark" data-text-size="larger"'
        ' data-motion="reduced">'
    )
    assert text_of(response, "greeting") == "Hallo, Fremder!"
    assert "Tokio" not in response.body.decode()
    assert ada.cookies["session"] != signed_in


async def test_nothing_is_kept_where_nothing_was_chosen(ada):
    await ada.signs_up()

    response = await ada.signs_out()

    (cookie,) = response.headers.get_list("Set-Cookie")
    assert cookie.startswith('session="";')


async def test_the_account_keeps_what_it_preferred(ada):
    await ada.signs_up()
    await ada.prefer(name="Ada", theme="dark")
    await ada.signs_out()
    await ada.prefer(theme="light")

    await ada.signs_in()

    response = await ada.get("/")
    assert text_of(response, "greeting") == "Hello, Ada!"
    assert 'data-theme="dark"' in html_tag(response)


async def test_other_devices_stay_signed_in(ada, bea):
    await ada.signs_up()
    await bea.signs_in()

    await ada.signs_out()

    assert await bea.is_signed_in()


async def test_signing_out_by_a_link_is_a_405_with_a_page(ada):
    await ada.signs_up()

    response = await ada.get("/sign-out")

    assert response.code == 405
    assert response.headers["Allow"] == "POST"
    assert "<h1>This page works differently</h1>" in response.body.decode()
    assert await ada.is_signed_in()


@pytest.mark.logs("Form token was refused")
async def test_nobody_can_be_signed_out_from_elsewhere(ada):
    await ada.signs_up()

    assert (await ada.post("/sign-out", {}, token="")).code == 403
    assert await ada.is_signed_in()


async def test_a_stranger_s_sign_out_takes_nothing_away(ada):
    await ada.introduce("Ada")

    assert (await ada.post("/sign-out", {})).code == 303
    assert text_of(await ada.get("/"), "greeting") == "Hello, Ada!"


async def test_every_page_of_a_user_offers_to_sign_out(ada):
    await ada.signs_up()

    for path in ("/", "/preferences", "/sign-in", "/sign-up", "/nowhere"):
        page = (await ada.get(path)).body.decode()
        assert 'method="post" action="/sign-out"' in page
