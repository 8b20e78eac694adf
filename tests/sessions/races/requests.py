"""Requests without HTTP: what the mixin does with a session, and a browser's cookie."""

import functools
import inspect
from dataclasses import dataclass
from typing import Any

from tornado_app.sessions import Session, SessionError, SessionGoneError, ids
from tornado_app.sessions.ids import NOTHING
from tornado_app.sessions.marks import Cookie


@dataclass
class Reply:
    """What became of one request."""

    found: bool
    """Whether the session was there when the request came."""
    handle: str
    cookie: Cookie
    session_id: str | None
    dropped: bool = False
    """Whether the session ended meanwhile and took this request's changes along."""
    error: SessionError | None = None
    result: Any = None


@functools.cache
def presented(session_id):
    """What is read of a good cookie with this id, each time the same; None: of none."""
    if session_id is None:
        return NOTHING
    return ids.found(session_id)


async def run_request(sessions, session_id, work):
    """Load, let *work* act on the session, commit; as `SessionMixin` does."""
    lifecycle = sessions.lifecycle
    draft = await lifecycle.load(presented(session_id))
    found, error, result = draft.record is not None, None, None
    session = Session(lifecycle, draft)
    handle = session.handle
    try:
        result = work(session)
        if inspect.isawaitable(result):
            result = await result
    except SessionError as exc:
        error, result = exc, None
    else:
        await commit(lifecycle, draft)
    return Reply(
        found=found,
        handle=handle,
        cookie=draft.cookie,
        session_id=draft.cookie_id,
        dropped=draft.gone,
        error=error,
        result=result,
    )


async def commit(lifecycle, draft):
    """End a request that went well; a session that is gone is no error here."""
    if not lifecycle.wants_commit(draft):
        return
    try:
        await lifecycle.commit(draft)
    except SessionGoneError:
        assert draft.gone


def cookie_after(session_id, reply):
    """The browser's cookie once *reply* has reached it."""
    if reply.cookie is Cookie.SET:
        return reply.session_id
    return None if reply.cookie is Cookie.CLEAR else session_id
