"""Owns what is refused before any page sees it: long bodies, foreign hosts.

Tornado answers a body over its own limit with a bare 400 without headers, so the limit
is kept here, where the application still can answer with a page.
"""

from collections.abc import Awaitable, Callable
from typing import cast

from tornado.http1connection import HTTP1Connection
from tornado.httputil import (
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerRequest,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.web import Application

from tornado_app.delegates import PassedOn

MAX_FORM_BYTES = 64 * 1024
# A browser that is still sending does not read. What comes up to here is thrown away
# unread so that it sees the answer; after that the connection is cut.
MAX_DRAINED_BYTES = 4 * 1024 * 1024
# More than Content-Length can say: Tornado's own limit must never come first.
_NO_LIMIT = 10**5_000


class LimitedBody(PassedOn):
    """Passes a body on until it is too long, then asks *refuse* who answers instead."""

    def __init__(
        self, inner: HTTPMessageDelegate, refuse: Callable[[], HTTPMessageDelegate]
    ) -> None:
        super().__init__(inner)
        self._refuse = refuse
        self._size_bytes = 0
        self._refused = False
        self._finished = False

    def headers_received(
        self,
        start_line: RequestStartLine | ResponseStartLine,
        headers: HTTPHeaders,
    ) -> Awaitable[None] | None:
        if _announced_bytes(headers) > MAX_FORM_BYTES:
            self._switch()
        return super().headers_received(start_line, headers)

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        self._size_bytes += len(chunk)
        if not self._refused and self._size_bytes > MAX_FORM_BYTES:
            self._switch()
        if not self._refused:
            return super().data_received(chunk)
        if self._size_bytes > MAX_DRAINED_BYTES:
            self.finish()
        return None

    def finish(self) -> None:
        if not self._finished:
            self._finished = True
            super().finish()

    def _switch(self) -> None:
        self.inner.on_connection_close()  # lets go of what was kept so far
        self.inner = self._refuse()
        self._refused = True


class LimitedApplication(Application):
    """An application whose every body is limited, for the setting ``hosts`` alone.

    The handler of the setting ``too_large_handler_class``, made with
    ``too_large_handler_args``, answers for a body over `MAX_FORM_BYTES`; that of
    ``misdirected_handler_class`` for a host that is not one of the `Hosts`.
    """

    def find_handler(  # type: ignore[override]  # Tornado names its private delegate
        self, request: HTTPServerRequest, **kwargs: object
    ) -> HTTPMessageDelegate:
        cast(HTTP1Connection, request.connection).set_max_body_size(_NO_LIMIT)
        if not self.settings["hosts"].answers_to(request.host_name):
            inner = self._misdirected(request)
            return LimitedBody(inner, lambda: self._misdirected(request))
        inner = super().find_handler(request, **kwargs)
        return LimitedBody(inner, lambda: self._too_large(request))

    def _misdirected(self, request: HTTPServerRequest) -> HTTPMessageDelegate:
        handler = self.settings["misdirected_handler_class"]
        return self.get_handler_delegate(request, handler)

    def _too_large(self, request: HTTPServerRequest) -> HTTPMessageDelegate:
        return self.get_handler_delegate(
            request,
            self.settings["too_large_handler_class"],
            self.settings["too_large_handler_args"],
        )


def _announced_bytes(headers: HTTPHeaders) -> int:
    """Content-Length; 0 when there is none, or none that Tornado will accept."""
    text = headers.get("Content-Length", "")
    if not text.isascii() or not text.isdecimal():
        return 0
    # int() refuses thousands of digits; eighteen are enough to be too large.
    return int(text.lstrip("0")[:18] or "0")
