"""Texts that would take seconds to normalize are left alone."""

import unicodedata

import pytest

from tornado_app.account_errors import AccountProblem
from tornado_app.normal_text import LONGEST, normal
from tornado_app.passwords import normal_password, password_problem
from tornado_app.preferences import PreferenceError, check_name
from tornado_app.usernames import clean_username, username_key

# 64 KiB as a form may hold them: marks in the wrong order.
SLOW = "a" + 16_000 * "\u0301" + 16_000 * "\u0323"


def refused(text):
    with pytest.raises(PreferenceError, match="too-long"):
        check_name(text)


def too_long(text):
    problem = password_problem(text, username=text)
    assert problem is AccountProblem.PASSWORD_TOO_LONG


@pytest.mark.parametrize(
    "look_at", [refused, too_long, normal_password, clean_username, username_key]
)
def test_nothing_that_somebody_sends_is_normalized_for_seconds(look_at, monkeypatch):
    lengths = []

    def normalize(form, text):
        lengths.append(len(text))
        return text

    monkeypatch.setattr(unicodedata, "normalize", normalize)
    look_at(SLOW)

    assert max(lengths, default=0) <= LONGEST


def test_what_names_and_passwords_have_is_normalized():
    assert normal("NFC", "e\u0301" * (LONGEST // 2)) == "\u00e9" * (LONGEST // 2)
    assert normal("NFKC", "\ufdfa" * 60) == unicodedata.normalize("NFKC", "\ufdfa" * 60)
