"""Tests of the page where people see and end their sessions."""

import re
from datetime import timedelta

import pytest

from tests.handlers.signing import PASSWORD, Person
from tests.handlers.visitor import text_of

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)
A_WHILE = timedelta(minutes=10, seconds=1)


class Device(Person):
    """A person's browser that says what it is."""

    user_agent = FIREFOX

    async def send(self, method, path, *, headers, body=None):
        headers = {"User-Agent": self.user_agent} | headers
        return await super().send(method, path, headers=headers, body=body)


@pytest.fixture
async def laptop(http_client, base_url):
    laptop = Device(http_client, base_url)
    await laptop.signs_up("ada")
    return laptop


@pytest.fixture
async def phone(http_client, base_url, laptop):
    phone = Device(http_client, base_url)
    phone.user_agent = SAFARI
    await phone.signs_in("ada")
    return phone


@pytest.fixture
async def stranger(http_client, base_url):
    stranger = Device(http_client, base_url)
    await stranger.signs_up("eve")
    return stranger


async def sessions_page(device):
    return (await device.get("/sessions")).body.decode()


def part(page, heading):
    """What stands under a heading, as text."""
    found = re.search(rf"<h2[^>]*>{heading}</h2>(.*?)</section>", page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", found[1]).split()) if found else ""


async def handle_of(device, *, seen_by):
    """The handle that the page of another device shows."""
    return re.findall(r'"/sessions/([^/"]+)/revoke"', await sessions_page(seen_by))[0]


async def revoke(device, handle, **fields):
    await device.get("/sessions")
    return await device.post(f"/sessions/{handle}/revoke", fields)


async def revoke_others(device, **fields):
    await device.get("/sessions")
    return await device.post("/sessions/revoke-others", fields)


async def test_a_stranger_is_asked_to_sign_in_first(ada):
    response = await ada.get("/sessions")

    assert response.code == 303
    assert response.headers["Location"] == "/sign-in?next=/sessions"


async def test_this_device_comes_first_then_the_others(laptop, phone):
    page = await sessions_page(laptop)

    assert "Firefox on Linux" in part(page, "This device")
    assert "Safari on iPhone" in part(page, "Other devices")
    assert "Firefox" not in part(page, "Other devices")
    assert page.index("This device") < page.index("Other devices")


async def test_a_session_shows_its_times_and_where_it_came_from(laptop, phone, clock):
    clock.now += timedelta(hours=1)

    text = part(await sessions_page(laptop), "Other devices")

    assert "Signed in November 24, 2026" in text
    assert "Last active 1 hour ago" in text
    assert "Ends, unless it is used December 1, 2026" in text
    assert "Ends at the latest December 24, 2026" in text
    assert "Address 127.0.0.1" in text


async def test_no_other_user_s_session_is_shown(laptop, stranger):
    assert "You are signed in nowhere else." in await sessions_page(laptop)


async def test_a_button_names_the_device_it_signs_out(laptop, phone):
    assert ">Sign out Safari on iPhone</button>" in await sessions_page(laptop)


async def test_the_limit_of_sessions_is_told(laptop):
    assert "up to 20 sessions" in await sessions_page(laptop)


async def test_ending_one_session_ends_that_one_at_once(laptop, phone):
    handle = await handle_of(phone, seen_by=laptop)

    response = await revoke(laptop, handle)

    assert (response.code, response.headers["Location"]) == (303, "/sessions")
    assert not await phone.is_signed_in()
    assert await laptop.is_signed_in()


async def test_what_ended_lately_is_shown_with_the_reason(laptop, phone, clock):
    await revoke(laptop, await handle_of(phone, seen_by=laptop))
    await phone.signs_in()
    await phone.signs_out()

    text = part(await sessions_page(laptop), "Ended recently")

    assert "Safari on iPhone You ended it from another device." in text
    assert "Safari on iPhone You signed out there." in text


async def test_a_session_that_ended_by_itself_is_shown_too(laptop, phone, clock):
    clock.now += timedelta(days=5)
    await laptop.get("/")
    clock.now += timedelta(days=5)

    text = part(await sessions_page(laptop), "Ended recently")

    assert "It ended by itself" in text


async def test_what_ended_is_forgotten_after_28_days(laptop, phone, clock):
    await phone.signs_out()
    clock.now += timedelta(days=27)
    await laptop.signs_in()
    assert "You signed out there." in await sessions_page(laptop)

    clock.now += timedelta(days=1)

    assert "You signed out there." not in await sessions_page(laptop)


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
        assert "<h1>End a session on another device</h1>" in page
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

    @pytest.mark.parametrize("password", ["", "wrong", PASSWORD + " "])
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


async def test_a_device_that_was_signed_out_is_told_when(laptop, phone):
    await revoke_others(laptop)

    page = (await phone.get("/preferences")).body.decode()

    words = "Another device of yours signed this one out on November 24, 2026, 9:30"
    assert words in page


async def test_it_is_told_no_more_once_it_is_signed_in_again(laptop, phone):
    await revoke_others(laptop)

    await phone.signs_in()

    assert "signed this one out" not in (await phone.get("/")).body.decode()


async def test_who_signed_out_themselves_is_told_nothing(laptop):
    cookie = laptop.cookies["session"]
    await laptop.signs_out()
    laptop.cookies["session"] = cookie

    assert "signed this one out" not in (await laptop.get("/")).body.decode()


async def test_a_made_up_cookie_is_told_nothing(laptop, phone, ada):
    handle = await handle_of(phone, seen_by=laptop)
    await revoke_others(laptop)

    cookie = phone.cookies["session"]
    ada.cookies["session"] = cookie[:-1] + ("1" if cookie[-1] == "0" else "0")
    page = (await ada.get("/")).body.decode()
    ada.cookies["session"] = handle + "A" * 44

    assert "signed this one out" not in page
    assert "signed this one out" not in (await ada.get("/")).body.decode()
