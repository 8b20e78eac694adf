"""Tests of naming one's devices."""

import re

import pytest

from tests.handlers.devices import handle_of, name, own_handle, part, sessions_page
from tests.handlers.visitor import text_of


async def test_a_device_is_called_by_its_name(laptop, phone):
    handle = await handle_of(phone, seen_by=laptop)

    response = await name(laptop, handle, "  Ada\u2019s phone ")

    assert (response.code, response.headers["Location"]) == (303, "/sessions")
    page = await sessions_page(laptop)
    assert "device&#x27;s new name is saved." in page
    assert "Ada\u2019s phone Safari on iPhone" in part(page, "Other devices")
    assert ">Sign out Ada\u2019s phone</button>" in page
    assert ">Save the name of Ada\u2019s phone</button>" in page


async def test_only_what_people_typed_has_a_direction_of_its_own(laptop, phone):
    """By its first letter "Firefox على Linux" would be read from left to right."""
    await laptop.prefer(language="ar")
    await name(laptop, await handle_of(phone, seen_by=laptop), "Pocket")

    page = await sessions_page(laptop)

    named = re.findall(r"<bdi>(.*?)</bdi>", page)
    assert named == ["Pocket"] * 3
    assert " Firefox على Linux</h3>" in page
    assert "Firefox على Linux</button>" in page
    assert "Safari على iPhone</p>" in page


async def test_the_device_itself_shows_its_name_too(laptop, phone):
    await name(laptop, await handle_of(phone, seen_by=laptop), "Pocket")

    assert "Pocket Safari on iPhone" in part(await sessions_page(phone), "This device")


async def test_this_device_can_be_named(laptop):
    await name(laptop, await own_handle(laptop), "Kitchen")

    text = part(await sessions_page(laptop), "This device")
    assert "Kitchen Firefox on Linux" in text


async def test_an_empty_name_takes_it_away(laptop):
    handle = await own_handle(laptop)
    await name(laptop, handle, "Kitchen")

    await name(laptop, handle, "  ")

    page = await sessions_page(laptop)
    assert "The device has no name any more." in page
    assert "Kitchen" not in page


async def test_a_name_outlives_its_session_and_a_new_sign_in_in_it(laptop, phone):
    await name(laptop, await handle_of(phone, seen_by=laptop), "Pocket")
    await phone.signs_in("ada")
    assert "Pocket" in part(await sessions_page(laptop), "Other devices")

    await phone.signs_out()

    assert "Pocket Safari on" in part(await sessions_page(laptop), "Ended recently")


async def test_a_name_is_text_and_not_html(laptop, phone):
    handle = await handle_of(phone, seen_by=laptop)

    await name(laptop, handle, '<b>"x"</b>{{1}}')

    page = await sessions_page(laptop)
    assert "<b>" not in page
    assert "Sign out &lt;b&gt;&quot;x&quot;&lt;/b&gt;{{1}}</button>" in page


async def test_a_name_of_60_characters_is_the_longest(laptop):
    assert (await name(laptop, await own_handle(laptop), "\u00fc" * 60)).code == 303


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x" * 61, "at most 60 characters"),
        ("a\u202eb", "cannot be shown"),
        ("a\x00b", "cannot be shown"),
        ("\u200b", "cannot be shown"),
    ],
)
async def test_a_refused_name_comes_back_to_its_field(laptop, phone, text, words):
    handle = await handle_of(phone, seen_by=laptop)
    await name(laptop, handle, "Pocket")

    response = await name(laptop, handle, text)

    page = response.body.decode()
    assert response.code == 422
    assert words in text_of(response, f"name-{handle}-problem")
    assert f'<a href="#name-{handle}">' in page
    assert "<title>Error: Your sessions" in page
    assert page.count("<details open>") == 1
    assert ">Sign out Pocket</button>" in page


async def test_what_was_refused_is_still_there(laptop):
    response = await name(laptop, await own_handle(laptop), "y" * 61)

    assert f'value="{"y" * 61}"' in response.body.decode()


@pytest.mark.parametrize("text", ["Mine", "x" * 61])
async def test_nobody_names_another_user_s_device(laptop, phone, stranger, text):
    handle = await handle_of(phone, seen_by=laptop)

    response = await name(stranger, handle, text)

    assert response.code == 404
    assert "Mine" not in await sessions_page(laptop)


@pytest.mark.parametrize("handle", ["x", "A" * 16, "0" * 500])
async def test_a_device_that_is_not_there_has_no_name(laptop, handle):
    assert (await name(laptop, handle, "Mine")).code == 404


async def test_a_stranger_names_nothing(laptop, ada):
    handle = await own_handle(laptop)
    await ada.get("/")

    response = await ada.post(f"/sessions/{handle}/name", {"name": "Mine"})

    assert response.code == 303
    assert "Mine" not in await sessions_page(laptop)


async def test_no_name_comes_by_a_link(laptop):
    handle = await own_handle(laptop)

    assert (await laptop.get(f"/sessions/{handle}/name?name=Mine")).code == 405


@pytest.mark.logs("Form token was refused")
async def test_no_name_comes_by_a_form_from_elsewhere(laptop):
    path = f"/sessions/{await own_handle(laptop)}/name"

    assert (await laptop.post(path, {"name": "Mine"}, token="")).code == 403
    assert "Mine" not in await sessions_page(laptop)
