"""How session ids are made, cut into handle and secret, digested.

An id is one text of 60 base64url characters: a public handle (12 bytes, 16 characters)
and a secret (33 random bytes, 44 characters). 264 bits from the operating system are
well above the 128 that OWASP ASVS 5.0 asks for (7.2.3).

A handle begins with the time, as a UUID of version 7 does (RFC 9562 §5.7), and ends
with 48 random bits; handles of different milliseconds sort by age. So a store that
keeps them in order writes new ones side by side: one page of an index for a batch.
"""

import binascii
import hashlib
import os
import re
import string
import time
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from .record import PAST, SessionRecord

HANDLE_LENGTH = 16
ID_LENGTH = 60

_ID = re.compile(rf"[A-Za-z0-9_-]{{{ID_LENGTH}}}")
_TIME_BYTES = 6  # milliseconds since 1970, and what follows
# None begins with a minus, which a program takes for an option, a sheet for a formula.
_BEGINS_WITH_A_MS = 11 << 42
_HANDLE_BYTES = 12
_SECRET_BYTES = 33
_MOST_KEPT = 2048  # characters of data; `VerifiedCookies` says for how many

_BASE64 = f"{string.ascii_uppercase}{string.ascii_lowercase}{string.digits}+/".encode()
# The characters of base64url in the order of their codes, so that texts sort as bytes.
_IN_ORDER = bytes.maketrans(_BASE64, bytes(sorted(_BASE64[:-2] + b"-_")))


class Rejection(Enum):
    """Why a cookie opens no session, in the words of the log."""

    DUPLICATED = "several cookies of one name"
    MALFORMED = "the cookie is malformed"
    UNSIGNED = "the cookie is not signed by a secret of ours"
    UNKNOWN = "its session is unknown or has ended"
    RENEWED = "its id is not the session's, or no longer"
    EXPIRED = "its session has expired"


@dataclass(slots=True)
class Presented:
    """What a request's cookies say of its session."""

    session_id: str | None
    reason: str
    """Why there is no id, for the log."""
    handle: str = ""
    id_digest: bytes = b""
    signed_at_s: int = 0
    """When the cookie was made, in seconds since 1970."""
    rejection: Rejection | None = None
    """Why a cookie that came was not taken."""
    opened: SessionRecord | None = field(default=None, repr=False, compare=False)
    """The record that this opened last; None: none, or none to be remembered."""
    quiet_until: datetime = field(default=PAST, repr=False, compare=False)
    """How long it surely opens that, and no use of it is to be noted."""

    def remember(self, record: SessionRecord, quiet_until: datetime) -> None:
        """Note that this opens *record* until then, if there is little to be kept.

        An id before the present one opens it for a while, and is not remembered.
        """
        is_own = record.id_digest == self.id_digest
        if is_own and len(record.data) <= _MOST_KEPT and not record.flashes:
            self.opened, self.quiet_until = record, quiet_until

    def forget(self) -> None:
        """Let go of the record."""
        self.opened, self.quiet_until = None, PAST


NOTHING = Presented(None, "no cookie")
"""One for all, for it opens no record that it could remember."""


def found(session_id: str, signed_at_s: int = 0) -> Presented:
    """Return that a good cookie came, signed *signed_at_s* seconds after 1970."""
    handle, id_digest = handle_of(session_id), digest_of(session_id)
    return Presented(session_id, "found", handle, id_digest, signed_at_s)


def rejected(rejection: Rejection, reason: str = "") -> Presented:
    """Return that a cookie came and was not taken; *reason* says more, for the log."""
    return Presented(None, reason or rejection.value, rejection=rejection)


def new_handle() -> str:
    """Return a fresh handle, 16 base64url characters."""
    return _fresh(_HANDLE_BYTES)


def new_id(handle: str | None = None) -> str:
    """Return a fresh session id, 60 base64url characters that begin with *handle*.

    None: with a fresh handle.
    """
    if handle is None:
        return _fresh(_HANDLE_BYTES + _SECRET_BYTES)
    return handle + _to_text(os.urandom(_SECRET_BYTES))


def _fresh(size_bytes: int) -> str:
    # The machine's clock, whatever the policy's is: it only puts handles in order.
    number = time.time_ns() // 1_000_000 + _BEGINS_WITH_A_MS
    begin = number.to_bytes(_TIME_BYTES, "big")
    return _to_text(begin + os.urandom(size_bytes - _TIME_BYTES))


def _to_text(raw: bytes) -> str:
    # Whole groups of three bytes: nothing is padded, and pieces can be joined.
    return binascii.b2a_base64(raw, newline=False).translate(_IN_ORDER).decode()


def is_id(text: str) -> bool:
    """Tell whether *text* has the form of a session id."""
    return _ID.fullmatch(text) is not None


def handle_of(session_id: str) -> str:
    """Return the public part of a session id."""
    return session_id[:HANDLE_LENGTH]


def digest_of(session_id: str) -> bytes:
    """Return the 32 bytes of SHA-256 under which stores and logs know the id."""
    return hashlib.sha256(session_id.encode()).digest()


def label_of(id_digest: bytes) -> str:
    """Return what logs call a session: the first 8 hex digits of its id digest."""
    return id_digest[:4].hex()
