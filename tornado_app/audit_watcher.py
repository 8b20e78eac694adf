"""What the session engine tells the audit log."""

from tornado_app.audit import REQUESTER, Audit
from tornado_app.audit_events import Event
from tornado_app.sessions.ids import Rejection
from tornado_app.sessions.watching import End, Watcher

_REASONS = {
    End.DESTROYED: "logout",
    End.REVOKED: "revoked",
    End.LIMIT: "limit",
    End.SWEPT: "timeout",
}
_OVER = frozenset({Rejection.UNKNOWN, Rejection.RENEWED, Rejection.EXPIRED})
_MOST_REMEMBERED = 1000


class AuditWatcher(Watcher):
    """Notes every end of a session, and cookies that open none.

    A browser sends the cookie of a session that is over with each request until it
    gets another; that is noted once.
    """

    def __init__(self, audit: Audit) -> None:
        self._audit = audit
        self._noted: dict[str, None] = {}

    def ended(self, end: End, count: int) -> None:
        if not count or not self._audit.is_on:
            return
        # Told in the request that ends them; the sweep belongs to nobody's.
        requester = REQUESTER.get()
        user = requester.audit_facts().user if requester is not None else None
        reason = _REASONS[end]
        self._audit.note(Event.SESSION_EXPIRED, user or "", reason, count=count)

    def cookie_rejected(self, rejection: Rejection) -> None:
        if not self._audit.is_on:
            return
        why = rejection.name.lower()
        if rejection not in _OVER:
            self._audit.note(Event.INPUT_VALIDATION_FAIL, "(cookie)", "", why=why)
        elif self._is_news():
            self._audit.note(Event.SESSION_USE_AFTER_EXPIRE, why=why)

    def _is_news(self) -> bool:
        requester = REQUESTER.get()
        session = requester.audit_facts().session if requester is not None else None
        if session is None:
            return True
        if session in self._noted:
            return False
        if len(self._noted) >= _MOST_REMEMBERED:
            del self._noted[next(iter(self._noted))]
        self._noted[session] = None
        return True
