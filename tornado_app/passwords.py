"""What may be a password.

NIST SP 800-63B-4 §3.1.1.2 and OWASP ASVS 5.0 V6.2: length is what counts, any
character will do, nothing is cut off, and what many people use is refused. The list of
those, ``common_passwords.txt``, holds only passwords of the length that is wanted:
nearly 4,000 leaked ones with the most frequent first, then what people make of shorter
ones when they need more characters: repeated, joined, with digits behind, along the
keyboard.
"""

import functools
from collections.abc import Iterable
from pathlib import Path

from tornado_app.account_errors import AccountProblem
from tornado_app.normal_text import normal
from tornado_app.usernames import username_key

MIN_PASSWORD_LENGTH = 15
"""Characters (code points): what NIST wants of a password that is the only factor."""

MAX_PASSWORD_LENGTH = 1024
"""Far above what anybody types or a password manager makes."""

CONTEXT_WORDS = ("hello again", "helloagain", "tornado")
"""What names this site rather than its visitor (ASVS 6.1.2)."""

# Shorter words are in many passwords by chance.
_SHORTEST_WORD = 3
# So much has to be left without the words, or they are most of the password.
_SHORTEST_REST = 8

_COMMON = Path(__file__).with_name("common_passwords.txt")


def normal_password(text: str) -> str:
    """*text* in one of the ways that keyboards send it (NFC); else as it came."""
    return normal("NFC", text)


def password_problem(password: str, *, username: str) -> AccountProblem | None:
    """What keeps *password* from being that of *username*; None: nothing."""
    length = len(normal_password(password))
    if length < MIN_PASSWORD_LENGTH:
        return AccountProblem.PASSWORD_TOO_SHORT
    if length > MAX_PASSWORD_LENGTH:
        return AccountProblem.PASSWORD_TOO_LONG
    if _folded(password) in common_passwords():
        return AccountProblem.PASSWORD_COMMON
    if _is_made_of((username_key(username), *CONTEXT_WORDS), _folded(password)):
        return AccountProblem.PASSWORD_LIKE_NAME
    return None


@functools.cache
def common_passwords() -> frozenset[str]:
    """The passwords that many people use, in lower case."""
    return frozenset(_COMMON.read_text(encoding="utf-8").splitlines())


def _folded(text: str) -> str:
    return normal("NFKC", text).casefold()


def _is_made_of(words: Iterable[str], password: str) -> bool:
    """Whether little is left of *password* without *words*, forwards or backwards."""
    rest = password
    for word in words:
        if len(word) >= _SHORTEST_WORD:
            rest = rest.replace(word, "").replace(word[::-1], "")
    return rest != password and len(rest) < _SHORTEST_REST
