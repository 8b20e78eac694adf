"""Owns the answer to requests for another site."""

from http import HTTPStatus
from typing import Any

from tornado.web import HTTPError

from tornado_app.audit_events import Event
from tornado_app.handlers.audited import audit_of, plain_facts
from tornado_app.handlers.plain import PlainHandler

_REASON = "Host %s is not one that --hosts names"


class MisdirectedHandler(PlainHandler):
    """Answers with 421 (RFC 9110 §15.5.20), whatever was asked; loads no session."""

    def prepare(self) -> None:
        facts = plain_facts(self)
        audit_of(self).note(Event.INPUT_VALIDATION_FAIL, "(host)", "", facts=facts)
        raise HTTPError(HTTPStatus.MISDIRECTED_REQUEST, _REASON, self.request.host)

    def check_trusted_origin(self, origin: str) -> bool:
        # Nothing can happen here, so the host is what is wrong.
        return True

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        super().send_error(HTTPStatus.MISDIRECTED_REQUEST, **kwargs)
