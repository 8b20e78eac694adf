"""What may be a user name."""

import unicodedata

from tornado_app.account_errors import AccountProblem
from tornado_app.normal_text import normal, without_unseen
from tornado_app.preferences import MAX_NAME_LENGTH, PreferenceError, Problem
from tornado_app.preferences import check_required_name as check_name

_PROBLEMS = {
    Problem.NAME_MISSING: AccountProblem.USERNAME_MISSING,
    Problem.NAME_TOO_LONG: AccountProblem.USERNAME_TOO_LONG,
}

MAX_USERNAME_LENGTH = MAX_NAME_LENGTH


def username_problem(text: str) -> AccountProblem | None:
    """What keeps *text* from being a user name; None: nothing."""
    try:
        name = check_name(text)
    except PreferenceError as error:
        return _PROBLEMS.get(error.problem, AccountProblem.USERNAME_NOT_SHOWABLE)
    # Two names that look the same must not be two accounts.
    if any(unicodedata.category(character) == "Cf" for character in name):
        return AccountProblem.USERNAME_NOT_SHOWABLE
    return None


def clean_username(text: str) -> str:
    """*text* as it is shown: NFC, without spaces around it, single spaces within."""
    return " ".join(normal("NFC", text).split())


def username_key(text: str) -> str:
    """What is equal for all ways to write one user name, ``Ada`` or ``ada``."""
    folded = without_unseen(normal("NFKC", text)).casefold()
    # Folding can make a sequence that is not normal any more (Unicode 3.13, D146).
    return clean_username(normal("NFKC", folded))
