"""An answer that its handler has ended, kept apart while the commit is under way."""

import asyncio
import logging
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

from tornado.httputil import HTTPHeaders
from tornado.web import RequestHandler

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Seal:
    """An answer's status, headers, cookies, body; ``done`` is set once it has left.

    Without a session they would have left at once: what the handler sets afterwards
    reaches neither the client nor the decision whether to commit.
    """

    status_code: int
    reason: str
    headers: HTTPHeaders
    cookies: SimpleCookie | None
    chunks: list[bytes] | None
    """The body; None where a flush sends it, or it has left."""
    done: asyncio.Future[None]


class _Discarded(HTTPHeaders):
    """Headers that nobody will see: what is set is forgotten, so all may share them."""

    def __setitem__(self, name: str, value: str) -> None:
        return

    def add(self, name: str, value: str, **how: Any) -> None:
        return


_DISCARDED = _Discarded()


def seal(handler: RequestHandler, chunks: list[bytes] | None = None) -> Seal:
    """Take the answer out of *handler*; what it sets from now on goes nowhere.

    *chunks* are its body, if that is whole.
    """
    sealed = Seal(
        handler._status_code,
        handler._reason,
        handler._headers,
        getattr(handler, "_new_cookie", None),
        chunks,
        asyncio.Future(),
    )
    _forget_cookies(handler)
    handler._headers = _DISCARDED
    return sealed


def make_ready(handler: RequestHandler, sealed: Seal) -> None:
    """Take the steps of `RequestHandler.finish` that need not wait for the commit.

    That finds them done, and meets anew what goes wrong here or leads to a 304.
    """
    if sealed.status_code != 200 or sealed.chunks is None:
        return
    names = handler.request.method in ("GET", "HEAD") and "Etag" not in sealed.headers
    is_ready, shown = False, handler._headers
    handler._headers, handler._write_buffer = sealed.headers, sealed.chunks
    try:
        if names:
            handler.set_etag_header()
        if not (names and handler.check_etag_header()):
            if "Content-Length" not in sealed.headers:
                handler.set_header("Content-Length", sum(map(len, sealed.chunks)))
            is_ready = True
    except Exception:
        _log.debug("not made ready: %s", handler._request_summary(), exc_info=True)
    finally:
        handler._headers = shown
    if names and not is_ready:
        sealed.headers.pop("Etag", None)


def restore(handler: RequestHandler, sealed: Seal) -> None:
    """Put the answer back into *handler*."""
    handler._status_code = sealed.status_code
    handler._reason = sealed.reason
    handler._headers = sealed.headers
    if sealed.chunks is not None:
        handler._write_buffer, sealed.chunks = sealed.chunks, None
    if sealed.cookies is None:
        _forget_cookies(handler)
    else:
        handler._new_cookie = sealed.cookies


def _forget_cookies(handler: RequestHandler) -> None:
    if hasattr(handler, "_new_cookie"):
        del handler._new_cookie
