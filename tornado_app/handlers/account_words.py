"""Owns the words for refused accounts."""

import math
from datetime import timedelta

from tornado_app.account_errors import AccountProblem
from tornado_app.i18n import Language, mark
from tornado_app.passwords import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH
from tornado_app.usernames import MAX_USERNAME_LENGTH

_WORDS = {
    AccountProblem.USERNAME_MISSING: mark("Enter a user name."),
    AccountProblem.USERNAME_TOO_LONG: mark(
        "The user name is too long: it can have at most %(limit)d characters."
    ),
    AccountProblem.USERNAME_NOT_SHOWABLE: mark(
        "This user name has characters that cannot be shown. Type it in again."
    ),
    AccountProblem.USERNAME_TAKEN: mark(
        "Somebody has this user name already. Choose another one."
    ),
    AccountProblem.PASSWORD_MISSING: mark("Enter your password."),
    AccountProblem.PASSWORD_TOO_SHORT: mark(
        "The password is too short: it needs %(limit)d characters or more."
    ),
    AccountProblem.PASSWORD_TOO_LONG: mark(
        "The password is too long: it can have at most %(limit)d characters."
    ),
    AccountProblem.PASSWORD_COMMON: mark(
        "Many people use this password, so it is among the first that are guessed. "
        "Choose another one."
    ),
    AccountProblem.WRONG_PASSWORD: mark("That is not your password."),
    AccountProblem.PASSWORD_LIKE_NAME: mark(
        "The password is too much like your user name or the name of this site. "
        "Choose another one."
    ),
}

_LIMITS = {
    AccountProblem.USERNAME_TOO_LONG: MAX_USERNAME_LENGTH,
    AccountProblem.PASSWORD_TOO_SHORT: MIN_PASSWORD_LENGTH,
    AccountProblem.PASSWORD_TOO_LONG: MAX_PASSWORD_LENGTH,
}

# Longer waits are said in minutes.
_MOST_SECONDS = 90


def account_words(problem: AccountProblem, language: Language) -> str:
    """What is wrong and how to mend it, in *language*."""
    words = language.translate(_WORDS[problem])
    limit = _LIMITS.get(problem)
    return words if limit is None else words % {"limit": limit}


def waiting_words(wait: timedelta, language: Language) -> str:
    """That there were too many tries, and when the next one counts."""
    seconds = math.ceil(wait.total_seconds())
    if seconds > _MOST_SECONDS:
        seconds = 60 * math.ceil(seconds / 60)
    span = language.span(timedelta(seconds=seconds))
    text = language.translate("There were too many tries. Wait %(span)s and try again.")
    return text % {"span": span}
