"""Requests without a socket: a handler runs as Tornado runs it, and nothing else does.

For counts and profiles, where the network would only be noise.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPServerRequest,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.web import Application

from .server import ours

STORES = ("memory", "sqlite")
_LAST_TURNS = 3  # what a handler does once its answer is gone


class Answer(HTTPConnection):
    """The far end of one request: keeps what is sent."""

    def __init__(self) -> None:
        self.status = 0
        self.headers = HTTPHeaders()
        self.body = b""
        self.context = SimpleNamespace(remote_ip="127.0.0.1", protocol="http")
        self.done = asyncio.get_running_loop().create_future()

    def write_headers(
        self, start_line: Any, headers: HTTPHeaders, chunk: bytes | None = None
    ) -> "asyncio.Future[None]":
        """Keep the head, with the body where that comes along."""
        self.status = cast(ResponseStartLine, start_line).code
        self.headers = headers
        return self.write(chunk or b"")

    def write(self, chunk: bytes) -> "asyncio.Future[None]":
        """Keep a piece of the body."""
        self.body += chunk
        done = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    def finish(self) -> None:
        """Nothing more comes."""
        self.done.set_result(None)

    def set_close_callback(self, callback: object) -> None:
        """Nobody hangs up here."""


def new_request(path: str, cookie: str = "") -> HTTPServerRequest:
    """A GET request as a browser sends it."""
    headers = {
        "Host": "localhost",
        "Accept": "text/html",
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101",
    }
    if cookie:
        headers["Cookie"] = cookie
    return HTTPServerRequest(
        start_line=RequestStartLine("GET", path, "HTTP/1.1"),
        headers=HTTPHeaders(headers),
        connection=Answer(),
    )


async def answered(application: Application, request: HTTPServerRequest) -> Answer:
    """Run the handler of *request* to its end."""
    application.find_handler(request).finish()
    answer = cast(Answer, request.connection)
    await answer.done
    for _ in range(_LAST_TURNS):
        await asyncio.sleep(0)
    if answer.status != 200:
        raise RuntimeError(f"{request.path} answers {answer.status}")
    return answer


async def cookie_of_new_session(application: Application) -> str:
    """Fill a session; return what the browser would send from then on."""
    answer = await answered(application, new_request("/fill"))
    return answer.headers["Set-Cookie"].partition(";")[0]


@asynccontextmanager
async def application_on(store: str, folder: Path) -> AsyncIterator[Application]:
    """The measured application on one of `STORES`."""
    url = "memory://" if store == "memory" else f"sqlite:///{folder / 'sessions.db'}"
    async with ours(url) as application:
        yield application
