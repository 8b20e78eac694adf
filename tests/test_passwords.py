"""What may be a password."""

import pytest

from tornado_app.account_errors import AccountProblem
from tornado_app.passwords import (
    MAX_PASSWORD_LENGTH,
    MIN_PASSWORD_LENGTH,
    common_passwords,
    normal_password,
    password_problem,
)


def problem_of(password, username="ada"):
    return password_problem(password, username=username)


def test_fifteen_characters_are_enough_and_fourteen_are_not():
    assert problem_of("x y z 1 2 3 4 5"[:15]) is None
    assert problem_of("x y z 1 2 3 4 5"[:14]) is AccountProblem.PASSWORD_TOO_SHORT


def test_characters_are_counted_and_not_bytes():
    assert problem_of("äöüßéèêñçøåæłžš") is None
    assert problem_of("🐎" * 14) is AccountProblem.PASSWORD_TOO_SHORT
    assert problem_of("🐎" * 15) is None


def test_one_character_is_one_however_it_was_composed():
    assert problem_of("a\u0308" * 14) is AccountProblem.PASSWORD_TOO_SHORT


@pytest.mark.parametrize("length", [64, 128, MAX_PASSWORD_LENGTH])
def test_long_passwords_are_taken_whole(length):
    password = ("abc xyz " * length)[:length]

    assert problem_of(password) is None
    assert normal_password(password) == password


def test_what_nobody_can_mean_is_too_long():
    password = "abc xyz " * MAX_PASSWORD_LENGTH

    assert problem_of(password) is AccountProblem.PASSWORD_TOO_LONG


@pytest.mark.parametrize(
    "password",
    [
        "only small letters here",
        "ONLY LARGE LETTERS HERE",
        "38561 94025 71380",
        "!?%&/()= -_.:,;#+",
        "a b " * 4,
        "leerzeichen am ende ",
        "mit\x00null und mehr",
        "кириллица подходит",
    ],
)
def test_no_kind_of_character_is_wanted_or_refused(password):
    assert problem_of(password) is None


def test_the_list_holds_thousands_that_fit_the_length_rule():
    common = common_passwords()

    assert len(common) >= 3_000
    assert all(len(normal_password(each)) >= MIN_PASSWORD_LENGTH for each in common)


def test_every_common_password_is_refused():
    refused = {problem_of(each) for each in common_passwords()}

    assert refused == {AccountProblem.PASSWORD_COMMON}


@pytest.mark.parametrize(
    "password",
    ["passwordpassword", "PasswordPassword", "123456789012345", "qwertyuiopasdfghjkl"],
)
def test_common_ones_are_common_in_capitals_too(password):
    assert problem_of(password) is AccountProblem.PASSWORD_COMMON


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("ada lovelace", "Ada Lovelace 1815"),
        ("adalovelace1815", "5181ecalevolada"),
        ("ada", "ada-ada-ada-ada-1"),
        ("ＡＤＡ", "adaadaadaadaadaada"),
        ("bea", "hello again 2026!"),
        ("bea", "tornadotornado1"),
    ],
)
def test_a_password_like_the_name_or_the_site_is_refused(username, password):
    problem = problem_of(password, username)

    assert problem is AccountProblem.PASSWORD_LIKE_NAME


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("ada", "the adamant canada goose"),
        ("a", "a banana and an apple"),
        ("", "xy" * 9),
    ],
)
def test_a_name_within_a_longer_password_does_no_harm(username, password):
    assert problem_of(password, username) is None
