"""What may be a user name."""

import pytest

from tornado_app.account_errors import AccountProblem
from tornado_app.usernames import clean_username, username_key, username_problem


@pytest.mark.parametrize(
    "name", ["a", "Ada Lovelace", "ada@example.org", "Åsa", "艾达", "x" * 60, "7"]
)
def test_nearly_any_text_is_a_user_name(name):
    assert username_problem(name) is None


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", AccountProblem.USERNAME_MISSING),
        (" \u3000", AccountProblem.USERNAME_MISSING),
        ("x" * 61, AccountProblem.USERNAME_TOO_LONG),
        ("a\nb", AccountProblem.USERNAME_NOT_SHOWABLE),
        ("a\u202eb", AccountProblem.USERNAME_NOT_SHOWABLE),
        ("a\u200db", AccountProblem.USERNAME_NOT_SHOWABLE),
        ("\ufeffada", AccountProblem.USERNAME_NOT_SHOWABLE),
        ("\u0301", AccountProblem.USERNAME_NOT_SHOWABLE),
        ("\u3164\u2800", AccountProblem.USERNAME_NOT_SHOWABLE),
    ],
)
def test_what_cannot_be_shown_or_told_apart_is_refused(name, problem):
    assert username_problem(name) is problem


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada", "ada"),
        (" ada", "ada "),
        ("ada  l", "ada l"),
        ("ａｄａ", "ada"),
        ("\u00e5sa", "a\u030asa"),
        ("straße", "STRASSE"),
        ("ﬁn", "fin"),
        ("e\u3164ve\ufe0f\u034f", "eve"),
    ],
)
def test_ways_to_write_one_name_have_one_key(one, other):
    assert username_key(one) == username_key(other)


@pytest.mark.parametrize("name", ["ada", "Straße", "ﬁn", "İstanbul", "ϒ\u0301"])
def test_the_key_of_a_key_is_itself(name):
    assert username_key(username_key(name)) == username_key(name)


def test_a_name_is_shown_as_its_owner_wrote_it():
    assert clean_username(" Ada   Lovelace ") == "Ada Lovelace"
