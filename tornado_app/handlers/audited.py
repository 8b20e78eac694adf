"""Owns telling the audit log what became of a request and of its session."""

from http import HTTPStatus
from typing import cast

from tornado_app.audit import REQUESTER, Audit, Facts
from tornado_app.audit_events import Event
from tornado_app.handlers import xsrf
from tornado_app.handlers.plain import PlainHandler
from tornado_app.preferences import FIELDS
from tornado_app.sessions import SessionMixin
from tornado_app.sessions.cookie import read_cookie
from tornado_app.sessions.ids import label_of
from tornado_app.sessions.record import SessionRecord
from tornado_app.usernames import username_key

# What is typed and not chosen from a list.
_TYPED = frozenset({"name"})
_CHOSEN = frozenset(FIELDS) - _TYPED
_BAD_BODIES = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    }
)


def audit_of(handler: PlainHandler) -> Audit:
    """The audit log of the application."""
    return cast(Audit, handler.settings["audit"])


def plain_facts(handler: PlainHandler) -> Facts:
    """What is known of a request without a session."""
    return Facts(handler.request_id, handler.request.remote_ip or "")


class AuditedHandler(SessionMixin, PlainHandler):
    """A handler with a session; its end is noted once it is durable."""

    refused_fields: tuple[str, ...] = ()
    """The fields that were refused, by their names in the form."""

    _reached_us = False
    _before: SessionRecord | None = None

    @property
    def audit(self) -> Audit:
        return audit_of(self)

    async def prepare(self) -> None:
        self._reached_us = True
        REQUESTER.set(self)
        await super().prepare()
        self._before = self._record

    def audit_facts(self) -> Facts:
        record = self._record or self._before
        facts = plain_facts(self)
        if record is not None:
            return facts._replace(session=label_of(record.id_digest), user=record.user)
        # Of a session that is over only its cookie tells.
        digest = read_cookie(
            self, self.sessions.policy, self.sessions.cookies
        ).id_digest
        return facts._replace(session=label_of(digest) if digest else None)

    def on_finish(self) -> None:
        if self.audit.is_on:
            self._note_refusal(self.get_status())
            self._note_session(self._before, self._record)

    def note_try(self, event: Event, username: str) -> None:
        """Note what became of a try to sign in; the name is told as a digest."""
        self.audit.note(event, self._name_digest(username))

    def note_excess(self, what: str) -> None:
        """Note that there were too many of *what*."""
        user = self.audit_facts().user or ""
        self.audit.note(Event.EXCESS_RATE_LIMIT_EXCEEDED, user, what)

    @property
    def _record(self) -> SessionRecord | None:
        """The session as it is stored."""
        return None if self._draft is None else self._draft.record

    def _note_refusal(self, status: int) -> None:
        if status == HTTPStatus.FORBIDDEN and not self._reached_us:
            # Before prepare() only Tornado's cross-origin protection answers so.
            facts = plain_facts(self)
            shown = self.audit.address_of(facts.address)
            self.audit.note(Event.MALICIOUS_CORS, shown, facts=facts)
        elif status in _BAD_BODIES:
            self._note_fields(Event.INPUT_VALIDATION_FAIL, "body")
        elif self.refused_fields == (xsrf.FIELD,) or (
            status == HTTPStatus.UNPROCESSABLE_ENTITY and self.refused_fields
        ):
            chosen = _CHOSEN.issuperset(self.refused_fields)
            event = (
                Event.INPUT_VALIDATION_DISCRETE_FAIL
                if chosen
                else Event.INPUT_VALIDATION_FAIL
            )
            self._note_fields(event, *self.refused_fields)

    def _note_fields(self, event: Event, *fields: str) -> None:
        facts = self.audit_facts()
        names = f"({','.join(sorted(fields))})"
        self.audit.note(event, names, facts.user or "", facts=facts)

    def _note_session(
        self, before: SessionRecord | None, after: SessionRecord | None
    ) -> None:
        if after is None or after is before:
            return
        user = after.user or ""
        if before is None or before.handle != after.handle:
            self.audit.note(Event.SESSION_CREATED, user)
            before = None
        elif before.id_digest != after.id_digest:
            was = label_of(before.id_digest)
            self.audit.note(Event.SESSION_RENEWED, user, was=was)
        if user and (before is None or before.signed_in_at != after.signed_in_at):
            self.audit.note(Event.AUTHN_LOGIN_SUCCESS, user, name=self._typed_name())

    def _typed_name(self) -> str | None:
        """The name as its failures are noted, so that they can be found."""
        values = self.request.body_arguments.get("username", [])
        username = values[0].decode(errors="replace") if values else ""
        return self._name_digest(username) if username else None

    def _name_digest(self, username: str) -> str:
        # However it was written: ``Ada`` and ``ada`` are one account.
        return self.audit.digest_of(username_key(username))
