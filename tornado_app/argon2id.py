"""What a password becomes: an argon2id hash, and how dear it is."""

import base64
import secrets
from typing import NamedTuple

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import (
    InvalidHashError,
    VerificationError,
    VerifyMismatchError,
)

from tornado_app.passwords import normal_password

# OWASP's password storage sheet accepts 46 MiB with one pass; this is twice that.
MEMORY_KIB = 47_104
PASSES = 2


class Verdict(NamedTuple):
    """Whether a password is the right one, and its hash anew if the old one is weak."""

    matches: bool
    new_hash: str | None = None


_WRONG = Verdict(matches=False)


class Argon2id:
    """Hashes and verifies, for tens of milliseconds: never in the event loop."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(
            memory_cost=MEMORY_KIB, time_cost=PASSES, parallelism=1
        )
        self._nobodys_hash = _nobodys_hash(self._hasher)

    def hash(self, password: str) -> str:
        """The hash to keep of *password*, as PHC text with its own salt."""
        return self._hasher.hash(_bytes_of(password))

    def verify(self, password: str, kept: str | None) -> Verdict:
        """Compare *password* with the hash that is *kept*.

        None, which no password fits, takes just as long: time must not tell who has
        an account.
        """
        try:
            self._hasher.verify(kept or self._nobodys_hash, _bytes_of(password))
        except VerifyMismatchError:
            return _WRONG
        except (VerificationError, InvalidHashError):
            # A damaged one; nobody's takes the time that a good one would.
            return _WRONG if kept is None else self.verify(password, None)
        if kept is None:
            return _WRONG
        if self._hasher.check_needs_rehash(kept):
            return Verdict(matches=True, new_hash=self.hash(password))
        return Verdict(matches=True)


def _bytes_of(password: str) -> bytes:
    return normal_password(password).encode()


def _nobodys_hash(hasher: PasswordHasher) -> str:
    """A hash that costs as much to verify as any and that no password fits."""
    sample = "$".join(
        (
            f"$argon2id$v=19$m={hasher.memory_cost},t={hasher.time_cost}"
            f",p={hasher.parallelism}",
            _base64(secrets.token_bytes(hasher.salt_len)),
            _base64(secrets.token_bytes(hasher.hash_len)),
        )
    )
    extract_parameters(sample)  # raises if a new argon2-cffi writes hashes otherwise
    return sample


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii").rstrip("=")
