"""Tests of the sign-in page."""

import re

import pytest

from tests.handlers.signing import PASSWORD
from tests.handlers.visitor import html_tag, text_of

MISMATCH = "That user name and password do not match."


async def test_a_right_password_signs_in(ada, bea):
    await ada.signs_up()

    response = await bea.signs_in()

    assert (response.code, response.headers["Location"]) == (303, "/")
    assert await bea.is_signed_in()


async def test_the_page_says_who_is_signed_in(ada):
    await ada.signs_up("Ada <3")

    page = (await ada.get("/nowhere")).body.decode()

    assert "Ada &lt;3</bdi>" in page
    assert 'href="/sign-in"' not in page


async def test_a_stranger_finds_the_way_in_on_every_page(ada):
    for path in ("/", "/nowhere"):
        assert 'href="/sign-in"' in (await ada.get(path)).body.decode()


@pytest.mark.parametrize("path", ["/preferences", "/privacy"])
async def test_the_way_in_leads_back_to_the_page(ada, bea, path):
    await ada.signs_up()

    page = (await bea.get(path)).body.decode()
    assert f'href="/sign-in?next=%2F{path[1:]}"' in page
    response = await bea.signs_in(next=path)

    assert (response.code, response.headers["Location"]) == (303, path)


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("ada", PASSWORD.upper()),
        ("ada", PASSWORD + " "),
        ("ada", " " + PASSWORD),
        ("ada", PASSWORD + "\x00"),
        ("nobody", PASSWORD),
        ("a\x00da", PASSWORD),
        ("x" * 5_000, PASSWORD),
        ("ada", "x" * 50_000),
    ],
)
async def test_refused_credentials_get_one_generic_sentence(
    ada, bea, username, password
):
    await ada.signs_up()

    response = await bea.signs_in(username, password)

    assert response.code == 403
    assert text_of(response, "username-problem") == MISMATCH
    assert text_of(response, "password-problem") is None
    assert not await bea.is_signed_in()


async def test_known_and_unknown_names_get_the_same_answer(ada, bea):
    await ada.signs_up("ada")

    known = await bea.signs_in("ada", "a wrong password, this")
    unknown = await bea.signs_in("bea", "a wrong password, this")

    assert known.code == unknown.code == 403
    assert shape(known).replace("ada", "bea") == shape(unknown)
    assert set(known.headers) == set(unknown.headers)


def shape(response):
    """The page without what is never the same twice."""
    page = response.body.decode()
    return re.sub(r'(name="_xsrf" value=|<code>)[^>]*>', "", page)


@pytest.mark.parametrize(
    ("username", "password", "field"),
    [("", PASSWORD, "username"), ("ada", "", "password")],
)
async def test_an_empty_field_is_asked_for(ada, username, password, field):
    response = await ada.signs_in(username, password)

    assert response.code == 422
    assert text_of(response, f"{field}-problem").startswith("Enter")


async def test_a_refused_form_keeps_the_name_and_not_the_password(ada):
    page = (await ada.signs_in("ada", "not the password")).body.decode()

    assert 'name="username" value="ada"' in page
    assert "not the password" not in page


async def test_the_name_may_be_written_otherwise(ada, bea):
    await ada.signs_up("Ada Lovelace")

    assert (await bea.signs_in(" ada  LOVELACE ")).code == 303


async def test_a_password_may_be_composed_otherwise(ada, bea):
    await ada.signs_up(password="ein schönes Passwort")

    assert (await bea.signs_in(password="ein scho\u0308nes Passwort")).code == 303


async def test_the_session_has_a_new_id_and_keeps_what_it_held(ada, bea, sessions):
    await ada.signs_up()
    await bea.introduce("Bea")
    before = bea.cookies["session"]

    await bea.signs_in()

    after = bea.cookies["session"]
    assert after != before
    assert text_of(await bea.get("/"), "visits") == "2"
    bea.cookies["session"] = before
    assert not await bea.is_signed_in()


@pytest.mark.logs("Form token was refused")
@pytest.mark.parametrize("introduced", [True, False])
async def test_a_token_from_before_the_sign_in_is_refused_after_it(
    ada, bea, introduced
):
    await ada.signs_up()
    if introduced:
        await bea.introduce("Bea")
    await bea.get("/preferences")
    before = bea.token()

    await bea.signs_in()

    response = await bea.post("/preferences", {"theme": "dark"}, token=before)
    assert response.code == 403


@pytest.mark.logs("Form token was refused")
async def test_nobody_can_be_signed_in_from_elsewhere(ada, bea):
    await ada.signs_up()

    response = await bea.post(
        "/sign-in", {"username": "ada", "password": PASSWORD}, token=""
    )

    assert response.code == 403
    assert not await bea.is_signed_in()


async def test_the_wish_where_to_go_survives_a_mistake(ada, bea):
    await ada.signs_up()
    page = (await bea.get("/sign-in?next=%2Fpreferences")).body.decode()
    assert 'name="next" value="/preferences"' in page

    refused = await bea.signs_in(password="wrong", next="/preferences")
    accepted = await bea.signs_in(next="/preferences")

    assert 'name="next" value="/preferences"' in refused.body.decode()
    assert accepted.headers["Location"] == "/preferences"


async def test_a_place_elsewhere_is_forgotten(ada, bea):
    await ada.signs_up()
    page = (await bea.get("/sign-in?next=https://evil.example/")).body.decode()
    assert "evil.example" not in page

    response = await bea.signs_in(next="//evil.example/")

    assert response.headers["Location"] == "/"


async def test_preferences_follow_the_account_to_another_device(ada, bea):
    await ada.signs_up()
    await ada.prefer(name="Ada", theme="dark", language="de", time_zone="Asia/Tokyo")

    await bea.signs_in()

    response = await bea.get("/")
    assert text_of(response, "greeting") == "Hallo, Ada!"
    assert html_tag(response) == '<html lang="de" dir="ltr" data-theme="dark">'
    assert "Tokio" in response.body.decode()


async def test_the_account_s_preferences_win_and_the_others_are_added(ada, bea):
    await ada.signs_up()
    await ada.prefer(name="Ada", theme="system")
    await bea.introduce("Bea")
    await bea.prefer(theme="dark", language="de")

    await bea.signs_in()

    for device in (ada, bea):
        response = await device.get("/")
        assert text_of(response, "greeting") == "Hallo, Ada!"
        assert html_tag(response) == '<html lang="de" dir="ltr" data-theme="system">'


async def test_a_change_on_one_device_is_seen_on_the_other(ada, bea):
    await ada.signs_up()
    await bea.signs_in()

    await ada.prefer(theme="dark")
    await bea.introduce("Ada")

    for device in (ada, bea):
        response = await device.get("/")
        assert 'data-theme="dark"' in html_tag(response)
        assert text_of(response, "greeting") == "Hello, Ada!"


async def test_a_reset_is_the_account_s_too(ada, bea):
    await ada.signs_up()
    await ada.prefer(theme="dark")
    await bea.signs_in()
    await bea.get("/preferences")

    await bea.post("/preferences/reset", {})

    assert 'data-theme="system"' in html_tag(await ada.get("/"))


async def test_another_user_gets_nothing_of_the_one_before(ada, bea):
    await bea.signs_up("bea")
    await ada.prefer(name="Ada", theme="dark")
    await ada.signs_up("ada")

    await ada.signs_in("bea")

    response = await ada.get("/")
    assert text_of(response, "greeting") == "Hello, stranger!"
    assert 'data-theme="system"' in html_tag(response)


async def test_a_deleted_account_is_signed_in_nowhere(ada, accounts, sessions):
    await ada.signs_up()
    await accounts._store._write(
        "delete", lambda db: db.execute("DELETE FROM accounts")
    )

    assert not await ada.is_signed_in()
    assert await sessions.count() == 0


async def test_a_password_manager_knows_what_the_fields_are(ada):
    page = (await ada.get("/sign-in")).body.decode()

    assert 'autocomplete="username"' in page
    assert 'type="password" autocomplete="current-password"' in page


async def test_the_greeting_says_how_long_a_sign_in_is_kept(ada):
    await ada.signs_up()

    page = (await ada.get("/")).body.decode()

    assert "signed in for 7 days after your last visit" in page
    assert "We keep this" not in page


@pytest.mark.parametrize("path", ["/sign-in", "/sign-up"])
async def test_the_form_says_how_long_a_sign_in_lasts(ada, path):
    page = (await ada.get(path)).body.decode()

    assert "signed in on this device for 7 days after your last visit" in page
    assert "and for 30 days at most" in page


async def test_the_form_says_what_to_do_about_a_forgotten_password(ada):
    page = (await ada.get("/sign-in")).body.decode()

    assert "Forgotten your password?" in page
