"""Tests of the page where people see their sessions."""

from datetime import timedelta

from tests.handlers.devices import (
    Device,
    handle_of,
    part,
    revoke,
    sessions_page,
)
from tests.handlers.signing import PASSWORD
from tornado_app.devices import MAX_LENGTH


async def test_a_stranger_is_asked_to_sign_in_first(ada):
    response = await ada.get("/sessions")

    assert response.code == 303
    assert response.headers["Location"] == "/sign-in?next=%2Fsessions"


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


async def test_this_device_was_active_just_now_and_ends_later_for_it(laptop, clock):
    clock.now += timedelta(days=2)

    text = part(await sessions_page(laptop), "This device")

    assert "Last active just now (November 26, 2026" in text
    assert "Ends, unless it is used December 3, 2026" in text


async def test_an_end_that_no_use_moves_is_shown_once(laptop, clock):
    for _ in range(4):
        clock.now += timedelta(days=6)
        await laptop.get("/")

    text = part(await sessions_page(laptop), "This device")

    assert "unless it is used" not in text
    assert "Ends at the latest December 24, 2026" in text


async def test_times_are_those_of_the_visitor_s_zone(laptop):
    assert "Times are by our clock (UTC)." in await sessions_page(laptop)

    await laptop.prefer(time_zone="Asia/Tokyo")

    page = await sessions_page(laptop)
    assert "Times are those of Tokyo." in page
    assert "Signed in November 24, 2026, 6:30" in part(page, "This device")


async def test_the_page_says_why_it_shows_no_place(laptop):
    assert "We show no places: an address only hints" in await sessions_page(laptop)


async def test_what_a_browser_says_of_itself_is_shown_as_it_is(laptop, phone):
    text = part(await sessions_page(laptop), "Other devices")

    assert "says of itself Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like" in text


async def test_a_hostile_browser_can_only_say_text(laptop, http_client, base_url):
    thief = Device(http_client, base_url)
    bidi = "\u202egpj.exe\u2066".encode().decode("latin-1")
    thief.user_agent = f'Firefox/1 Linux "><script>alert(1)</script>\x9b{bidi}{{{{1}}}}'
    await thief.signs_in("ada")

    page = await sessions_page(laptop)

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\ufffd" in page
    assert not set("\x9b\u202e\u2066") & set(page)
    assert "{{1}}" in page


async def test_of_a_very_long_user_agent_the_beginning_is_kept(
    laptop, http_client, base_url
):
    talker = Device(http_client, base_url)
    talker.user_agent = "Firefox/1 Linux " + "x" * 60_000
    await talker.signs_in("ada")

    page = await sessions_page(laptop)

    assert "Firefox on Linux" in part(page, "Other devices")
    kept = MAX_LENGTH - len("Firefox/1 Linux ")
    assert "x" * kept in page
    assert "x" * (kept + 1) not in page


async def test_the_client_hints_name_the_browser_and_its_system(laptop, base_url):
    await laptop.signs_out()
    hints = {
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/139.0.0.0 Safari/537.36",
        "Sec-CH-UA": '"Not;A=Brand";v="99", "Brave";v="139", "Chromium";v="139"',
        "Sec-CH-UA-Platform": '"Windows"',
    }
    await laptop.get("/sign-in")
    typed = {"username": "ada", "password": PASSWORD}
    await laptop.post("/sign-in", typed, **hints)

    assert "Brave on Windows" in part(await sessions_page(laptop), "This device")


async def test_no_browser_is_asked_for_more_than_it_says(laptop):
    for path in ("/", "/sign-in", "/sessions"):
        headers = (await laptop.get(path)).headers
        assert "Accept-CH" not in headers
        assert "Critical-CH" not in headers


async def test_no_other_user_s_session_is_shown(laptop, stranger):
    assert "You are signed in nowhere else." in await sessions_page(laptop)


async def test_a_button_names_the_device_it_signs_out(laptop, phone):
    assert ">Sign out Safari on iPhone</button>" in await sessions_page(laptop)


async def test_the_limit_of_sessions_is_told(laptop):
    assert "up to 20 sessions" in await sessions_page(laptop)


async def test_what_ended_lately_is_shown_with_the_reason(laptop, phone, clock):
    await revoke(laptop, await handle_of(phone, seen_by=laptop))
    await phone.signs_in()
    await phone.signs_out()

    text = part(await sessions_page(laptop), "Ended recently")

    assert "Safari on iPhone You ended it from another device." in text
    assert "Safari on iPhone You signed out there." in text


async def test_the_one_too_many_is_shown_as_that(
    laptop, phone, clock, http_client, base_url, sessions
):
    clock.now += timedelta(minutes=2)
    await phone.get("/")
    most = sessions.policy.max_sessions_per_user
    for _ in range(most - 1):
        clock.now += timedelta(seconds=1)
        await Device(http_client, base_url).signs_in("ada")

    page = await sessions_page(phone)

    text = part(page, "Ended recently")
    assert "Firefox on Linux It was one too many when you signed in" in text
    assert page.count('/revoke"') == most - 1
    assert not await laptop.is_signed_in()


async def test_what_cannot_have_run_out_was_ended_by_the_site(laptop, phone, sessions):
    handle = await handle_of(phone, seen_by=laptop)
    await sessions.revoke(handle)

    text = part(await sessions_page(laptop), "Ended recently")

    assert "This site ended it, none of your devices did." in text


async def test_who_signs_in_to_another_account_leaves_a_trace(laptop, phone, stranger):
    await phone.signs_in("eve")

    text = part(await sessions_page(laptop), "Ended recently")

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
