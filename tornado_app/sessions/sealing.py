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
    cookies: SimpleCookie


def seal(handler: RequestHandler) -> Seal:
    """Take the answer out of *handler*; what it sets from now on goes nowhere."""
    cookies = getattr(handler, "_new_cookie", None) or SimpleCookie()
    sealed = Seal(handler._status_code, handler._reason, handler._headers, cookies)
    handler._headers = HTTPHeaders()
    handler._new_cookie = SimpleCookie()
    return sealed


def restore(handler: RequestHandler, sealed: Seal) -> None:
    """Put the answer back into *handler*."""
    handler._status_code = sealed.status_code
    handler._reason = sealed.reason
    handler._headers = sealed.headers
    handler._new_cookie = sealed.cookies
