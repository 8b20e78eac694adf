"""Why an account is refused."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum


class AccountProblem(StrEnum):
    """What is wrong with a user name or a password; pages put it into words."""

    USERNAME_MISSING = "username-missing"
    USERNAME_TOO_LONG = "username-too-long"
    USERNAME_NOT_SHOWABLE = "username-not-showable"
    USERNAME_TAKEN = "username-taken"
    PASSWORD_MISSING = "password-missing"  # noqa: S105  # a problem's name
    PASSWORD_TOO_SHORT = "password-too-short"  # noqa: S105
    PASSWORD_TOO_LONG = "password-too-long"  # noqa: S105
    PASSWORD_COMMON = "password-common"  # noqa: S105
    PASSWORD_LIKE_NAME = "password-like-name"  # noqa: S105
    WRONG_PASSWORD = "wrong-password"  # noqa: S105


class AccountError(Exception):
    """The root of what keeps people from signing up or in."""


class AccountRefusedError(AccountError):
    """What was typed in makes no account, or no password for one.

    Attributes:
        problems: What is wrong, by the field it is wrong with.
    """

    def __init__(self, problems: Mapping[str, AccountProblem]) -> None:
        super().__init__(f"account refused: {', '.join(problems.values())}")
        self.problems = dict(problems)


class ResetRefusedError(AccountError):
    """A reset link is unknown, used or over."""

    def __init__(self) -> None:
        super().__init__("the reset link is unknown, used or over")


class TooManyTriesError(AccountError):
    """So many tries failed before this one that it was not looked at.

    Attributes:
        wait: How long to wait before the next one.
    """

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"too many tries; the next one is looked at in {wait}")
        self.wait = wait


class HashingBusyError(AccountError):
    """So many passwords wait to be hashed that no other is taken in."""

    def __init__(self) -> None:
        super().__init__("too many passwords wait to be hashed")
