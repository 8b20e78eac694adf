"""The audit log: what happened to accounts and sessions, a line of JSON each."""

import hmac
import json
import os
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from typing import NamedTuple, Protocol

from tornado_app.audit_events import Event
from tornado_app.audit_words import shortened

APPLICATION = "tornado-app"
_DIGEST_CHARACTERS = 16


class Facts(NamedTuple):
    """What a line says of the request that it is about."""

    request_id: str
    address: str
    session: str | None = None
    """The first 8 hex digits of the id digest, as every log names a session."""
    user: str | None = None


class Requester(Protocol):
    """A handler, while its request is under way."""

    def audit_facts(self) -> Facts:
        """Return what is known of the request so far."""


REQUESTER: ContextVar[Requester | None] = ContextVar("requester", default=None)
"""Whose request it is, for those who are told of an event and not of its cause."""


class Audit:
    """Writes events with *write*, which gets one line with its end; None: nowhere.

    *key* makes digests of names. Addresses are shortened unless *full_addresses*.
    """

    def __init__(
        self,
        write: Callable[[str], None] | None,
        *,
        clock: Callable[[], datetime],
        key: str,
        full_addresses: bool = False,
    ) -> None:
        self._write = write
        self._clock = clock
        # A key of its own: what signs cookies must not sign anything else.
        self._key = hmac.digest(key.encode(), b"names in the audit log", "sha256")
        self._full_addresses = full_addresses

    @property
    def is_on(self) -> bool:
        """Whether anything is written at all."""
        return self._write is not None

    def note(
        self,
        event: Event,
        *arguments: str,
        facts: Facts | None = None,
        **more: str | int | None,
    ) -> None:
        """Write *event* with OWASP's *arguments*, none of which a visitor typed.

        *facts*: not given, they are those of the request under way, if there is one.
        """
        if self._write is not None:
            self._write(self.line(event, *arguments, facts=facts, **more))

    def line(
        self,
        event: Event,
        *arguments: str,
        facts: Facts | None = None,
        **more: str | int | None,
    ) -> str:
        """The line for *event*, as `note` writes it."""
        requester = REQUESTER.get()
        if facts is None and requester is not None:
            facts = requester.audit_facts()
        ending = f":{','.join(arguments)}" if any(arguments) else ""
        line = {
            "datetime": self._clock().isoformat(timespec="milliseconds"),
            "appid": APPLICATION,
            "event": event.label + ending,
            "level": event.value.level,
            "description": event.value.what,
            "process": os.getpid(),
        }
        told = line | more | self._told(facts)
        # Escapes every control character and what is not ASCII: nobody forges a line.
        return json.dumps({k: v for k, v in told.items() if v not in (None, "")}) + "\n"

    def address_of(self, address: str) -> str:
        """*address* in the form that the log shows."""
        return address if self._full_addresses else shortened(address)

    def digest_of(self, name: str) -> str:
        """What the log says in place of a *name* that may be a mistyped password.

        The same for the same text, while the first secret of the site is the same.
        """
        return hmac.digest(self._key, name.encode(errors="replace"), "sha256").hex()[
            :_DIGEST_CHARACTERS
        ]

    def _told(self, facts: Facts | None) -> dict[str, str | None]:
        if facts is None:
            return {}
        return {
            "request": facts.request_id,
            "source_ip": self.address_of(facts.address),
            "session": facts.session,
            "user": facts.user,
        }
