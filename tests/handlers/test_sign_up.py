"""Tests of the sign-up page."""

import pytest

from tests.handlers.signing import PASSWORD
from tests.handlers.visitor import html_tag, text_of


async def test_signing_up_signs_in(ada, sessions):
    response = await ada.signs_up()

    assert (response.code, response.headers["Location"]) == (303, "/")
    assert await ada.is_signed_in()
    assert await sessions.count() == 1


async def test_it_says_so_on_the_next_page_once(ada):
    await ada.signs_up()

    assert "Your account is ready." in (await ada.get("/")).body.decode()
    assert "Your account is ready." not in (await ada.get("/")).body.decode()


async def test_what_the_anonymous_session_held_is_kept(ada):
    await ada.introduce("Ada")
    await ada.prefer(theme="dark")

    await ada.signs_up()

    response = await ada.get("/")
    assert text_of(response, "greeting") == "Hello, Ada!"
    assert text_of(response, "visits") == "2"
    assert 'data-theme="dark"' in html_tag(response)


async def test_the_password_is_not_in_the_database(ada, accounts_file):
    await ada.signs_up()

    kept = b"".join(f.read_bytes() for f in accounts_file.parent.glob("accounts.db*"))
    assert PASSWORD.encode() not in kept
    assert b"$argon2id$" in kept


@pytest.mark.parametrize(
    ("username", "password", "field", "words"),
    [
        ("", PASSWORD, "username", "Enter a user name."),
        (" ", PASSWORD, "username", "Enter a user name."),
        ("x" * 61, PASSWORD, "username", "at most 60 characters"),
        ("a\x00da", PASSWORD, "username", "cannot be shown"),
        ("a\u200bda", PASSWORD, "username", "cannot be shown"),
        ("ada", "", "password", "15 characters or more"),
        ("ada", "x y z 7 8 9 0 ä", "password", None),
        ("ada", "x y z 7 8 9 0 ", "password", "15 characters or more"),
        ("ada", "manchesterunited", "password", "Many people use"),
        ("adalovelace", "adalovelace1815", "password", "too much like"),
        ("ada", "x y" * 400, "password", "at most 1024 characters"),
    ],
)
async def test_what_cannot_be_an_account_is_explained(
    ada, sessions, username, password, field, words
):
    response = await ada.signs_up(username, password)

    page = response.body.decode()
    if words is None:
        assert response.code == 303
        return
    assert response.code == 422
    assert "<title>Error: Sign up" in page
    assert words in text_of(response, f"{field}-problem")
    assert f'href="#{field}"' in page
    assert await sessions.count() == 0


async def test_a_refused_form_keeps_all_that_was_typed_but_the_password(ada):
    response = await ada.signs_up("ada & co", "sesame street", next="/preferences")

    page = response.body.decode()
    assert 'value="ada &amp; co"' in page
    assert 'name="next" value="/preferences"' in page
    assert "sesame street" not in page


@pytest.mark.parametrize("again", ["ada", "ADA", " Ada ", "ａｄａ"])
async def test_a_name_is_given_once_however_it_is_written(ada, bea, again):
    await ada.signs_up("ada")

    response = await bea.signs_up(again, "another fine password")

    assert response.code == 422
    assert "Somebody has this user name" in text_of(response, "username-problem")
    assert not await bea.is_signed_in()


@pytest.mark.parametrize("missing", ["username", "password"])
async def test_a_form_without_a_field_is_a_400(ada, missing):
    await ada.get("/sign-up")
    fields = {"username": "ada", "password": PASSWORD}
    del fields[missing]

    assert (await ada.post("/sign-up", fields)).code == 400


async def test_it_goes_on_to_where_the_visitor_wanted(ada):
    response = await ada.signs_up(next="/preferences")

    assert response.headers["Location"] == "/preferences"


@pytest.mark.logs("Form token was refused")
async def test_a_token_from_before_the_sign_up_is_refused_after_it(ada):
    await ada.get("/preferences")
    before = ada.token()

    await ada.signs_up()

    response = await ada.post("/preferences", {"theme": "dark"}, token=before)
    assert response.code == 403


async def test_a_password_manager_knows_what_the_fields_are(ada):
    page = (await ada.get("/sign-up")).body.decode()

    assert 'autocomplete="username"' in page
    assert 'type="password" autocomplete="new-password"' in page


async def test_the_rules_are_told_beforehand(ada):
    hint = text_of(await ada.get("/sign-up"), "password-hint")

    assert "15 characters or more" in hint


async def test_the_page_speaks_the_visitor_s_language(ada):
    page = (await ada.get("/sign-up", Accept_Language="de")).body.decode()

    assert "<h1>Konto anlegen</h1>" in page


async def test_the_link_to_the_sign_in_is_not_to_this_page(visitor):
    current = 'href="/sign-in" aria-current="page"'

    assert current in (await visitor.get("/sign-in")).body.decode()
    assert current not in (await visitor.get("/sign-up")).body.decode()
