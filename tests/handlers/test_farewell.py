"""Tests of what a browser is told that is no longer signed in."""

from datetime import timedelta

import pytest

from tests.handlers.devices import (
    Device,
    flashes,
    handle_of,
    own_handle,
    revoke_others,
)
from tornado_app.sign_ins import Ended

A_WEEK = timedelta(days=7)


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


@pytest.mark.parametrize(
    ("ended", "words"),
    [
        (Ended.REVOKED, "Another device of yours signed this one out on"),
        (Ended.ONE_TOO_MANY, "that was one more than can be signed in at a time."),
        (Ended.PASSWORD_CHANGED, "when the password was changed on another device."),
        (Ended.OPERATOR, "This site's operator signed you out here on"),
    ],
)
async def test_why_and_when_is_said_of_every_end_that_came_from_outside(
    laptop, phone, sessions, accounts, clock, ended, words
):
    handle = await own_handle(phone)
    user = (await accounts.sign_in_of(handle)).account_id
    clock.now += timedelta(hours=2)
    await sessions.revoke(handle)
    await accounts.note_ends(user, [handle], ended)

    (told,) = flashes(await phone.get("/preferences"))

    assert words in told.replace("&#x27;", "'").replace("&#39;", "'")
    assert "November 24, 2026, 11:30" in told


async def test_the_one_too_many_is_told_so(
    laptop, phone, clock, http_client, base_url, sessions
):
    clock.now += timedelta(minutes=2)
    await phone.get("/")
    for _ in range(sessions.policy.max_sessions_per_user - 1):
        clock.now += timedelta(seconds=1)
        await Device(http_client, base_url).signs_in("ada")

    (told,) = flashes(await laptop.get("/preferences"))

    assert "one more than can be signed in at a time" in told


async def test_where_a_session_ran_out_the_sign_in_page_says_so(laptop, clock):
    clock.now += A_WEEK

    (told,) = flashes(await laptop.get("/sign-in"))

    assert told.startswith("You are no longer signed in here: this was not used")


async def test_other_pages_do_not_speak_of_it(laptop, clock):
    clock.now += A_WEEK

    assert flashes(await laptop.get("/preferences")) == []


async def test_a_guest_whose_session_ran_out_was_never_signed_in(visitor, clock):
    await visitor.introduce()
    clock.now += timedelta(days=30)

    assert flashes(await visitor.get("/sign-in")) == []
