"""Which accounts a browser has been used with.

A cookie holds a mark for each: a random number with its HMAC for the account, so it
names nobody, nobody can make one, and it opens nothing. It keeps guesses of strangers
apart from the owner's own tries (OWASP, "device cookies").
"""

import hmac
import re
import secrets as random
from collections.abc import Sequence
from datetime import timedelta

MAX_MARKS = 5
LIFETIME = timedelta(days=180)

_NUMBER_HEX_DIGITS = 32
_MARK = re.compile(r"[0-9a-f]{96}", re.ASCII)


def cookie_name(*, https: bool) -> str:
    """``__Host-`` keeps a neighbouring host from planting one, but needs https."""
    return "__Host-device" if https else "device"


class KnownDevices:
    """Makes and reads marks under the application's secrets."""

    def __init__(self, secrets: Sequence[str]) -> None:
        # A key of its own: what signs cookies must not sign anything else.
        self._keys = [
            hmac.digest(secret.encode(), b"device mark", "sha256") for secret in secrets
        ]

    def mark_of(self, cookie: str, account_id: str) -> str | None:
        """The mark of this account in *cookie*, whatever that holds; None: no mark."""
        for mark in marks_in(cookie):
            if self._is_for(mark, account_id):
                return mark
        return None

    def with_mark(self, cookie: str, account_id: str) -> str:
        """*cookie* with a mark of this account in it; the oldest goes at the limit."""
        if self.mark_of(cookie, account_id):
            return ".".join(marks_in(cookie))
        number = random.token_hex(_NUMBER_HEX_DIGITS // 2)
        mark = number + _mac(self._keys[0], number, account_id)
        return ".".join([*marks_in(cookie), mark][-MAX_MARKS:])

    def _is_for(self, mark: str, account_id: str) -> bool:
        number, mac = mark[:_NUMBER_HEX_DIGITS], mark[_NUMBER_HEX_DIGITS:]
        return any(
            hmac.compare_digest(mac, _mac(key, number, account_id))
            for key in self._keys
        )


def marks_in(cookie: str) -> list[str]:
    """The texts in *cookie* that look like marks, a few at most."""
    if len(cookie) > 2 * MAX_MARKS * 100:
        return []
    return [mark for mark in cookie.split(".") if _MARK.fullmatch(mark)][-MAX_MARKS:]


def _mac(key: bytes, number: str, account_id: str) -> str:
    return hmac.digest(key, f"{number}:{account_id}".encode(), "sha256").hex()
