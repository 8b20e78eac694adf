"""Tests of what every page promises that takes a new password."""

from datetime import timedelta

import pytest

from tests.handlers.signing import PASSWORD
from tornado_app.passwords import common_passwords

LONG = "a very long one: " + "x y " * 200
TWINS = [
    ("x y " * 18 + "a", "x y " * 18 + "b"),  # bcrypt would read 72 bytes
    ("before\x00the first end", "before\x00the other end"),
    ("a blank at the end", "a blank at the end "),
    ("A Capital, two  blanks", "a capital, two blanks"),
    (f"{LONG}a", f"{LONG}b"),
]


async def by_sign_up(person, accounts, password):
    return await person.signs_up(password=password)


async def by_change(person, accounts, password):
    assert (await person.signs_up()).code == 303
    await person.get("/account/password")
    typed = {"old_password": PASSWORD, "password": password}
    return await person.post("/account/password", typed)


async def by_reset(person, accounts, password):
    assert (await person.signs_up()).code == 303
    offered = await accounts.offer_reset("ada", lifetime=timedelta(hours=1))
    await person.get(f"/reset/{offered.token}")
    return await person.post(f"/reset/{offered.token}", {"password": password})


every_way = pytest.mark.parametrize("chosen", [by_sign_up, by_change, by_reset])


@every_way
@pytest.mark.parametrize("password", ["🐎" * 15, "a b " * 4])
async def test_fifteen_characters_of_any_kind_will_do(chosen, ada, accounts, password):
    assert (await chosen(ada, accounts, password)).code == 303


@every_way
@pytest.mark.parametrize("length", [64, 1024])
async def test_long_ones_are_taken(chosen, ada, bea, accounts, length):
    password = ("ab cd ef " * length)[:length]

    assert (await chosen(ada, accounts, password)).code == 303
    assert (await bea.signs_in(password=password)).code == 303


@every_way
@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("🐎" * 14, "too short"),
        ("x y " * 257, "too long"),
        ("PASSWORDpassword", "Many people use this password"),
        ("ada-ada-ada-ada", "too much like your user name"),
    ],
)
async def test_others_are_refused_and_change_nothing(
    chosen, ada, bea, accounts, password, words
):
    response = await chosen(ada, accounts, password)

    assert response.code == 422
    assert words in response.body.decode()
    assert (await bea.signs_in(password=password)).code == 403


@every_way
@pytest.mark.parametrize(("password", "twin"), TWINS)
async def test_a_password_is_verified_exactly_as_it_was_received(
    chosen, ada, bea, accounts, password, twin
):
    assert (await chosen(ada, accounts, password)).code == 303

    assert (await bea.signs_in(password=twin)).code == 403
    assert (await bea.signs_in(password=password)).code == 303


@every_way
async def test_it_fits_however_a_keyboard_composes_it(chosen, ada, bea, accounts):
    assert (await chosen(ada, accounts, "sch\u00f6ne gr\u00fc\u00dfe dir")).code == 303

    typed = "scho\u0308ne gru\u0308\u00dfe dir"
    assert (await bea.signs_in(password=typed)).code == 303


async def test_common_ones_are_refused_from_the_first_to_the_last(ada):
    common = sorted(common_passwords())

    for password in [*common[::200], common[-1]]:
        response = await ada.signs_up(password=password)
        assert response.code == 422, password
