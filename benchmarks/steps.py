"""The steps of a request, each taken alone by many visitors at once."""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import TypeVar

from tornado.web import Application, RequestHandler

from tornado_app.sessions import Session, Sessions
from tornado_app.sessions.cookie import VerifiedCookies, raw_pairs, read_cookie
from tornado_app.sessions.draft import Draft
from tornado_app.sessions.ids import Presented

from . import in_process

T = TypeVar("T")


class Steps:
    """As many visitors as there are connections; all take the same step at once."""

    def __init__(self, application: Application, cookies: list[str]) -> None:
        self._application = application
        self._sessions: Sessions = application.settings["sessions"]
        self._cookies = cookies
        self._handlers = [self._handler(cookie) for cookie in cookies]
        known = self._sessions.cookies
        self._presented = [self._read(handler, known) for handler in self._handlers]
        self._drafts: list[Draft] = []
        self._visits = 0

    def _handler(self, cookie: str) -> RequestHandler:
        request = in_process.new_request("/", cookie)
        return RequestHandler(self._application, request)

    def _read(self, handler: RequestHandler, known: VerifiedCookies) -> Presented:
        return read_cookie(handler, self._sessions.policy, known)

    async def parse(self) -> None:
        """Find each cookie in its header."""
        name = self._sessions.policy.cookie_name
        for handler in self._handlers:
            raw_pairs(handler.request.headers, name)

    async def verify(self) -> None:
        """Check each cookie as if it came for the first time."""
        nobody = VerifiedCookies()
        for handler in self._handlers:
            self._read(handler, nobody)

    async def recognise(self) -> None:
        """Check each cookie, which came before."""
        for handler in self._handlers:
            self._read(handler, self._sessions.cookies)

    async def load(self) -> None:
        """Load the sessions, all at once."""
        load = self._sessions.lifecycle.load
        self._drafts = await together(load(one) for one in self._presented)

    async def decode(self) -> None:
        """Look into each session."""
        for draft in self._drafts:
            _ = Session(self._sessions.lifecycle, draft)["name"]

    async def encode(self) -> None:
        """Change each session; find out that there is something to store."""
        self._visits += 1
        lifecycle = self._sessions.lifecycle
        for draft in self._drafts:
            Session(lifecycle, draft)["visits"] = self._visits
            lifecycle.wants_commit(draft)

    async def change(self) -> None:
        """Prepare a commit."""
        await self.load()
        await self.encode()

    async def commit(self) -> None:
        """Store the changes, all at once."""
        commit = self._sessions.lifecycle.commit
        await together(commit(draft) for draft in self._drafts)

    async def handle(self) -> None:
        """Answer with a bare handler, all at once."""
        requests = [in_process.new_request("/", cookie) for cookie in self._cookies]
        await together(
            in_process.answered(self._application, request) for request in requests
        )


async def together(questions: Iterable[Awaitable[T]]) -> list[T]:
    """Ask all *questions* at once."""
    return list(await asyncio.gather(*questions))


async def nothing() -> None:
    """What only the asking costs."""
