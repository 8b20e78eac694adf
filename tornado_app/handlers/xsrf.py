"""Owns the tokens that prove a form to be ours.

A token is the HMAC of a *subject*: whom the form was made for. With a session that is
its handle and sign-in, so that a token from before a sign-in is dead while one from
before a renewal is not; without one it is a random value in a cookie of its own.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets as random
from collections.abc import Iterable, Sequence
from datetime import datetime

FIELD = "_xsrf"

_MAC_BYTES = hashlib.sha256().digest_size
_TOKEN_BYTES = 2 * _MAC_BYTES
_COOKIE_VALUE = re.compile(r"[A-Za-z0-9_-]{32}", re.ASCII)


def cookie_name(*, https: bool) -> str:
    """``__Host-`` keeps a neighbouring host from planting one, but needs https."""
    return f"__Host-{FIELD}" if https else FIELD


def new_cookie_value() -> str:
    """A fresh value for the cookie: 192 random bits."""
    return random.token_urlsafe(24)


def is_cookie_value(text: str | None) -> bool:
    """Whether *text* has the form of a value that we gave."""
    return text is not None and _COOKIE_VALUE.fullmatch(text) is not None


def session_subject(handle: str, signed_in_at: datetime | None) -> bytes:
    """Forms of a session: bound to it and to its sign-in."""
    sign_in = signed_in_at.isoformat() if signed_in_at else ""
    return f"session:{handle}:{sign_in}".encode()


def cookie_subject(value: str) -> bytes:
    """Forms of a visitor without a session: bound to the cookie's value."""
    return f"cookie:{value}".encode()


class FormTokens:
    """Makes and checks tokens under the application's secrets.

    Tokens are made under the first secret; every one of them is accepted, so that
    secrets can be changed while people fill in forms.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        # A key of its own: what signs cookies must not sign anything else.
        self._keys = [
            hmac.digest(secret.encode(), b"xsrf token", "sha256") for secret in secrets
        ]

    def make(self, subject: bytes) -> str:
        """A token for *subject*, never the same text twice.

        Masked with fresh random bytes, because a secret that repeats in compressed
        pages can be guessed from their length (BREACH).
        """
        mask = random.token_bytes(_MAC_BYTES)
        mac = hmac.digest(self._keys[0], subject, "sha256")
        return base64.urlsafe_b64encode(mask + _xor(mask, mac)).decode("ascii")

    def accepts(self, token: str, subjects: Iterable[bytes]) -> bool:
        """Whether *token* was made for one of *subjects*; malformed ones were not."""
        mac = _unmask(token)
        if mac is None:
            return False
        wanted = [
            hmac.digest(key, subject, "sha256")
            for subject in subjects
            for key in self._keys
        ]
        return any(hmac.compare_digest(mac, other) for other in wanted)


def _unmask(token: str) -> bytes | None:
    try:
        masked = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    if len(masked) != _TOKEN_BYTES:
        return None
    return _xor(masked[:_MAC_BYTES], masked[_MAC_BYTES:])


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
