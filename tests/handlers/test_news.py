"""Tests of what the other devices are told when an account is signed in to."""

from datetime import timedelta

import pytest

from tests.handlers.devices import SAFARI, Device, flashes

NEW = "Your account was signed in to on a device that is new to it"


@pytest.fixture
async def thief(http_client, base_url, laptop, clock):
    """Somebody who knows the password, on a device of their own."""
    clock.now += timedelta(minutes=5)
    thief = Device(http_client, base_url)
    thief.user_agent = SAFARI
    await thief.signs_in("ada")
    return thief


async def news_on(device, path="/preferences"):
    return [text for text in flashes(await device.get(path)) if text.startswith(NEW)]


async def test_the_other_devices_are_told_of_a_new_one(laptop, thief):
    (told,) = await news_on(laptop)

    assert "Safari on iPhone, on November 24, 2026, 9:35" in told
    assert "sign that device out under Sessions, and change your password." in told


async def test_they_are_told_once(laptop, thief):
    await news_on(laptop)

    assert await news_on(laptop) == []


async def test_each_of_them_is_told(laptop, phone, http_client, base_url, clock):
    clock.now += timedelta(minutes=1)
    await Device(http_client, base_url).signs_in("ada")

    assert len(await news_on(laptop)) == 1
    assert len(await news_on(phone)) == 1


async def test_the_new_device_itself_is_told_nothing(laptop, thief):
    assert await news_on(thief) == []


async def test_a_device_that_is_known_is_no_news(laptop, thief, clock):
    await news_on(laptop)
    await thief.signs_out()
    clock.now += timedelta(minutes=1)

    await thief.signs_in("ada")

    assert await news_on(laptop) == []


async def test_a_thief_cannot_take_it_back_by_leaving(laptop, thief):
    await thief.signs_out()

    assert len(await news_on(laptop)) == 1


async def test_a_thief_cannot_take_it_back_by_signing_in_again(laptop, thief, clock):
    clock.now += timedelta(minutes=1)
    await thief.signs_in("ada")

    (told,) = await news_on(laptop)

    assert "9:35" in told


async def test_a_thief_cannot_hide_it_behind_another_account(laptop, thief, stranger):
    await thief.signs_in("eve")

    assert len(await news_on(laptop)) == 1


async def test_no_other_user_is_told(laptop, thief, stranger):
    assert await news_on(stranger) == []


async def test_what_comes_before_one_s_own_sign_in_is_no_news(
    laptop, thief, http_client, base_url, clock
):
    clock.now += timedelta(minutes=1)
    tablet = Device(http_client, base_url)

    await tablet.signs_in("ada")

    assert await news_on(tablet) == []


async def test_news_waits_for_a_page_that_somebody_looks_at(laptop, thief):
    await laptop.get("/preferences", Sec_Purpose="prefetch")
    await laptop.send("HEAD", "/preferences", headers={})
    await laptop.get("/sessions.json")

    assert len(await news_on(laptop)) == 1


async def test_a_page_that_fails_does_not_swallow_it(laptop, thief):
    assert (await laptop.get("/sign-out")).code == 405

    assert len(await news_on(laptop)) == 1
    assert await news_on(laptop) == []


async def test_a_device_that_says_something_hostile_only_says_text(
    laptop, http_client, base_url, clock
):
    clock.now += timedelta(minutes=1)
    thief = Device(http_client, base_url)
    thief.user_agent = "<script>alert(1)</script>"
    await thief.signs_in("ada")

    (told,) = await news_on(laptop)

    assert "new to it: An unknown device, on" in told


@pytest.mark.logs("the message of a sign-in could not be kept", "is not noted")
async def test_a_full_disk_keeps_nobody_from_a_page_but_the_news_wait(
    laptop, http_client, base_url, clock, refuses, monkeypatch
):
    await laptop.get("/preferences")
    clock.now += timedelta(minutes=1)
    await Device(http_client, base_url).signs_in("ada")
    refuses()
    assert (await laptop.get("/preferences")).code == 200
    assert await news_on(laptop) == []

    monkeypatch.undo()
    assert len(await news_on(laptop)) == 1
