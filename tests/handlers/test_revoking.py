"""Tests of ending one's other sessions."""

from datetime import timedelta

import pytest

from tests.accounts import busy
from tests.handlers.devices import handle_of, revoke, revoke_others, sessions_page
from tests.handlers.signing import PASSWORD
from tests.handlers.visitor import text_of
from tornado_app.throttling import ACCOUNT

A_WHILE = timedelta(minutes=10, seconds=1)


async def test_ending_one_session_ends_that_one_at_once(laptop, phone):
    handle = await handle_of(phone, seen_by=laptop)

    response = await revoke(laptop, handle)

    assert (response.code, response.headers["Location"]) == (303, "/sessions")
    assert not await phone.is_signed_in()
    assert await laptop.is_signed_in()


async def test_ending_all_others_spares_this_one_and_other_users(
    laptop, phone, stranger
):
    response = await revoke_others(laptop)

    assert (response.code, response.headers["Location"]) == (303, "/sessions")
    assert "All other sessions have ended." in await sessions_page(laptop)
    assert not await phone.is_signed_in()
    assert await laptop.is_signed_in()
    assert await stranger.is_signed_in()


async def test_nobody_ends_another_user_s_session(laptop, stranger, phone):
    handle = await handle_of(phone, seen_by=laptop)

    response = await revoke(stranger, handle)

    assert response.code == 404
    assert await phone.is_signed_in()


@pytest.mark.parametrize("handle", ["x", "A" * 16, "0" * 500, "revoke-others"])
async def test_a_handle_of_no_session_is_a_404(laptop, handle):
    assert (await revoke(laptop, handle)).code == 404


async def test_ending_this_session_is_signing_out(laptop, phone):
    handle = await handle_of(laptop, seen_by=phone)

    response = await revoke(laptop, handle)

    assert response.headers["Location"] == "/"
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not await laptop.is_signed_in()


async def test_a_stranger_can_end_nothing(laptop, phone, ada):
    handle = await handle_of(phone, seen_by=laptop)
    await ada.get("/")

    assert (await ada.post(f"/sessions/{handle}/revoke", {})).code == 303
    assert (await ada.post("/sessions/revoke-others", {})).code == 303
    assert await phone.is_signed_in()


@pytest.mark.parametrize("path", ["/sessions/x/revoke", "/sessions/revoke-others"])
async def test_nothing_ends_by_a_link(laptop, phone, path):
    assert (await laptop.get(path)).code == 405
    assert await phone.is_signed_in()


@pytest.mark.logs("Form token was refused")
@pytest.mark.parametrize("path", ["/sessions/x/revoke", "/sessions/revoke-others"])
async def test_nothing_ends_by_a_form_from_elsewhere(laptop, phone, path):
    assert (await laptop.post(path, {}, token="")).code == 403
    assert await phone.is_signed_in()


class TestLongAfterTheSignIn:
    @pytest.fixture(autouse=True)
    def a_while_later(self, laptop, phone, clock):
        clock.now += A_WHILE

    async def test_the_password_is_asked_for_on_a_page_of_its_own(self, laptop, phone):
        handle = await handle_of(phone, seen_by=laptop)

        response = await revoke(laptop, handle)

        page = response.body.decode()
        assert response.code == 403
        assert f'action="/sessions/{handle}/revoke"' in page
        assert "<h1>Sign out Safari on iPhone</h1>" in page
        assert 'autocomplete="current-password"' in page
        assert await phone.is_signed_in()

    async def test_with_the_password_it_ends_and_the_id_is_new(self, laptop, phone):
        before = laptop.cookies["session"]

        response = await revoke_others(laptop, password=PASSWORD)

        assert response.code == 303
        assert laptop.cookies["session"] != before
        assert not await phone.is_signed_in()
        laptop.cookies["session"] = before
        assert not await laptop.is_signed_in()

    async def test_after_that_it_is_not_asked_for_again(self, laptop, phone):
        await revoke_others(laptop, password=PASSWORD)
        await phone.signs_in()

        assert (await revoke_others(laptop)).code == 303
        assert not await phone.is_signed_in()

    async def test_an_empty_field_is_no_try(self, laptop, phone, hashing, monkeypatch):
        with monkeypatch.context() as patch:
            patch.setattr(hashing, "verify", busy)
            for _ in range(ACCOUNT.free + 1):
                response = await revoke_others(laptop, password="")
                assert response.code == 422
                assert text_of(response, "password-problem") == "Enter your password."

        assert await phone.is_signed_in()
        assert (await revoke_others(laptop, password=PASSWORD)).code == 303

    @pytest.mark.parametrize("password", ["wrong", PASSWORD + " "])
    async def test_with_a_wrong_password_nothing_ends(self, laptop, phone, password):
        response = await revoke_others(laptop, password=password)

        assert response.code == 403
        assert "not your password" in text_of(response, "password-problem")
        assert await phone.is_signed_in()

    async def test_wrong_passwords_are_throttled_here_too(self, laptop, phone):
        for _ in range(10):
            await revoke_others(laptop, password="wrong")

        response = await revoke_others(laptop, password=PASSWORD)

        assert response.code == 429
        assert response.headers["Retry-After"] == "30"
        assert await phone.is_signed_in()

    async def test_signing_out_asks_for_nothing(self, laptop):
        assert (await laptop.signs_out()).code == 303


async def test_a_sign_in_is_fresh_for_exactly_ten_minutes(laptop, phone, clock):
    clock.now += timedelta(minutes=10)

    assert (await revoke_others(laptop)).code == 303
