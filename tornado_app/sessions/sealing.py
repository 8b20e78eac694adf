"""An answer that its handler has ended, kept apart while the commit is under way."""

from http.cookies import SimpleCookie
from typing import NamedTuple

from tornado.httputil import HTTPHeaders
from tornado.web import RequestHandler


class Seal(NamedTuple):
    """An answer's status, headers, cookies.

    Without a session they would have left at once: what the handler sets afterwards
    reaches neither the client nor the decision whether to commit.
    """

    status_code: int
    reason: str
    headers: HTTPHeaders
    cookies: SimpleCookie | None


class _Discarded(HTTPHeaders):
    """Headers that nobody will see; made quickly, for there are some at each commit."""

    def __init__(self) -> None:
        self._as_list = {}
        self._combined_cache = {}


def seal(handler: RequestHandler) -> Seal:
    """Take the answer out of *handler*; what it sets from now on goes nowhere."""
    cookies = handler.__dict__.pop("_new_cookie", None)
    sealed = Seal(handler._status_code, handler._reason, handler._headers, cookies)
    handler._headers = _Discarded()
    return sealed


def restore(handler: RequestHandler, sealed: Seal) -> None:
    """Put the answer back into *handler*."""
    handler._status_code = sealed.status_code
    handler._reason = sealed.reason
    handler._headers = sealed.headers
    if sealed.cookies is None:
        handler.__dict__.pop("_new_cookie", None)
    else:
        handler._new_cookie = sealed.cookies
