"""Tests of changing the password."""

import pytest

from tests.accounts import busy
from tests.handlers.signing import PASSWORD
from tests.handlers.visitor import text_of
from tornado_app.sign_ins import Ended
from tornado_app.throttling import ACCOUNT

NEW = "staple battery horse correct"


@pytest.fixture
async def phone(ada, bea):
    """Ada's other device."""
    await ada.signs_up()
    await bea.signs_in()
    return bea


async def change(person, old=PASSWORD, new=NEW, **fields):
    await person.get("/account/password")
    typed = {"old_password": old, "password": new}
    return await person.post("/account/password", typed | fields)


async def test_the_page_is_for_those_who_are_signed_in(ada):
    await ada.get("/")

    for response in (
        await ada.get("/account/password"),
        await ada.post("/account/password", {"old_password": "", "password": NEW}),
    ):
        assert response.code == 303
        assert response.headers["Location"] == "/sign-in?next=%2Faccount%2Fpassword"


async def test_the_rules_stand_on_the_page_beforehand(ada):
    await ada.signs_up()

    page = (await ada.get("/account/password")).body.decode()

    assert "15 characters or more, of any kind" in page


async def test_a_password_manager_knows_what_the_fields_are(ada):
    await ada.signs_up()

    page = (await ada.get("/account/password")).body.decode()

    assert 'name="username" value="ada" autocomplete="username"' in page
    assert 'name="old_password" type="password" autocomplete="current-password"' in page
    assert 'name="password" type="password" autocomplete="new-password"' in page


async def test_the_new_password_signs_in_and_the_old_does_not(ada, bea):
    await ada.signs_up()

    response = await change(ada)

    assert (response.code, response.headers["Location"]) == (303, "/account")
    assert (await bea.signs_in(password=PASSWORD)).code == 403
    assert (await bea.signs_in(password=NEW)).code == 303


async def test_other_devices_are_signed_out_and_this_one_has_a_new_id(ada, phone):
    before = ada.cookies["session"]

    await change(ada)

    page = (await ada.get("/account")).body.decode()
    assert "Your other devices are signed out." in page
    assert not await phone.is_signed_in()
    assert ada.cookies["session"] != before
    ada.cookies["session"] = before
    assert not await ada.is_signed_in()


async def test_signing_the_others_out_is_chosen_already(ada):
    await ada.signs_up()

    page = (await ada.get("/account/password")).body.decode()

    assert 'value="end" checked' in page
    assert 'value="keep">' in page


async def test_other_devices_stay_when_that_is_chosen(ada, phone):
    before = ada.cookies["session"]

    await change(ada, others="keep")

    page = (await ada.get("/account")).body.decode()
    assert "Your other devices stay signed in." in page
    assert await phone.is_signed_in()
    assert ada.cookies["session"] != before


async def test_a_choice_that_there_is_not_signs_them_out(ada, phone):
    await change(ada, others="x")

    assert not await phone.is_signed_in()


async def test_the_reason_is_noted_for_the_other_devices(ada, phone, accounts, clock):
    await change(ada)

    account = await accounts.authenticate("ada", NEW, address="", device="")
    reasons = {
        (sign_in.ended, sign_in.ended_at)
        for sign_in in await accounts.sign_ins_of(account.id)
    }
    assert reasons == {(None, None), (Ended.PASSWORD_CHANGED, clock.now)}


async def test_the_sessions_of_others_stay(ada, bea):
    await bea.signs_up("bea")
    await ada.signs_up("ada")

    await change(ada)

    assert await bea.is_signed_in()


@pytest.mark.parametrize("old", ["wrong", PASSWORD + " ", PASSWORD.upper()])
async def test_a_wrong_old_password_changes_nothing(ada, phone, old):
    response = await change(ada, old)

    assert response.code == 403
    assert text_of(response, "old_password-problem") == "That is not your password."
    assert await phone.is_signed_in()
    assert (await phone.signs_in(password=PASSWORD)).code == 303


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ("", NEW, "old_password", "Enter your password."),
        (PASSWORD, "", "password", "too short"),
        (PASSWORD, "fourteen chars", "password", "too short"),
        (PASSWORD, "x" * 1_025, "password", "too long"),
        (PASSWORD, "passwordpassword", "password", "Many people use"),
    ],
)
async def test_what_cannot_be_stored_is_named_at_its_field(
    ada, phone, old, new, field, words
):
    response = await change(ada, old, new)

    assert response.code == 422
    assert words in text_of(response, f"{field}-problem")
    assert await phone.is_signed_in()
    assert (await phone.signs_in(password=PASSWORD)).code == 303


async def test_a_refused_form_keeps_the_choice_and_no_password(ada):
    await ada.signs_up()

    page = (await change(ada, "wrong secret", others="keep")).body.decode()

    assert 'value="keep" checked' in page
    assert "<title>Error:" in page
    assert 'href="#old_password"' in page
    assert "wrong secret" not in page
    assert NEW not in page


async def test_wrong_passwords_are_throttled_here_too(ada):
    await ada.signs_up()
    for _ in range(ACCOUNT.free):
        await change(ada, "wrong")

    response = await change(ada)

    assert response.code == 429
    assert response.headers["Retry-After"] == "30"
    assert "Wait 30 seconds" in text_of(response, "old_password-problem")


@pytest.mark.parametrize("missing", ["old_password", "password"])
async def test_a_form_without_its_fields_is_a_400(ada, missing):
    await ada.signs_up()
    await ada.get("/account/password")
    fields = {"old_password": PASSWORD, "password": NEW}
    del fields[missing]

    assert (await ada.post("/account/password", fields)).code == 400


@pytest.mark.logs("Form token was refused")
async def test_no_form_from_elsewhere_changes_it(ada, phone):
    response = await ada.post(
        "/account/password", {"old_password": PASSWORD, "password": NEW}, token=""
    )

    assert response.code == 403
    assert (await phone.signs_in(password=PASSWORD)).code == 303


@pytest.mark.logs("503 POST /account/password")
@pytest.mark.parametrize("work", ["verify", "hash"])
async def test_while_too_many_passwords_wait_nothing_changes(
    ada, phone, hashing, monkeypatch, work
):
    with monkeypatch.context() as patch:
        patch.setattr(hashing, work, busy)
        response = await change(ada)

    assert response.code == 503
    assert response.headers["Retry-After"] == "5"
    assert "Very many people" in text_of(response, "old_password-problem")
    assert await phone.is_signed_in()
    assert (await phone.signs_in(password=PASSWORD)).code == 303
