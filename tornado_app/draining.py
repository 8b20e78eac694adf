"""An HTTP server that stops without cutting a request off."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any

from tornado.http1connection import HTTP1ServerConnection
from tornado.httpserver import HTTPServer
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    RequestStartLine,
    ResponseStartLine,
)

from tornado_app.delegates import PassedOn


class DrainingServer(HTTPServer):
    """Knows which connections are in the middle of a request.

    Tornado's own `close_all_connections` cuts them all, the busy ones too.
    """

    def initialize(self, *args: Any, **kwargs: Any) -> None:
        """Take the arguments of `HTTPServer`."""
        super().initialize(*args, **kwargs)
        self._idle: set[HTTP1ServerConnection] = set()
        self._busy: set[HTTP1ServerConnection] = set()
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._draining = False

    async def stop_accepting(self) -> None:
        """Take no further connections; those that had arrived are let in."""
        await _let_arrivals_in()
        self.stop()

    async def finish_requests(self, *, limit_s: float) -> int:
        """Let busy connections finish, close all, and return how many were cut off.

        After *limit_s* seconds the connections that are busy still are cut off.
        """
        self.conn_params.no_keep_alive = True  # further answers say Connection: close
        self._draining = True
        for connection in tuple(self._idle):
            self._dismiss(connection)
        cut_off = await self._unfinished_after(limit_s)
        await self.close_all_connections()
        return cut_off

    def start_request(
        self, server_conn: object, request_conn: HTTPConnection
    ) -> HTTPMessageDelegate:
        """Begin to wait for a request, the next one of this connection."""
        delegate = super().start_request(server_conn, request_conn)
        if not isinstance(server_conn, HTTP1ServerConnection):
            return delegate
        self._is_idle(server_conn)
        if self._draining:
            self._dismiss(server_conn)
        return _Watched(delegate, lambda: self._is_busy(server_conn))

    def on_close(self, server_conn: object) -> None:
        """Forget a connection that is gone."""
        if isinstance(server_conn, HTTP1ServerConnection):
            self._is_idle(server_conn)
            self._idle.discard(server_conn)
        super().on_close(server_conn)

    def _dismiss(self, connection: HTTP1ServerConnection) -> None:
        """Close an idle connection, unless its next request is here already."""
        if _has_bytes_waiting(connection):
            self._is_busy(connection)
        else:
            connection.stream.close()

    async def _unfinished_after(self, limit_s: float) -> int:
        try:
            async with asyncio.timeout(limit_s):
                await self._quiet.wait()
        except TimeoutError:
            return len(self._busy)
        return 0

    def _is_idle(self, connection: HTTP1ServerConnection) -> None:
        self._busy.discard(connection)
        self._idle.add(connection)
        if not self._busy:
            self._quiet.set()

    def _is_busy(self, connection: HTTP1ServerConnection) -> None:
        self._idle.discard(connection)
        self._busy.add(connection)
        self._quiet.clear()


class _Watched(PassedOn):
    """Reports that a request has begun."""

    def __init__(self, inner: HTTPMessageDelegate, begun: Callable[[], None]) -> None:
        super().__init__(inner)
        self._begun = begun

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        self._begun()
        return super().headers_received(start_line, headers)


async def _let_arrivals_in() -> None:
    """Give the loop the turns it needs to accept whoever has connected already.

    A closed listening socket resets them, though their requests were sent in time:
    one turn polls, the next accepts, the third begins to read.
    """
    for _turn in range(3):
        await asyncio.sleep(0)


def _has_bytes_waiting(connection: HTTP1ServerConnection) -> bool:
    peer: socket.socket | None = connection.stream.socket
    try:
        return peer is not None and bool(peer.recv(1, socket.MSG_PEEK))
    except OSError:  # nothing there (the socket does not block), or gone
        return False
