"""Loads a session before a handler runs."""

import asyncio
import logging
from collections.abc import Awaitable
from typing import Any

from tornado.httputil import HTTPServerRequest
from tornado.web import Application

from .answer import CommittedAnswer
from .batching import Batcher
from .cookie import COOKIE_FILTER, read_cookie
from .errors import StoreUnavailableError
from .ids import Presented
from .manager import Sessions
from .record import SessionRecord
from .session import Session

logging.getLogger("tornado.general").addFilter(COOKIE_FILTER)

_log = logging.getLogger(__name__)


class _NothingToAwait:
    """Done before it is awaited: no task and no turn of the loop is spent on it."""

    def __await__(self) -> Any:  # an iterator will do, and is quicker
        return iter(())


_DONE: Awaitable[None] = _NothingToAwait()

Finds = Batcher[str, SessionRecord | None]
Asked = asyncio.Future[SessionRecord | None]

_NOT_PREPARED = (
    "the session is not loaded: a handler with a prepare() of its own"
    " begins it with `await super().prepare()`"
)
_NO_ANSWER = (
    "there is no session, for the store did not answer: look at `has_session` first"
)


class SessionMixin(CommittedAnswer):
    """Gives a `RequestHandler` its visitor's session as ``self.session``.

    The application's settings hold a `Sessions` as ``sessions``. A handler with a
    `prepare` of its own awaits ``super().prepare()``; one of a class behind this in the
    order of bases runs once the session is loaded. What the handler changed is
    committed before the response ends; an exception that leaves it, or a 5xx status,
    commits nothing. A store that does not answer makes 503 with Retry-After, data
    over the limit 413.
    """

    session_optional = False
    """True: the handler runs also when the store is down; `has_session` tells."""

    _session: Session | None = None
    # What was asked before `prepare`: whom, for which cookie, in which of its turns.
    _early: tuple[Finds, Presented, Asked | None, int] | None = None

    def __init__(
        self, application: Application, request: HTTPServerRequest, **kwargs: Any
    ) -> None:
        super().__init__(application, request, **kwargs)
        if getattr(application.settings.get("sessions"), "asks_early", True):
            self._ask_early()

    @property
    def sessions(self) -> Sessions:
        """The application's sessions."""
        sessions: Sessions | None = self.application.settings.get("sessions")
        if sessions is None:
            raise RuntimeError(
                "want Application(…, sessions=Sessions(…)): the setting is missing"
            )
        return sessions

    @property
    def has_session(self) -> bool:
        """Whether the session is loaded: not before `prepare`, nor if that failed."""
        return self._draft is not None

    @property
    def session(self) -> Session:
        """The visitor's session; raises RuntimeError before it is loaded."""
        if self._session is None:
            if self._draft is None:
                was_asked_for = hasattr(self, "_lifecycle")
                raise RuntimeError(_NO_ANSWER if was_asked_for else _NOT_PREPARED)
            self._session = Session(self._lifecycle, self._draft)
            self._uses_session = True
        return self._session

    def prepare(self) -> Awaitable[None]:
        """Load the session; raises StoreUnavailableError, which answers 503."""
        if "cookie_secret" not in self.application.settings:
            self.require_setting("cookie_secret", "sessions")
        sessions = self.sessions
        self._lifecycle = sessions.lifecycle
        if self._early is not None and self._early[0] is self._lifecycle.finds:
            finds, presented, asked, turns = self._early
            # Else something was waited for since: the session is loaded as it is now.
            if asked is not None and turns == finds.turns:
                return self._load(presented, asked)
        else:
            presented = read_cookie(self, sessions.policy, sessions.cookies)
        self._draft = self._lifecycle.load_at_once(presented)
        if self._draft is None:
            return self._load(presented, self._lifecycle.ask_record(presented))
        return super().prepare() or _DONE

    def _ask_early(self) -> None:
        """Ask a store that has to be asked: it looks while Tornado goes on here."""
        try:
            sessions = self.sessions
            if sessions.asks_early:
                presented = read_cookie(self, sessions.policy, sessions.cookies)
                finds, asked = sessions.lifecycle.finds, None
                if presented.session_id is not None:
                    asked = finds.ask(presented.handle)
                self._early = finds, presented, asked, finds.turns
        except Exception:
            return  # `prepare` meets it, where an error page can be made of it

    async def _load(self, presented: Presented, asked: Asked) -> None:
        try:
            self._draft = self._lifecycle.open(await asked, presented)
        except StoreUnavailableError as exc:
            if not self.session_optional:
                raise
            _log.warning("%s goes on without: %s", self._request_summary(), exc)
        prepared = super().prepare()
        if prepared is not None:
            await prepared
