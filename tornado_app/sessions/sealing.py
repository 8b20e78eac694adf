"""An answer that its handler has ended, kept apart while the commit is under way."""

import asyncio
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

from tornado.httputil import HTTPHeaders
from tornado.web import RequestHandler


@dataclass(slots=True)
class Seal:
    """An answer's status, headers, cookies; ``done`` is set once it has left.

    Without a session they would have left at once: what the handler sets afterwards
    reaches neither the client nor the decision whether to commit.
    """

    status_code: int
    reason: str
    headers: HTTPHeaders
    cookies: SimpleCookie | None
    done: asyncio.Future[None]


class _Discarded(HTTPHeaders):
    """Headers that nobody will see: what is set is forgotten, so all may share them."""

    def __setitem__(self, name: str, value: str) -> None:
        return

    def add(self, name: str, value: str, **how: Any) -> None:
        return


_DISCARDED = _Discarded()


def seal(handler: RequestHandler) -> Seal:
    """Take the answer out of *handler*; what it sets from now on goes nowhere."""
    sealed = Seal(
        handler._status_code,
        handler._reason,
        handler._headers,
        getattr(handler, "_new_cookie", None),
        asyncio.Future(),
    )
    _forget_cookies(handler)
    handler._headers = _DISCARDED
    return sealed


def restore(handler: RequestHandler, sealed: Seal) -> None:
    """Put the answer back into *handler*."""
    handler._status_code = sealed.status_code
    handler._reason = sealed.reason
    handler._headers = sealed.headers
    if sealed.cookies is None:
        _forget_cookies(handler)
    else:
        handler._new_cookie = sealed.cookies


def _forget_cookies(handler: RequestHandler) -> None:
    if hasattr(handler, "_new_cookie"):
        del handler._new_cookie
