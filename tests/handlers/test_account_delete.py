"""Tests of deleting an account."""

from datetime import timedelta

import pytest

from tests.accounts import busy
from tests.handlers.signing import PASSWORD
from tests.handlers.visitor import html_tag, text_of
from tornado_app.throttling import ACCOUNT

A_WHILE = timedelta(minutes=10, seconds=1)


@pytest.fixture
async def phone(ada, bea):
    """Ada's other device."""
    await ada.signs_up()
    await bea.signs_in()
    return bea


async def delete(person, **fields):
    await person.get("/account/delete")
    return await person.post("/account/delete", fields)


async def test_the_page_is_for_those_who_are_signed_in(ada):
    await ada.get("/")

    for response in (
        await ada.get("/account/delete"),
        await ada.post("/account/delete", {}),
    ):
        assert response.code == 303
        assert response.headers["Location"] == "/sign-in?next=%2Faccount%2Fdelete"


async def test_looking_at_the_page_deletes_nothing(ada):
    await ada.signs_up()

    page = (await ada.get("/account/delete")).body.decode()

    assert "Nobody can bring it back" in page
    assert ">Delete the account of ada</button>" in page
    assert 'type="password"' not in page
    assert await ada.is_signed_in()


async def test_the_account_is_gone_and_its_name_is_free(ada, phone):
    response = await delete(ada)

    assert (response.code, response.headers["Location"]) == (303, "/account/deleted")
    assert (await phone.signs_in()).code == 403
    assert (await phone.signs_up()).code == 303


async def test_every_device_is_signed_out_at_once(ada, phone, sessions):
    stolen = ada.cookies["session"]

    await delete(ada)

    assert await sessions.count() == 0
    assert not await phone.is_signed_in()
    ada.cookies["session"] = stolen
    assert not await ada.is_signed_in()


async def test_nothing_that_the_account_knew_is_left(ada, accounts_file):
    await ada.signs_up("Countess of Lovelace")
    await ada.prefer(name="Augusta Byron")

    await delete(ada)

    page = await ada.get("/")
    assert text_of(page, "greeting") == "Hello, stranger!"
    assert 'data-theme="system"' in html_tag(page)
    next_owner = await ada.signs_up("Countess of Lovelace")
    assert next_owner.code == 303
    assert text_of(await ada.get("/"), "greeting") == "Hello, stranger!"


async def test_the_browser_is_told_to_forget_its_copies(ada):
    await ada.signs_up()

    response = await delete(ada)

    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert response.headers["Cache-Control"] == "no-store"


async def test_the_last_page_says_goodbye_and_knows_nobody(ada, sessions):
    await ada.signs_up()
    await delete(ada)

    page = (await ada.get("/account/deleted")).body.decode()

    assert "Your account is deleted" in page
    assert 'href="/sign-in"' in page
    assert await sessions.count() == 0


async def test_that_page_is_not_for_those_who_have_an_account(ada):
    await ada.signs_up()

    response = await ada.get("/account/deleted")

    assert (response.code, response.headers["Location"]) == (303, "/account")


async def test_other_accounts_stay(ada, bea):
    await bea.signs_up("bea")
    await ada.signs_up("ada")

    await delete(ada)

    assert await bea.is_signed_in()


@pytest.mark.logs("Form token was refused")
async def test_no_form_from_elsewhere_deletes_it(ada):
    await ada.signs_up()

    assert (await ada.post("/account/delete", {}, token="")).code == 403
    assert await ada.is_signed_in()


async def test_a_sign_in_is_fresh_for_exactly_ten_minutes(ada, clock):
    await ada.signs_up()
    clock.now += timedelta(minutes=10)

    assert (await delete(ada)).code == 303


class TestLongAfterTheSignIn:
    @pytest.fixture(autouse=True)
    async def a_while_later(self, ada, clock):
        await ada.signs_up()
        clock.now += A_WHILE

    async def test_the_page_asks_for_the_password(self, ada):
        page = (await ada.get("/account/delete")).body.decode()

        assert "enter your password" in page
        assert 'autocomplete="current-password"' in page
        assert 'name="username" value="ada" autocomplete="username"' in page

    async def test_without_it_the_account_stays(self, ada):
        response = await delete(ada)

        assert response.code == 403
        assert 'autocomplete="current-password"' in response.body.decode()
        assert await ada.is_signed_in()

    async def test_an_empty_field_is_no_try(self, ada):
        for _ in range(ACCOUNT.free + 1):
            response = await delete(ada, password="")
            assert response.code == 422
            assert text_of(response, "password-problem") == "Enter your password."

        assert (await delete(ada, password=PASSWORD)).code == 303

    @pytest.mark.parametrize("password", ["wrong", PASSWORD + " "])
    async def test_with_a_wrong_one_the_account_stays(self, ada, password):
        response = await delete(ada, password=password)

        assert response.code == 403
        assert text_of(response, "password-problem") == "That is not your password."
        assert await ada.is_signed_in()

    async def test_with_the_password_it_is_deleted(self, ada, sessions):
        response = await delete(ada, password=PASSWORD)

        assert response.headers["Location"] == "/account/deleted"
        assert await sessions.count() == 0
        assert (await ada.signs_in()).code == 403

    async def test_the_password_of_another_account_is_wrong(self, ada, bea):
        await bea.signs_up("bea", "another battery staple")

        response = await delete(ada, password="another battery staple")

        assert response.code == 403
        assert await ada.is_signed_in()

    async def test_wrong_passwords_are_throttled_here_too(self, ada):
        for _ in range(ACCOUNT.free):
            await delete(ada, password="wrong")

        response = await delete(ada, password=PASSWORD)

        assert response.code == 429
        assert response.headers["Retry-After"] == "30"
        assert await ada.is_signed_in()

    @pytest.mark.logs("503 POST /account/delete")
    async def test_while_too_many_passwords_wait_it_stays(
        self, ada, hashing, monkeypatch
    ):
        with monkeypatch.context() as patch:
            patch.setattr(hashing, "verify", busy)
            response = await delete(ada, password=PASSWORD)

        assert response.code == 503
        assert response.headers["Retry-After"] == "5"
        assert await ada.is_signed_in()
